"""Kartu Keluarga: from the answers of F-1.01, F-1.02 and F-1.06 to the register."""

from datetime import date
from typing import Any

from loket.cases.actions.events import reading
from loket.cases.actions.events.answers import (
    choices,
    column,
    label,
    label_if,
    optional_date,
    reported_on,
)
from loket.cases.actions.events.move_letters import require_signed
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import biodata as data
from loket.register.actions import family_events as families
from loket.register.actions.family_rules import record_new_head, record_replacement
from loket.register.actions.household import Applicant
from loket.register.actions.status_updates import StatusUpdate

# Bukti of F-1.02 that a register stands behind; the others are declarations (SPTJM).
RECORDED_PROOFS = {
    "BUKU NIKAH",
    "KUTIPAN AKTA PERKAWINAN",
    "KUTIPAN AKTA PERCERAIAN",
    "SURAT KETERANGAN PERCERAIAN",
}
DIED = "MENINGGAL DUNIA"
# Number and date of the court's permission for another wife, with the consent of the earlier ones.
CONSENT = "istri_lain_izin"
# Columns of the tables of F-1.06 that are elements of their own.
_CHOSEN = {
    "perubahan_pendidikan": {"pendidikan": "PENDIDIKAN", "pekerjaan": "PEKERJAAN"},
    "perubahan_agama": {
        "agama": "AGAMA",
        "golongan_darah": "GOLONGAN DARAH",
        "status_kawin": "STATUS PERKAWINAN",
    },
}


def _marriage(case: Case, variant: Variant) -> families.Marriage | None:
    if not reading.asks(variant, "kawin_bukti"):
        return None
    return families.Marriage(
        day=date.fromisoformat(case.answers["kawin_tanggal"]),
        recorded=label(case, variant, "kawin_bukti") in RECORDED_PROOFS,
        number=case.answers.get("kawin_nomor", ""),
        paper=label(case, variant, "kawin_bukti"),
    )


def _divorce(case: Case, variant: Variant) -> families.Divorce | None:
    if not reading.asks(variant, "cerai_bukti"):
        return None
    answers = case.answers
    return families.Divorce(
        partner_nik=answers["cerai_nik"],
        partner_name=answers["cerai_nama"],
        day=date.fromisoformat(answers["cerai_tanggal"]),
        recorded=label(case, variant, "cerai_bukti") in RECORDED_PROOFS,
        number=answers.get("cerai_nomor", ""),
    )


def _newcomers(case: Case, variant: Variant) -> families.Newcomers | None:
    if not reading.asks(variant, families.LETTER):
        return None
    require_signed(case.answers.get(families.LETTER, ""), families.LETTER)
    return families.Newcomers(
        letter=case.answers.get(families.LETTER, "").strip(),
        letter_date=optional_date(case.answers.get("pendatang_skpwni_tanggal")),
        biodata=reading.biodata(case, variant),
        reported_on=reported_on(case),
    )


def new_family(case: Case, variant: Variant, by: Actor) -> None:
    """A family that begins: by marriage, after a divorce, or by members who part."""
    report = families.NewFamily(
        applicant=reading.applicant(case),
        address=reading.address(case, "keluarga"),
        members=reading.members(case, variant, "keluarga_anggota"),
        successor_nik=case.answers.get("pengganti_nik", ""),
        marriage=_marriage(case, variant),
        divorce=_divorce(case, variant),
        newcomers=_newcomers(case, variant),
    )
    families.record_new_family(
        office=case.office, kind=variant.event or "", report=report, case_ref=case.ref, by=by
    )


def joining(case: Case, variant: Variant, by: Actor) -> None:
    """Numpang Kartu Keluarga."""
    report = families.Joining(
        applicant=reading.applicant(case),
        family_number=case.answers["numpang_nomor_kk"],
        head_name=case.answers["numpang_kepala_nama"],
        members=reading.members(case, variant, "numpang_anggota"),
        successor_nik=case.answers.get("pengganti_nik", ""),
        consent=case.answers.get(CONSENT, "").strip(),
    )
    families.record_joining(office=case.office, report=report, case_ref=case.ref, by=by)


