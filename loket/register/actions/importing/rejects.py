"""The rejected rows of an import, as a CSV that can be mended in a spreadsheet and imported again."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from psycopg import sql

from loket.core.cells import keeping_digits
from loket.core.outfile import written_whole
from loket.register.actions.importing.staging import FIELDS, tables
from loket.register.models import ImportRun
from loket.register.rules import dkb

HEADER = ("BARIS", "KOLOM", "ALASAN", *dkb.NAMES)
_ROWS_AT_ONCE = 2000


def write(*, run: ImportRun, path: Path) -> int:
    """Write every rejected row with line, columns, reasons; returns how many. Raises UnwritableFile."""
    count = 0
    with written_whole(path) as file:
        # Spreadsheets know by the mark that it is UTF-8.
        file.write("\ufeff")
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for cells in rows(run):
            writer.writerow([keeping_digits(cell) for cell in cells])
            count += 1
    return count


def rows(run: ImportRun) -> Iterator[list[str]]:
    """The rejected rows in the order of the file: cells under HEADER."""
    names = sql.SQL(", ").join(sql.Identifier("t", name) for name in FIELDS)
    query = sql.SQL(
        "SELECT t.line, t.faults::text, t.raw, f.bad_line, {names}"
        " FROM {rows} t LEFT JOIN {families} f USING (kk)"
        " WHERE t.faults IS NOT NULL OR f.state = 'bad' ORDER BY t.line"
    ).format(**tables(run), names=names)
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(query)
        while found := cursor.fetchmany(_ROWS_AT_ONCE):
            for line, faults, raw, bad_line, *values in found:
                yield [str(line), *_reasons(faults, bad_line), *_cells(raw, values)]


def _reasons(faults: str | None, bad_line: int | None) -> tuple[str, str]:
    if faults is None:
        return "", f"Ditolak bersama keluarganya; lihat baris {bad_line}."
    found = json.loads(faults)
    columns = dict.fromkeys(column for column, _ in found if column)
    return "; ".join(columns), " ".join(f"{column}: {sentence}".lstrip(": ") for column, sentence in found)


def _cells(raw: str | None, values: list[Any]) -> list[str]:
    """A row as it was given; one without faults of its own as it was understood, which is the same."""
    if raw is None:
        return dkb.as_cells(dict(zip(FIELDS, values, strict=True)))
    given: list[str] = json.loads(raw)
    return given
