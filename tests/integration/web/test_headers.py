"""What every answer carries: content policy, no sniffing, no caching, no framing."""

import base64
import gzip
import hashlib
import re

import pytest
from django.http import HttpResponse
from django.test import Client

from loket.cases.models import Attachment
from loket.config.demo.journey import paper
from loket.documents.models import Document
from loket.web.middleware import POLICY
from tests.journeys.town import SERVICE, Town
from tests.journeys.visitor import Official, Visitor, finish
from tests.verification.corpus import pdfs


def guarded(response: HttpResponse) -> HttpResponse:
    """The answer, which has the headers of every answer."""
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"].startswith("no-store")
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    return response


def test_policy_allows_no_script_and_only_the_own_style() -> None:
    parts = dict(part.split(" ", 1) for part in POLICY.split("; "))
    assert parts["default-src"] == "'none'"
    assert "script-src" not in parts
    assert "unsafe" not in POLICY
    assert parts["frame-ancestors"] == parts["base-uri"] == "'none'"
    assert parts["form-action"] == "'self'"
    assert "data:" in parts["img-src"]  # the icon


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/", 200),
        (SERVICE, 200),
        ("/riwayat/", 302),
        ("/tidak-ada/", 404),
        ("/lacak/?kode=ABCD", 404),
        ("/keluar/", 405),
        ("/v/ca.pem", 200),
        ("/demo/", 200),
        ("/petugas/", 302),
        ("/petugas/masuk/", 200),
    ],
)
def test_pages_redirects_and_errors(town: Town, path: str, status: int) -> None:
    response = guarded(Client().get(path))
    assert response.status_code == status
    assert response.headers["Content-Security-Policy"] == POLICY


def test_refused_forms(town: Town) -> None:
    client = Client(enforce_csrf_checks=True)
    assert guarded(client.post("/masuk/", {})).status_code == 403
    assert guarded(Client().post("/masuk/", {"email": "x"})).status_code == 422
    assert guarded(Client().get("/", HTTP_HOST="jahat.example")).status_code == 400


def test_style_of_the_page_is_the_one_of_the_policy(town: Town) -> None:
    page = Client().get("/").content.decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in POLICY
    assert "<script" not in page
    assert " style=" not in page


def test_compressed_pages_keep_their_headers(town: Town) -> None:
    response = guarded(Client().get(SERVICE, HTTP_ACCEPT_ENCODING="gzip"))
    assert response.headers["Content-Encoding"] == "gzip"
    assert b"Kutipan Akta Kelahiran" in gzip.decompress(response.content)
    assert len(response.content) < 14 * 1024


def test_papers_of_the_applicant(town: Town) -> None:
    siti = Visitor(town.citizen())
    case = siti.start()
    siti.upload(f"{case}berkas/ktp_saksi/", paper("saksi"))
    attachment = Attachment.objects.get()
    response = guarded(siti.client.get(f"/berkas/{attachment.pk}/"))
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["Content-Disposition"] == f'inline; filename="ktp_saksi-{attachment.pk}.jpg"'
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_an_upload_is_served_as_what_it_is_and_never_as_a_page(town: Town) -> None:
    siti = Visitor(town.citizen())
    case = siti.start()
    for content in (
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
    ):
        siti.upload(f"{case}berkas/ktp_saksi/", content, status=422)
    siti.upload(f"{case}berkas/ktp_saksi/", pdfs.plain() + b"<script>alert(1)</script>")
    response = guarded(siti.client.get(f"/berkas/{Attachment.objects.get().pk}/"))
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.count(b"script") == 0


def test_documents(town: Town) -> None:
    siti = Visitor(town.citizen())
    finish(town, siti.apply(town))
    document = Document.objects.first()
    name = f"{document.kind}-{document.pk[:8]}.pdf"
    download = guarded(siti.client.get(f"/dokumen/{document.pk}.pdf"))
    assert download.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "sandbox" in download.headers["Content-Security-Policy"]
    # Chromium shows no PDF of a sandboxed answer.
    official, path = Official(town.staff["petugas_loket"]), f"/petugas/dokumen/{document.pk}.pdf"
    shown = guarded(official.client.post(path, {"purpose": "uji tajuk berkas"}))
    assert shown.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "sandbox" not in shown.headers["Content-Security-Policy"]
