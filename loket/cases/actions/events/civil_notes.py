"""Pencatatan sipil of akta that are there already: name, correction, other events, annulment, citizenship."""

from collections.abc import Callable
from datetime import date
from typing import Any

from loket.cases.actions.events.answers import SEX, decision, label, label_if, reported_on
from loket.cases.actions.events.civil_extracts import BOOKS_OF
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import annulments, citizenship_gain, corrections, name_change, other_events
from loket.register.actions.parties import Decision


def _books(variant: Variant) -> frozenset[str]:
    """The books of which the service makes a new kutipan; none where it makes a note only."""
    wanted = [BOOKS_OF[product.document] for product in variant.products if product.document in BOOKS_OF]
    return frozenset().union(*wanted)


def _decree(case: Case, part: str) -> Decision:
    return decision(case, part, number="nomor_penetapan", day="tanggal_penetapan")


def _name_change(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    report = name_change.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        new_name=answers["perubahan_nama_baru"],
        record_number=answers["perubahan_nama_nomor_akta"],
        guardian_nik=answers.get("perubahan_nama_wali_nik", ""),
        decision=_decree(case, "perubahan_nama"),
        reported_on=reported_on(case),
    )
    name_change.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _akta_correction(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    report = corrections.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        record_number=answers["pembetulan_nomor_akta"],
        element=label(case, variant, "pembetulan_unsur"),
        before=answers["pembetulan_semula"],
        after=answers["pembetulan_menjadi"],
        guardian_nik=answers.get("pembetulan_wali_nik", ""),
        reported_on=reported_on(case),
        books=_books(variant),
    )
    corrections.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _other_event(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    sex = label_if(case, variant, "peristiwa_lain_jenis_kelamin_baru")
    report = other_events.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        record_number=answers["peristiwa_lain_nomor_akta"],
        description=answers["peristiwa_lain_uraian"],
        sex=SEX[sex] if sex else None,
        decision=_decree(case, "peristiwa_lain"),
        reported_on=reported_on(case),
        books=_books(variant),
    )
    other_events.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _akta_annulment(case: Case, variant: Variant, by: Actor) -> None:
    report = annulments.Report(
        nik=case.answers["subjek1_nik"],
        name=case.answers["subjek1_nama"],
        record_number=case.answers["pembatalan_akta_nomor"],
        decision=decision(case, "pembatalan_akta"),
        reported_on=reported_on(case),
        number_field="pembatalan_akta_nomor",
        decided_field="pembatalan_akta_tanggal_putusan",
    )
    annulments.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _akta_withdrawal(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    day = date.fromisoformat(answers["penarikan_akta_tanggal_keputusan"])
    report = annulments.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        record_number=answers["penarikan_akta_nomor"],
        decision=Decision("Kepala Dinas", answers["penarikan_akta_nomor_keputusan"], day),
        reported_on=reported_on(case),
        number_field="penarikan_akta_nomor",
        decided_field="penarikan_akta_tanggal_keputusan",
        reason=answers["penarikan_akta_alasan"],
    )
    annulments.record_withdrawal(office=case.office, report=report, case_ref=case.ref, by=by)


def _citizenship_gain(case: Case, variant: Variant, by: Actor) -> None:
    answers: dict[str, Any] = case.answers
    report = citizenship_gain.Report(
        nik=answers["subjek1_nik"],
        name=answers["subjek1_nama"],
        citizenship=answers["kewarganegaraan_baru"],
        record_number=answers.get("kewarganegaraan_nomor_akta", ""),
        authority=answers["kewarganegaraan_pejabat"],
        decision_number=answers["kewarganegaraan_nomor_keputusan"],
        decision_date=date.fromisoformat(answers["kewarganegaraan_tanggal_keputusan"]),
        reported_on=reported_on(case),
    )
    citizenship_gain.record(office=case.office, report=report, case_ref=case.ref, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {
    "name_change": _name_change,
    "akta_correction": _akta_correction,
    "other_event": _other_event,
    "akta_annulment": _akta_annulment,
    "akta_withdrawal": _akta_withdrawal,
    "citizenship_gain": _citizenship_gain,
}
