"""From a form's answers to the register: one function for each event that a standard may name."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from loket.cases.models import Case
from loket.cases.queries import variant_of
from loket.catalogue.queries import definition
from loket.catalogue.rules import FormField, Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.offices.queries import zone
from loket.register import actions as register
from loket.register.queries import family_change_of_case, record_of_case
from loket.register.rules import CardReason

_SEX = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}


def _label(case: Case, variant: Variant, key: str) -> str:
    """The words of a chosen code, from the lists of the case's own revision."""
    field = next(item for item in variant.fields() if item.key == key)
    return _choices(case, field)[case.answers[key]]


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


# Alasan permohonan of F-1.15.
REASONS: dict[str, CardReason] = {
    "MEMBENTUK RUMAH TANGGA BARU": "new_household",
    "KARTU KELUARGA HILANG/RUSAK": "lost_or_damaged",
    "LAINNYA": "other",
}


def _area_number(number: int) -> str:
    """RT and RW as a card prints them: `003`; nothing where there is none."""
    return f"{number:03d}" if number else ""


def family_card_report(case: Case, variant: Variant) -> register.FamilyCardReport:
    """F-1.15 as the register takes it."""
    answers: dict[str, Any] = case.answers
    relations = _choices(case, _column(variant, "anggota", "shdk"))
    return register.FamilyCardReport(
        reason=REASONS[_label(case, variant, "alasan")],
        applicant_nik=answers["pemohon_nik"],
        applicant_name=answers["pemohon_nama"],
        family_number=answers.get("kk_semula", ""),
        address=answers["alamat"].upper(),
        rt=_area_number(answers["rt"]),
        rw=_area_number(answers["rw"]),
        postal_code=str(answers.get("kode_pos") or ""),
        village=answers["desa"],
        members=tuple(
            register.FamilyMember(nik=row["nik"], name=row["nama"], relation=relations[row["shdk"]])
            for row in answers["anggota"]
        ),
    )


def _column(variant: Variant, table: str, column: str) -> FormField:
    field = next(item for item in variant.fields() if item.key == table)
    return next(item for item in field.columns if item.key == column)


def _choices(case: Case, field: FormField) -> dict[str, str]:
    """The words of a field's codes, from the lists of the case's own revision."""
    return definition(case.revision).choices[field.choice_list]


def _family_card(case: Case, variant: Variant, by: Actor) -> None:
    report = family_card_report(case, variant)
    change = family_change_of_case(case.ref)
    if change is None:
        register.issue_family_card(office=case.office, report=report, case_ref=case.ref, by=by)
    else:
        register.amend_family_card(change=change, report=report, by=by)


def _undo_family_card(case: Case, by: Actor) -> None:
    if family_change_of_case(case.ref) is not None:
        register.revert_family_card(case_ref=case.ref, by=by)


EVENTS: dict[str, Callable[[Case, Variant, Actor], None]] = {"birth": _birth, "family_card": _family_card}
# Events that the register can undo exactly, for a case that is refused after it was recorded. A birth cannot
# be: its akta has a number in a book that has no gaps.
UNDO: dict[str, Callable[[Case, Actor], None]] = {"family_card": _undo_family_card}


def record_event(case: Case, variant: Variant, by: Actor) -> None:
    """Record the event that the variant names; a corrected case amends what it recorded before.

    Raises what the register refuses (RuleBroken, AlreadyRecorded).
    """
    if variant.event is None:
        return
    EVENTS[variant.event](case, variant, by)
    case.recorded = variant.event not in UNDO


def undo_event(case: Case, by: Actor) -> None:
    """Undo what the case recorded, where the register can; the table lets no other case end.

    Raises ChangedSince where the register has gone on since.
    """
    event = variant_of(case).event
    if event in UNDO:
        UNDO[event](case, by)
