"""An invented seed bank and its people, so that the engine is tested and no real office.

Its first service has `lengkap` with a book, two papers and a card, and `cepat` without a book; three more
are the office's own work, cards without application, and applications by message (see `standards/`). The
event and the builders of the papers stand here; the engine knows them by name only.
"""

import contextvars
import io
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyotp
from django.db import connections
from PIL import Image

from loket.cases import actions
from loket.cases.actions.products import Content
from loket.cases.models import Case
from loket.cases.queries import variant_of
from loket.catalogue.actions import publish
from loket.catalogue.loader import load, read_areas
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import definition
from loket.catalogue.rules import Variant
from loket.core.actors import SYSTEM, Actor
from loket.core.identity import mask_name
from loket.documents import tasks as document_tasks
from loket.documents.models import Document, SigningBatch
from loket.documents.queries import of_case
from loket.offices.actions import assign_role, set_totp, sync_areas
from loket.offices.models import Account, Office, Role
from loket.offices.queries import actor_of
from loket.register.actions import next_serial
from loket.register.models import CivilRecord, Family, Membership, Resident
from loket.register.queries import record_of_case

STANDARDS = Path(__file__).parent / "standards"
LOADED = load(STANDARDS)
ZONE = ZoneInfo("Asia/Makassar")
PASSPHRASE = "kata sandi TTE yang panjang"
# Fixed, so that one key for each of them serves all tests of a process.
SIGNER_IDS = {"kepala": 991101, "wakil": 991102, "kepala-kebun": 991201}
ROLES = ("penerima", "pemeriksa", "pencatat", "pengawas", "kepala", "wakil", "admin")
ANSWERS = {
    "benih_jenis": "1",
    "benih_panen": "2026-07-01",
    "benih_simpan": "2026-08-01",
    "benih_berat": 12.5,
    "peti": "P-1",
    "penyimpan_nama": "SITI AMINAH",
    "penyimpan_telepon": "081200000001",
    "saksi_nama": "BUDI SANTOSO",
}


