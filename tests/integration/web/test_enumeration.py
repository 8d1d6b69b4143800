"""Who guesses learns nothing: what is known and what is not get the same answer after the same work."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, make_password
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from loket.cases.models import Case
from loket.core import clock
from loket.core.codes import new_document_id
from loket.documents.models import Document
from loket.offices.actions.passwords import new_password_code
from loket.offices.models import Account
from tests.integration.web.two_offices import _undecided
from tests.journeys.town import PASSWORD, Town
from tests.journeys.visitor import Visitor, finish

NEW = "lampu kuning di dermaga"
WRONG = "kata sandi yang salah"
_CHANGES = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
_VALUES = re.compile(r"'(?:[^']|'')*'(?:::\w+)?|\b\d+\b|\bs\d+_x\d+\b")


@dataclass(frozen=True)
class Answer:
    """What whoever asks can see, and what it cost."""

    status: int
    headers: tuple[str, ...]
    cookies: tuple[str, ...]
    body: str
    statements: tuple[str, ...]
    hashed: int


class Door:
    """Asks and notes what each answer cost."""

    def __init__(self) -> None:
        self.hashed = 0

    def ask(self, method: str, path: str, data: dict[str, str], typed: str) -> Answer:
        client, before = Client(), self.hashed
        with CaptureQueriesContext(connection) as seen:
            response = client.get(path) if method == "GET" else client.post(path, data)
        return self._read(response, typed, seen, before)

    def _read(self, response: HttpResponse, typed: str, seen: CaptureQueriesContext, before: int) -> Answer:
        return Answer(
            response.status_code,
            tuple(f"{name}: {value}" for name, value in response.headers.items() if name != "Content-Length"),
            tuple(response.cookies),
            _CHANGES.sub("", response.content.decode()).replace(typed, "*"),
            tuple(_VALUES.sub("?", query["sql"]) for query in seen.captured_queries),
            self.hashed - before,
        )


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """Counts how often the real hasher runs, whether to make a hash or to compare with one."""
    found = Door()
    for name in ("encode", "verify"):
        real = getattr(Argon2PasswordHasher, name)

        def counted(
            self: Argon2PasswordHasher, *args: object, _real: object = real, **more: object
        ) -> object:
            found.hashed += 1
            return _real(self, *args, **more)

        monkeypatch.setattr(Argon2PasswordHasher, name, counted)
    # What is only read once in a process is read now.
    for path in ("/masuk/", "/petugas/masuk/", "/petugas/kata-sandi/", "/lacak/", "/v/"):
        Client().get(path)
    return found


def assert_alike(answers: list[Answer]) -> None:
    for place in ("status", "headers", "cookies", "body", "statements", "hashed"):
        found = [getattr(answer, place) for answer in answers]
        assert found == found[:1] * len(found), place


def official(town: Town, name: str, **more: object) -> str:
    given = {"password": make_password(PASSWORD), "is_active": True, **more}
    return Account.objects.create(
        email=f"{name}@uji.test", name="SESEORANG", kind="staff", office=town.office,
        created_at=clock.now(), **given,
    ).email  # fmt: skip


def test_the_door_of_officials(town: Town, door: Door) -> None:
    town.citizen("warga@contoh.id")
    tries = [
        ("tidak-ada@uji.test", WRONG),
        (town.staff["petugas_loket"].email, WRONG),
        (town.staff["petugas_loket"].email.upper(), ""),
        (official(town, "tutup", is_active=False), PASSWORD),
        (official(town, "belum", password=make_password(None)), WRONG),
        ("warga@contoh.id", WRONG),
        ("bukan surel", WRONG),
    ]
    answers = [
        door.ask("POST", "/petugas/masuk/", {"email": email, "password": password}, email)
        for email, password in tries
    ]
    assert (answers[0].status, answers[0].hashed) == (400, 1)
    assert "Surel atau kata sandi salah." in answers[0].body
    assert_alike(answers)


def test_asking_for_a_code(town: Town, door: Door) -> None:
    """A code goes to whoever has the mailbox; nobody else learns whether it has an account."""
    town.citizen("warga@contoh.id")
    closed = town.citizen("tutup@contoh.id").pk
    Account.objects.filter(pk=closed).update(is_active=False)
    emails = ["tidak-ada@contoh.id", "warga@contoh.id", "tutup@contoh.id", town.staff["petugas_loket"].email]
    answers = [door.ask("POST", "/masuk/", {"email": email}, email) for email in emails]
    assert (answers[0].status, answers[0].hashed) == (302, 0)
    assert_alike(answers)
    assert len({town.newest_mail(email)["Subject"] for email in emails}) == 1


def test_a_wrong_code(town: Town, door: Door) -> None:
    town.citizen("warga@contoh.id")
    answers = []
    for email in ("tidak-ada@contoh.id", "warga@contoh.id", town.staff["petugas_loket"].email):
        client, before = Client(), door.hashed
        client.post("/masuk/", {"email": email})
        client.get("/masuk/kode/")
        with CaptureQueriesContext(connection) as seen:
            response = client.post("/masuk/kode/", {"code": "abcdef"})
        answers.append(door._read(response, email, seen, before))
    assert answers[0].status == 400
    assert_alike(answers)


def test_the_code_for_a_password(town: Town, door: Door) -> None:
    """Without a code, with a foreign one: known, unknown, closed, citizens."""
    clerk, other = town.staff["petugas_loket"], town.staff["petugas_cetak"]
    town.citizen("warga@contoh.id")
    new_password_code(account=clerk)
    foreign = new_password_code(account=other)
    codes = ["tidak-ada@uji.test", clerk.email, official(town, "tutup", is_active=False), "warga@contoh.id"]
    answers = []
    for email in codes:
        form = {"email": email, "code": foreign, "password": NEW, "password_again": NEW}
        answers.append(door.ask("POST", "/petugas/kata-sandi/", form, email))
    assert (answers[0].status, answers[0].hashed) == (400, 0)
    assert_alike(answers)


def test_tracking_and_checking_say_nothing_of_what_is_not_out_yet(town: Town, door: Door) -> None:
    """An unsigned document is as unknown as one that nobody made; a wrong code as a code of nobody."""
    finish(town, Visitor(town.citizen()).apply(town))
    signed = Document.objects.exclude(signed_sha256="").order_by("pk").first()
    hidden = _undecided(Document.objects.get(pk=signed.pk), "6471-LT-01012026-0099")
    ids = [new_document_id(), hidden.pk]
    answers = [door.ask("GET", f"/v/{number}/", {}, number) for number in ids]
    assert answers[0].status == 404
    assert_alike(answers)
    numbers = ["6471-LT-01012026-0098", hidden.number]
    answers = [door.ask("POST", "/v/", {"nomor": number}, number) for number in numbers]
    assert answers[0].status == 404
    assert_alike(answers)
    # One letter off a code that exists.
    code = Case.objects.get().tracking_code
    near = code[:-1] + ("A" if code[-1] != "A" else "B")
    answers = [door.ask("GET", f"/lacak/?kode={typed}", {}, typed) for typed in (near, "ABCD-EFGH-JKMN-PQRS")]
    assert answers[0].status == 404
    assert_alike(answers)
