"""A list of thirty asks the database as often as a list of one."""

import uuid
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from loket.cases.models import Case, CaseProduct
from loket.core import clock
from loket.core.codes import new_document_id, new_tracking_code
from loket.delivery.models import PrintTicket
from loket.documents.models import BatchItem, Document, SigningBatch
from loket.offices.models import Holiday
from loket.register.models import CivilRecord
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
        entry=lambda n: 100 + n,
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