def at(text: str) -> datetime:
    """`2026-08-03 10:00` at the seed bank."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


class Time:
    """The present moment of a test; Monday 3 August 2026, 09.00 at the seed bank, until it is moved."""

    def __init__(self) -> None:
        self.now = at("2026-08-03 09:00")

    def __call__(self) -> datetime:
        return self.now

    def set(self, text: str) -> None:
        self.now = at(text)

    def pass_(self, **parts: float) -> None:
        self.now += timedelta(**parts)


def photo(width: int = 8, height: int = 8, kind: str = "JPEG", colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, kind)
    return out.getvalue()


def write_into_the_book(case: Case, variant: Variant, by: Actor) -> None:
    """The invented event: who keeps seeds becomes a resident with an entry in the book; again amends it."""
    entry = record_of_case(case.ref)
    if entry is not None:
        entry.facts = dict(case.answers)
        entry.save(update_fields=["facts"])
        return
    serial = next_serial(office=case.office, key="book:SB:2026")
    digits = f"9911010107{serial:06d}"
    person = Resident.objects.create(
        office=case.office,
        nik=digits,
        name=case.answers["penyimpan_nama"],
        sex="P",
        birth_place="LUMBUNG",
        birth_date=date(1990, 1, 1),
        religion="-",
        education="-",
        occupation="-",
        marital_status="-",
    )
    family = Family.objects.create(
        office=case.office,
        number=digits,
        address="-",
        village_id="99.11.01.2001",
        issued_on=date(2026, 1, 1),
    )
    Membership.objects.create(
        family=family, resident=person, relation="KEPALA KELUARGA", position=1, since=date(2026, 1, 1)
    )
    CivilRecord.objects.create(
        office=case.office,
        book="SB",
        year=2026,
        entry=serial,
        number=f"9911-SB-{serial:04d}",
        recorded_on=date(2026, 8, 3),
        resident=person,
        facts=dict(case.answers),
        case_ref=case.ref,
        recorded_by=by.ref,
        created_at=at("2026-08-03 09:00"),
    )


def _content(case: Case, about: str) -> Content:
    answers, entry = case.answers, record_of_case(case.ref)
    number = entry.number if entry else f"CB-{case.tracking_code}"
    context = {
        "nama": answers["penyimpan_nama"],
        "jenis": definition(case.revision).choices["jenis_benih"][answers["benih_jenis"]],
        "panen": answers["benih_panen"],
        "peti": answers["peti"],
    }
    shown = {"Nama": mask_name(answers["penyimpan_nama"]), "Peti": answers["peti"]}
    return Content(
        number, str(case.answers.get("penyimpan_nama", "")), f"{about}:{answers['peti']}", context, shown
    )


def _note(case: Case) -> Content:
    """The invented paper of everything but seeds: a report, or whose it is."""
    text = str(case.answers.get("laporan") or case.applicant_name)
    return Content(f"CG-{case.tracking_code}", case.applicant_name, f"catatan:{case.pk}", {"isi": text}, {})


INVENTED_BUILDERS: dict[str, Callable[[Case], Content]] = {
    "catatan-gudang": _note,
    "sertifikat-benih": lambda case: _content(case, "peti"),
    "label-peti": lambda case: _content(case, "label"),
}


class World:
    """The seed bank with its staff and citizens, and short ways to bring a case somewhere."""

    def __init__(self, time: Time) -> None:
        self.time = time
        sync_areas(rows=read_areas(STANDARDS))
        self.people: dict[str, Account] = {}
        self.seeds: dict[str, str] = {}
        published = publish(loaded=LOADED, by="system", at=time.now)
        self.services = {revision.service: revision for revision in published.revisions}
        self.revision: ServiceRevision = self.services["simpan-benih"]
        self.office = Office.objects.get(code="9911")
        self.other_office = Office.objects.get(code="9912")
        for role in ROLES:
            self._hire(role, self.office, role)
        for role in ("penerima", "pemeriksa", "kepala", "admin"):
            self._hire(f"{role}-kebun", self.other_office, role)
        for name in ("siti", "tono"):
            self.people[name] = Account.objects.create(
                kind="citizen", name=name.capitalize(), email=f"{name}@contoh.id", created_at=time.now
            )

    def resident(
        self, name: str, born: date, serial: int, *, family: bool = True, **changes: Any
    ) -> Resident:
        """Somebody in the seed bank's register who was recorded for the card, in a family of their own."""
        given = {
            "religion": "-",
            "education": "-",
            "occupation": "-",
            "marital_status": "BELUM KAWIN",
            "biometrics_recorded_on": date(2026, 1, 1),
        }
        person = Resident.objects.create(
            office=changes.pop("office", self.office),
            nik=f"991101{born:%d%m%y}{serial:04d}",
            name=name,
            sex="L",
            birth_place="LUMBUNG",
            birth_date=born,
            **(given | changes),
        )
        if family:
            self._family(person)
        return person

    def _family(self, person: Resident) -> None:
        day = date(2026, 1, 1)
        family = Family.objects.create(
            office=person.office,
            number=person.nik,
            address="-",
            village_id="99.11.01.2001",
            issued_on=day,
        )
        Membership.objects.create(
            family=family, resident=person, relation="KEPALA KELUARGA", position=1, since=day
        )

    def _hire(self, name: str, office: Office, role: str) -> None:
        account = Account(
            pk=SIGNER_IDS.get(name),
            kind="staff",
            office=office,
            name=name.capitalize(),
            email=f"{name}@{office.slug}.id",
            created_at=self.time.now,
        )
        account.save(force_insert=True)
        self.people[name] = account
        assign_role(account=account, role=Role.objects.get(office=office, slug=role), by=SYSTEM)

    def actor(self, name: str) -> Actor:
        return actor_of(self.people[name])

    def draft(self, variant: str = "lengkap", *, who: str = "siti") -> Case:
        return actions.start_case(
            revision=self.revision,
            variant=variant,
            channel="online",
            applicant=self.people[who],
            by=self.actor(who),
            key=uuid.uuid4(),
        )

    def fill(self, case: Case, *, who: str = "siti", **changes: Any) -> Case:
        """Everything that can be sent, but for `changes`."""
        by = self.actor(who)
        questions = {question.key: "tidak" for question in variant_of(case).questions}
        values = {**ANSWERS, **questions, **changes}
        case = actions.save_answers(case_id=case.pk, values=values, by=by)
        for paper in variant_of(case).uploads(case.answers):
            actions.attach(case_id=case.pk, requirement=paper.key, content=photo(), by=by)
        return case

    def sent(self, variant: str = "lengkap", *, who: str = "siti", **changes: Any) -> Case:
        case = self.fill(self.draft(variant, who=who), who=who, **changes)
        return actions.submit(case_id=case.pk, by=self.actor(who), key=uuid.uuid4())

    def work(self, case: Case, **more: Any) -> Case:
        """The present step, carried out by whoever has to."""
        case = fresh(case)
        given = {"version": case.version, "key": uuid.uuid4(), "step": case.step} | more
        by = given.pop("by", None) or self.actor(variant_of(case).step(case.step).actor)
        return actions.take_step(case_id=case.pk, by=by, **given)

    def at_step(self, step: str, variant: str = "lengkap", **changes: Any) -> Case:
        """A case that stands at `step`; beyond the signature only by way of `sign`."""
        case = self.sent(variant, **changes)
        while case.step != step:
            case = self.sign(case) if case.step == "tanda-tangan" else self.work(case)
        return case

    def back(self, case: Case, to: str, *, reason: str = "Foto kabur") -> Case:
        """Returned from the present step by whoever stands there."""
        case = fresh(case)
        by = self.actor(variant_of(case).step(case.step).actor)
        return actions.return_case(
            case_id=case.pk, by=by, version=case.version, key=uuid.uuid4(), to=to, reason=reason
        )

    def render(self, *cases: Case) -> list[Document]:
        """What the jobs of the queue would do: the unsigned files."""
        found = [document for case in cases for document in of_case(case.ref)]
        for document in found:
            document_tasks.render(document_id=document.pk)
        return [Document.objects.get(pk=document.pk) for document in found]

    def totp(self, name: str = "kepala") -> str:
        """A code that was not used yet: half a minute passes."""
        if name not in self.seeds:
            self.seeds[name] = set_totp(account=self.people[name], by=SYSTEM)
        self.time.pass_(seconds=30)
        return pyotp.TOTP(self.seeds[name]).at(self.time.now)

    def release(self, *documents: Document, name: str = "kepala", **more: Any) -> SigningBatch:
        """Passphrase and code given for these documents; nothing is signed before `run_batch`."""
        given = {"passphrase": PASSPHRASE, "totp": self.totp(name), "key": uuid.uuid4()} | more
        account = self.people[name]
        return actions.start_signing(
            office=self.office if account.office_id == "9911" else self.other_office,
            account=account,
            by=self.actor(name),
            document_ids=[document.pk for document in documents],
            **given,
        )

    def sign(self, case: Case) -> Case:
        """All documents of a case rendered, released and signed."""
        actions.run_batch(batch_id=self.release(*self.render(case)).pk)
        return fresh(case)


def fresh(case: Case) -> Case:
    """The case as the database has it now."""
    return Case.objects.select_related("office", "revision", "applicant").get(pk=case.pk)


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Results, or exceptions, of calls made at the same moment in threads with connections of their own."""
    gate = threading.Barrier(len(calls))
    outcomes: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        gate.wait(timeout=20)
        try:
            outcomes[place] = call()
        except Exception as error:
            outcomes[place] = error
        finally:
            connections.close_all()

    contexts = [contextvars.copy_context() for _ in calls]
    threads = [
        threading.Thread(target=context.run, args=(run, place, call))
        for place, (context, call) in enumerate(zip(contexts, calls, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
        assert not thread.is_alive()
    return outcomes
