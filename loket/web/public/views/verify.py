"""Checking a document: a file, the id in a QR, or a number. Words as the design fixes them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loket.audit.actions import record
from loket.documents import queries
from loket.documents.queries import Verification
from loket.documents.signers import local
from loket.offices.actions import throttle
from loket.web.guards import throttle_address
from loket.web.receiving import takes_files

# A mobile network may show thousands of phones as one address. Numbers can be guessed, ids cannot.
TRIES = 300
NUMBER_TRIES = 60

# (title, what it means, how the note looks), for a file and for an id or number
_OF_FILE = {
    "genuine": (
        "Asli dan berlaku",
        "Berkas ini sama persis, sampai ke setiap bita, dengan dokumen yang diterbitkan kantor.",
        "ok",
    ),
    "superseded": (
        "Asli, tetapi sudah digantikan",
        "Berkas ini pernah diterbitkan kantor, tetapi sudah digantikan oleh dokumen yang lebih baru.",
        "warn",
    ),
    "revoked": ("Dicabut", "Dokumen ini pernah diterbitkan kantor, tetapi sudah dicabut.", "bad"),
    "mismatch": (
        "Tidak cocok",
        "Berkas ini mirip dengan dokumen yang diterbitkan kantor, tetapi isinya tidak sama. "
        "Jangan dipakai; minta berkas aslinya.",
        "bad",
    ),
    "unknown": ("Tidak dikenal", "Berkas ini tidak pernah diterbitkan lewat layanan ini.", "bad"),
}
_OF_PAPER = {
    "genuine": (
        "Terdaftar dan berlaku; cocokkan dengan kertas",
        "Nomor ini terdaftar. QR dan nomor dapat disalin ke kertas lain, karena itu bandingkan isi di bawah "
        "dengan yang tertulis di kertas. Kepastian penuh hanya dari berkas PDF-nya.",
        "ok",
    ),
    "superseded": (
        "Terdaftar, tetapi sudah digantikan",
        "Dokumen ini sudah digantikan oleh dokumen yang lebih baru dan tidak berlaku lagi.",
        "warn",
    ),
    "revoked": ("Dicabut", "Dokumen ini sudah dicabut dan tidak berlaku lagi.", "bad"),
    "unknown": (
        "Tidak dikenal",
        "Kode atau nomor ini tidak terdaftar. Periksa lagi penulisannya.",
        "bad",
    ),
}


def _note_look(found: Verification, how: str) -> None:
    if found.document is not None:
        record(
            action="document.verify",
            subject=f"document:{found.document.pk}",
            actor="public",
            office_code=found.document.office_id,
            details={"how": how, "verdict": found.verdict},
        )


def _answer(request: HttpRequest, found: Verification, how: str) -> HttpResponse:
    _note_look(found, how)
    words = (_OF_FILE if how == "file" else _OF_PAPER)[found.verdict]
    context = {"found": found, "words": words, "how": how, "document": found.document}
    # A changed file may carry the mark of a document it has nothing to do with: say nothing of that one.
    context["show_fields"] = found.document is not None and found.verdict != "mismatch"
    return render(request, "public/verified.html", context, status=404 if found.verdict == "unknown" else 200)


@takes_files
def verify(request: HttpRequest) -> HttpResponse:
    """The page with the file field and the number field, and the answer to both.

    A number is posted, too: a nomor KK must not stand in an address.
    """
    if request.method != "POST":
        return _form(request, "", "", 200)
    if "nomor" in request.POST:
        return _by_number(request, request.POST["nomor"].strip())
    throttle(what="verify-file", who=throttle_address(request), limit=TRIES)
    upload = request.FILES.get("file")
    if upload is None:
        return _form(request, "Pilih berkas PDF yang ingin diperiksa.", "file", 422)
    if (upload.size or 0) > settings.VERIFY_MAX_BYTES:
        return _form(
            request, "Berkas lebih besar dari 10 MB; dokumen kantor tidak pernah sebesar itu.", "file", 413
        )
    return _answer(request, queries.verify_file(upload.read()), "file")


def _by_number(request: HttpRequest, number: str) -> HttpResponse:
    """Every try counts, because numbers can be guessed."""
    if not number:
        return _form(request, "Tulis nomor akta atau nomor KK yang ingin diperiksa.", "nomor", 422)
    throttle(what="verify-number", who=throttle_address(request), limit=NUMBER_TRIES)
    return _answer(request, queries.verify_number(number[:60]), "number")


def _form(request: HttpRequest, error: str, at: str, status: int) -> HttpResponse:
    return render(request, "public/verify.html", {"error": error, "at": at}, status=status)


def by_id(request: HttpRequest, document_id: str) -> HttpResponse:
    """What a QR opens. Only misses are counted: an id cannot be guessed, and scanners share addresses."""
    found = queries.verify_id(document_id)
    if found.document is None:
        throttle(what="verify-id", who=throttle_address(request), limit=TRIES)
    return _answer(request, found, "qr")


def authority(request: HttpRequest) -> HttpResponse:
    """The certificate that the signatures of this installation lead to, for other tools."""
    return HttpResponse(local.ca_certificate(settings.KEYS_DIR), content_type="application/x-pem-file")
