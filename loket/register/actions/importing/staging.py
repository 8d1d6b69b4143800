"""The staging table of an import: filled row by row, checked as a whole, gone when the import is over.

UNLOGGED: a crash of PostgreSQL empties it, and the file is read again.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db import connection
from psycopg import sql

from loket.core.cells import cleaned
from loket.register.models import ImportRun
from loket.register.rules import HEAD, dkb
from loket.register.rules.population import RowReader

TEXTS = (
    "nik", "name", "sex", "birth_place", "religion", "blood_type", "education", "occupation",
    "marital_status", "nationality", "father_nik", "father_name", "mother_nik", "mother_name",
    "birth_certificate",
)  # fmt: skip
DATES = ("birth_date", "marriage_date", "biometrics_recorded_on", "id_card_issued_on")
# What of a row goes into the table of residents, under the same names.
OF_RESIDENTS = (*TEXTS, *DATES)
OF_FAMILIES = ("kk", "relation", "address", "rt", "rw", "postal_code", "village")
FIELDS = (*TEXTS, *OF_FAMILIES, *DATES, "issued_on")
PARENT_YEARS = 10
SAY_EVERY = 20_000


def tables(run: ImportRun) -> dict[str, sql.Identifier]:
    """The names of the two staging tables of a run: its rows, and its families."""
    name = f"register_import_{run.pk}"
    return {"rows": sql.Identifier(name), "families": sql.Identifier(f"{name}_families")}


def execute(run: ImportRun, text: str, values: Any = None, **names: sql.Composable) -> Any:
    """Run a statement on the staging tables {rows} and {families}; returns its rows, if it gives any."""
    # S608 does not apply: only names of our own are put into the text.
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(text).format(**tables(run), **names), values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def exists(run: ImportRun) -> bool:
    """Whether the staged rows are there: the table, and in it as many rows as were read."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"register_import_{run.pk}_families"])
        (there,) = cursor.fetchone()
    return bool(there) and execute(run, "SELECT count(*) FROM {rows}")[0][0] == run.rows


def drop(run: ImportRun) -> None:
    """Remove the staged rows, if there are any."""
    execute(run, "DROP TABLE IF EXISTS {families}")
    execute(run, "DROP TABLE IF EXISTS {rows}")


def fill(
    run: ImportRun,
    table: Iterable[tuple[int, list[str]]],
    places: list[int | None],
    reader: RowReader,
    say: Callable[[int], None],
) -> int:
    """Read rows into a new staging table; returns how many there were. Lines without anything are skipped."""
    drop(run)
    columns = [f"{name} text" for name in (*TEXTS, *OF_FAMILIES)] + [f"{name} date" for name in DATES]
    listed = sql.SQL(", ".join(columns))
    execute(
        run,
        "CREATE UNLOGGED TABLE {rows} (line integer, {listed}, issued_on date,"
        " faults jsonb, warnings text[] NOT NULL, raw text)",
        listed=listed,
    )
    names = sql.SQL(", ".join(("line", *FIELDS, "faults", "warnings", "raw")))
    copy_in = sql.SQL("COPY {rows} ({names}) FROM STDIN").format(**tables(run), names=names)
    count = 0
    with connection.cursor() as cursor, cursor.copy(copy_in) as copy:
        for staged in _staged(table, places, reader):
            copy.write_row(staged)
            count += 1
            if count % SAY_EVERY == 0:
                say(count)
    execute(run, "CREATE INDEX ON {rows} (kk)")
    execute(run, "ANALYZE {rows}")
    return count


def _staged(
    table: Iterable[tuple[int, list[str]]], places: list[int | None], reader: RowReader
) -> Iterator[list[Any]]:
    widest = 1 + max(place for place in places if place is not None)
    for line, given in table:
        cells = [cleaned(cell) for cell in given]
        if not any(cells):
            continue
        short = len(cells) < widest
        cells += [""] * (widest - len(cells))
        known = ["" if place is None else cells[place] for place in places]
        row = reader.read(known)
        if short:
            row.faults.append(("", "Baris ini lebih pendek daripada judulnya."))
        raw = json.dumps([cell.replace("\0", "\ufffd") for cell in known]) if row.faults else None
        faults = json.dumps(row.faults) if row.faults else None
        yield [line, *map(row.values.get, FIELDS), faults, row.warnings, raw]


