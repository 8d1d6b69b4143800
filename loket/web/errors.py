"""Error pages. They say what to do, and never what went wrong inside."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# An error on the way of one application leads back to that application.
_CASE = re.compile(r"(/(?:petugas/)?permohonan/[0-9a-f-]{36}/).+")
TITLES = {
    400: "Permintaan tidak dapat dibaca",
    403: "Tidak diizinkan",
    404: "Tidak ditemukan",
    405: "Halaman ini tidak dapat dibuka langsung",
    409: "Keadaan sudah berubah",
    413: "Kiriman terlalu besar",
    422: "Data tidak memenuhi aturan",
    429: "Terlalu banyak percobaan",
    500: "Ada gangguan",
    503: "Layanan sedang tidak tersedia",
}


def error_page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A page with a title, one sentence, and ways to go on."""
    case = _CASE.fullmatch(request.path)
    context = {
        "title": TITLES.get(status, "Tidak dapat dilakukan"),
        "message": message,
        "layout": "staff/base.html" if request.path.startswith("/petugas/") else "public/base.html",
        "back": case[1] if case and status in (409, 413) else "",
    }
    return render(request, "web/error.html", context, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404, "Halaman ini tidak ada. Periksa alamatnya, atau mulai dari beranda.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403, "Anda tidak berwenang membuka halaman ini.")


def not_a_page(request: HttpRequest) -> HttpResponse:
    """405: an address that only takes forms, opened by a reload or a bookmark."""
    return error_page(request, 405, "Alamat ini hanya menerima formulir. Mulai lagi dari beranda.")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return error_page(request, 400, "Permintaan ini tidak dapat dibaca. Kembali dan coba lagi.")


def server_error(request: HttpRequest) -> HttpResponse:
    """500. Rendered without the request's context, which may be what failed."""
    return HttpResponse(
        "<!doctype html><html lang=id><meta charset=utf-8><title>Ada gangguan</title>"
        "<h1>Ada gangguan</h1><p>Halaman ini tidak dapat ditampilkan sekarang. Yang sudah Anda kirim tetap"
        " tersimpan. Coba lagi beberapa menit lagi.</p><p><a href=/>Ke beranda</a></p>",
        status=500,
    )


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was made before signing in or out, or cookies are off."""
    return error_page(
        request,
        403,
        "Formulir ini sudah tidak berlaku. Kembali ke halaman sebelumnya, muat ulang, lalu kirim lagi. "
        "Pastikan peramban Anda mengizinkan kuki.",
    )
