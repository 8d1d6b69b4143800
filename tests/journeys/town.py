"""The real standards of Balikpapan, an invented family in its register, its officials, a real local signer.

Shared by the journeys (Django's test client) and the browser tests (a live server).
"""

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from functools import lru_cache
from pathlib import Path

import pyotp
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases.queries import today
from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, load, read_areas
from loket.catalogue.rules import RegisterSource
from loket.config.demo.journey import People, answers
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.delivery.tasks import open_tickets
from loket.documents import queries as documents
from loket.documents.signers import local
from loket.documents.signers.client import LocalSigner
from loket.documents.signers.process import serve
from loket.notices import actions as notices
from loket.offices.actions import assign_role, set_totp, sync_areas
from loket.offices.models import Account, Office, Role
from tests.journeys.households import Village

STANDARDS = Path(__file__).resolve().parents[2] / "standards"
OFFICE, OTHER = "6471", "2101"
SERVICE = "/kantor/balikpapan/layanan/akta-kelahiran/"
VARIANT = "kelahiran-wni"
PASSWORD = "kata sandi petugas"
PASSPHRASE = "frasa sandi TTE yang panjang"
VILLAGE = "64.71.01.1001"
# Fixed, so that the key made once for a test process fits the account of every test.
HEAD_ID = 647101
_PASSWORD_HASH = ""


@lru_cache
def loaded(source: RegisterSource | None = None) -> Loaded:
    """Balikpapan with its services, and another office without any; numbers perhaps from another source."""
    whole = load(STANDARDS, source=source)
    offices = [office for office in whole.offices if office.office in (OFFICE, OTHER)]
    return Loaded(offices, [item for item in whole.services if item.office == OFFICE], [])


LOADED = loaded()


@dataclass
class Town:
    """What a test finds: the office, its people, and the mail that left."""

    office: Office
    other: Office
    staff: dict[str, Account]
    outsider: Account
    people: People
    seed: str
    committed: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    _done: set[int] = field(default_factory=set)
    _codes: int = 0

    def pages(self, *, letter: bool = True, twin: str = "") -> dict[str, dict[str, str]]:
        """The pages of the form as the applicant types them; without `letter` on the SPTJM path."""
        found = answers(self.people, today(self.office) - timedelta(days=9))
        found["pertanyaan"]["surat_keterangan_lahir"] = "ada" if letter else "tidak_ada"
        if twin:
            found["anak"]["anak_nama"] = twin
        return found

    def totp(self) -> str:
        """A TOTP code of the head that was not used yet: two fit into one test."""
        code = pyotp.TOTP(self.seed).at(clock.now(), counter_offset=self._codes)
        self._codes += 1
        return code

    def work(self) -> None:
        """Do every job that is due, as the worker would, and open the tickets of the print room."""
        if self.committed:
            # Playwright keeps an event loop in the test's own thread; the signing library wants its own.
            with ThreadPoolExecutor(1) as pool:
                pool.submit(self._work_apart).result()
        else:
            self._work()

    def _work(self) -> None:
        while due := list(ProcrastinateJob.objects.filter(status="todo").exclude(pk__in=self._done)):
            for job in due:
                self._done.add(job.pk)
                app.tasks[job.task_name].func(**job.args)
        open_tickets.func()

    def _work_apart(self) -> None:
        try:
            self._work()
        finally:
            connection.close()

    def newest_mail(self, to: str) -> EmailMessage:
        """The last message that left for an address."""
        self.work()
        return [mail for mail in self.mails if mail["To"] == to][-1]

    def citizen(self, email: str = "siti@contoh.id", name: str = "SITI AMINAH") -> Account:
        """An applicant's account."""
        return Account.objects.create(
            email=email,
            name=name,
            kind=Account.Kind.CITIZEN,
            password=make_password(None),
            created_at=clock.now(),
        )


