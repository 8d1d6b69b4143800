"""Every address and who may open it: the table that a new address has to join."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

CASE = "00000000-0000-4000-8000-000000000000"
SAMPLES: dict[str, Any] = {
    "office": "balikpapan",
    "service": "akta-kelahiran",
    "variant": "kelahiran-wni",
    "case_id": CASE,
    "batch_id": CASE,
    "part": "anak",
    "requirement": "ktp_saksi",
    "attachment_id": 1,
    "ticket_id": 1,
    "intent_id": 1,
    "holiday_id": 1,
    "special_id": 1,
    "stop_id": 1,
    "document_id": "0" * 26,
    "name": "20260101",
}
# route: who (anybody, here = this machine in a demo, citizen, staff, or a right of staff)
OPEN_TO = {
    "demo/": "here",
    "demo/penduduk/": "here",
    "demo/kotak-surat/": "here",
    "demo/kotak-surat/<str:name>/": "here",
    "": "anybody",
    "kantor/<slug:office>/": "anybody",
    "kantor/<slug:office>/layanan/<slug:service>/": "anybody",
    "masuk/": "anybody",
    "masuk/kode/": "anybody",
    "keluar/": "anybody",
    "lacak/": "anybody",
    "v/": "anybody",
    "v/ca.pem": "anybody",
    "v/<str:document_id>/": "anybody",
    "v/<str:document_id>": "anybody",
    "kantor/<slug:office>/layanan/<slug:service>/<slug:variant>/mulai/": "citizen",
    "riwayat/": "citizen",
    "permohonan/<uuid:case_id>/": "citizen",
    "permohonan/<uuid:case_id>/isi/<slug:part>/": "citizen",
    "permohonan/<uuid:case_id>/berkas/<slug:requirement>/": "citizen",
    "permohonan/<uuid:case_id>/periksa/": "citizen",
    "permohonan/<uuid:case_id>/batal/": "citizen",
    "berkas/<int:attachment_id>/": "citizen",
    "berkas/<int:attachment_id>/hapus/": "citizen",
    "dokumen/<str:document_id>.pdf": "citizen",
    "petugas/masuk/": "anybody",
    "petugas/keluar/": "anybody",
    "petugas/": "staff",
    "petugas/permohonan/": "staff",
    "petugas/permohonan/<uuid:case_id>/": "staff",
    "petugas/permohonan/<uuid:case_id>/selesai/": "staff",
    "petugas/permohonan/<uuid:case_id>/kembalikan/": "staff",
    "petugas/permohonan/<uuid:case_id>/tolak/": "staff",
    "petugas/berkas/<int:attachment_id>/": "staff",
    "petugas/dokumen/<str:document_id>.pdf": "staff",
    "petugas/permohonan/<uuid:case_id>/resi.pdf": "intake",
    "petugas/loket/": "intake",
    "petugas/loket/baru/<slug:service>/<slug:variant>/": "intake",
    "petugas/loket/<uuid:case_id>/": "intake",
    "petugas/loket/<uuid:case_id>/isi/<slug:part>/": "intake",
    "petugas/loket/<uuid:case_id>/pemohon/": "intake",
    "petugas/loket/<uuid:case_id>/berkas/": "intake",
    "petugas/loket/<uuid:case_id>/batal/": "intake",
    "petugas/berkas-asli/": "intake",
    "petugas/buku-registrasi/": "intake",
    "petugas/tanda-tangan/": "sign",
    "petugas/tanda-tangan/<uuid:batch_id>/": "sign",
    "petugas/tanda-tangan/diragukan/": "signatures",
    "petugas/tanda-tangan/diragukan/<int:intent_id>/": "signatures",
    "petugas/ruang-cetak/": "print_room",
    "petugas/ruang-cetak/<int:ticket_id>/tiket.pdf": "print_room",
    "petugas/ruang-cetak/<int:ticket_id>/": "print_room",
    "petugas/hari-libur/": "calendar",
    "petugas/hari-libur/<int:holiday_id>/hapus/": "calendar",
    "petugas/hari-libur/<str:day>/buka/": "calendar",
    "petugas/hari-libur/jam-khusus/": "calendar",
    "petugas/hari-libur/jam-khusus/<int:special_id>/hapus/": "calendar",
    "petugas/waktu-berhenti/": "staff",
    "petugas/waktu-berhenti/<int:stop_id>/": "stop_clock",
    "petugas/permohonan/<uuid:case_id>/waktu-berhenti/": "staff",
    "petugas/register/": "register",
}
# Take forms only; everything else is opened with GET.
POSTS_ONLY = {
    "keluar/",
    "berkas/<int:attachment_id>/hapus/",
    "petugas/keluar/",
    "petugas/permohonan/<uuid:case_id>/selesai/",
    "petugas/permohonan/<uuid:case_id>/kembalikan/",
    "petugas/permohonan/<uuid:case_id>/tolak/",
    "petugas/tanda-tangan/diragukan/<int:intent_id>/",
    "petugas/hari-libur/<int:holiday_id>/hapus/",
    "petugas/hari-libur/<str:day>/buka/",
    "petugas/hari-libur/jam-khusus/<int:special_id>/hapus/",
    "petugas/waktu-berhenti/<int:stop_id>/",
    "petugas/permohonan/<uuid:case_id>/waktu-berhenti/",
}


def routes() -> list[str]:
    """Every route that the resolver knows."""
    return list(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for item in resolver.url_patterns:
        route = before + str(item.pattern)
        if isinstance(item, URLPattern):
            yield route
        else:
            yield from _walk(item, route)


def path_of(route: str) -> str:
    """An address of a route, with names of things that do not exist."""
    path = route
    for name, value in SAMPLES.items():
        for kind in ("str", "slug", "uuid", "int"):
            path = path.replace(f"<{kind}:{name}>", str(value))
    return f"/{path}"
