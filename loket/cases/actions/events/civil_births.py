"""Pencatatan sipil of births whose report has parts of its own: a foundling, a birth abroad."""

from datetime import date
from typing import Any

from loket.cases.actions.events.answers import SEX, label, optional_date, reported_on, witnesses
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import births_abroad, foundlings
from loket.register.actions.births import BirthReport


def is_foundling(case: Case) -> bool:
    """Whether the form tells of a child that was found (part `temuan` of F-2.01)."""
    return "temuan_tanggal" in case.answers


def record_foundling(case: Case, variant: Variant, by: Actor) -> None:
    """The parts `anak` and `temuan` of F-2.01 to the register."""
    answers: dict[str, Any] = case.answers
    report = foundlings.Report(
        child_name=answers["anak_nama"],
        child_sex=SEX[label(case, variant, "anak_jenis_kelamin")],
        birth_date=date.fromisoformat(answers["anak_tanggal_lahir"]),
        birth_place=answers["anak_tempat_lahir"].upper(),
        found_on=date.fromisoformat(answers["temuan_tanggal"]),
        found_at=answers["temuan_tempat"],
        police=answers.get("temuan_kepolisian", ""),
        police_number=answers.get("temuan_nomor_polisi", ""),
        police_date=optional_date(answers.get("temuan_tanggal_polisi")),
        guardian_nik=answers["temuan_wali_nik"],
        guardian_name=answers["temuan_wali_nama"],
        reporter_nik=answers.get("pelapor_nik", ""),
        declarant_nik=answers.get("sptjm_kelahiran_nik", ""),
        religion=label(case, variant, "temuan_agama"),
        witness_niks=witnesses(case),
        reported_on=reported_on(case),
        details={"birth_time": answers.get("anak_pukul", "")},
    )
    foundlings.record(office=case.office, report=report, case_ref=case.ref, by=by)


def record_abroad(case: Case, birth: BirthReport, by: Actor) -> None:
    """The parts of a birth and `luar_negeri` of F-2.01 to the register."""
    answers: dict[str, Any] = case.answers
    report = births_abroad.Report(
        birth=birth,
        country=answers["luar_negeri_negara"],
        proof_number=answers["luar_negeri_nomor_bukti"],
        proof_date=date.fromisoformat(answers["luar_negeri_tanggal_terbit"]),
        mission=answers.get("luar_negeri_perwakilan", ""),
        mission_number=answers.get("luar_negeri_nomor", ""),
        mission_date=optional_date(answers.get("luar_negeri_tanggal")),
        returned_on=optional_date(answers.get("luar_negeri_tanggal_kembali")),
    )
    births_abroad.record(office=case.office, report=report, case_ref=case.ref, by=by)
