"""Answers that carry a file: never sniffed, never scripted, never cached."""

from django.http import HttpResponse

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
FILE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; sandbox"


def file_response(content: bytes, media_type: str, filename: str, *, inline: bool = False) -> HttpResponse:
    """A file to keep, or with `inline` to look at in the browser."""
    response = HttpResponse(content, content_type=media_type)
    disposition = "inline" if inline else "attachment"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{filename}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "no-store, private"
    if media_type != "application/pdf" or not inline:
        # Chromium shows no PDF in a sandboxed answer; its viewer runs no script of the file.
        response.headers["Content-Security-Policy"] = FILE_POLICY
    return response
