"""Pindah and datang, access to data: from the answers to the register."""

from datetime import date
from typing import Any

from loket.cases.actions.events import reading
from loket.cases.actions.events.answers import label, optional_date, reported_on
from loket.cases.actions.events.move_letters import require_signed
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import access, arrivals, letters, moves_within
from loket.register.actions import moves as departures

OTHER_REASON = "7"
JOINS = "1"


def departure(case: Case, variant: Variant, by: Actor) -> None:
    """Out of the area or abroad: a new letter, one in place of another, or one that is cancelled."""
    kind = variant.event or ""
    answers = case.answers
    if reading.asks(variant, "batal_surat_nomor"):
        letters.record_cancellation(
            office=case.office,
            kind=kind,
            applicant=reading.applicant(case),
            number=answers["batal_surat_nomor"],
            reason=answers["batal_alasan"],
            case_ref=case.ref,
            by=by,
        )
    elif reading.asks(variant, "surat_lama_nomor"):
        asked = reading.asks(variant, "tujuan_alamat") or reading.asks(variant, "tujuan_negara")
        letters.record_letter_again(
            office=case.office,
            kind=kind,
            applicant=reading.applicant(case),
            number=answers["surat_lama_nomor"],
            report=_departure(case, variant) if asked else None,
            case_ref=case.ref,
            by=by,
        )
    else:
        departures.record_departure(
            office=case.office, kind=kind, report=_departure(case, variant), case_ref=case.ref, by=by
        )


def _departure(case: Case, variant: Variant) -> departures.Departure:
    """Where somebody goes, as F-1.03 (or F-1.33 to F-1.36) says it."""
    answers: dict[str, Any] = case.answers
    abroad = reading.asks(variant, "tujuan_negara")
    reason = reading.chosen(case, variant, "pindah_alasan")
    if answers.get("pindah_alasan") == OTHER_REASON:
        reason = answers["pindah_alasan_lain"].upper()
    listed = reading.asks(variant, departures.MOVERS)
    return departures.Departure(
        applicant=reading.applicant(case),
        people=reading.members(case, variant, departures.MOVERS) if listed else (),
        destination=(
            answers["tujuan_negara_alamat"].upper() if abroad else reading.place(case, variant, "tujuan")
        ),
        regency="" if abroad else answers["tujuan_kabupaten"],
        country=answers["tujuan_negara"].upper() if abroad else "",
        host=answers.get("tujuan_penanggung_jawab", "").upper(),
        reason=reason,
        kind=answers.get("pindah_jenis", ""),
        kind_words=reading.chosen(case, variant, "pindah_jenis"),
        stayers_join=answers.get("pindah_kk_tinggal") == JOINS,
        successor_nik=answers.get("pindah_pengganti_nik") or answers.get("pengganti_nik", ""),
        planned_on=optional_date(answers.get("tujuan_negara_tanggal") or answers.get("pindah_tanggal")),
    )


def arrival(case: Case, variant: Variant, by: Actor) -> None:
    """From elsewhere or from abroad, by `kedatangan` of F-1.03 or by the family of F-1.01."""
    answers: dict[str, Any] = case.answers
    abroad = reading.asks(variant, "ln_surat_nomor")
    on_move_form = reading.asks(variant, "anggota_datang")
    table = "anggota_datang" if on_move_form else "keluarga_anggota"
    joins = answers.get("datang_nomor_kk", "") if answers.get("datang_kk") == JOINS else ""
    letter = "ln_surat" if abroad else "skpwni"
    report = arrivals.Arrival(
        applicant=reading.applicant(case),
        people=reading.members(case, variant, table),
        table=table,
        letter=answers[f"{letter}_nomor"].strip(),
        letter_field=f"{letter}_nomor",
        letter_date=date.fromisoformat(answers[f"{letter}_tanggal"]),
        origin=answers["ln_negara"].upper() if abroad else reading.place(case, variant, "asal"),
        address=None if joins else reading.own_address(case, variant),
        joins=joins,
        biodata=reading.biodata(case, variant),
        country=answers["ln_negara"].upper() if abroad else "",
        arrived_on=optional_date(answers.get("ln_tanggal")),
        passport=answers.get("ln_paspor", "").upper(),
        reported_on=reported_on(case),
    )
    require_signed(report.letter, report.letter_field)
    arrivals.record_arrival(
        office=case.office, kind=variant.event or "", report=report, case_ref=case.ref, by=by
    )


def within(case: Case, variant: Variant, by: Actor) -> None:
    """Inside the kabupaten/kota, by F-1.03: to an address of their own, or into another family."""
    answers: dict[str, Any] = case.answers
    joins = answers.get("datang_nomor_kk", "") if answers.get("datang_kk") == JOINS else ""
    report = moves_within.MoveWithin(
        applicant=reading.applicant(case),
        people=reading.members(case, variant, moves_within.MOVERS),
        address=None if joins else reading.own_address(case, variant),
        joins=joins,
        successor_nik=answers.get("pindah_pengganti_nik") or answers.get("pengganti_nik", ""),
    )
    moves_within.record_move_within(office=case.office, report=report, case_ref=case.ref, by=by)


def data_access(case: Case, variant: Variant, by: Actor) -> None:
    """Hak akses of an agency (akses-data)."""
    answers: dict[str, Any] = case.answers
    report = access.AccessRequest(
        institution=answers["instansi_nama"],
        institution_kind=label(case, variant, "instansi_jenis"),
        address=answers["instansi_alamat"],
        person_name=answers["instansi_penanggung_jawab"],
        person_title=answers["instansi_jabatan"],
        phone=answers["instansi_telepon"],
        email=answers["instansi_surel"],
        kind=label(case, variant, "akses_jenis"),
        purpose=answers["akses_tujuan"],
        mou_number=answers["mou_nomor"],
        mou_date=date.fromisoformat(answers["mou_tanggal"]),
        agreement_number=answers["pks_nomor"],
        agreement_date=date.fromisoformat(answers["pks_tanggal"]),
        valid_until=date.fromisoformat(answers["pks_berakhir"]),
        categories=tuple(
            {
                "category": row["kategori"],
                "users": row["pengguna"],
                "address": row.get("alamat_ip", ""),
            }
            for row in answers["akses_kategori"]
        ),
    )
    access.record_access(office=case.office, report=report, case_ref=case.ref, by=by)
