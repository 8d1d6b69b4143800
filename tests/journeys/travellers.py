"""Balikpapan and Tanggamus by their real standards, on one installation, and a family that goes there."""

import io
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings
from django.db import connection
from PIL import Image
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases import actions, queries
from loket.cases.models import Case, SenderMandate
from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, load, read_areas
from loket.catalogue.queries import in_force
from loket.core import clock
from loket.core.actors import SYSTEM, Actor
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.documents.signers import local
from loket.notices import actions as notices
from loket.offices.actions import assign_role, set_totp, sync_areas
from loket.offices.models import Account, Area, Office, Role, Site
from loket.offices.queries import actor_of
from loket.register.models import Membership, Resident
from tests.journeys.households import Village
from tests.journeys.town import PASSPHRASE, STANDARDS, Signer

ORIGIN, THERE = "6471", "1806"
LEAVING, ARRIVING = "pindah-wni", "kolektif-datang"
HOME, GOAL = "64.71.01.1001", "18.06.01.2025"
HEADS = {ORIGIN: 647101, THERE: 180601}
FATHER, WIFE, CHILD = "1", "3", "4"


def _loaded() -> Loaded:
    whole = load(STANDARDS)
    wanted = {(ORIGIN, LEAVING), (THERE, ARRIVING)}
    services = [item for item in whole.services if (item.office, item.service) in wanted]
    return Loaded([office for office in whole.offices if office.office in (ORIGIN, THERE)], services, [])


LOADED = _loaded()


def _picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (420, 594), "white").save(out, "JPEG", quality=80)
    return out.getvalue()


