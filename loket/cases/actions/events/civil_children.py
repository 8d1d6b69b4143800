"""Pencatatan sipil of children: adoption, recognition, legitimation."""

from collections.abc import Callable
from datetime import date
from typing import Any

from loket.cases.actions.events.answers import decision, optional_date, reported_on
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import acknowledgement, adoption, legitimation
from loket.register.actions.parties import Decision


def _decree(case: Case, part: str) -> Decision:
    return decision(case, part, number="nomor_penetapan", day="tanggal_penetapan")


def _adoption(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    report = adoption.Report(
        child_nik=answers["pengangkatan_anak_nik"],
        child_name=answers["pengangkatan_anak_nama"],
        birth_number=answers["pengangkatan_nomor_akta_lahir"],
        father_nik=answers.get("pengangkatan_ayah_angkat_nik", ""),
        father_name=answers.get("pengangkatan_ayah_angkat_nama", ""),
        mother_nik=answers.get("pengangkatan_ibu_angkat_nik", ""),
        mother_name=answers.get("pengangkatan_ibu_angkat_nama", ""),
        decision=_decree(case, "pengangkatan"),
        reported_on=reported_on(case),
    )
    adoption.record(office=case.office, report=report, case_ref=case.ref, by=by)


def child_report(case: Case, part: str) -> acknowledgement.Report:
    """The part of F-2.01 about a recognition or a legitimation."""
    answers: dict[str, Any] = case.answers
    return acknowledgement.Report(
        child_nik=answers[f"{part}_anak_nik"],
        child_name=answers[f"{part}_anak_nama"],
        birth_number=answers[f"{part}_nomor_akta_lahir"],
        father_nik=answers[f"{part}_ayah_nik"],
        father_name=answers[f"{part}_ayah_nama"],
        mother_nik=answers.get(f"{part}_ibu_nik", ""),
        mother_name=answers[f"{part}_ibu_nama"],
        wedding_day=date.fromisoformat(answers[f"{part}_tanggal_kawin_agama"]),
        officiant=answers.get(f"{part}_pemuka_agama", ""),
        decision=_decree(case, part),
        reported_on=reported_on(case),
        field=part,
        marriage_number=answers.get(f"{part}_nomor_akta_kawin", ""),
        marriage_recorded=optional_date(answers.get(f"{part}_tanggal_akta_kawin")),
    )


def _acknowledgement(case: Case, variant: Variant, by: Actor) -> None:
    report = child_report(case, "pengakuan")
    acknowledgement.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _legitimation(case: Case, variant: Variant, by: Actor) -> None:
    report = child_report(case, "pengesahan")
    legitimation.record(office=case.office, report=report, case_ref=case.ref, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {
    "adoption": _adoption,
    "acknowledgement": _acknowledgement,
    "legitimation": _legitimation,
}
