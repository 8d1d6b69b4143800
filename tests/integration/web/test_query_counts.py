"""A list of thirty asks the database as often as a list of one."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    CaseProduct,
    HandedPaper,
    HandoverItem,
    HandoverRecord,
    PaperMove,
    SenderMandate,
)
from loket.core import clock
from loket.core.codes import new_document_id, new_tracking_code
from loket.delivery.models import PrintTicket
from loket.documents.models import BatchItem, Document, SigningBatch
from loket.notices.models import Notice
from loket.offices.models import Area, Holiday, Office
from loket.register.models import CivilRecord
from tests.journeys.regency import Regency
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, finish

MANY = 30


def copies(row: object, **fields: Callable[[int], object]) -> None:
    """Thirty more rows like this one, with these fields of their own."""
    for number in range(1, MANY):
        row.pk = None
        for name, value in fields.items():
            setattr(row, name, value(number))
        row._state.adding = True
        row.save(force_insert=True)


def queries(visitor: Visitor, path: str) -> int:
    visitor.open(path)  # what is read once in a process
    with CaptureQueriesContext(
        connection,
    ) as seen:
        visitor.open(path)
    return len(seen)


def more_cases() -> None:
    copies(
        Case.objects.get(),
        id=lambda n: uuid.uuid4(),
        tracking_code=lambda n: new_tracking_code(),
        create_key=lambda n: uuid.uuid4(),
    )


def more_products() -> None:
    case = Case.objects.get()
    for number in range(1, MANY):
        ids = {"tracking_code": new_tracking_code(), "create_key": uuid.uuid4(), "pk": uuid.uuid4()}
        for name, value in ids.items():
            setattr(case, name, value)
        case.save(force_insert=True)
        product = CaseProduct.objects.create(
            case=case, office=case.office, document="kia", label="KIA", medium="card"
        )
        PrintTicket.objects.create(
            office=case.office, number=100 + number, product=product, opened_at=clock.now()
        )


def more_documents() -> None:
    copies(
        Document.objects.filter(kind="kutipan-akta-kelahiran").get(),
        id=lambda n: new_document_id(),
        case_ref=lambda n: f"case:{uuid.uuid4()}",
        number=lambda n: f"X-{n}",
    )


def more_entries() -> None:
    copies(
        CivilRecord.objects.get(),
        entry=lambda n: 1 + n,
        number=lambda n: f"X-{n}",
        case_ref=lambda n: f"case:{uuid.uuid4()}",
    )


@pytest.mark.parametrize("path", ["/petugas/", "/petugas/permohonan/"])
def test_lists_of_cases(town: Town, path: str) -> None:
    Visitor(town.citizen()).apply(town)
    loket = Official(town.staff["petugas_loket"])
    one = queries(loket, path)
    more_cases()
    assert queries(loket, path) == one
    assert f"{MANY} permohonan" in loket.open(path)


def test_the_applicants_history(town: Town) -> None:
    siti = Visitor(town.citizen())
    siti.apply(town)
    one = queries(siti, "/riwayat/")
    more_cases()
    assert queries(siti, "/riwayat/") == one


def test_the_sign_list_and_a_batch(town: Town) -> None:
    case = Visitor(town.citizen()).apply(town)
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    town.work()
    head = Official(town.staff["kepala_dinas"])
    batch = SigningBatch.objects.create(
        office=town.office, signer=head.account, key=uuid.uuid4(), created_at=clock.now()
    )
    items = [BatchItem(batch=batch, document=Document.objects.first(), position=0)]
    BatchItem.objects.bulk_create(items)
    paths = ["/petugas/tanda-tangan/", f"/petugas/tanda-tangan/{batch.pk}/"]
    few = [queries(head, path) for path in paths]
    more_documents()
    others = Document.objects.exclude(pk=items[0].document_id)
    BatchItem.objects.bulk_create(
        BatchItem(batch=batch, document=document, position=place)
        for place, document in enumerate(others, start=1)
    )
    assert [queries(head, path) for path in paths] == few


def test_the_print_room_and_the_register(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    room, head = Official(town.staff["petugas_cetak"]), Official(town.staff["kepala_dinas"])
    one = queries(room, "/petugas/ruang-cetak/"), queries(head, "/petugas/register/")
    more_products()
    more_entries()
    assert (queries(room, "/petugas/ruang-cetak/"), queries(head, "/petugas/register/")) == one


def test_holidays_and_offices(town: Town) -> None:
    admin, anybody = Official(town.staff["admin_kantor"]), Visitor()
    Holiday.objects.create(office=town.office, day="2027-01-01", name="A", kind="office", source="uji")
    one = queries(admin, "/petugas/hari-libur/?tahun=2027")
    for number in range(1, MANY):
        Holiday.objects.create(
            office=town.office, day=f"2027-02-{number:02d}" if number < 29 else "2027-03-01", name="B",
            kind="office", source="uji",
        )  # fmt: skip
    assert queries(admin, "/petugas/hari-libur/?tahun=2027") == one
    assert queries(anybody, "/") <= 1


def test_the_work_of_the_office(town: Town) -> None:
    Visitor(town.citizen()).apply(town)
    Case.objects.update(channel="internal")
    loket = Official(town.staff["petugas_loket"])
    one = queries(loket, "/petugas/pekerjaan/")
    more_cases()
    assert queries(loket, "/petugas/pekerjaan/") == one
    assert loket.open("/petugas/pekerjaan/").count('<span class="soft small">dibuka ') == MANY


def on_record(office: Office, number: int, cases: list[Case]) -> None:
    """A berita acara with these cases."""
    record = HandoverRecord.objects.create(
        office=office,
        number=f"{number:04d}/BA",
        destination=f"Tempat {number}",
        day="2026-08-03",
        opened_at=clock.now(),
        opened_by="uji",
    )
    items = [HandoverItem(record=record, case=case, added_at=clock.now()) for case in cases]
    HandoverItem.objects.bulk_create(items)


def test_what_was_sent_out(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    loket = Official(town.staff["petugas_loket"])
    on_record(town.office, 1, list(Case.objects.all()))
    one = queries(loket, "/petugas/berita-acara/")
    more_products()
    cases = list(Case.objects.order_by("pk"))
    for number in range(2, MANY + 1):
        on_record(town.office, number, cases[: number % 5 + 1])
    assert queries(loket, "/petugas/berita-acara/") == one
    assert loket.open("/petugas/berita-acara/").count("/BA") >= MANY


def test_who_may_send_for_others(town: Town) -> None:
    village = Area.objects.filter(code__startswith=f"{town.office.definition['area']}.").order_by("-code")[0]
    SenderMandate.objects.create(
        office=town.office,
        village=village,
        name="APARAT",
        phone="081200000000",
        agreement="PKS",
        order="SPT",
        valid_from="2026-01-01",
        valid_until="2027-12-31",
        recorded_by="uji",
        recorded_at=clock.now(),
    )
    loket = Official(town.staff["petugas_loket"])
    one = queries(loket, "/petugas/pengirim/")
    copies(SenderMandate.objects.get(), phone=lambda n: f"0812000000{n:02d}")
    assert queries(loket, "/petugas/pengirim/") == one
    assert loket.open("/petugas/pengirim/").count("APARAT") >= MANY


def test_the_page_of_one_case_with_much_on_it(town: Town) -> None:
    """Pictures, history, papers and mails of one case: no query for any of them."""
    case = Visitor(town.citizen()).apply(town)
    loket = Official(town.staff["petugas_loket"])
    path = f"/petugas{case}"
    Attachment.objects.exclude(pk=Attachment.objects.order_by("pk").first().pk).update(removed_at=clock.now())
    one = queries(loket, path)
    copies(Attachment.objects.get(removed_at=None), sha256=lambda n: f"{n:064d}")
    copies(CaseEvent.objects.get(), seq=lambda n: n + 1, key=lambda n: uuid.uuid4())
    copies(Notice.objects.get(), key=lambda n: f"uji:{n}")
    assert queries(loket, path) == one


def test_the_page_of_one_case_that_others_resemble(town: Town) -> None:
    """Twins, and documents and products of the case."""
    path = f"/petugas{Visitor(town.citizen()).apply(town)}"
    Official(town.staff["petugas_loket"]).complete(path.removeprefix("/petugas"))
    operator = Official(town.staff["operator_perubahan"])
    operator.complete(path.removeprefix("/petugas"))
    town.work()
    one = queries(operator, path)
    case = Case.objects.get()
    copies(
        Document.objects.filter(kind="kutipan-akta-kelahiran").get(),
        id=lambda n: new_document_id(),
        number=lambda n: f"X-{n}",
        kind=lambda n: f"uji-{n}",
    )
    copies(CaseProduct.objects.filter(medium="card").get(), document=lambda n: f"uji-{n}")
    assert queries(operator, path) == one
    assert CaseProduct.objects.filter(case=case).count() > MANY


def test_the_page_of_one_case_of_the_counter_with_many_papers(regency: Regency) -> None:
    case = regency.registered()
    front = Official(regency.staff["front_office"])
    paths = [f"/petugas/permohonan/{case.pk}/", f"/petugas/loket/{case.pk}/berkas/"]
    few = [queries(front, path) for path in paths]
    copies(HandedPaper.objects.get(nature="original"))
    for paper in HandedPaper.objects.filter(moves=None):
        PaperMove.objects.create(
            paper=paper, kind="received", actor_ref="uji", actor_name="UJI", at=clock.now()
        )
    assert [queries(front, path) for path in paths] == few
