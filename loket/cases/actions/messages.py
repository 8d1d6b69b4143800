"""What the applicant is told at each state, by e-mail. No personal data in a subject; NIK nowhere."""

from typing import Any

from django.conf import settings

from loket.cases import queries
from loket.cases.models import Case
from loket.core.wording import local_moment
from loket.notices.actions import queue
from loket.offices.queries import zone

_TEXTS: dict[str, tuple[str, str]] = {
    "submitted": (
        "Permohonan diterima",
        "Permohonan {service} Anda sudah kami terima.\n\nKode pelacakan: {code}\nSelesai paling lambat: "
        "{deadline}\n\nSimpan kode itu. Dengan kode itu siapa pun dapat melihat kemajuan permohonan, "
        "tanpa data pribadi.",
    ),
    "returned": (
        "Permohonan perlu diperbaiki",
        "Petugas mengembalikan permohonan {service} Anda (kode {code}) untuk diperbaiki:\n\n{reason}\n\n"
        "Masuk ke akun Anda, perbaiki, lalu kirim kembali. Waktu pelayanan berhenti sampai Anda mengirimnya. "
        "Tanpa jawaban dalam {answer_days} hari permohonan ditutup.",
    ),
    "repaired": (
        "Perbaikan diterima",
        "Perbaikan permohonan {service} Anda (kode {code}) sudah kami terima.\nSelesai paling lambat: "
        "{deadline}",
    ),
    "rejected": (
        "Permohonan ditolak",
        "Permohonan {service} Anda (kode {code}) ditolak dengan alasan:\n\n{reason}\n\n"
        "Anda dapat mengajukan permohonan baru, atau menyampaikan pengaduan kepada kantor.",
    ),
    "cancelled": (
        "Permohonan dibatalkan",
        "Permohonan {service} Anda (kode {code}) sudah dibatalkan sesuai permintaan Anda.",
    ),
    "reminded": (
        "Permohonan menunggu perbaikan Anda",
        "Permohonan {service} Anda (kode {code}) masih menunggu perbaikan. Tanpa jawaban permohonan ditutup "
        "{answer_days} hari sesudah dikembalikan.",
    ),
    "expired": (
        "Permohonan ditutup",
        "Permohonan {service} Anda (kode {code}) ditutup karena tidak diperbaiki dalam {answer_days} hari. "
        "Anda dapat mengajukan permohonan baru kapan saja.",
    ),
    "ready": (
        "Dokumen Anda siap diambil",
        "Dokumen permohonan {service} (kode {code}) sudah selesai dan dapat diambil di kantor pada jam "
        "pelayanan. Bawa resi bukti pengurusan Anda.",
    ),
    "handed_over": (
        "Dokumen Anda sudah diserahkan",
        "Dokumen permohonan {service} (kode {code}) sudah diserahkan di loket. Bila bukan Anda atau orang "
        "yang Anda beri kuasa yang menerimanya, segera hubungi kantor.",
    ),
    "done": (
        "Dokumen Anda sudah selesai",
        "Permohonan {service} Anda (kode {code}) sudah selesai. Dokumen yang sudah ditandatangani secara "
        "elektronik terlampir dan tersimpan di riwayat permohonan Anda. Simpan berkasnya dan cetak dengan "
        "kertas HVS A4 80 gram bila diperlukan.\n\nPeriksa keaslian berkas di {verify}",
    ),
}


def _page(case: Case) -> str:
    """The applicant's page of the case; without an account the page for tracking codes."""
    return (
        f"{settings.BASE_URL}/permohonan/{case.pk}/" if case.applicant_id else f"{settings.BASE_URL}/lacak/"
    )


def address_of(case: Case) -> str:
    """Where the applicant gets mail; empty for somebody who came to the counter without an address."""
    return case.applicant.email if case.applicant else case.applicant_email


def tell(case: Case, what: str, *, reason: str = "", attachments: list[dict[str, Any]] | None = None) -> None:
    """Queue the message `what` for the applicant in the running transaction, once for each version.

    Whoever gave no address at the counter gets none: they have the receipt.
    """
    to = address_of(case)
    if not to:
        return
    subject, text = _TEXTS[what]
    office = case.office
    body = text.format(
        service=queries.definition(case.revision).name,
        code=case.tracking_code or "-",
        deadline=local_moment(case.deadline_at, zone(office)) if case.deadline_at else "-",
        reason=reason,
        answer_days=office.definition["answer_days"],
        verify=f"{settings.BASE_URL}/v/",
    )
    queue(
        key=f"{case.ref}:{what}:{case.version}",
        to=to,
        subject=subject,
        body=(f"Yth. Pemohon,\n\n{body}\n\nLihat permohonan: {_page(case)}\n\n{office.name}\n"),
        office=office,
        case_ref=case.ref,
        attachments=attachments,
    )
