"""The books: their pages, a single number, closing days and years, and what takes two people."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases.actions import bookpaper, bookwork
from loket.cases.queries import today
from loket.cases.queries.books import book_page, book_row
from loket.catalogue.rules.books import Book, book_of, is_gapless
from loket.core.errors import LoketError, NotFoundError
from loket.core.wording import MONTHS, long_date
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import actions as register
from loket.register import bookpages
from loket.register.bookpages import STATES, Wanted
from loket.register.models import BookRequest
from loket.web.files import file_response
from loket.web.guards import actor, office, page_number, staff_required, take_unsent
from loket.web.staff.purposes import stated_purpose

YEARS = range(2000, 2101)
_LONGEST_SEARCH = 60


def _year(text: str, here: Office) -> int:
    return int(text) if text.isdigit() and int(text) in YEARS else today(here).year


def _chosen(request: HttpRequest, books: list[tuple[Book, int]]) -> tuple[Book, int] | None:
    """The book that was asked for, else the newest; None where there is none."""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = asked.get("buku", ""), _year(asked.get("tahun", ""), office(request))
    found = next(((book, year) for book, year in books if (book.code, year) == wanted), None)
    return found or (books[0] if books else None)


@staff_required("register")
def book(request: HttpRequest) -> HttpResponse:
    """A book of a year, the newest entries first, masked; whole where a purpose is posted, this once.

    What is searched for is posted and stays out of addresses, logs and journal. The look is recorded.
    """
    here, by = office(request), actor(request)
    books = bookpages.books_of(here)
    chosen, purpose, error = _chosen(request, books), "", ""
    asked = request.POST if request.method == "POST" else request.GET
    wanted = Wanted(state=asked.get("keadaan", "") if asked.get("keadaan") in STATES else "")
    searching = request.method == "POST" and "cari" in request.POST
    if searching:
        wanted.text = " ".join(request.POST["cari"].split())[:_LONGEST_SEARCH]
    elif request.method == "POST":
        try:
            purpose = stated_purpose(request)
        except LoketError as failure:
            error = failure.message
    page = 1 if searching else page_number(request)
    found = book_page(here, *chosen, wanted, page=page) if chosen else None
    record_look(
        subject=f"book:{chosen[0].code}-{chosen[1]}" if chosen else f"office:{here.code}",
        actor=by.ref,
        office_code=here.code,
        reason=purpose or ("mencari di buku" if searching else "buku register"),
        stated=bool(purpose),
    )
    context: dict[str, Any] = {"books": books, "whole": bool(purpose), "error": error, "states": STATES}
    context |= {"at": "purpose" if error else "", "whole_at": request.path, "wanted": wanted, "page": page}
    context |= _shown(here, chosen, found, wanted)
    return render(request, "staff/books/book.html", context, status=422 if error else 200)


def _shown(here: Office, chosen: tuple[Book, int] | None, found: Any, wanted: Wanted) -> dict[str, Any]:
    """What the page of a book needs beside its rows."""
    if chosen is None or found is None:
        return {"chosen": None}
    book, year = chosen
    state = f"&keadaan={wanted.state}" if wanted.state else ""
    return {
        "chosen": (book.code, year),
        "book": book,
        "year": year,
        "gapless": is_gapless(definition(here), book.code),
        "columns": bookpaper.COLUMNS[book.kind],
        "with_nik": bookpaper.has_niks(book),
        "rows": found.rows[::-1],
        "count": found.count,
        "more": found.more and not wanted.text,
        "cut": found.more and bool(wanted.text),
        "filter": f"&buku={book.code}&tahun={year}{state}",
        "months": list(enumerate(MONTHS, start=1)),
    }


@staff_required("register")
def paper(request: HttpRequest) -> HttpResponse:
    """The pages of a book's year or month to print, NIKs masked. The look is recorded."""
    here, by = office(request), actor(request)
    chosen = _chosen(request, bookpages.books_of(here))
    if chosen is None:
        raise NotFoundError("Belum ada buku yang terisi.")
    book, year = chosen
    text = request.GET.get("bulan", "")
    month = int(text) if text.isdigit() and 1 <= int(text) <= len(MONTHS) else None
    content = bookpaper.register_pdf(office=here, book=book, year=year, month=month, by=by)
    record_look(
        subject=f"book:{book.code}-{year}",
        actor=by.ref,
        office_code=here.code,
        reason="mencetak buku register",
    )
    name = f"buku-{book.code}-{year}{f'-{month:02d}' if month else ''}.pdf"
    return file_response(content, "application/pdf", name, inline=True)


@staff_required("books")
def line(request: HttpRequest, line_id: int) -> HttpResponse:
    """One number of a book, and marking it as spoiled. The look is recorded."""
    here, by, error, status = office(request), actor(request), "", 200
    if request.method == "POST":
        try:
            done = bookwork.spoil(office=here, line_id=line_id, reason=request.POST.get("reason", ""), by=by)
        except NotFoundError:
            raise
        except LoketError as failure:
            error, status = failure.message, failure.status
        else:
            messages.success(request, _spoiled_words(done))
            return redirect("staff:book_line", line_id=line_id)
    entry = bookpages.entry_of(here, line_id)
    if entry is None:
        raise NotFoundError("Nomor ini tidak ditemukan.")
    book = book_of(entry.line.book)
    record_look(
        subject=f"book-line:{line_id}", actor=by.ref, office_code=here.code, reason="nomor buku register"
    )
    context = {
        "row": book_row(here, book, entry),
        "line": entry.line,
        "book": book,
        "columns": bookpaper.COLUMNS[book.kind],
        "case_id": entry.line.ref.removeprefix("case:") if entry.line.ref.startswith("case:") else "",
        "gapless": is_gapless(definition(here), book.code),
        "waiting": bookpages.request_for(entry.line),
        "office": here,
        "error": error,
        "at": "reason" if error else "",
        "typed": request.POST or take_unsent(request) or {},
    }
    return render(request, "staff/books/line.html", context, status=status)