@dataclass
class Travellers:
    """Both offices, their officials, and a couple with a son and her mother, in one family of Balikpapan."""

    offices: dict[str, Office]
    staff: dict[str, dict[str, Account]]
    seeds: dict[str, str]
    people: dict[str, Resident]
    _done: set[int] = field(default_factory=set)
    _codes: int = 0

    # who acts

    def by(self, office: str, role: str) -> Actor:
        """An official."""
        return actor_of(self.staff[office][role])

    def apply_out(self, variant: str = "baru", **answers: Any) -> Case:
        """The wife applies online at Balikpapan; the case waits for the operator."""
        email = f"{uuid.uuid4().hex[:8]}@contoh.id"
        account = Account.objects.create(email=email, name="DEWI", kind="citizen", created_at=clock.now())
        by = actor_of(account)
        case = actions.start_case(
            revision=in_force(self.offices[ORIGIN], LEAVING, queries.today(self.offices[ORIGIN])),
            variant=variant,
            channel="online",
            applicant=account,
            by=by,
            key=uuid.uuid4(),
        )
        wife = self.people["wife"]
        answers = {"pemohon_nama": wife.name, "pemohon_nik": wife.nik} | answers
        return self._sent(case, by, answers)

    def leaving(self, *who: str, kind: str = "2", **answers: Any) -> dict[str, Any]:
        """F-1.03 of those who leave for Tanggamus."""
        relations = {"husband": "1", "wife": "3", "son": "4", "mother": "7"}
        rows = [
            {"nik": self.people[name].nik, "nama": self.people[name].name, "shdk": relations[name]}
            for name in who
        ]
        return {
            "tujuan_alamat": "Jl. Jauh No. 1",
            "tujuan_rt": 1,
            "tujuan_rw": 2,
            "tujuan_desa": "Terbaya",
            "tujuan_kecamatan": "Kota Agung",
            "tujuan_kabupaten": "18.06",
            "pindah_alasan": "1",
            "pindah_jenis": kind,
            "pindah_kk_pindah": "2",
            "anggota_pindah": rows,
        } | answers

    def apply_in(self, number: str, *rows: tuple[str, str]) -> Case:
        """The pekon's officer sends it to Tanggamus; an official keys it in. `rows`: who, and which SHDK."""
        by, office = self.by(THERE, "operator_penerima"), self.offices[THERE]
        first = self.people[rows[0][0]]
        contact = actions.Contact(
            first.name, sender_name="SAMSUL", sender_phone="081200009001", mandate=self._mandate().pk
        )
        case = actions.start_at_counter(
            revision=in_force(office, ARRIVING, queries.today(office)),
            variant="permohonan",
            contact=contact,
            by=by,
            key=uuid.uuid4(),
            channel="whatsapp",
        )
        table = [
            {"nik": self.people[name].nik, "nama": self.people[name].name, "shdk": shdk}
            for name, shdk in rows
        ]
        answers = {
            "pemohon_nama": first.name,
            "pemohon_nik": first.nik,
            "asal_alamat": "Jl. Contoh No. 1",
            "asal_desa": "Baru",
            "asal_kecamatan": "Balikpapan",
            "asal_kabupaten": "64.71",
            "skpwni_nomor": number,
            "skpwni_tanggal": queries.today(self.offices[ORIGIN]).isoformat(),
            "tiba_alamat": "Jl. Jauh No. 1",
            "tiba_rt": 1,
            "tiba_rw": 2,
            "tiba_desa": GOAL,
            "datang_kk": "2",
            "anggota_datang": table,
        }
        return self._sent(case, by, answers)

    def _mandate(self) -> SenderMandate:
        village = Area.objects.get(code=GOAL)
        found, _ = SenderMandate.objects.get_or_create(
            office=self.offices[THERE],
            village=village,
            defaults={
                "name": "SAMSUL",
                "phone": "081200009001",
                "agreement": "PKS-1",
                "order": "SPT-1",
                "valid_from": date(2026, 1, 1),
                "valid_until": date(2028, 12, 31),
                "recorded_by": "uji",
                "recorded_at": clock.now(),
            },
        )
        return found

    @staticmethod
    def _sent(case: Case, by: Actor, answers: dict[str, Any]) -> Case:
        actions.save_answers(case_id=case.pk, values=answers, by=by)
        case = Case.objects.get(pk=case.pk)
        variant = queries.variant_of(case)
        for paper in variant.uploads(case.answers):
            actions.attach(case_id=case.pk, requirement=paper.key, content=_picture(), by=by)
        papers = queries.papers_missing(case) if case.channel != "online" else []
        if papers:
            handed = [actions.Handed(item.nature or "copy", item.key) for item in papers]
            actions.receive_papers(case_id=case.pk, papers=handed, by=by)
        return actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())

    def take(self, case: Case, until: str = "") -> Case:
        """Officials take the steps before `until` (a kind of step), or all."""
        while True:
            case = Case.objects.get(pk=case.pk)
            variant = queries.variant_of(case)
            if case.state != "open" or variant.step(case.step).kind == until:
                return case
            step = variant.step(case.step)
            if step.kind == "sign":
                self.sign(case)
            else:
                self.step(case)

    def step(self, case: Case) -> Case:
        """The official whose step it is takes it."""
        case = Case.objects.get(pk=case.pk)
        variant = queries.variant_of(case)
        step = variant.step(case.step)
        role = variant.role_of(step)
        if step.confirmed_by:
            role = step.confirmed_by
        return actions.take_step(
            case_id=case.pk,
            by=self.by(case.office_id, role),
            version=case.version,
            key=uuid.uuid4(),
            step=step.step,
            given=actions.Given(received_by="DEWI", acknowledged=True, present=True),
        )

    def sign(self, case: Case) -> None:
        """The head releases what is ready of a case, and the real signer signs it."""
        self.work()
        head = self.staff[case.office_id]["kepala_dinas"]
        self._codes += 1
        with clock.use(clock.now() + timedelta(seconds=30 * self._codes)):
            code = pyotp.TOTP(self.seeds[case.office_id]).at(clock.now())
            actions.start_signing(
                office=self.offices[case.office_id],
                account=head,
                by=actor_of(head),
                document_ids=[found.pk for found in documents.of_case(case.ref)],
                passphrase=PASSPHRASE,
                totp=code,
                key=uuid.uuid4(),
            )
        self.work()

    def work(self) -> None:
        """Do every job that is due, in a thread of its own where tests really commit."""
        if connection.in_atomic_block:
            self._work()
            return
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self._work_apart, clock.now()).result()

    def _work_apart(self, now: Any) -> None:
        try:
            with clock.use(now):
                self._work()
        finally:
            connection.close()

    def _work(self) -> None:
        while due := list(ProcrastinateJob.objects.filter(status="todo").exclude(pk__in=self._done)):
            for job in due:
                self._done.add(job.pk)
                app.tasks[job.task_name].func(**job.args)

    # what both registers hold

    def where(self) -> dict[str, tuple[str, str, str]]:
        """Of everybody: their office, their state, and the relation in the family where they are."""
        rows = Membership.objects.filter(until=None).select_related("resident", "family")
        placed = {row.resident_id: (row.relation, row.family.office_id) for row in rows}
        found = {}
        for name, person in self.people.items():
            now = Resident.objects.get(pk=person.pk)
            relation, office = placed.get(person.pk, ("", now.office_id))
            assert office == now.office_id, f"{name} lives in a family of another office"
            found[name] = (now.office_id, now.status, relation)
        return found

    def letter(self, case: Case) -> Document:
        """The signed SKPWNI of a case."""
        return Document.objects.get(case_ref=case.ref, kind="surat-keterangan-pindah-wni")


