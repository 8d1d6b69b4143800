"""Taking staged families into the register: one transaction for each chunk, with its place in the run."""

from django.db import IntegrityError, OperationalError, transaction
from psycopg import sql
from psycopg.errors import DeadlockDetected

from loket.core import clock
from loket.core.errors import ConflictError
from loket.register.actions.importing import staging
from loket.register.actions.importing.staging import execute
from loket.register.models import ImportRun
from loket.register.rules import HEAD

TRIES = 5


class NumbersTaken(ConflictError):
    """Nomor dalam berkas ini terus-menerus dipakai proses lain. Lanjutkan impor nanti dengan --resume."""


def take_chunk(*, run_id: int, families: int) -> ImportRun:
    """Take the next `families` families of a run; whole ones, or not at all.

    What appeared in the register since the check rejects its family. Where somebody writes the same number at
    this very moment the chunk is put back and done again. Raises NumbersTaken where that does not end.
    """
    for _ in range(TRIES):
        try:
            return _take(run_id, families)
        except IntegrityError:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise NumbersTaken


@transaction.atomic
def _take(run_id: int, families: int) -> ImportRun:
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    values = {
        "office": run.office_id,
        "first": run.next_family,
        "after": run.next_family + families,
        "head": HEAD,
    }
    for statement in _MET:
        execute(run, statement, values, chunk=_CHUNK)
    execute(run, _BAD, values, chunk=_CHUNK)
    if run.override_reason:
        why = {"reason": run.override_reason, "source": run.ref, "by": run.by, "at": clock.now()}
        for statement in _ACCEPTED:
            execute(run, statement, values | why, chunk=_CHUNK)
    run.families_taken += execute(run, _FAMILIES, values, chunk=_CHUNK)
    columns = sql.SQL(", ").join(map(sql.Identifier, staging.OF_RESIDENTS))
    run.residents_taken += execute(run, _RESIDENTS, values, chunk=_CHUNK, columns=columns)
    execute(run, _MEMBERSHIPS, values, chunk=_CHUNK)
    execute(run, _CARDS, values, chunk=_CHUNK)
    run.next_family = min(run.next_family + families, run.families + 1)
    run.save(update_fields=["families_taken", "residents_taken", "next_family"])
    return run


_CHUNK = sql.SQL("f.kk = t.kk AND f.state = 'take' AND f.place >= %(first)s AND f.place < %(after)s")
_MET = (
    staging.fault(
        "NIK",
        "'NIK ini masuk ke register ketika impor berjalan.'",
        "{chunk} AND r.nik = t.nik",
        "{families} f, register_resident r",
    ),
    staging.fault(
        "NO_KK",
        "'Nomor KK ini masuk ke register ketika impor berjalan.'",
        "{chunk} AND s.number = t.kk AND t.relation = %(head)s",
        "{families} f, register_family s",
    ),
)
_BAD = """
UPDATE {families} f SET state = 'bad', bad_line = bad.line
FROM (SELECT t.kk, min(t.line) AS line FROM {rows} t, {families} f
      WHERE {chunk} AND t.faults IS NOT NULL GROUP BY t.kk) bad
WHERE bad.kk = f.kk
"""
# One reason stands for every number that cannot have been issued so; without a row the register refuses it.
_ACCEPTED = tuple(
    f"""
INSERT INTO register_acceptednumber (office_id, number, code, reason, source, by, by_name, at)
SELECT DISTINCT %(office)s, t.{column}, '{code}', %(reason)s, %(source)s, %(by)s, '', %(at)s::timestamptz
FROM {{families}} f JOIN {{rows}} t ON {{chunk}} WHERE NOT register_{kind}_possible(t.{column})
ON CONFLICT DO NOTHING
"""  # noqa: S608 (own words)
    for column, code, kind in (("nik", "nik_impossible", "nik"), ("kk", "kk_impossible", "kk"))
)
_FAMILIES = """
INSERT INTO register_family (office_id, number, address, rt, rw, postal_code, village_id, issued_on)
SELECT %(office)s, t.kk, t.address, t.rt, t.rw, t.postal_code, t.village, t.issued_on
FROM {families} f JOIN {rows} t ON {chunk} AND t.relation = %(head)s ORDER BY f.place
"""
_RESIDENTS = """
INSERT INTO register_resident (office_id, status, {columns})
SELECT %(office)s, 'HIDUP', {columns} FROM {families} f JOIN {rows} t ON {chunk}
ORDER BY f.place, t.line
"""
# Since when somebody belongs to the family the file does not say: since the card, or since they were born.
_MEMBERSHIPS = """
INSERT INTO register_membership (family_id, resident_id, relation, position, since)
SELECT s.id, r.id, t.relation,
       row_number() OVER (PARTITION BY t.kk ORDER BY t.relation <> %(head)s, t.line),
       greatest(t.birth_date, s.issued_on)
FROM {families} f JOIN {rows} t ON {chunk}
JOIN register_family s ON s.number = t.kk JOIN register_resident r ON r.nik = t.nik
ORDER BY f.place, t.line
"""
_CARDS = """
INSERT INTO register_helddocument
    (office_id, resident_id, kind, number, issued_on, state, ended_why, renew_why)
SELECT %(office)s, r.id, 'ktp_el', '', t.id_card_issued_on, 'in_force', '', ''
FROM {families} f JOIN {rows} t ON {chunk} JOIN register_resident r ON r.nik = t.nik
WHERE t.id_card_issued_on IS NOT NULL
"""