def _spoiled_words(done: BookRequest | str) -> str:
    if isinstance(done, BookRequest):
        return "Permintaan dicatat. Orang lain yang berhak harus menyetujuinya."
    return f"Nomor ini dinyatakan batal; penggantinya {done}."


@staff_required("books")
def closing(request: HttpRequest) -> HttpResponse:
    """What is closed and what waits: closing a day or a year, asking to open one again, a blank that was
    spoiled."""
    here, error, at, status = office(request), "", "", 200
    if request.method == "POST":
        try:
            done = _DO.get(request.POST.get("do", ""), _unknown)(request, here)
        except LoketError as failure:
            error, at, status = failure.message, failure.field or "", failure.status
            if at and request.POST.get("do") == "reopen":
                at = f"reopen-{request.POST.get('close', '')}"
        else:
            messages.success(request, done)
            return redirect("staff:book_closing")
    books = bookpages.waiting_to_close(here)
    day = today(here)
    context = {
        "books": books,
        "open_entries": sum(item.entries for item in books),
        "today": day,
        "years": bookpages.years_to_close(here, day.year),
        "closes": [(book_of(close.book), close) for close in bookpages.closes(here)],
        "latest": bookpages.latest_closes(here),
        "requests": [(book_of(item.book), item) for item in bookpages.requests_waiting(here)],
        "automatic": definition(here).close_books == "after_hours",
        "office": here,
        "error": error,
        "at": at,
        "typed": request.POST or take_unsent(request) or {},
    }
    return render(request, "staff/books/closing.html", context, status=status)


def _unknown(request: HttpRequest, here: Office) -> str:
    raise LoketError("Pilih apa yang akan dilakukan.")


def _known_book(request: HttpRequest, here: Office) -> Book:
    """The book that was named, where the office keeps it. Raises NotFoundError."""
    code = request.POST.get("buku", "")
    for item in bookpages.waiting_to_close(here):
        if item.book.code == code:
            return item.book
    raise NotFoundError("Buku ini tidak ada di kantor ini.")


def _close_all(request: HttpRequest, here: Office) -> str:
    closed = register.close_books(office=here, day=today(here), by=actor(request))
    if not closed:
        return "Tidak ada yang menunggu ditutup."
    return f"{len({close.book for close in closed})} buku ditutup sampai {long_date(today(here))}."


def _close_one(request: HttpRequest, here: Office) -> str:
    book = _known_book(request, here)
    closed = register.close_day(office=here, book=book.code, day=today(here), by=actor(request))
    return f"Buku {book.title} ditutup sampai {long_date(closed[-1].day)}."


def _close_year(request: HttpRequest, here: Office) -> str:
    book, year = _known_book(request, here), _year(request.POST.get("tahun", ""), here)
    register.close_year(office=here, book=book.code, year=year, by=actor(request))
    return f"Buku {book.title} tahun {year} ditutup."


def _reopen(request: HttpRequest, here: Office) -> str:
    text = request.POST.get("close", "")
    register.ask_reopen(
        office=here,
        close_id=int(text) if text.isdigit() and len(text) < 12 else 0,
        reason=request.POST.get("reason", ""),
        by=actor(request),
    )
    return "Permintaan dicatat. Orang lain yang berhak harus menyetujuinya."


def _blank(request: HttpRequest, here: Office) -> str:
    book = _known_book(request, here)
    done = bookwork.spoil_blank(
        office=here, book=book.code, reason=request.POST.get("reason", ""), by=actor(request)
    )
    if isinstance(done, BookRequest):
        return "Permintaan dicatat. Orang lain yang berhak harus menyetujuinya."
    return f"Nomor {done.number} dicatat sebagai batal."


_DO = {"all": _close_all, "one": _close_one, "year": _close_year, "reopen": _reopen, "blank": _blank}


@staff_required("books", back="staff:book_closing")
@require_POST
def decide(request: HttpRequest, request_id: int) -> HttpResponse:
    """Approve or refuse what somebody else asked about a book."""
    approve = request.POST.get("do") == "approve"
    found = bookwork.decide_book_request(
        office=office(request), request_id=request_id, approve=approve, by=actor(request)
    )
    messages.success(request, f"{found.get_kind_display()}: {'disetujui' if approve else 'ditolak'}.")
    return redirect("staff:book_closing")


@staff_required("books")
def close_report(request: HttpRequest, close_id: int) -> HttpResponse:
    """The berita acara of the books that were closed with this one; it names nobody but officials."""
    content = bookpaper.close_pdf(office=office(request), close_id=close_id)
    return file_response(content, "application/pdf", f"tutup-buku-{close_id}.pdf", inline=True)