def _official(office: Office, slug: str, name: str, pk: int | None = None) -> Account:
    global _PASSWORD_HASH
    _PASSWORD_HASH = _PASSWORD_HASH or make_password(PASSWORD)
    account = Account.objects.create(
        pk=pk,
        email=f"{slug.replace('_', '-')}@{office.slug}.test",
        name=name,
        kind=Account.Kind.STAFF,
        office=office,
        employee_number="198001012005011001",
        password=_PASSWORD_HASH,
        created_at=clock.now(),
    )
    assign_role(account=account, role=Role.objects.get(office=office, slug=slug), by=SYSTEM)
    return account


def _people(office: Office) -> People:
    """A couple and two witnesses from other families."""
    village = Village(office, VILLAGE, "BALIKPAPAN", date(2020, 5, 4))
    couple = {"marital_status": "KAWIN TERCATAT", "marriage_date": date(2018, 2, 3)}
    father = village.resident("L", date(1990, 3, 4), "BUDI SANTOSO", 9001, **couple)
    mother = village.resident("P", date(1993, 7, 8), "RINA KUSUMA", 9001, **couple)
    family = village.family(9001, ("KEPALA KELUARGA", father), ("ISTRI", mother))
    witnesses = [
        village.resident("L", date(1985, 1, 2), "AGUS WIJAYA", 9001),
        village.resident("L", date(1986, 1, 2), "EKO SAPUTRA", 9001),
    ]
    for serial, witness in enumerate(witnesses, start=9002):
        village.family(serial, ("KEPALA KELUARGA", witness))
    return People(father, mother, family.number, witnesses)


def build(source: RegisterSource | None = None) -> Town:
    """Publish the standards and fill the office and its register."""
    areas = [row for row in read_areas(STANDARDS) if row.code == "64" or row.code.startswith("64.71")]
    sync_areas(rows=areas)
    publish(loaded=loaded(source), by="system", at=clock.now())
    office, other = Office.objects.get(pk=OFFICE), Office.objects.get(pk=OTHER)
    staff = {
        role.slug: _official(office, role.slug, role.name.upper(), HEAD_ID if "sign" in role.rights else None)
        for role in Role.objects.filter(office=office, active=True)
    }
    outsider = _official(other, "kepala_dinas", "KEPALA DINAS LAIN")
    seed = set_totp(account=staff["kepala_dinas"], by=SYSTEM)
    return Town(office, other, staff, outsider, _people(office), seed)


@contextmanager
def opened(
    monkeypatch: pytest.MonkeyPatch, *, committed: bool, source: RegisterSource | None = None
) -> Iterator[Town]:
    """A town whose mail is kept in a list instead of leaving."""
    documents.template.cache_clear()
    documents.signer.cache_clear()
    # Tests that commit leave their jobs behind.
    others = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    town = build(source)
    town.committed, town._done = committed, others
    monkeypatch.setattr(notices.smtp, "send", lambda message, server: town.mails.append(message))
    yield town
    documents.signer.cache_clear()


class Signer:
    """A real signer in a thread, with the head's key."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="loket-"))
        self.keys = self.directory / "keys"
        self.socket = self.directory / "signer.sock"
        local.ensure_ca(self.keys, settings.SECRET_KEY.encode())
        local.create_signer_key(
            self.keys,
            settings.SECRET_KEY.encode(),
            f"{OFFICE}-{HEAD_ID}",
            "KEPALA DINAS",
            "Dinas",
            PASSPHRASE,
            algorithm="ecdsa-p256",
        )
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=serve, args=(self.socket, self.keys), kwargs={"stop": self._stop}, daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + 20
        while not LocalSigner(self.socket).reachable():
            assert time.monotonic() < deadline, "the signer did not start"
            time.sleep(0.01)

    def end(self) -> None:
        """Stop it and remove its keys."""
        self._stop.set()
        self._thread.join(timeout=10)
        shutil.rmtree(self.directory)