def _staff(office: Office) -> dict[str, Account]:
    found = {}
    for role in Role.objects.filter(office=office, active=True):
        kupt = Site.objects.filter(office=office, kind="kupt").first() if "kupt" in role.slug else None
        account = Account.objects.create(
            pk=HEADS[office.code] if role.slug == "kepala_dinas" else None,
            email=f"{role.slug.replace('_', '-')}@{office.slug}.test",
            name=role.name.upper(),
            kind=Account.Kind.STAFF,
            office=office,
            site=kupt,
            employee_number="198001012005011001",
            created_at=clock.now(),
        )
        assign_role(account=account, role=role, by=SYSTEM)
        found[role.slug] = account
    return found


def _family(office: Office) -> dict[str, Resident]:
    village = Village(office, HOME, "BALIKPAPAN", date(2020, 5, 4))
    couple = {"marital_status": "KAWIN TERCATAT", "marriage_date": date(2014, 2, 3)}
    husband = village.resident("L", date(1988, 3, 4), "ARIF REKAAN HIDAYAT", 9001, **couple)
    wife = village.resident("P", date(1990, 7, 8), "DEWI REKAAN LESTARI", 9001, **couple)
    son = village.resident("L", date(2016, 7, 8), "BIMA REKAAN HIDAYAT", 9001)
    mother = village.resident("P", date(1962, 1, 2), "SRI REKAAN WAHYUNI", 9001, marital_status="CERAI MATI")
    village.family(9001, ("KEPALA KELUARGA", husband), ("ISTRI", wife), ("ANAK", son), ("MERTUA", mother))
    return {"husband": husband, "wife": wife, "son": son, "mother": mother}


def _give_keys(signer: Signer) -> None:
    """Both heads have a key in the running signer, made once for a process."""
    for office, head in HEADS.items():
        name = f"{office}-{head}"
        if not list(signer.keys.rglob(f"*{name}*")):
            secret = settings.SECRET_KEY.encode()
            local.create_signer_key(
                signer.keys, secret, name, "KEPALA DINAS", "Dinas", PASSPHRASE, algorithm="ecdsa-p256"
            )


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, signer: Signer) -> Iterator[Travellers]:
    """Both offices with their officials; mail leaves to nowhere."""
    documents.template.cache_clear()
    documents.signer.cache_clear()
    others = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    begins = ("64.71", "18.06.01")
    known = ("64", "18", "18.06", "64.71", "31", "31.71")
    sync_areas(
        rows=[row for row in read_areas(STANDARDS) if row.code in known or row.code.startswith(begins)]
    )
    publish(loaded=LOADED, by="system", at=clock.now())
    offices = {code: Office.objects.get(pk=code) for code in (ORIGIN, THERE)}
    staff = {code: _staff(office) for code, office in offices.items()}
    _give_keys(signer)
    seeds = {code: set_totp(account=staff[code]["kepala_dinas"], by=SYSTEM) for code in offices}
    monkeypatch.setattr(notices.smtp, "send", lambda message, server: None)
    yield Travellers(offices, staff, seeds, _family(offices[ORIGIN]), others)
    documents.signer.cache_clear()
