"""Pencatatan sipil: from the answers of F-2.01 to the register."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from loket.cases.actions.events.answers import SEX, label, optional_date
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.offices.queries import zone
from loket.register import actions as register
from loket.register.queries import record_of_case


def birth_report(case: Case, variant: Variant) -> register.BirthReport:
    """F-2.01 of a birth as the register takes it."""
    answers: dict[str, Any] = case.answers
    return register.BirthReport(
        child_name=answers["anak_nama"],
        child_sex=SEX[label(case, variant, "anak_jenis_kelamin")],  # type: ignore[arg-type]
        birth_date=date.fromisoformat(answers["anak_tanggal_lahir"]),
        birth_time=time.fromisoformat(answers["anak_pukul"]) if answers.get("anak_pukul") else None,
        birth_place=answers["anak_tempat_lahir"].upper(),
        birth_order=answers["anak_ke"],
        birth_kind=label(case, variant, "anak_jenis_kelahiran"),
        helper=label(case, variant, "anak_penolong"),
        facility=label(case, variant, "anak_tempat_dilahirkan"),
        weight_grams=answers.get("anak_berat") or None,
        length_cm=answers.get("anak_panjang") or None,
        mother_nik=answers["ibu_nik"],
        father_nik=answers.get("ayah_nik", ""),
        father_name=answers.get("ayah_nama", ""),
        father_birth_date=optional_date(answers.get("ayah_tanggal_lahir")),
        reporter_nik=answers["pelapor_nik"],
        witness_niks=(answers["saksi1_nik"], answers["saksi2_nik"]),
        reported_on=(case.complete_at or clock.now()).astimezone(zone(case.office)).date(),
    )


def _birth(case: Case, variant: Variant, by: Actor) -> None:
    report = birth_report(case, variant)
    entry = record_of_case(case.ref)
    if entry is None:
        register.record_birth(office=case.office, report=report, case_ref=case.ref, by=by)
    else:
        register.amend_birth(entry=entry, report=report, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {"birth": _birth}
# An akta has a number in a book that has no gaps, so these are corrected, never undone.
LASTING = frozenset({"birth"})
