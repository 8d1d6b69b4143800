"""Who may open each address: one table. An address without a row is refused, and fails the build.

The guards of the views must say the same (`tests/architecture/test_policy.py`); the middleware refuses
methods and addresses that are not here; the tests of access are made from these rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from loket.offices.rules import Right
from loket.web.errors import not_found

# anybody; here: this machine, in a demo; citizen: signed in; staff: of any role; else staff with that right
Who = Literal["anybody", "here", "citizen", "staff"] | Right
# What the address names: it exists only for its applicant, its office, its signer (`mine`), or for everybody.
Of = Literal["", "published", "applicant", "office", "mine"]


@dataclass(frozen=True)
class Row:
    """What one address is: its methods, who may open it, whose things it names, and whether it shows people.

    `looks`: a page that shows somebody's data leaves exactly one row in the journal each time it is shown.
    `stated`: whoever has no task with it sees it only after posting a purpose.
    """

    who: Who
    methods: str = "GET"
    of: Of = ""
    looks: bool = False
    stated: bool = False


BOTH, POST = "GET POST", "POST"
POLICY: dict[str, Row] = {
    "demo/": Row("here"),
    "demo/penduduk/": Row("here"),
    "demo/kotak-surat/": Row("here"),
    "demo/kotak-surat/<str:name>/": Row("here"),
    "": Row("anybody"),
    "kantor/<slug:office>/": Row("anybody", of="published"),
    "kantor/<slug:office>/layanan/<slug:service>/": Row("anybody", of="published"),
    "kantor/<slug:office>/layanan/<slug:service>/standar.pdf": Row("anybody", of="published"),
    "kantor/<slug:office>/layanan/<slug:service>/sop.pdf": Row("anybody", of="published"),
    "kantor/<slug:office>/layanan/<slug:service>/<slug:variant>/mulai/": Row("citizen", BOTH, "published"),
    "masuk/": Row("anybody", BOTH),
    "masuk/kode/": Row("anybody", BOTH),
    "keluar/": Row("anybody", POST),
    "lacak/": Row("anybody"),
    "v/": Row("anybody", BOTH),
    "v/ca.pem": Row("anybody"),
    "v/<str:document_id>/": Row("anybody", of="published", looks=True),
    "v/<str:document_id>": Row("anybody", of="published", looks=True),
    "riwayat/": Row("citizen", looks=True),
    "permohonan/<uuid:case_id>/": Row("citizen", of="applicant", looks=True),
    "permohonan/<uuid:case_id>/isi/<slug:part>/": Row("citizen", BOTH, "applicant", looks=True),
    "permohonan/<uuid:case_id>/berkas/<slug:requirement>/": Row("citizen", BOTH, "applicant"),
    "permohonan/<uuid:case_id>/periksa/": Row("citizen", BOTH, "applicant", looks=True),
    "permohonan/<uuid:case_id>/batal/": Row("citizen", BOTH, "applicant"),
    "berkas/<int:attachment_id>/": Row("citizen", of="applicant", looks=True),
    "berkas/<int:attachment_id>/hapus/": Row("citizen", POST, "applicant"),
    "dokumen/<str:document_id>.pdf": Row("citizen", of="applicant", looks=True),
    "petugas/masuk/": Row("anybody", BOTH),
    "petugas/keluar/": Row("anybody", POST),
    "petugas/kata-sandi/": Row("anybody", BOTH),
    "petugas/akun/": Row("staff", BOTH),
    "petugas/akun/autentikator/": Row("staff", BOTH),
    "petugas/pegawai/": Row("people"),
    "petugas/pegawai/baru/": Row("people", BOTH),
    "petugas/pegawai/<int:account_id>/": Row("people", BOTH, "office"),
    "petugas/pegawai/permintaan/<int:change_id>/": Row("people", BOTH, "office"),
    "petugas/": Row("staff", looks=True),
    "petugas/permohonan/": Row("staff", looks=True),
    "petugas/permohonan/<uuid:case_id>/": Row("staff", of="office", looks=True),
    "petugas/permohonan/<uuid:case_id>/lengkap/": Row("staff", POST, "office", looks=True, stated=True),
    "petugas/permohonan/<uuid:case_id>/selesai/": Row("staff", POST, "office"),
    "petugas/permohonan/<uuid:case_id>/kembalikan/": Row("staff", POST, "office"),
    "petugas/permohonan/<uuid:case_id>/tolak/": Row("staff", POST, "office"),
    "petugas/permohonan/<uuid:case_id>/nomor/": Row("supervise", POST, "office"),
    # Only whoever enters the case is shown it; that leaves a row (tests/integration/web/test_siak.py).
    "petugas/permohonan/<uuid:case_id>/siak/": Row("staff", BOTH, "office"),
    "petugas/permohonan/<uuid:case_id>/siak/data.<str:form>": Row("staff", of="office"),
    "petugas/siak/": Row("staff", BOTH, looks=True),
    "petugas/siak/<int:file_id>/": Row("staff", POST, "office"),
    "petugas/siak/<int:file_id>/berkas.pdf": Row("staff", BOTH, "office", looks=True, stated=True),
    "petugas/berkas/<int:attachment_id>/": Row("staff", BOTH, "office", looks=True, stated=True),
    "petugas/dokumen/<str:document_id>.pdf": Row("staff", BOTH, "office", looks=True, stated=True),
    "petugas/permohonan/<uuid:case_id>/resi.pdf": Row("intake", of="office", looks=True),
    "petugas/permohonan/<uuid:case_id>/waktu-berhenti/": Row("staff", POST, "office"),
    "petugas/loket/": Row("intake", looks=True),
    "petugas/loket/baru/<slug:service>/<slug:variant>/": Row("intake", BOTH, "office"),
    "petugas/loket/kertas/": Row("intake", BOTH),
    "petugas/loket/kertas/<int:pack_id>/resi.pdf": Row("intake", POST, "office"),
    "petugas/loket/kertas/formulir.pdf": Row("intake"),
    "petugas/loket/<uuid:case_id>/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/isi/<slug:part>/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/pemohon/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/kertas/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/berkas/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/batal/": Row("intake", BOTH, "office", looks=True),
    "petugas/loket/<uuid:case_id>/unggah/<slug:requirement>/": Row("intake", BOTH, "office", looks=True),
    "petugas/pengirim/": Row("intake", BOTH, looks=True),
    "petugas/pengirim/<int:mandate_id>/akhiri/": Row("intake", POST, "office"),
    "petugas/berita-acara/": Row("staff", looks=True),
    "petugas/berita-acara/<int:record_id>/berita-acara.pdf": Row("staff", of="office", looks=True),
    "petugas/berita-acara/<int:record_id>/tutup/": Row("staff", POST, "office"),
    "petugas/pekerjaan/": Row("staff"),
    "petugas/pekerjaan/<slug:service>/<slug:variant>/buka/": Row("staff", POST, "office"),
    "petugas/berkas-asli/": Row("intake", looks=True),
    "petugas/buku-registrasi/": Row("intake", looks=True),
    "petugas/waktu-berhenti/": Row("staff", BOTH, looks=True),
    "petugas/waktu-berhenti/<int:stop_id>/": Row("stop_clock", POST, "office"),
    "petugas/tanda-tangan/": Row("sign", BOTH, looks=True),
    "petugas/tanda-tangan/<uuid:batch_id>/": Row("sign", BOTH, "mine"),
    "petugas/tanda-tangan/diragukan/": Row("signatures"),
    "petugas/tanda-tangan/diragukan/<int:intent_id>/": Row("signatures", POST, "office"),
    "petugas/ruang-cetak/": Row("print_room"),
    "petugas/ruang-cetak/<int:ticket_id>/tiket.pdf": Row("print_room", of="office", looks=True),
    "petugas/ruang-cetak/<int:ticket_id>/": Row("print_room", BOTH, "office"),
    "petugas/hari-libur/": Row("calendar", BOTH),
    "petugas/hari-libur/<int:holiday_id>/hapus/": Row("calendar", POST, "office"),
    "petugas/hari-libur/<str:day>/buka/": Row("calendar", POST),
    "petugas/hari-libur/jam-khusus/": Row("calendar", BOTH),
    "petugas/hari-libur/jam-khusus/<int:special_id>/hapus/": Row("calendar", POST, "office"),
    "petugas/register/": Row("register", BOTH, looks=True),
    "petugas/register/buku.pdf": Row("register", looks=True),
    "petugas/register/nomor/<int:line_id>/": Row("books", BOTH, "office", looks=True),
    "petugas/register/tutup/": Row("books", BOTH),
    "petugas/register/tutup/<int:close_id>/berita-acara.pdf": Row("books", of="office"),
    "petugas/register/permintaan/<int:request_id>/": Row("books", POST, "office"),
    # Without a search it shows nobody; each search leaves a row (tests/integration/web/test_residents.py).
    "petugas/penduduk/": Row("register", BOTH),
    "petugas/surat-pindah/": Row("register", looks=True),
    "petugas/surat-pindah/<int:letter_id>/tiba/": Row("register", BOTH, "office", looks=True),
    "petugas/penduduk/<int:resident_id>/": Row("register", BOTH, "office", looks=True, stated=True),
    "petugas/penduduk/<int:resident_id>/perekaman/": Row("register", POST, "office"),
    "petugas/pendataan/": Row("intake", BOTH),
    "petugas/pendataan/<int:list_id>/": Row("intake", BOTH, "office", looks=True),
    "petugas/pendataan/<int:list_id>/daftar.pdf": Row("intake", of="office", looks=True),
    "petugas/pendataan/<int:list_id>/tutup/": Row("intake", POST, "office"),
    "petugas/pendataan/orang/<int:listed_id>/": Row("intake", BOTH, "office", looks=True),
    "petugas/pendataan/orang/<int:listed_id>/coret/": Row("intake", POST, "office"),
    "petugas/pendataan/orang/<int:listed_id>/permohonan/": Row("intake", POST, "office"),
    "petugas/izin-tinggal/": Row("register", looks=True),
    "petugas/penduduk/<int:resident_id>/riwayat/": Row("register", BOTH, "office", looks=True, stated=True),
    "petugas/penduduk/<int:resident_id>/gabung/<int:other_id>/": Row(
        "register", BOTH, "office", looks=True, stated=True
    ),
    "petugas/penduduk/penggabungan/": Row("register", looks=True),
    "petugas/penduduk/penggabungan/<int:merge_id>/": Row("register", BOTH, "office", looks=True),
}


def methods_of(row: Row) -> list[str]:
    """The methods an address takes; HEAD asks what GET would answer."""
    named = row.methods.split()
    return [*named, "HEAD"] if "GET" in named else named


class policy:  # noqa: N801 (a middleware with a hook has to be a class)
    """Refuses every address and method that the table does not name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, *rest: object) -> HttpResponse | None:
        """Django calls this before the view; an answer given here is the answer."""
        match = request.resolver_match
        row = POLICY.get(match.route) if match else None
        if row is None:
            return not_found(request)
        return None if request.method in methods_of(row) else HttpResponseNotAllowed(methods_of(row))
