"""A town with one of everything that an address can name, and the same at another office."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings

from loket.cases.actions import reserve_pack
from loket.cases.models import (
    Attachment,
    Case,
    CaseProduct,
    ClockStop,
    HandoverRecord,
    SenderMandate,
)
from loket.catalogue.models import ServiceRevision
from loket.core import clock, filestore
from loket.core.actors import SYSTEM
from loket.core.codes import new_document_id, new_tracking_code
from loket.delivery.models import PrintTicket
from loket.documents.models import Document, SigningBatch, SigningIntent
from loket.offices.actions import assign_role, set_totp
from loket.offices.models import Account, Area, Holiday, Office, Role, SpecialHours, StaffChange
from loket.offices.rules import Right
from tests.integration.web.kept import Names, books, field, letter, siak_file, twice
from tests.integration.web.table import CASE, SAMPLES
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor, finish

ABSENT: Names = {
    **SAMPLES,
    "office": "tidak-ada",
    "service": "tidak-ada",
    "attachment_id": 999_999,
    "ticket_id": 999_999,
    "intent_id": 999_999,
    "account_id": 999_999,
    "change_id": 999_999,
    "holiday_id": 999_999,
    "pack_id": 999_999,
    "mandate_id": 999_999,
    "record_id": 999_999,
    "resident_id": 999_999,
    "line_id": 999_999,
    "close_id": 999_999,
    "request_id": 999_999,
    "list_id": 999_999,
    "listed_id": 999_999,
    "letter_id": 999_999,
    "other_id": 999_998,
    "merge_id": 999_999,
    "special_id": 999_999,
    "stop_id": 999_999,
    "file_id": 999_999,
    "case_id": CASE,
    "batch_id": CASE,
}
COUNTER, WORK = "petugas/loket/", "petugas/pekerjaan/"

# Addresses that only an application has which was not sent yet.
OF_A_DRAFT = ("/isi/", "/periksa/", "/batal/", "/berkas/<slug:")


@dataclass
class World:
    """The things of this office and of the other one, and everybody who may come to a door."""

    own: Names
    foreign: Names
    drafts: dict[str, Names]
    counter: dict[str, Names]
    people: dict[str, Account | None]

    def names(self, route: str, whose: str) -> Names:
        """What stands for the parts of an address: `own`, `foreign` or `absent` things."""
        found = {"own": self.own, "foreign": self.foreign, "absent": ABSENT}[whose]
        if "/unggah/" in route:
            return found | {"case_id": self.counter[whose]["message"]}
        if route.startswith((COUNTER, WORK)):
            return found | self.counter[whose]
        if route.endswith("/resi.pdf"):
            return found | {"case_id": self.counter[whose]["registered"]}
        draft = any(part in route for part in OF_A_DRAFT)
        return found | self.drafts.get(whose, {}) if draft else found


def staff_of(office: Office, name: str, rights: list[Right]) -> Account:
    """Somebody of `office` with a role that no step names, and just these rights."""
    role = Role.objects.create(office=office, slug=f"hanya-{name}", name=name, rights=rights)
    account = Account.objects.create(
        email=f"hanya-{name}@{office.slug}.test",
        name=name,
        kind="staff",
        office=office,
        created_at=clock.now(),
    )
    assign_role(account=account, role=role, by=SYSTEM)
    if "sign" in rights:
        set_totp(account=account, by=SYSTEM)
    return account


def _copy(row: Any, **changes: Any) -> Any:
    row.pk = None
    for name, value in changes.items():
        setattr(row, name, value)
    row._state.adding = True
    row.save(force_insert=True)
    return row


def _intent(document: Document, signer: Account, office: Office) -> SigningIntent:
    batch = SigningBatch.objects.create(
        office=office, signer=signer, key=uuid.uuid4(), created_at=clock.now(), state="done"
    )
    return SigningIntent.objects.create(
        document=document,
        batch=batch,
        signer=signer,
        unsigned_sha256="0" * 64,
        state="in_doubt",
        created_at=clock.now(),
    )


def _undecided(document: Document, number: str) -> Document:
    """A copy of a document that was never signed."""
    blank = {"signed_sha256": "", "signature_digest": "", "signed_at": None, "state": "rendered"}
    return _copy(document, id=new_document_id(), kind="uji", subject_key="uji:1", number=number, **blank)


def _names(
    case: Case, document: Document, ticket: PrintTicket, intent: SigningIntent, batch: SigningBatch
) -> Names:
    signer = batch.signer
    holiday = Holiday.objects.create(
        office=case.office, day="2027-03-03", name="A", kind="office", source="uji"
    )
    return SAMPLES | {
        "case_id": case.pk,
        "attachment_id": case.attachments.order_by("pk").first().pk,
        "document_id": document.pk,
        "ticket_id": ticket.pk,
        "intent_id": intent.pk,
        "batch_id": batch.pk,
        "holiday_id": holiday.pk,
        "pack_id": reserve_pack(office=case.office, count=1, by="uji").pk,
        **_clock(case.office),
        **_people(case.office, signer),
        **_outgoing(case.office),
        **twice(case.office),
        "letter_id": letter(case.office).pk,
        **books(case.office),
        **field(case.office),
        "file_id": siak_file(case.office).pk,
    }


def _outgoing(office: Office) -> Names:
    """Somebody who may send for a village, and a berita acara."""
    village = Area.objects.filter(level__in=["desa", "kelurahan"], retired=False).order_by("code").first()
    mandate = SenderMandate.objects.create(
        office=office,
        village=village,
        name="APARAT UJI",
        phone="081200009999",
        agreement="PKS-UJI",
        order="SPT-UJI",
        valid_from="2026-01-01",
        valid_until="2027-12-31",
        recorded_by="uji",
        recorded_at=clock.now(),
    )
    record = HandoverRecord.objects.create(
        office=office,
        number="0001/BA/UJI",
        destination="KUPT UJI",
        day="2026-08-03",
        opened_at=clock.now(),
        opened_by="uji",
    )
    return {"mandate_id": mandate.pk, "record_id": record.pk}


def _clock(office: Office) -> Names:
    """A stop of the office that waits for a decision, and hours that differ for a time."""
    stop = ClockStop.objects.create(
        office=office,
        reason="siak_terganggu",
        reason_name="SIAK terganggu",
        key=uuid.uuid4(),
        asked_by="account:0",
        asked_by_name="SESEORANG",
        asked_at=clock.now(),
    )
    special = SpecialHours.objects.create(
        office=office,
        name="A",
        first_day="2027-04-01",
        last_day="2027-04-09",
        hours=office.definition["hours"],
    )
    return {"stop_id": stop.pk, "special_id": special.pk}


def _at_counter(case: Case, office: Office, revision: ServiceRevision) -> Names:
    """What the counter of `office` takes in (`revision`), began there, and gave a receipt for."""
    begun, message = (
        Case.objects.create(
            id=uuid.uuid4(),
            create_key=uuid.uuid4(),
            office=office,
            revision=revision,
            service=revision.service,
            variant=case.variant,
            channel=channel,
            applicant_name="ORANG DI LOKET",
            created_at=clock.now(),
            answers=case.answers,
        )
        for channel in ("counter", "whatsapp")
    )
    registered = _copy(
        Case.objects.get(pk=case.pk),
        id=uuid.uuid4(),
        office=office,
        channel="counter",
        tracking_code=new_tracking_code(),
        create_key=uuid.uuid4(),
        registered_at=case.submitted_at,
        receipt_number="R-1",
    )
    return {
        "case_id": begun.pk,
        "registered": registered.pk,
        "service": revision.service,
        "message": message.pk,
    }


def _counters(town: Town, case: Case) -> dict[str, Names]:
    """The counters of both offices; the other one takes in a service that only it has."""
    elsewhere = ServiceRevision.objects.get(pk=case.revision_id)
    elsewhere = _copy(elsewhere, office=town.other, service="hanya-di-sana")
    return {
        "own": _at_counter(case, town.office, case.revision),
        "foreign": _at_counter(case, town.other, elsewhere),
        "absent": {"case_id": CASE, "registered": CASE, "service": "tidak-ada", "message": CASE},
    }


def _people(office: Office, by: Account) -> Names:
    """Somebody of the office, and a request about them."""
    clerk = staff_of(office, "orang", [])
    change = StaffChange.objects.create(
        office=office,
        kind="close",
        account=clerk,
        reason="uji",
        key=uuid.uuid4(),
        asked_by=by,
        asked_at=clock.now(),
        expires_at=clock.now() + timedelta(days=7),
    )
    return {"account_id": clerk.pk, "change_id": change.pk}


def _elsewhere(town: Town, stranger: Account, case: Case, document: Document, ticket: PrintTicket) -> Names:
    """The same things once more, at the other office and of another citizen."""
    paper = case.attachments.order_by("pk").first()
    product = CaseProduct.objects.get(pk=ticket.product_id)
    there = _copy(
        Case.objects.get(pk=case.pk),
        id=uuid.uuid4(),
        office=town.other,
        applicant=stranger,
        tracking_code=new_tracking_code(),
        create_key=uuid.uuid4(),
    )
    _copy(Attachment.objects.get(pk=paper.pk), case=there)
    moved = _copy(product, case=there, office=town.other)
    card = _copy(PrintTicket.objects.get(pk=ticket.pk), office=town.other, product=moved, number=7)
    letter = _copy(
        Document.objects.get(pk=document.pk),
        id=new_document_id(),
        office=town.other,
        case_ref=there.ref,
        number="X-2",
        signed_sha256=filestore.put(settings.FILES_DIR, b"%PDF-1.7 elsewhere"),
    )
    doubtful = _intent(_undecided(Document.objects.get(pk=letter.pk), "X-3"), town.outsider, town.other)
    return _names(there, letter, card, doubtful, doubtful.batch)


def furnish(town: Town, rights: tuple[Right, ...]) -> World:
    """One finished application with everything that came of it, and a draft; the same elsewhere."""
    siti, stranger = town.citizen(), town.citizen("lain@contoh.id", "ORANG LAIN")
    finish(town, Visitor(siti).apply(town))
    case, ticket = Case.objects.get(), PrintTicket.objects.get()
    document = Document.objects.exclude(signed_sha256="").order_by("pk").first()
    foreign = _elsewhere(town, stranger, case, document, ticket)
    with_all = staff_of(town.office, "semua", list(rights))
    Holiday.objects.create(day=SAMPLES["day"], name="A", kind="public", source="uji")
    doubtful = _intent(_undecided(Document.objects.get(pk=document.pk), "X-4"), with_all, town.office)
    people: dict[str, Account | None] = {
        "anonymous": None,
        "citizen": siti,
        "other citizen": town.citizen("tiga@contoh.id", "ORANG KETIGA"),
        "staff": staff_of(town.office, "biasa", []),
        "staff with all rights": with_all,
        "staff elsewhere": staff_of(town.other, "semua", list(rights)),
    }
    people |= {right: staff_of(town.office, right, [right]) for right in rights}
    own = _names(case, document, ticket, doubtful, doubtful.batch)
    drafts = {
        whose: {"case_id": Visitor(account).start().split("/")[2]}
        for whose, account in (("own", siti), ("foreign", stranger))
    }
    return World(own, foreign, drafts, _counters(town, case), people)
