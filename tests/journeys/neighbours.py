"""Two offices side by side by their real standards: Tanggamus takes in messages, Bintan works for itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pyotp
import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, load, read_areas
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.documents import queries as documents
from loket.documents.signers import local
from loket.notices import actions as notices
from loket.offices.actions import assign_role, set_totp, sync_areas
from loket.offices.models import Account, Office, Role, Site
from loket.register.models import Resident
from tests.journeys.households import Village
from tests.journeys.regency import Regency
from tests.journeys.town import PASSPHRASE, PASSWORD, STANDARDS, Signer

SENDING, INTERNAL = "1806", "2101"
SERVICES = {(SENDING, "kolektif-kk"), (INTERNAL, "laporan-perkembangan-kependudukan")}
VILLAGE, KUPT = "18.06.01.2041", "KUPT Layanan Dukcapil Kota Agung"
HEAD_ID = 180601


def _loaded() -> Loaded:
    whole = load(STANDARDS)
    services = [item for item in whole.services if (item.office, item.service) in SERVICES]
    return Loaded([office for office in whole.offices if office.office in (SENDING, INTERNAL)], services, [])


LOADED = _loaded()


@dataclass
class Neighbours(Regency):
    """What a test finds: officials by office and role, a couple in Tanggamus, the seed of its head."""

    everybody: dict[str, dict[str, Account]] = field(default_factory=dict)
    seed: str = ""

    def totp(self) -> str:
        """A code of the head of Tanggamus."""
        return pyotp.TOTP(self.seed).at(clock.now())


def _staff(office: Office) -> dict[str, Account]:
    hashed, found = make_password(PASSWORD), {}
    for role in Role.objects.filter(office=office, active=True):
        account = Account.objects.create(
            pk=HEAD_ID if office.code == SENDING and role.slug == "kepala_dinas" else None,
            email=f"{role.slug.replace('_', '-')}@{office.slug}.test",
            name=role.name.upper(),
            kind=Account.Kind.STAFF,
            office=office,
            site=Site.objects.filter(office=office, name=KUPT).first() if "kupt" in role.slug else None,
            employee_number="198001012005011001",
            password=hashed,
            created_at=clock.now(),
        )
        assign_role(account=account, role=role, by=SYSTEM)
        found[role.slug] = account
    return found


def _couple(office: Office) -> tuple[Resident, Resident]:
    village = Village(office, VILLAGE, "TANGGAMUS", date(2015, 5, 4))
    married = {"marital_status": "KAWIN TERCATAT", "marriage_date": date(2014, 6, 6)}
    husband = village.resident("L", date(1989, 3, 4), "SATRIA KUSUMA", 9001, **married)
    wife = village.resident("P", date(1991, 7, 8), "DIAN IRAWAN", 9001, **married)
    village.family(9001, ("KEPALA KELUARGA", husband), ("ISTRI", wife))
    return husband, wife


def _give_key(signer: Signer) -> None:
    """The head of Tanggamus gets a key in the running signer, once for a process."""
    name = f"{SENDING}-{HEAD_ID}"
    if not list(signer.keys.rglob(f"*{name}*")):
        secret = settings.SECRET_KEY.encode()
        local.create_signer_key(
            signer.keys, secret, name, "KEPALA DINAS", "Dinas", PASSPHRASE, algorithm="ecdsa-p256"
        )


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, signer: Signer) -> Iterator[Neighbours]:
    """Both offices with their officials; mail leaves to nowhere."""
    documents.template.cache_clear()
    documents.signer.cache_clear()
    others = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    begins = ("18.06", "21.01")
    rows = [row for row in read_areas(STANDARDS) if row.code in ("18", "21") or row.code.startswith(begins)]
    sync_areas(rows=rows)
    publish(loaded=LOADED, by="system", at=clock.now())
    office = Office.objects.get(pk=SENDING)
    everybody = {found.code: _staff(found) for found in Office.objects.all()}
    _give_key(signer)
    seed = set_totp(account=everybody[SENDING]["kepala_dinas"], by=SYSTEM)
    monkeypatch.setattr(notices.smtp, "send", lambda message, server: None)
    husband, wife = _couple(office)
    yield Neighbours(office, everybody[SENDING], husband, wife, others, everybody, seed)
    documents.signer.cache_clear()