def check(run: ImportRun) -> None:
    """Find what no single row tells, and give every family its place and its state.

    A family is `known` (the register has it with just these members), `bad` (a row of it has a fault), or to
    be taken (`take`).
    """
    values = {"office": run.office_id, "head": HEAD, "years": PARENT_YEARS}
    execute(run, "DROP TABLE IF EXISTS {families}")
    execute(run, _FAMILIES)
    execute(run, "CREATE UNIQUE INDEX ON {families} (kk)")
    # Without it a register that has just been filled looks empty, and is searched row by row.
    execute(run, "ANALYZE {families}, register_resident, register_family, register_membership")
    for statement in (_KNOWN, *_FAULTS, *_MET, *_WARNINGS, _BAD, _DIFFERS):
        execute(run, statement, values)
    execute(run, "CREATE UNIQUE INDEX ON {families} (place)")
    execute(run, "ANALYZE {families}")


def fault(column: str, sentence: str, where: str, and_from: str = "") -> str:
    """A statement that adds a fault to the rows `t` for which `where` is true."""
    source = f"FROM {and_from}" if and_from else ""
    # `format` of psycopg reads the braces; the sentences have none.
    return (
        f"UPDATE {{rows}} t SET faults = coalesce(t.faults, '[]') || jsonb_build_array("  # noqa: S608 (own words)
        f"jsonb_build_array('{column}', {sentence})) {source} WHERE {where}"
    )


_FAMILIES = """
CREATE UNLOGGED TABLE {families} AS
SELECT kk, row_number() OVER (ORDER BY min(line))::integer AS place, count(*)::integer AS members,
       'take' AS state, NULL::integer AS bad_line
FROM {rows} WHERE kk IS NOT NULL GROUP BY kk
"""
# Just the same members, at this office: the family came in before.
_KNOWN = """
UPDATE {families} f SET state = 'known' FROM (
    SELECT t.kk, s.id AS family, count(*) AS members
    FROM {rows} t
    JOIN register_family s ON s.number = t.kk AND s.office_id = %(office)s
    JOIN register_resident r ON r.nik = t.nik
    JOIN register_membership m ON m.resident_id = r.id AND m.family_id = s.id AND m.until IS NULL
    GROUP BY t.kk, s.id
) same
WHERE f.kk = same.kk AND f.members = same.members AND f.members = (
    SELECT count(*) FROM register_membership m WHERE m.family_id = same.family AND m.until IS NULL
)
"""
_FAULTS = (
    fault(
        "NIK",
        "'NIK ini ada pada beberapa baris: ' || twice.lines || '.'",
        "twice.nik = t.nik",
        "(SELECT nik, array_to_string((array_agg(line ORDER BY line))[1:5], ', ') AS lines FROM {rows}"
        " WHERE nik IS NOT NULL GROUP BY nik HAVING count(*) > 1) twice",
    ),
    fault(
        "STAT_HBKEL",
        "'Keluarga ini tidak punya kepala keluarga dalam berkas.'",
        "t.line = headless.line",
        "(SELECT min(line) AS line FROM {rows} WHERE kk IS NOT NULL GROUP BY kk"
        " HAVING NOT bool_or(relation = %(head)s) AND bool_and(relation IS NOT NULL)) headless",
    ),
    fault(
        "STAT_HBKEL",
        "'Keluarga ini punya lebih dari satu kepala keluarga.'",
        "t.kk = headed.kk AND t.relation = %(head)s",
        "(SELECT kk FROM {rows} WHERE kk IS NOT NULL AND relation = %(head)s"
        " GROUP BY kk HAVING count(*) > 1) headed",
    ),
    fault(
        "NO_KEL",
        "'Anggota satu keluarga ditulis di desa atau kelurahan yang berbeda.'",
        "t.kk = scattered.kk",
        "(SELECT kk FROM {rows} WHERE kk IS NOT NULL GROUP BY kk"
        " HAVING count(DISTINCT village) > 1) scattered",
    ),
)
_MET = (
    fault(
        "NIK",
        "CASE WHEN r.office_id = %(office)s THEN 'NIK ini sudah ada di register.'"
        " ELSE 'NIK ini sudah ada di register kantor lain.' END",
        "r.nik = t.nik AND f.kk = t.kk AND f.state = 'take'",
        "register_resident r, {families} f",
    ),
    fault(
        "NO_KK",
        "'Nomor KK ini sudah ada di register, tetapi anggotanya tidak sama.'",
        "s.number = t.kk AND f.kk = t.kk AND f.state = 'take'"
        " AND t.line = (SELECT min(line) FROM {rows} u WHERE u.kk = t.kk)",
        "register_family s, {families} f",
    ),
)


