"""From a form's answers to the register: one function for each event that a standard may name."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from loket.cases.models import Case
from loket.catalogue.queries import definition
from loket.catalogue.rules import Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.offices.queries import zone
from loket.register import actions as register
from loket.register.queries import record_of_case

_SEX = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}


def _label(case: Case, variant: Variant, key: str) -> str:
    """The words of a chosen code, from the lists of the case's own revision."""
    field = next(item for item in variant.fields() if item.key == key)
    return definition(case.revision).choices[field.options or ""][case.answers[key]]


def birth_report(case: Case, variant: Variant) -> register.BirthReport:
    """F-2.01 of a birth as the register takes it."""
    answers: dict[str, Any] = case.answers
    return register.BirthReport(
        child_name=answers["anak_nama"],
        child_sex=_SEX[_label(case, variant, "anak_jenis_kelamin")],  # type: ignore[arg-type]
        birth_date=date.fromisoformat(answers["anak_tanggal_lahir"]),
        birth_time=time.fromisoformat(answers["anak_pukul"]) if answers.get("anak_pukul") else None,
        birth_place=answers["anak_tempat_lahir"].upper(),
        birth_order=answers["anak_ke"],
        birth_kind=_label(case, variant, "anak_jenis_kelahiran"),
        helper=_label(case, variant, "anak_penolong"),
        facility=_label(case, variant, "anak_tempat_dilahirkan"),
        weight_grams=answers.get("anak_berat") or None,
        length_cm=answers.get("anak_panjang") or None,
        mother_nik=answers["ibu_nik"],
        father_nik=answers.get("ayah_nik", ""),
        father_name=answers.get("ayah_nama", ""),
        father_birth_date=_optional_date(answers.get("ayah_tanggal_lahir")),
        reporter_nik=answers["pelapor_nik"],
        witness_niks=(answers["saksi1_nik"], answers["saksi2_nik"]),
        reported_on=(case.complete_at or clock.now()).astimezone(zone(case.office)).date(),
    )


def _optional_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _birth(case: Case, variant: Variant, by: Actor) -> None:
    report = birth_report(case, variant)
    entry = record_of_case(case.ref)
    if entry is None:
        register.record_birth(office=case.office, report=report, case_ref=case.ref, by=by)
    else:
        register.amend_birth(entry=entry, report=report, by=by)


EVENTS: dict[str, Callable[[Case, Variant, Actor], None]] = {"birth": _birth}


def record_event(case: Case, variant: Variant, by: Actor) -> None:
    """Record the event that the variant names; a corrected case amends what it recorded before.

    Raises what the register refuses (RuleBroken, AlreadyRecorded).
    """
    if variant.event is None:
        return
    EVENTS[variant.event](case, variant, by)
    case.recorded = True
