"""Somebody at the doors, with Django's test client: opens pages, fills in their own forms."""

import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from loket.config.demo.door import Form, _Forms
from loket.config.demo.journey import paper
from loket.offices.models import Account
from tests.journeys.town import PASSPHRASE, SERVICE, VARIANT, Town

OK, FOUND, CONFLICT, UNPROCESSABLE, ABSENT = 200, 302, 409, 422, 404


def text_of(response: HttpResponse) -> str:
    """The page as text."""
    return response.content.decode()


class Visitor:
    """One person's session."""

    def __init__(self, account: Account | None = None) -> None:
        self.client = Client()
        self.account = account
        if account is not None:
            self.client.force_login(account)

    def open(self, path: str, status: int = OK) -> str:
        """The page at `path`, which answers `status`."""
        response = self.client.get(path)
        assert response.status_code == status, (path, response.status_code)
        return text_of(response)

    def form(self, path: str, part: str = "") -> Form:
        """The form of a page that goes to itself, or whose address holds `part`, with its hidden fields."""
        parser = _Forms()
        parser.feed(self.open(path))
        forms = [form for form in parser.forms if form.method == "post"]
        return next(form for form in forms if (part in form.action if part else not form.action))

    def send(self, path: str, data: dict[str, Any], *, part: str = "", status: int = OK) -> str:
        """Fill in a form of the page and send it; gives the page it leads to."""
        form = self.form(path, part)
        response = self.client.post(form.action or path, {**form.fields, **data}, follow=True)
        assert response.status_code == status, (path, response.status_code, text_of(response))
        return text_of(response)

    def upload(self, path: str, *contents: bytes, status: int = OK) -> str:
        """Upload files to a requirement's page."""
        files = [SimpleUploadedFile(f"foto-{n}.jpg", content) for n, content in enumerate(contents)]
        return self.send(path, {"files": files}, status=status)

    def start(self) -> str:
        """Begin an application; gives its address."""
        form = self.form(SERVICE, f"/{VARIANT}/mulai/")
        response = self.client.post(form.action, form.fields)
        assert response.status_code == FOUND
        return response.headers["Location"]

    def papers(self, case: str) -> list[str]:
        """The addresses of the papers that the application asks for."""
        return re.findall(rf'<li><a href="({case}berkas/[a-z0-9_]+/)"', self.open(case))

    def fill(self, case: str, pages: dict[str, dict[str, str]]) -> None:
        """Fill in all pages and upload all papers."""
        for part, values in pages.items():
            self.send(f"{case}isi/{part}/", values)
        for path in self.papers(case):
            self.upload(path, paper(path))

    def apply(self, town: Town, **more: Any) -> str:
        """Send a whole application; gives its address."""
        case = self.start()
        self.fill(case, town.pages(**more))
        self.send(f"{case}periksa/", {})
        return case


class Official(Visitor):
    """A member of staff."""

    def complete(self, case: str, status: int = OK, **data: str) -> str:
        """Carry out the present step."""
        return self.send(f"/petugas{case}", data, part="/selesai/", status=status)

    def send_back(self, case: str, reason: str, status: int = OK) -> str:
        """Return the application."""
        return self.send(f"/petugas{case}", {"reason": reason}, part="/kembalikan/", status=status)

    def reject(self, case: str, reason: str, status: int = OK) -> str:
        """Refuse the application."""
        return self.send(f"/petugas{case}", {"reject_reason": reason}, part="/tolak/", status=status)

    def sign_all(self, town: Town, status: int = OK) -> str:
        """Release everything that waits, and let the worker sign it."""
        town.work()
        path = "/petugas/tanda-tangan/"
        documents = re.findall(r'id="d-([0-9A-Z]{26})"', self.open(path))
        page = self.send(
            path,
            {"document": documents, "passphrase": PASSPHRASE, "totp": town.totp()},
            status=status,
        )
        town.work()
        return page


def finish(town: Town, case: str) -> None:
    """All officials do their step until the application is done."""
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    Official(town.staff["kepala_dinas"]).sign_all(town)