def _warning(word: str, where: str, and_from: str) -> str:
    return (
        f"UPDATE {{rows}} t SET warnings = array_append(t.warnings, '{word}') FROM {and_from} WHERE {where}"  # noqa: S608 (own words)
    )


_PARENTS = "{rows} p"
_YOUNG = "t.birth_date < (p.birth_date + make_interval(years => %(years)s))::date"
_WARNINGS = (
    _warning(
        "address",
        "h.kk = t.kk AND h.relation = %(head)s AND (t.address, t.rt, t.rw, t.postal_code)"
        " IS DISTINCT FROM (h.address, h.rt, h.rw, h.postal_code)",
        "{rows} h",
    ),
    _warning("parent_sex", "p.nik = t.mother_nik AND p.sex = 'L'", _PARENTS),
    _warning("parent_sex", "p.nik = t.father_nik AND p.sex = 'P'", _PARENTS),
    _warning("parent_age", f"p.nik = t.mother_nik AND {_YOUNG}", _PARENTS),
    _warning("parent_age", f"p.nik = t.father_nik AND {_YOUNG}", _PARENTS),
)
_BAD = """
UPDATE {families} f SET state = 'bad', bad_line = t.line
FROM (SELECT kk, min(line) AS line FROM {rows} WHERE faults IS NOT NULL GROUP BY kk) t WHERE t.kk = f.kk
"""
_DIFFERS = _warning(
    "differs",
    "f.kk = t.kk AND f.state = 'known' AND r.nik = t.nik"
    " AND (r.name, r.birth_date, r.sex) IS DISTINCT FROM (t.name, t.birth_date, t.sex)",
    "{families} f, register_resident r",
)


def counts(run: ImportRun) -> dict[str, int]:
    """How many families are known and how many rejected, and the rows that were rejected."""
    ((known, bad),) = execute(
        run,
        "SELECT count(*) FILTER (WHERE state = 'known'), count(*) FILTER (WHERE state = 'bad')"
        " FROM {families}",
    )
    ((rows,),) = execute(
        run,
        "SELECT count(*) FROM {rows} t LEFT JOIN {families} f USING (kk)"
        " WHERE t.faults IS NOT NULL OR f.state = 'bad'",
    )
    return {"families_known": known, "families_rejected": bad, "rows_rejected": rows}


def warnings(run: ImportRun) -> dict[str, int]:
    """How often each warning was given for rows that were not rejected, in the order of dkb.WARNINGS."""
    found = dict(
        execute(
            run,
            "SELECT word, count(*) FROM {rows} t JOIN {families} f USING (kk), unnest(t.warnings) AS word"
            " WHERE f.state <> 'bad' GROUP BY word",
        )
    )
    return {word: found[word] for word in dkb.WARNINGS if word in found}