def removal(case: Case, variant: Variant, by: Actor) -> None:
    """Members are taken off a card."""
    report = families.Removal(
        applicant=reading.applicant(case),
        died=label(case, variant, "kurang_sebab") == DIED,
        day=date.fromisoformat(case.answers["kurang_tanggal"]),
        number=case.answers.get("kurang_nomor", ""),
        people=reading.members(case, variant, "kurang_anggota"),
        successor_nik=case.answers.get("pengganti_nik", ""),
    )
    families.record_removal(office=case.office, report=report, case_ref=case.ref, by=by)


def new_head(case: Case, variant: Variant, by: Actor) -> None:
    """Another member becomes head of the family."""
    answers = case.answers
    head = Applicant(answers["kepala_baru_nik"], answers["kepala_baru_nama"], field="kepala_baru_nik")
    record_new_head(
        office=case.office,
        applicant=reading.applicant(case),
        head=head,
        basis=answers["kepala_baru_dasar"],
        case_ref=case.ref,
        by=by,
    )


def replacement(case: Case, variant: Variant, by: Actor) -> None:
    """A card lost or damaged."""
    record_replacement(office=case.office, applicant=reading.applicant(case), case_ref=case.ref, by=by)


def new_member(case: Case, variant: Variant, by: Actor) -> None:
    """Somebody is put on the applicant's card."""
    report = data.NewMember(
        applicant=reading.applicant(case),
        person=reading.person(case, variant),
        relation=label(case, variant, "orang_shdk"),
        consent=case.answers.get(CONSENT, "").strip(),
    )
    data.record_new_member(office=case.office, report=report, case_ref=case.ref, by=by)


def data_change(case: Case, variant: Variant, by: Actor) -> None:
    """Elements of data change (F-1.06)."""
    report = data.DataChange(
        declarant=reading.declarant(case, variant),
        elements=tuple(_elements(case, variant)),
        status=_status(case, variant),
    )
    data.record_data_change(office=case.office, report=report, case_ref=case.ref, by=by)


def _status(case: Case, variant: Variant) -> StatusUpdate | None:
    """A marriage that others recorded or ended, where the form asks for it and it was filled in."""
    answers: dict[str, Any] = case.answers
    if not label_if(case, variant, "status_peristiwa"):
        return None
    return StatusUpdate(
        nik=answers["status_nik"],
        name=answers["status_nama"],
        partner_nik=answers.get("status_pasangan_nik", ""),
        partner_name=answers["status_pasangan_nama"],
        day=date.fromisoformat(answers["status_tanggal"]),
        paper=label(case, variant, "status_bukti"),
        number=answers["status_nomor"],
        what=label(case, variant, "status_peristiwa"),
        reported_on=reported_on(case),
    )


def _elements(case: Case, variant: Variant) -> list[data.Element]:
    """Each filled cell of the first two tables, and each row of the third."""
    found = []
    for table, columns in _CHOSEN.items():
        for index, row in enumerate(case.answers.get(table) or []):
            for key, element in columns.items():
                if row.get(key):
                    words = choices(case, column(variant, table, key))[row[key]]
                    found.append(_element(row, element, words, f"{table}-{index}-{key}"))
    for index, row in enumerate(case.answers.get("perubahan_lain") or []):
        element = choices(case, column(variant, "perubahan_lain", "elemen"))[row["elemen"]]
        found.append(_element(row, element, row["menjadi"], f"perubahan_lain-{index}-menjadi"))
    return found


def _element(row: dict[str, Any], element: str, value: str, field: str) -> data.Element:
    return data.Element(row["nik"], row["nama"], element, value, row["dasar"], field)
