"""The living residents of an office as a file: nothing is masked, so it needs a right and a stated reason.

Not imported by `register.actions`, so that only who exports loads the libraries of spreadsheets.
"""

import contextlib
import csv
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Literal

import duckdb
import openpyxl
from django.db import connection, transaction
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from loket.audit.actions import record, record_look
from loket.core.actors import Actor
from loket.core.cells import harmless
from loket.core.errors import LoketError, NotAllowedError
from loket.core.outfile import UnwritableFile, place_of
from loket.offices.models import Office
from loket.register.actions.importing.files import DUCKDB
from loket.register.actions.importing.staging import OF_RESIDENTS
from loket.register.models import Resident
from loket.register.rules import dkb

Kind = Literal["csv", "xlsx", "parquet"]
RIGHT = "population"
REASON_LETTERS = 10
XLSX_MOST_ROWS = 1_048_575
_ROWS_AT_ONCE = 2000
_WAIT_SECONDS = 0.01
_DATES = {"TGL_LHR", "TGL_KAWIN", "TGL_KK", "TGL_REKAM", "TGL_CETAK"}
_OF_FAMILIES = ("address", "rt", "rw", "postal_code", "issued_on")
_COLUMNS = {
    "kk": "f.number",
    "relation": "m.relation",
    "village": "f.village_id",
    **{name: f"f.{name}" for name in _OF_FAMILIES},
    **{name: f"r.{name}" for name in OF_RESIDENTS},
}
_QUERY = f"""
SELECT {", ".join(_COLUMNS.values())}
FROM register_resident r
LEFT JOIN register_membership m ON m.resident_id = r.id AND m.until IS NULL
LEFT JOIN register_family f ON f.id = m.family_id
WHERE r.office_id = %s AND r.status = 'HIDUP'
ORDER BY f.number COLLATE "C", m.position, r.id
"""  # noqa: S608 (the names above)


class NoReason(LoketError):
    """Tulis alasan ekspor, paling sedikit sepuluh huruf; alasan ini masuk ke jurnal."""


class MayNotExport(NotAllowedError):
    """Akun ini tidak berhak mengekspor data penduduk kantor ini."""


class TooManyForXlsx(LoketError):
    """Lembar XLSX paling banyak memuat 1.048.575 penduduk. Pakai CSV atau Parquet."""


def export_population(*, office: Office, kind: Kind, out: Path, reason: str, by: Actor) -> int:
    """Write the living residents of an office with their families to `out`; returns how many.

    The look is in the journal before the first row is read. In CSV and XLSX no cell is taken for a formula.
    Raises MayNotExport, NoReason, TooManyForXlsx, UnwritableFile.
    """
    if not by.may(RIGHT, office.code):
        raise MayNotExport()
    if len(reason.strip()) < REASON_LETTERS:
        raise NoReason()
    count = Resident.objects.filter(office=office, status=Resident.Status.ALIVE).count()
    if kind == "xlsx" and count > XLSX_MOST_ROWS:
        raise TooManyForXlsx()
    subject = f"register:{office.code}"
    with place_of(out) as place:
        record_look(
            subject=subject, actor=by.ref, office_code=office.code, reason=reason.strip(), stated=True
        )
        count = _WRITERS[kind](place, _rows(office))
        record(
            action="register.export",
            subject=subject,
            actor=by.ref,
            office_code=office.code,
            details={"kind": kind, "residents": count},
        )
    return count


def _rows(office: Office) -> Iterator[list[str]]:
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_QUERY, [office.code])
        while found := cursor.fetchmany(_ROWS_AT_ONCE):
            for values in found:
                yield dkb.as_cells(dict(zip(_COLUMNS, values, strict=True)))


def _csv(place: Path, rows: Iterator[list[str]]) -> int:
    count = 0
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(dkb.NAMES)
        for row in rows:
            writer.writerow([harmless(cell) for cell in row])
            count += 1
    return count


def _xlsx(place: Path, rows: Iterator[list[str]]) -> int:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Penduduk")
    sheet.append(dkb.NAMES)
    count = 0
    for row in rows:
        # A sheet holds no control characters at all.
        sheet.append([harmless(ILLEGAL_CHARACTERS_RE.sub("", cell)) or None for cell in row])
        count += 1
    book.save(place)
    return count


def _parquet(place: Path, rows: Iterator[list[str]]) -> int:
    """Rows go to DuckDB through a pipe of the file system: neither memory nor disk holds all of them."""
    count = 0
    with tempfile.TemporaryDirectory() as folder:
        copying = _Copying(Path(folder, "rows"), place)
        copying.start()
        # Where DuckDB gives up the pipe breaks, and `finish` says why.
        with contextlib.suppress(BrokenPipeError), copying.feed() as feed:
            writer = csv.writer(feed, lineterminator="\n", quoting=csv.QUOTE_ALL)
            for row in rows:
                writer.writerow(row)
                count += 1
        copying.finish()
    return count


class _Copying(threading.Thread):
    """DuckDB, which reads lines of CSV from a pipe and writes them as Parquet."""

    def __init__(self, pipe: Path, place: Path) -> None:
        super().__init__(daemon=True)
        self._pipe, self._place = pipe, place
        self._error: duckdb.Error | None = None
        os.mkfifo(pipe, 0o600)

    def run(self) -> None:
        columns = {name: "DATE" if name in _DATES else "VARCHAR" for name in dkb.NAMES}
        read = (
            f"read_csv(?, header=false, auto_detect=false, columns={columns}, delim=',', quote='\"',"
            " escape='\"', nullstr='', allow_quoted_nulls=true)"
        )
        # S608: the names are those of our own columns.
        copy = f"COPY (SELECT * FROM {read}) TO '{_quoted(self._place)}' ({_FORMAT})"  # noqa: S608
        try:
            with duckdb.connect(config=DUCKDB) as database:
                database.execute(copy, [str(self._pipe)])
        except duckdb.Error as error:
            self._error = error

    def feed(self) -> IO[str]:
        """The pipe, once DuckDB reads from it; an error of DuckDB's before that is raised by `finish`."""
        while self.is_alive():
            # Without a reader a blocking `open` would wait for ever.
            with contextlib.suppress(OSError):
                handle = os.open(self._pipe, os.O_WRONLY | os.O_NONBLOCK)
                os.set_blocking(handle, True)
                return os.fdopen(handle, "w", encoding="utf-8", newline="")
            time.sleep(_WAIT_SECONDS)
        raise BrokenPipeError

    def finish(self) -> None:
        """Wait for the file. Raises UnwritableFile."""
        self.join()
        if self._error is not None:
            raise UnwritableFile() from self._error


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


_FORMAT = "FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false"
_WRITERS: dict[str, Callable[[Path, Iterator[list[str]]], int]] = {
    "csv": _csv,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
