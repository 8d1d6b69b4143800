"""Error pages. They say what to do, and never what went wrong inside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

TITLES = {
    400: "Permintaan tidak dapat dibaca",
    403: "Tidak diizinkan",
    404: "Tidak ditemukan",
    409: "Keadaan sudah berubah",
    422: "Data tidak memenuhi aturan",
    429: "Terlalu banyak percobaan",
    500: "Ada gangguan",
    503: "Layanan sedang tidak tersedia",
}


def error_page(request: HttpRequest, status: int, message: str) -> HttpResponse:
    """A page with a title, one sentence, and ways to go on."""
    title = TITLES.get(status, "Tidak dapat dilakukan")
    return render(request, "web/error.html", {"title": title, "message": message}, status=status)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return error_page(request, 404, "Halaman ini tidak ada. Periksa alamatnya, atau mulai dari beranda.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return error_page(request, 403, "Anda tidak berwenang membuka halaman ini.")


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
