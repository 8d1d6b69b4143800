"""Pencatatan sipil: from the answers of F-2.01 to the register.

The marriages, children and extracts are in modules of their own; here is what all of them begin with, births,
deaths and citizenship.
"""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from loket.cases.actions.events import (
    civil_births,
    civil_children,
    civil_couples,
    civil_extracts,
    civil_notes,
)
from loket.cases.actions.events.answers import (
    SEX,
    label,
    label_if,
    optional_date,
    party,
    reported_on,
    witnesses,
)
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register import actions as register
from loket.register.actions import birth_letters, births, citizenship_loss, death, foreign_births
from loket.register.rules import civil

Recorder = Callable[[Case, Variant, Actor], None]
_CITIZENSHIP = {True: civil.FOREIGNER, False: civil.CITIZEN}


def _part(answers: dict[str, Any], who: str) -> str:
    """The part of F-2.01 that tells of somebody: the one for foreigners where the service asks for it."""
    return f"{who}_asing" if f"{who}_asing_nama" in answers else who


def birth_report(case: Case, variant: Variant) -> register.BirthReport:
    """F-2.01 of a birth as the register takes it; a parent may be told of in the part for foreigners."""
    answers: dict[str, Any] = case.answers
    mother, father, reporter = (_part(answers, who) for who in ("ibu", "ayah", "pelapor"))
    foreign = mother == "ibu_asing"
    of_father = "" if not answers.get(f"{father}_nama") else _CITIZENSHIP[father == "ayah_asing"]
    return register.BirthReport(
        child_name=answers["anak_nama"],
        child_sex=SEX[label(case, variant, "anak_jenis_kelamin")],
        birth_date=date.fromisoformat(answers["anak_tanggal_lahir"]),
        birth_time=time.fromisoformat(answers["anak_pukul"]) if answers.get("anak_pukul") else None,
        birth_place=answers["anak_tempat_lahir"].upper(),
        birth_order=answers["anak_ke"],
        birth_kind=label(case, variant, "anak_jenis_kelahiran"),
        helper=label(case, variant, "anak_penolong"),
        facility=label(case, variant, "anak_tempat_dilahirkan"),
        weight_grams=answers.get("anak_berat") or None,
        length_cm=answers.get("anak_panjang") or None,
        mother_nik=answers.get(f"{mother}_nik", ""),
        father_nik=answers.get(f"{father}_nik", ""),
        father_name=answers.get(f"{father}_nama", ""),
        father_birth_date=optional_date(answers.get(f"{father}_tanggal_lahir")),
        reporter_nik=answers.get(f"{reporter}_nik", ""),
        witness_niks=witnesses(case),
        reported_on=reported_on(case),
        citizenship=births.citizenship_of(_CITIZENSHIP[foreign], of_father),
        mother_foreign=foreign,
        mother_name=answers[f"{mother}_nama"],
        mother_birth_date=optional_date(answers.get(f"{mother}_tanggal_lahir")),
        declared_couple=_declared_couple(case),
        declarant_nik=answers.get("sptjm_kelahiran_nik", ""),
        # The card of a birth is the KIA of the child.
        gives_card=any(product.medium == "card" for product in variant.products),
    )


def _declared_couple(case: Case) -> tuple[str, str] | None:
    """Husband and wife of F-2.04, where the service asks for it."""
    answers = case.answers
    if not answers.get("sptjm_pasangan_suami_nik"):
        return None
    return answers["sptjm_pasangan_suami_nik"], answers["sptjm_pasangan_istri_nik"]


