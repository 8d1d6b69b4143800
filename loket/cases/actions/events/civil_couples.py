"""Pencatatan sipil of couples: marriage, divorce, and the annulment of either."""

from collections.abc import Callable
from datetime import date
from typing import Any

from loket.cases.actions.events.answers import (
    decision,
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
from loket.register.actions import divorce, divorce_annulment, marriage, marriage_annulment, marriage_end
from loket.register.actions.parties import Decision, Party

HUSBAND, WIFE = "subjek1", "subjek2"
# Who follows a belief names its organisation instead of a religion (UU 23/2006 art. 34, PP 40/2019 [G]).
_BELIEF = "KEPERCAYAAN TERHADAP TUHAN YANG MAHA ESA"
# Fields of the form that the book keeps and no rule looks at.
_KEPT = {
    "organisation": "perkawinan_organisasi",
    "notary": "perkawinan_perjanjian_notaris",
    "agreement_number": "perkawinan_perjanjian_nomor",
    "agreement_date": "perkawinan_perjanjian_tanggal",
    "children": "perkawinan_jumlah_anak",
    "abroad_country": "luar_negeri_negara",
    "abroad_number": "luar_negeri_nomor_bukti",
    "abroad_date": "luar_negeri_tanggal_terbit",
    "abroad_mission": "luar_negeri_perwakilan",
    "abroad_report": "luar_negeri_nomor",
}


def _party(case: Case, variant: Variant, who: str) -> Party:
    return party(case, who, citizenship=label(case, variant, f"{who}_kewarganegaraan"))


def marriage_report(case: Case, variant: Variant) -> marriage.Report:
    """F-2.01 of a marriage as the register takes it."""
    answers: dict[str, Any] = case.answers
    dispensation = Decision(
        court=answers.get("perkawinan_dispensasi_pengadilan", ""),
        number=answers.get("perkawinan_dispensasi_nomor", ""),
        day=optional_date(answers.get("perkawinan_dispensasi_tanggal")),
    )
    return marriage.Report(
        husband=_party(case, variant, HUSBAND),
        wife=_party(case, variant, WIFE),
        day=date.fromisoformat(answers["perkawinan_tanggal"]),
        place=answers["perkawinan_tempat"],
        religion=label_if(case, variant, "perkawinan_agama") or _BELIEF,
        officiant=answers["perkawinan_pemuka_agama"],
        dispensation=dispensation,
        witness_niks=witnesses(case),
        reported_on=reported_on(case),
        abroad=bool(answers.get("luar_negeri_nomor_bukti")),
        details={name: answers[key] for name, key in _KEPT.items() if answers.get(key) not in (None, "")},
        papers=(_papers(case, "suami"), _papers(case, "istri")),
        permission=answers.get("perkawinan_izin_perwakilan", ""),
        polygamy=answers.get("perkawinan_izin_poligami", ""),
        court=answers.get("perkawinan_penetapan", ""),
        announced_on=optional_date(answers.get("perkawinan_pengumuman")),
        camat=answers.get("perkawinan_dispensasi_camat", ""),
        returned_on=optional_date(answers.get("luar_negeri_tanggal_kembali")),
    )


def _papers(case: Case, side: str) -> marriage.Papers:
    """Consent and proof of the marriage before, of husband (`suami`) or wife (`istri`)."""
    return marriage.Papers(
        consent=case.answers.get(f"perkawinan_izin_orang_tua_{side}", ""),
        former=case.answers.get(f"perkawinan_akta_sebelumnya_{side}", ""),
    )


def _marriage(case: Case, variant: Variant, by: Actor) -> None:
    report = marriage_report(case, variant)
    marriage.record(office=case.office, report=report, case_ref=case.ref, by=by)


def end_report(case: Case, variant: Variant, part: str, record: str) -> marriage_end.Report:
    """A part of F-2.01 by which a marriage or divorce ends; `record` names the akta's fields in it."""
    answers: dict[str, Any] = case.answers
    proposer = label_if(case, variant, f"{part}_pengaju")
    return marriage_end.Report(
        husband=_party(case, variant, HUSBAND),
        wife=_party(case, variant, WIFE),
        record_number=answers[f"{part}_nomor_{record}"],
        record_date=date.fromisoformat(answers[f"{part}_tanggal_{record}"]),
        decision=decision(case, part),
        reported_on=reported_on(case),
        field=part,
        record_field=f"{part}_nomor_{record}",
        details={"proposed_by": proposer} if proposer else {},
        final_on=optional_date(answers.get(f"{part}_tanggal_panitera")),
    )


def _divorce(case: Case, variant: Variant, by: Actor) -> None:
    report = end_report(case, variant, "perceraian", "akta_kawin")
    divorce.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _marriage_annulment(case: Case, variant: Variant, by: Actor) -> None:
    report = end_report(case, variant, "pembatalan_perkawinan", "akta")
    marriage_annulment.record(office=case.office, report=report, case_ref=case.ref, by=by)


def _divorce_annulment(case: Case, variant: Variant, by: Actor) -> None:
    report = end_report(case, variant, "pembatalan_perceraian", "akta")
    divorce_annulment.record(office=case.office, report=report, case_ref=case.ref, by=by)


RECORDERS: dict[str, Callable[[Case, Variant, Actor], None]] = {
    "marriage": _marriage,
    "divorce": _divorce,
    "marriage_annulment": _marriage_annulment,
    "divorce_annulment": _divorce_annulment,
}
