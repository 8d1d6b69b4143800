"""Bintan by its real standards: officials, one of them at a kecamatan, and a couple who form a household."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases import actions
from loket.cases.models import Case
from loket.cases.queries import papers_missing, variant_of
from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, load, read_areas
from loket.catalogue.queries import in_force
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.documents import queries as documents
from loket.notices import actions as notices
from loket.offices.actions import assign_role, sync_areas
from loket.offices.models import Account, Office, Role, Site
from loket.offices.queries import actor_of
from loket.register.models import Resident
from loket.web.forms import parts_of, typed_answers
from tests.journeys.households import Village
from tests.journeys.town import PASSWORD, STANDARDS

OFFICE, SERVICE = "2101", "penerbitan-kk"
VILLAGE = "21.01.06.1008"
START = f"/petugas/loket/baru/{SERVICE}/penerbitan/"


def _loaded() -> Loaded:
    """Bintan with the one service that the journey follows."""
    whole = load(STANDARDS)
    return Loaded(
        [office for office in whole.offices if office.office == OFFICE],
        [item for item in whole.services if (item.office, item.service) == (OFFICE, SERVICE)],
        [],
    )


LOADED = _loaded()


@dataclass
class Regency:
    """What a test finds: the office, its officials, and the couple with the families they leave."""

    office: Office
    staff: dict[str, Account]
    husband: Resident
    wife: Resident
    _done: set[int] = field(default_factory=set)

    def registered(self) -> Case:
        """A case that has its receipt, with an original that the office holds."""
        by = actor_of(self.staff["front_office"])
        case = actions.start_at_counter(
            revision=in_force(self.office, SERVICE, date(2026, 11, 20)),
            variant="penerbitan",
            contact=actions.Contact("Ramli Hasan"),
            by=by,
            key=uuid.uuid4(),
        )
        for part in parts_of(variant_of(case)):
            actions.save_answers(case_id=case.pk, values=typed_answers(part, self.pages()[part.part]), by=by)
        case = Case.objects.get(pk=case.pk)
        papers = [actions.Handed(item.nature or "copy", item.key) for item in papers_missing(case)]
        papers.append(actions.Handed("original", label="Kartu Keluarga lama"))
        actions.receive_papers(case_id=case.pk, papers=papers, by=by)
        case = actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())
        for step in ("terima", "periksa"):
            case = actions.take_step(
                case_id=case.pk, by=by, version=case.version, key=uuid.uuid4(), step=step
            )
        return case

    def pages(self) -> dict[str, dict[str, str]]:
        """The pages of F-1.15 as the front office types them for the couple's new household."""
        return {
            "pertanyaan": {"penduduk_pindahan": "tidak", "perbedaan_data": "tidak"},
            "pemohon": {"pemohon_nama": self.husband.name, "pemohon_nik": self.husband.nik, "alasan": "1"},
            "alamat": {"alamat": "Jl. Nusantara No. 7", "rt": "2", "rw": "5", "desa": VILLAGE},
            "keluarga": {
                "jumlah_anggota": "2",
                "anggota-0-nik": self.husband.nik,
                "anggota-0-nama": self.husband.name,
                "anggota-0-shdk": "1",
                "anggota-1-nik": self.wife.nik,
                "anggota-1-nama": self.wife.name,
                "anggota-1-shdk": "3",
            },
        }

    def work(self) -> None:
        """Do every job that is due, as the worker would, in a thread without an event loop."""
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self._work).result()

    def _work(self) -> None:
        try:
            while due := list(ProcrastinateJob.objects.filter(status="todo").exclude(pk__in=self._done)):
                for job in due:
                    self._done.add(job.pk)
                    app.tasks[job.task_name].func(**job.args)
        finally:
            connection.close()


def _couple(office: Office) -> tuple[Resident, Resident]:
    """Husband and wife, each still in the family of their parents."""
    village = Village(office, VILLAGE, "BINTAN", date(2015, 5, 4))
    married = {"marital_status": "KAWIN TERCATAT", "marriage_date": date(2026, 6, 6)}
    husband = village.resident("L", date(1999, 3, 4), "RAMLI HASAN", 9001, **married)
    wife = village.resident("P", date(2001, 7, 8), "NURUL HUDA", 9001, **married)
    fathers = [
        village.resident("L", date(1970, 1, 2), "HASAN BASRI", 9001, **married),
        village.resident("L", date(1972, 1, 2), "ABDUL HUDA", 9001, **married),
    ]
    village.family(9001, ("KEPALA KELUARGA", fathers[0]), ("ANAK", husband))
    village.family(9002, ("KEPALA KELUARGA", fathers[1]), ("ANAK", wife))
    return husband, wife


def _staff(office: Office) -> dict[str, Account]:
    hashed, found = make_password(PASSWORD), {}
    for role in Role.objects.filter(office=office, active=True):
        account = Account.objects.create(
            email=f"{role.slug.replace('_', '-')}@bintan.test",
            name=role.name.upper(),
            kind=Account.Kind.STAFF,
            office=office,
            site=Site.objects.get(office=office, slug="bintan-timur") if "kecamatan" in role.slug else None,
            employee_number="198001012005011001",
            password=hashed,
            created_at=clock.now(),
        )
        assign_role(account=account, role=role, by=SYSTEM)
        found[role.slug] = account
    return found


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Regency]:
    """The office with its register; mail leaves to nowhere, because nobody gives an address."""
    documents.template.cache_clear()
    others = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    sync_areas(
        rows=[row for row in read_areas(STANDARDS) if row.code == "21" or row.code.startswith("21.01")]
    )
    publish(loaded=LOADED, by="system", at=clock.now())
    office = Office.objects.get(pk=OFFICE)
    husband, wife = _couple(office)
    monkeypatch.setattr(notices.smtp, "send", lambda message, server: None)
    yield Regency(office, _staff(office), husband, wife, others)
