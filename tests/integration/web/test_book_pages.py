"""The pages of the books: what stands in them, closing a day, numbers that two people spoil, the papers."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from loket.audit.models import Entry
from loket.cases.actions import bookwork
from loket.cases.actions.bookwork import NumberOnPaper, NumberSigned
from loket.cases.models import Case, HandoverRecord
from loket.cases.rules.afterwards import receipt_number
from loket.core import clock
from loket.core.actors import SYSTEM
from loket.documents.models import Document
from loket.offices.queries import actor_of
from loket.register.actions import note_number, take_number
from loket.register.models import (
    BookClose,
    BookLine,
    BookRequest,
    CivilRecord,
    NumberGap,
    RegisterEvent,
)
from tests.journeys.town import Town
from tests.journeys.visitor import Official, Visitor, finish

BOOK, CLOSING = "/petugas/register/", "/petugas/register/tutup/"
WHY = "kertas register sobek sebelum ditandatangani"
MANY = 1000


def head(town: Town) -> Official:
    return Official(town.staff["kepala_dinas"])


def keeper(town: Town) -> Official:
    """The other one who keeps the books."""
    return Official(town.staff["operator_verifikasi"])


def entered(town: Town) -> CivilRecord:
    """A birth in the book, its documents prepared and not signed."""
    case = Visitor(town.citizen()).apply(town)
    Official(town.staff["petugas_loket"]).complete(case)
    Official(town.staff["operator_perubahan"]).complete(case)
    return CivilRecord.objects.get()


def text_of_pdf(content: bytes) -> str:
    pages = [sheet.get_textpage().get_text_range() for sheet in pypdfium2.PdfDocument(content)]
    return " ".join(" ".join(pages).split())


def lines(town: Town, book: str, count: int) -> None:
    for _ in range(count):
        take_number(office=town.office, book=book, ref="", by=SYSTEM)


def test_the_book_shows_an_akta_masked(town: Town) -> None:
    entry = entered(town)
    page = head(town).open(BOOK)
    assert "Akta Kelahiran (umum), tahun" in page
    assert entry.number in page
    assert entry.resident.name in page
    assert entry.resident.nik not in page
    assert Entry.objects.latest("pk").subject == f"book:LU-{entry.year}"


def test_letters_berita_acara_and_registrations_are_books_too(town: Town) -> None:
    lines(town, "SKPWNI", 2)
    day = clock.now().date()
    number = take_number(office=town.office, book="berita-acara", ref="", by=SYSTEM).number
    HandoverRecord.objects.create(
        office=town.office,
        number=number,
        destination="KUPT TENGAH",
        day=day,
        opened_at=clock.now(),
        opened_by="uji",
    )
    case = Visitor(town.citizen()).apply(town)
    applied = Case.objects.get()
    receipt = take_number(office=town.office, book="registrasi", ref=applied.ref, by=SYSTEM).number
    official = head(town)
    assert "SKPWNI/6471/" in official.open(f"{BOOK}?buku=SKPWNI&tahun={day.year}")
    page = official.open(f"{BOOK}?buku=berita-acara&tahun={day.year}")
    assert (number in page, "KUPT TENGAH" in page, "0 permohonan" in page) == (True, True, True)
    page = official.open(f"{BOOK}?buku=registrasi&tahun={day.year}")
    assert (receipt in page, applied.applicant_name in page, "Kutipan Akta Kelahiran" in page) == (True,) * 3
    assert case


def test_an_event_that_was_undone_stays_in_the_book(town: Town) -> None:
    lines(town, "SKPWNI", 1)
    number = take_number(office=town.office, book="SKPWNI", ref="case:1", by=SYSTEM).number
    RegisterEvent.objects.create(
        office=town.office,
        kind="move_out",
        case_ref="case:1",
        number=number,
        resident=town.people.father,
        recorded_by="uji",
        created_at=clock.now(),
        applied_at=clock.now(),
        reverted_at=clock.now(),
    )
    official = head(town)
    page = official.open(f"{BOOK}?buku=SKPWNI&keadaan=dibatalkan")
    assert re.findall(r"SKPWNI/6471/\d+/\d+", page) == [number]
    assert (town.people.father.name in page, "Pencatatan dibatalkan" in page) == (True, True)
    assert "2 nomor" in official.open(f"{BOOK}?buku=SKPWNI")


def test_a_name_is_found_and_stays_out_of_addresses_and_journal(town: Town) -> None:
    entry = entered(town)
    lines(town, "LU", 3)
    official = head(town)
    name = entry.resident.name.split()[0]
    form = {"buku": "LU", "tahun": entry.year, "cari": name.lower()}
    page = official.client.post(BOOK, form).content.decode()
    numbers = re.findall(r"6471-LU-\d+-\d+", page)
    assert numbers == [entry.number]
    assert entry.resident.nik not in page
    assert name not in str(list(Entry.objects.values_list("details", "subject")))
    nothing = official.client.post(BOOK, form | {"cari": "TIDAK ADA ORANGNYA"}).content.decode()
    assert "Tidak ada nomor di buku ini yang cocok" in nothing
    assert f'value="{entry.resident.nik}"' not in nothing


def thousand(town: Town, book: str, count: int) -> None:
    """So many lines in all, like the first."""
    first = BookLine.objects.get()
    BookLine.objects.bulk_create(
        BookLine(
            office=town.office,
            book=book,
            year=first.year,
            entry=entry,
            number=f"X-{entry}",
            day=first.day,
            given_at=clock.now(),
            given_by="uji",
        )
        for entry in range(2, count + 1)
    )


@pytest.mark.parametrize("book", ["LU", "SKPWNI", "berita-acara", "registrasi"])
def test_a_book_of_a_thousand_costs_what_one_of_one_does(town: Town, book: str) -> None:
    official = head(town)
    lines(town, book, 1)
    year = BookLine.objects.get().year
    paths = [
        f"{BOOK}?buku={book}&tahun={year}",
        f"{BOOK}?buku={book}&tahun={year}&keadaan=batal",
        f"{BOOK}buku.pdf?buku={book}&tahun={year}",
        CLOSING,
    ]
    few = [_queries(official, path) for path in paths]
    thousand(town, book, MANY)
    assert [_queries(official, path) for path in paths] == few
    assert f"{MANY} nomor" in official.open(f"{paths[0]}&hal=3")
    assert "X-1000" in official.open(paths[0])
    assert "X-1000" not in official.open(f"{paths[0]}&hal=20")


def _queries(official: Official, path: str) -> int:
    official.client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert official.client.get(path).status_code == 200
    return len(seen)


def test_a_gap_that_a_restore_left_stands_in_its_place(town: Town) -> None:
    lines(town, "LU", 2)
    last = BookLine.objects.latest("pk")
    for key, first in ((f"book:LU:{last.year}", 3), (f"akta:LU:{last.day.isoformat()}", 3)):
        NumberGap.objects.create(
            office=town.office,
            key=key,
            first=first,
            last=first + 1,
            reason="Peladen rusak",
            last_issued_at=clock.now(),
            restored_at=clock.now(),
            by="cli",
        )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE register_serial SET last = 4 WHERE office_id = %s", [town.office.code])
    lines(town, "LU", 1)
    official = head(town)
    page = official.open(f"{BOOK}?buku=LU")
    day = f"{last.day:%d%m%Y}"
    places = [page.index(f"6471-LU-{day}-000{serial}</a>") for serial in (5, 2)]
    assert places[0] < page.index("urutan 3 sampai 4; nomor 6471-LU-") < places[1]
    assert "Peladen rusak" in official.open(f"{BOOK}?buku=LU&keadaan=celah")
    paper = text_of_pdf(official.client.get(f"{BOOK}buku.pdf?buku=LU").content)
    assert "urutan 3 sampai 4" in paper


def test_the_printed_page_has_sums_and_masked_niks(town: Town) -> None:
    entry = entered(town)
    answer = head(town).client.get(
        f"{BOOK}buku.pdf?buku=LU&tahun={entry.year}&bulan={entry.recorded_on.month}"
    )
    assert answer.headers["Content-Type"] == "application/pdf"
    paper = text_of_pdf(answer.content)
    assert "BUKU REGISTER AKTA KELAHIRAN (UMUM)" in paper
    assert entry.number in paper
    assert entry.resident.nik not in paper
    assert "Jumlah pindahan: 0" in paper
    assert "Jumlah sampai halaman ini: 1" in paper
    assert Entry.objects.latest("pk").details == {"reason": "mencetak buku register"}


def test_a_month_begins_with_the_sum_of_those_before(town: Town) -> None:
    for month, count in ((1, 2), (2, 3), (3, 1)):
        with clock.use(datetime(2026, month, 5, 3, tzinfo=UTC)):
            lines(town, "SKTT", count)
    paper = text_of_pdf(head(town).client.get(f"{BOOK}buku.pdf?buku=SKTT&tahun=2026&bulan=2").content)
    sums = re.findall(r"Jumlah (?:pindahan|halaman ini|sampai halaman ini): \d+", paper)
    assert sums == ["Jumlah pindahan: 2", "Jumlah halaman ini: 3", "Jumlah sampai halaman ini: 5"]
    assert re.findall(r"SKTT/6471/\d+", paper) == ["SKTT/6471/05022026"] * 3


def test_a_book_that_is_too_thick_is_printed_by_the_month(town: Town) -> None:
    lines(town, "SKTT", 1)
    thousand(town, "SKTT", MANY + 1)
    official = head(town)
    assert official.client.get(f"{BOOK}buku.pdf?buku=SKTT").status_code == 422


# Closing


def test_a_day_is_closed_on_its_page_with_a_berita_acara(town: Town) -> None:
    entry = entered(town)
    official = head(town)
    page = official.send(CLOSING, {"do": "all"})
    assert "1 buku ditutup sampai" in page
    closed = BookClose.objects.get()
    assert (closed.book, closed.entries, closed.first_number) == ("LU", 1, entry.number)
    answer = official.client.get(f"{CLOSING}{closed.pk}/berita-acara.pdf")
    paper = text_of_pdf(answer.content)
    assert "BERITA ACARA PENUTUPAN BUKU HARIAN" in paper
    assert (entry.number in paper, closed.journal_hash in paper.replace(" ", "")) == (True, True)
    assert "Tidak ada yang menunggu ditutup" in official.send(CLOSING, {"do": "all"})


def test_a_close_is_opened_again_by_another_person(town: Town) -> None:
    entered(town)
    one, other = head(town), keeper(town)
    one.send(CLOSING, {"do": "all"})
    closed = BookClose.objects.get()
    one.client.post(CLOSING, {"do": "reopen", "close": closed.pk, "reason": WHY})
    request = BookRequest.objects.get()
    decide = f"/petugas/register/permintaan/{request.pk}/"
    assert one.client.post(decide, {"do": "approve"}).status_code == 403
    assert "Permintaan Anda sendiri" in one.open(CLOSING)
    other.send(CLOSING, {"do": "approve"}, part="/permintaan/")
    closed.refresh_from_db()
    assert closed.reopened_at is not None
    assert one.client.get(f"{CLOSING}{closed.pk}/berita-acara.pdf").status_code == 404


def test_a_reason_that_is_too_short_is_told_at_its_field(town: Town) -> None:
    entered(town)
    one = head(town)
    page = one.client.post(CLOSING, {"do": "blank", "buku": "LU", "reason": "sobek"})
    assert page.status_code == 400
    assert 'id="e-reason"' in page.content.decode()
    assert BookRequest.objects.count() == 0


# Spoiled numbers


def test_a_spoiled_akta_number_is_replaced_in_its_documents(town: Town) -> None:
    entry = entered(town)
    line = BookLine.objects.get(number=entry.number)
    one, other = head(town), keeper(town)
    page = one.send(f"{BOOK}nomor/{line.pk}/", {"reason": WHY})
    assert "Orang lain yang berhak harus menyetujuinya" in page
    assert CivilRecord.objects.get().number == entry.number
    other.send(CLOSING, {"do": "approve"}, part="/permintaan/")
    now = CivilRecord.objects.get()
    assert (now.entry, now.resident.birth_certificate) == (2, now.number)
    assert set(Document.objects.filter(kind="kutipan-akta-kelahiran").values_list("number", flat=True)) == {
        now.number
    }
    page = other.open(f"{BOOK}?buku=LU")
    assert "Batal/rusak" in page
    assert f"{WHY}. Diganti nomor {now.number}." in page
    assert now.number in page
    one.sign_all(town)
    assert Document.objects.get(kind="kutipan-akta-kelahiran").state == "signed"
    assert Document.objects.get(kind="kutipan-akta-kelahiran").number == now.number


def test_what_was_signed_is_not_spoiled(town: Town) -> None:
    finish(town, Visitor(town.citizen()).apply(town))
    line = BookLine.objects.get(book="LU")
    by = actor_of(town.staff["kepala_dinas"])
    with pytest.raises(NumberSigned):
        bookwork.spoil(office=town.office, line_id=line.pk, reason=WHY, by=by)


def test_what_was_signed_while_a_request_waited_is_not_spoiled(town: Town) -> None:
    entry = entered(town)
    line = BookLine.objects.get(number=entry.number)
    one, other = head(town), keeper(town)
    one.send(f"{BOOK}nomor/{line.pk}/", {"reason": WHY})
    one.sign_all(town)
    request = BookRequest.objects.get()
    answer = other.client.post(f"/petugas/register/permintaan/{request.pk}/", {"do": "approve"})
    assert answer.status_code == 409
    request.refresh_from_db()
    assert (request.state, CivilRecord.objects.get().number) == ("waiting", entry.number)


def test_a_receipt_number_needs_one_person_and_follows_the_case(town: Town) -> None:
    Visitor(town.citizen()).apply(town)
    case = Case.objects.get()
    line = take_number(office=town.office, book="registrasi", ref=case.ref, by=SYSTEM)
    Case.objects.update(receipt_number=line.number, registered_at=clock.now())
    by = actor_of(town.staff["kepala_dinas"])
    given = bookwork.spoil(office=town.office, line_id=line.pk, reason=WHY, by=by)
    case.refresh_from_db()
    assert (given, case.receipt_number) == (f"00002/RESI/{line.year}", f"00002/RESI/{line.year}")


def test_a_resi_on_paper_is_not_spoiled(town: Town) -> None:
    number = receipt_number(town.office.code, 1, 1)
    line = note_number(office=town.office, book="registrasi", number=number, ref="", by=SYSTEM)
    by = actor_of(town.staff["kepala_dinas"])
    with pytest.raises(NumberOnPaper):
        bookwork.spoil(office=town.office, line_id=line.pk, reason=WHY, by=by)


def test_who_only_sees_the_books_closes_and_spoils_nothing(town: Town) -> None:
    entry = entered(town)
    line = BookLine.objects.get(number=entry.number)
    official = Official(town.staff["operator_perubahan"])
    assert "Tutup buku" not in official.open(BOOK)
    official.open(CLOSING, 404)
    official.open(f"{BOOK}nomor/{line.pk}/", 404)
    assert official.client.post(CLOSING, {"do": "all"}).status_code == 404
