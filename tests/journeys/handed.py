"""Balikpapan as an office that works in SIAK: a stand-in gives the numbers and signs the documents there."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from loket.cases import actions
from loket.cases.models import Case
from loket.config.scenario.siak import StandIn
from loket.core import clock
from loket.core.idempotency import new_key
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.offices.queries import actor_of
from tests.journeys import town as towns
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor

DROP = "/petugas/siak/"
# How the standards name the official who signs at Balikpapan; the accounts of the town are called so.
HEAD = "KEPALA DINAS"


class Operator(Official):
    """Who enters cases in SIAK and brings numbers and files back."""

    def numbers(self, case: Case, siak: StandIn) -> dict[str, str]:
        """One for each that the case needs now; what was entered before stays."""
        by = actor_of(self.account)
        wanted = actions.numbers_wanted(case_id=case.pk, by=by)
        return {item.slot: item.given or siak.number(item) for item in wanted}

    def drop(self, *contents: bytes, status: int = 200) -> str:
        """Drop files where they are taken in; gives the page that says what became of them."""
        form = self.form(DROP, DROP)
        files = [SimpleUploadedFile(f"{n}.pdf", content) for n, content in enumerate(contents)]
        response = self.client.post(DROP, {**form.fields, "file": files})
        assert response.status_code == status, response.status_code
        return response.content.decode()


@dataclass
class Handed:
    """The town, its SIAK, and who works there."""

    town: Town
    siak: StandIn
    operator: Operator = field(init=False)

    def __post_init__(self) -> None:
        """The operator of births signs in."""
        self.operator = Operator(self.town.staff["operator_perubahan"])

    def applied(self, email: str = "siti@contoh.id", **more: Any) -> Case:
        """An application that stands at the operator's step."""
        path = Visitor(self.town.citizen(email)).apply(self.town, **more)
        apart = {"distinct": "ya", "distinct_reason": "anak kembar"} if more.get("twin") else {}
        Official(self.town.staff["petugas_loket"]).complete(path, **apart)
        return Case.objects.get(pk=path.split("/")[2])

    def entered(self, case: Case) -> Case:
        """The same with its numbers: it waits for its files."""
        sheet = f"/petugas/permohonan/{case.pk}/siak/"
        self.operator.send(sheet, self.operator.numbers(case, self.siak))
        return Case.objects.get(pk=case.pk)

    def awaited(self, case: Case) -> dict[str, Document]:
        """The documents of a case by kind."""
        return {document.kind: document for document in documents.of_case(case.ref)}

    def file(self, document: Document, official: str = HEAD) -> bytes:
        """The file of a document as it comes back from SIAK."""
        return self.siak.document(document, official, clock.now())

    def corrected(self, case: Case, numbers: dict[str, str]) -> Case:
        """The case with other numbers, entered while its files are awaited."""
        return actions.correct_numbers(
            case_id=case.pk,
            by=actor_of(self.operator.account),
            version=Case.objects.get(pk=case.pk).version,
            key=new_key(),
            numbers=numbers,
            reason="salah ketik",
        )


def open_handed(
    monkeypatch: pytest.MonkeyPatch, settings: Any, place: Path, *, committed: bool = False
) -> Any:
    """The town under standards that name SIAK as its source."""
    settings.SIAK_ROOTS = [place / "siak.pem"]
    with towns.opened(monkeypatch, committed=committed, source="siak") as town:
        yield Handed(town, StandIn(settings.SIAK_ROOTS[0], clock.now()))


def outcomes(page: str) -> list[str]:
    """What the page says of each file that was dropped."""
    return re.findall(r'class="tag (?:ok|go|warn|bad)">([^<]+)<', page)