def _birth(case: Case, variant: Variant, by: Actor) -> None:
    if civil_births.is_foundling(case):
        civil_births.record_foundling(case, variant, by)
        return
    if "ibu_asing_nama" in case.answers:
        mother = party(case, "ibu_asing", citizenship=civil.FOREIGNER)
        of_citizen = bool(case.answers.get("ayah_nik"))
        if not of_citizen and not foreign_births.joins_family(mother, case.office):
            _birth_outside_families(case, variant, by)
            return
    report = birth_report(case, variant)
    births.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _birth_outside_families(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    father = (
        party(case, "ayah_asing", citizenship=civil.FOREIGNER) if answers.get("ayah_asing_nama") else None
    )
    report = foreign_births.Report(
        child_name=answers["anak_nama"],
        child_sex=SEX[label(case, variant, "anak_jenis_kelamin")],
        birth_date=date.fromisoformat(answers["anak_tanggal_lahir"]),
        birth_place=answers["anak_tempat_lahir"].upper(),
        birth_order=answers["anak_ke"],
        mother=party(case, "ibu_asing", citizenship=civil.FOREIGNER),
        father=father,
        witness_niks=witnesses(case),
        reported_on=reported_on(case),
        details={
            "birth_time": answers.get("anak_pukul", ""),
            "birth_kind": label(case, variant, "anak_jenis_kelahiran"),
            "helper": label(case, variant, "anak_penolong"),
            "facility": label(case, variant, "anak_tempat_dilahirkan"),
            "reporter": answers.get("pelapor_asing_nama", ""),
        },
    )
    foreign_births.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _birth_abroad(case: Case, variant: Variant, by: Actor) -> None:
    civil_births.record_abroad(case, birth_report(case, variant), by)


def _birth_statement(case: Case, variant: Variant, by: Actor) -> None:
    details = {"birth_time": case.answers.get("anak_pukul", ""), "child_name": case.answers["anak_nama"]}
    report = _letter_report(case, variant, "anak", "anak_tempat_lahir", "anak_tanggal_lahir", details)
    birth_letters.record_birth_statement(office=case.office, report=report, case_ref=case.ref, by=by)


def _stillbirth(case: Case, variant: Variant, by: Actor) -> None:
    details = {
        "weeks": case.answers["lahir_mati_lama_kandungan"],
        "cause": case.answers["lahir_mati_sebab"],
        "stated_by": label(case, variant, "lahir_mati_yang_menentukan"),
        "birth_kind": label(case, variant, "lahir_mati_jenis_kelahiran"),
        "facility": label(case, variant, "lahir_mati_tempat_dilahirkan"),
        "helper": label(case, variant, "lahir_mati_penolong"),
    }
    where, when = "lahir_mati_tempat", "lahir_mati_tanggal"
    report = _letter_report(case, variant, "lahir_mati_anak", where, when, details)
    birth_letters.record_stillbirth(office=case.office, report=report, case_ref=case.ref, by=by)


def _letter_report(
    case: Case, variant: Variant, child: str, where: str, when: str, details: dict[str, Any]
) -> birth_letters.Report:
    answers: dict[str, Any] = case.answers
    return birth_letters.Report(
        mother_nik=answers["ibu_nik"],
        mother_name=answers["ibu_nama"],
        father_nik=answers.get("ayah_nik", ""),
        father_name=answers.get("ayah_nama", ""),
        reporter_nik=answers.get("pelapor_nik", ""),
        sex=SEX[label(case, variant, f"{child.removesuffix('_anak')}_jenis_kelamin")],
        day=date.fromisoformat(answers[when]),
        place=answers[where],
        order=answers[f"{child}_ke"],
        reported_on=reported_on(case),
        field=when,
        details=details,
    )


def death_report(case: Case, variant: Variant) -> death.Report:
    """F-2.01 of a death as the register takes it."""
    answers: dict[str, Any] = case.answers
    sex = label_if(case, variant, "kematian_jenis_kelamin")
    return death.Report(
        name=answers["kematian_nama"],
        nik=answers.get("kematian_nik", ""),
        day=date.fromisoformat(answers["kematian_tanggal"]),
        time=answers.get("kematian_pukul", ""),
        place=answers["kematian_tempat"],
        cause=label(case, variant, "kematian_sebab"),
        stated_by=label(case, variant, "kematian_yang_menerangkan"),
        successor_nik=answers.get("kematian_kepala_baru_nik", ""),
        reporter_nik=answers.get("pelapor_nik", ""),
        witness_niks=witnesses(case),
        reported_on=reported_on(case),
        basis=answers.get("kematian_dasar", ""),
        travel_document=answers.get("kematian_dokumen_perjalanan", ""),
        sex=SEX[sex] if sex else None,
        birth_place=answers.get("kematian_tempat_lahir", ""),
        birth_date=optional_date(answers.get("kematian_tanggal_lahir")),
        proof=label_if(case, variant, "kematian_bukti"),
        reporter_as=label_if(case, variant, "kematian_pelapor"),
        guardian_nik=answers.get("kematian_wali_nik", ""),
    )


def _death(case: Case, variant: Variant, by: Actor) -> None:
    report = death_report(case, variant)
    death.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _death_statement(case: Case, variant: Variant, by: Actor) -> None:
    report = death_report(case, variant)
    death.record_statement(office=case.office, report=report, case_ref=case.ref, by=by)


def _undo_death_statement(case: Case, by: Actor) -> None:
    death.revert_statement(case_ref=case.ref, by=by)


def _citizenship_loss(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    report = citizenship_loss.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        citizenship=answers["kewarganegaraan_baru"],
        record_number=answers.get("kewarganegaraan_nomor_akta", ""),
        authority=answers["kewarganegaraan_pejabat"],
        decision_number=answers["kewarganegaraan_nomor_keputusan"],
        decision_date=date.fromisoformat(answers["kewarganegaraan_tanggal_keputusan"]),
        successor_nik=answers.get("kewarganegaraan_kepala_baru_nik", ""),
        reported_on=reported_on(case),
    )
    citizenship_loss.record(office=case.office, report=report, case_ref=case.ref, by=by)


RECORDERS: dict[str, Recorder] = {
    "birth": _birth,
    "birth_abroad": _birth_abroad,
    "birth_statement": _birth_statement,
    "stillbirth": _stillbirth,
    "death": _death,
    "death_statement": _death_statement,
    "citizenship_loss": _citizenship_loss,
    **civil_couples.RECORDERS,
    **civil_children.RECORDERS,
    **civil_extracts.RECORDERS,
    **civil_notes.RECORDERS,
}
# An akta has a number in a book that has no gaps, so these are corrected, never undone.
LASTING = frozenset({"birth", *civil.BOOKS})
# How to undo what more than its own rows speaks for.
UNDO: dict[str, Callable[[Case, Actor], None]] = {"death_statement": _undo_death_statement}
