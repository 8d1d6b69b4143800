"""Population files as streams of rows: CSV, XLSX, Parquet. Memory does not grow with the file."""

import csv
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from loket.core.cells import from_number
from loket.core.errors import LoketError

KINDS = ("csv", "xlsx", "parquet")
_DELIMITERS = (",", ";", "\t", "|")
_ROWS_AT_ONCE = 2000
# Of a workbook unpacked: a million rows have about 2 GB; its shared words are kept in memory.
XLSX_MAX_BYTES = 6 * 1024**3
XLSX_MAX_WORDS = 512 * 1024**2


class UnreadableFile(LoketError):
    """Berkas ini tidak dapat dibaca. Yang dapat diimpor adalah CSV (UTF-8), XLSX, dan Parquet."""


@dataclass
class Table:
    """A file that is open: its header, and its rows with the line on which each begins."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


def kind_of(path: Path) -> str:
    """`csv`, `xlsx` or `parquet`, by the name and the first bytes. Raises UnreadableFile."""
    kind = path.suffix.lower().removeprefix(".")
    try:
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise UnreadableFile(f"Berkas {path.name} tidak dapat dibuka.") from error
    marks = {"xlsx": b"PK\x03\x04", "parquet": b"PAR1"}
    if kind not in KINDS or (kind in marks and start != marks[kind]):
        raise UnreadableFile()
    if kind == "csv" and start in marks.values():
        raise UnreadableFile("Nama berkas ini berakhir dengan .csv, tetapi isinya bukan CSV.")
    return kind


@contextmanager
def opened(path: Path) -> Iterator[Table]:
    """The table in a file. Raises UnreadableFile, here or while its rows are read."""
    with {"csv": _csv, "xlsx": _xlsx, "parquet": _parquet}[kind_of(path)](path) as table:
        yield table


@contextmanager
def _csv(path: Path) -> Iterator[Table]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        delimiter = ","
        with _readable():
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        rows = _csv_rows(reader)
        _, header = next(rows, (1, []))
        yield Table(header, rows)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise UnreadableFile("Berkas CSV ini bukan UTF-8. Simpan lagi sebagai CSV UTF-8.") from error
    except csv.Error as error:
        raise UnreadableFile("Berkas CSV ini rusak: ada tanda kutip yang tidak ditutup.") from error


def _csv_rows(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; a row may be of several lines."""
    while True:
        line = reader.line_num + 1
        with _readable():
            cells = next(reader, None)
        if cells is None:
            return
        yield line, cells


@contextmanager
def _xlsx(path: Path) -> Iterator[Table]:
    """The first sheet. A formula counts as what it gave when the file was saved."""
    _bounded(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise UnreadableFile() from error
    try:
        sheet = book.worksheets[0]
        # Some programs write a wrong size into the sheet.
        sheet.reset_dimensions()
        rows = _xlsx_rows(sheet.iter_rows(values_only=True))
        _, header = next(rows, (1, []))
        yield Table(header, rows)
    finally:
        book.close()


def _xlsx_rows(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[int, list[str]]]:
    line = 1
    while True:
        try:
            row = next(rows, None)
        # Whatever the library says of a damaged sheet: its own errors, those of zip and of XML.
        except (SyntaxError, ValueError, KeyError, OSError, zipfile.BadZipFile, zlib.error) as error:
            raise UnreadableFile(f"Berkas XLSX ini rusak di sekitar baris {line}.") from error
        if row is None:
            return
        yield line, [_cell(value) for value in row]
        line += 1


def _bounded(path: Path) -> None:
    """Refuse a workbook that unpacks to more than any population needs."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile) as error:
        raise UnreadableFile() from error
    words = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    if sum(part.file_size for part in parts) > XLSX_MAX_BYTES or words > XLSX_MAX_WORDS:
        raise UnreadableFile("Berkas XLSX ini terlalu besar. Bagilah, atau pakai CSV atau Parquet.")


def _cell(value: Any) -> str:
    """A cell of a workbook as text."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return (
            value.isoformat(sep=" ") if value.time().isoformat() != "00:00:00" else value.date().isoformat()
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return from_number(value)
    return str(value)


@contextmanager
def _parquet(path: Path) -> Iterator[Table]:
    """All columns as DuckDB writes them as text: a NIK kept as a whole number stays whole."""
    with duckdb.connect(config=DUCKDB) as database:
        try:
            found = database.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
        except duckdb.Error as error:
            raise UnreadableFile() from error
        yield Table([str(column[0]) for column in found.description or ()], _parquet_rows(found))


# Nothing is fetched from anywhere, and it stays small beside PostgreSQL.
DUCKDB: dict[str, Any] = {
    "threads": 1,
    "memory_limit": "512MB",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def _parquet_rows(found: Any) -> Iterator[tuple[int, list[str]]]:
    line = 2
    while True:
        try:
            rows = found.fetchmany(_ROWS_AT_ONCE)
        except duckdb.Error as error:
            raise UnreadableFile(f"Berkas Parquet ini rusak sesudah baris {line}.") from error
        if not rows:
            return
        for row in rows:
            yield line, ["" if value is None else value for value in row]
            line += 1
