"""Years of finished work, made by the database itself: cases with everything that a case leaves behind.

Of a hundred cases two are open, one is returned, three ended without a document, the others are done. Rows
look as Loket writes them; what is not there is the files of their documents.
"""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from benchmarks.figures import say
from benchmarks.installation import ROOT, Installation
from loket.core.codes import ALPHABET

OFFICE = "6471"
# Ids of what is made here, far from those that Loket gives.
BASE = 1_000_000_000
CASES_OF_AN_ACCOUNT = 10

_DIGITS = "translate(upper(md5('code' || n)), '1', 'G')"
_SUM = " + ".join(f"{w} * (strpos('{ALPHABET}', substr(b, {w - 1}, 1)) - 1)" for w in range(2, 17))
_CODE = (
    f"(SELECT substr(c,1,4)||'-'||substr(c,5,4)||'-'||substr(c,9,4)||'-'||substr(c,13,4) FROM (SELECT b ||"
    f" substr('{ALPHABET}', (31 - ({_SUM}) %% 31) %% 31 + 1, 1) AS c FROM (SELECT left({_DIGITS}, 15) AS b) AS body)"
    " AS whole)"
)

# n is the number of a case, `at` the moment it was sent; one every minute into the past.
_WORK = f"""
CREATE UNLOGGED TABLE bench_work AS
SELECT n, md5('case' || n)::uuid AS id, {_CODE} AS code, now() - (%(last)s - n) * interval '1 minute' AS at,
       CASE n %% 100 WHEN 10 THEN 'open' WHEN 60 THEN 'open' WHEN 30 THEN 'returned'
                     WHEN 20 THEN 'rejected' WHEN 40 THEN 'expired' WHEN 80 THEN 'rejected' ELSE 'done' END AS state,
       CASE n %% 100 WHEN 10 THEN 'verifikasi' WHEN 60 THEN 'entri' ELSE '' END AS step
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""

_ROWS = {
    "accounts": """
INSERT INTO offices_account (id, email, name, phone, employee_number, kind, is_active, is_demo, totp_secret,
                             totp_step, created_at, password)
SELECT %(base)s + n / %(share)s, 'warga' || n / %(share)s || '@contoh.id', 'WARGA ' || n / %(share)s, '081200000000',
       '', 'citizen', true, false, '', 0, min(at), '!' || md5('p' || n / %(share)s)
  FROM bench_work GROUP BY n / %(share)s ON CONFLICT (id) DO NOTHING""",
    "cases": """
INSERT INTO cases_case (id, office_id, revision_id, service, variant, channel, applicant_id, applicant_name,
       state, step, step_kind, step_role, tracking_code, answers, version, create_key, created_at, submitted_at,
       complete_at, deadline_at, returned_at, finished_at, recorded)
SELECT id, %(office)s, %(revision)s, 'akta-kelahiran', 'kelahiran-wni', 'online', %(base)s + n / %(share)s,
       'WARGA ' || n / %(share)s, state, step,
       CASE step WHEN 'verifikasi' THEN 'verify' WHEN 'entri' THEN 'enter_data' ELSE '' END,
       CASE step WHEN 'verifikasi' THEN 'petugas_loket' WHEN 'entri' THEN 'operator_perubahan' ELSE '' END,
       code, %(answers)s::jsonb || jsonb_build_object('anak_nama', 'ANAK NOMOR ' || n, 'ibu_nik', 6471000000000000 + n),
       CASE state WHEN 'done' THEN 6 ELSE 2 END, md5('key' || n)::uuid, at - interval '1 hour', at, at,
       at + interval '1 day', CASE state WHEN 'returned' THEN at + interval '1 hour' END,
       CASE WHEN state IN ('done', 'rejected', 'expired') THEN at + interval '5 hours' END, state = 'done'
  FROM bench_work""",
    # The triggers that keep the inbox do not fire while loading.
    "inbox": """
INSERT INTO cases_inboxrow (case_id, office_id, step_role, step_kind, deadline_at, submitted_at)
SELECT c.id, c.office_id, c.step_role, c.step_kind, c.deadline_at, c.submitted_at
  FROM cases_case c JOIN bench_work USING (id) WHERE c.state = 'open'""",
    "events": """
INSERT INTO cases_caseevent (case_id, seq, kind, step, next_step, actor_ref, actor_name, reason, at, key)
SELECT id, seq, CASE seq WHEN 1 THEN 'submit' ELSE 'complete' END,
       (ARRAY['permohonan', 'verifikasi', 'entri', 'tte', 'kirim'])[seq],
       (ARRAY['verifikasi', 'entri', 'tte', 'kirim', ''])[seq], 'account:' || seq, 'PETUGAS ' || seq, '',
       at + (seq - 1) * interval '1 hour', CASE WHEN seq < 4 THEN md5('e' || seq || 'n' || n)::uuid END
  FROM bench_work, generate_series(1, CASE state WHEN 'done' THEN 5 ELSE 1 END) AS seq""",
    "journal": """
INSERT INTO audit_entry (at, office_code, action, subject, actor, details, seq, hash)
SELECT at + k * interval '1 hour', %(office)s, (ARRAY['case.start', 'case.submit', 'case.complete', 'person.look',
       'register.record', 'document.issue', 'document.render', 'document.sign'])[k], 'case:' || id, 'account:' || k,
       jsonb_build_object('step', 'entri', 'next', 'tte', 'state', 'open'),
       %(sealed)s + row_number() OVER (), encode(sha256(id::text::bytea), 'hex')
  FROM bench_work, generate_series(1, CASE state WHEN 'done' THEN 8 ELSE 4 END) AS k""",
    "papers": """
INSERT INTO cases_attachment (case_id, requirement, sha256, media_type, size, uploaded_at)
SELECT id, requirement, encode(sha256((requirement || n)::bytea), 'hex'), 'image/jpeg', 400000, at
  FROM bench_work, unnest(ARRAY['surat_keterangan_kelahiran', 'buku_nikah', 'kk_dan_ktp', 'ktp_saksi']) AS requirement""",
    "marks": """
INSERT INTO cases_eventmark (case_id, office_id, mark)
SELECT id, %(office)s, encode(sha256(('mark' || n)::bytea), 'hex') FROM bench_work""",
    "products": """
INSERT INTO cases_caseproduct (case_id, office_id, document, label, medium, data, released_at)
SELECT id, %(office)s, document, document, CASE document WHEN 'kia' THEN 'card' ELSE 'pdf' END, '{}',
       at + interval '5 hours'
  FROM bench_work, unnest(ARRAY['kutipan-akta-kelahiran', 'kartu-keluarga', 'kia']) AS document
 WHERE state = 'done'""",
    "documents": """
INSERT INTO documents_document (id, office_id, kind, title, number, subject_name, subject_key, case_ref, context,
       shown, state, issued_at, signer_id, specimen, template_hash, unsigned_sha256, signed_sha256,
       signature_digest, signed_at, revoked_reason)
SELECT left(upper(md5(kind || n)), 26), %(office)s, kind, kind, '6471-LU-' || n, 'ANAK NOMOR ' || n, kind || ':' || n,
       'case:' || id, %(context)s::jsonb, '{"Nama": "A*** N*** 1***", "Tahun lahir": "2026"}', 'signed',
       at + interval '2 hours', %(signer)s, true, encode(sha256(kind::bytea), 'hex'),
       encode(sha256(('u' || kind || n)::bytea), 'hex'), encode(sha256(('s' || kind || n)::bytea), 'hex'),
       encode(sha256(('d' || kind || n)::bytea), 'hex'), at + interval '4 hours', ''
  FROM bench_work, unnest(ARRAY['kutipan-akta-kelahiran', 'kartu-keluarga']) AS kind WHERE state = 'done'""",
    "batches": """
INSERT INTO documents_signingbatch (id, office_id, signer_id, key, state, created_at, finished_at)
SELECT md5('batch' || n / 100)::uuid, %(office)s, %(signer)s, md5('bk' || n / 100)::uuid, 'done', min(at), max(at)
  FROM bench_work GROUP BY n / 100 ON CONFLICT (id) DO NOTHING""",
    "intents": """
INSERT INTO documents_signingintent (document_id, batch_id, signer_id, unsigned_sha256, state, created_at,
       settled_at, settled_by, reason)
SELECT left(upper(md5(kind || n)), 26), md5('batch' || n / 100)::uuid, %(signer)s,
       encode(sha256(('u' || kind || n)::bytea), 'hex'), 'done', at, at, 'system', ''
  FROM bench_work, unnest(ARRAY['kutipan-akta-kelahiran', 'kartu-keluarga']) AS kind WHERE state = 'done'""",
    "items": """
INSERT INTO documents_batchitem (batch_id, document_id, unsigned_sha256, position, result, message)
SELECT md5('batch' || n / 100)::uuid, left(upper(md5(kind || n)), 26),
       encode(sha256(('u' || kind || n)::bytea), 'hex'), n, 'signed', ''
  FROM bench_work, unnest(ARRAY['kutipan-akta-kelahiran', 'kartu-keluarga']) AS kind WHERE state = 'done'""",
    "notices": """
INSERT INTO notices_notice (office_id, key, case_ref, "to", subject, body, attachments, secret, state, attempts,
       created_at, next_try_at, sent_at, last_error)
SELECT %(office)s, 'case:' || id || ':' || what, 'case:' || id, 'warga@contoh.id', 'Permohonan', repeat('Isi surat. ', 50),
       '[]', false, 'sent', 1, at, at, at, ''
  FROM bench_work, unnest(ARRAY['submitted', 'done']) AS what""",
}
_TABLES = (
    "cases_case", "cases_caseevent", "audit_entry", "cases_attachment", "cases_eventmark", "cases_caseproduct",
    "documents_document", "documents_signingintent", "documents_batchitem", "notices_notice",
)  # fmt: skip


def load(place: Installation, first: int, last: int, *, template: dict[str, Any]) -> float:
    """Add the cases `first` to `last`; gives the seconds it took. Nothing else may run meanwhile.

    `template` holds what cannot be made up in SQL: `revision`, `answers`, `context`, `signer`.
    """
    begun = time.monotonic()
    with place.database(user="postgres") as connection:
        connection.execute("SET session_replication_role = replica")  # no triggers: the rows are consistent
        connection.execute("SET maintenance_work_mem = '1GB'")
        log_room(connection, "max_wal_size = '16GB'")
        ((sealed,),) = connection.execute(
            "SELECT coalesce(max(seq), 0) FROM audit_entry WHERE office_code = %s", [OFFICE]
        ).fetchall()
        values = template | {
            "office": OFFICE, "base": BASE, "share": CASES_OF_AN_ACCOUNT, "sealed": sealed,
            "answers": json.dumps(template["answers"]), "context": json.dumps(template["context"]),
            "first": first, "last": last,
        }  # fmt: skip
        rows = psycopg.ClientCursor(connection)
        rows.execute(_WORK, values)
        with without_indexes(connection, _TABLES, many=last - first > 100_000):
            for name, statement in _ROWS.items():
                since = time.monotonic()
                rows.execute(statement, values)
                say(f"  {rows.rowcount:>9} {name:<10} {time.monotonic() - since:6.1f} s")
        connection.execute("DROP TABLE bench_work")
        _require_inbox(connection)
        connection.execute("VACUUM (ANALYZE)")
        log_room(connection, None)
        connection.execute("CHECKPOINT")
    return time.monotonic() - begun


def _require_inbox(connection: psycopg.Connection) -> None:
    """Every open case waits in an inbox: an empty one would be fast and prove nothing."""
    ((opened, listed),) = connection.execute(
        "SELECT (SELECT count(*) FROM cases_case WHERE state = 'open'), (SELECT count(*) FROM cases_inboxrow)"
    ).fetchall()
    if opened != listed or not listed:
        raise RuntimeError(f"{opened} open cases, {listed} rows of the inbox")


def log_room(connection: psycopg.Connection, setting: str | None) -> None:
    """Fewer checkpoints while loading; None goes back to what an installation has."""
    words = f"SET {setting}" if setting else "RESET max_wal_size"
    connection.execute(f"ALTER SYSTEM {words}".encode())
    connection.execute("SELECT pg_reload_conf()")


@contextmanager
def without_indexes(connection: psycopg.Connection, tables: Sequence[str], *, many: bool) -> Iterator[None]:
    """Take away, and make again at the end, all indexes but primary keys: made at once they take a third."""
    if not many:
        yield
        return
    names = list(tables)
    constraints = connection.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype IN ('u', 'x') AND conrelid = ANY (%s::regclass[])", [names]
    ).fetchall()  # fmt: skip
    for table, name, _ in constraints:
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_id(table), _id(name)))
    indexes = connection.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE NOT indisprimary AND indrelid = ANY (%s::regclass[])", [names]
    ).fetchall()  # fmt: skip
    for name, _ in indexes:
        connection.execute(sql.SQL("DROP INDEX {}").format(_id(name)))
    yield
    since = time.monotonic()
    for _, definition in indexes:
        connection.execute(definition)
    for table, name, definition in constraints:
        statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        connection.execute(statement.format(_id(table), _id(name), sql.SQL(definition)))
    say(f"  {len(indexes) + len(constraints):>9} indexes    {time.monotonic() - since:6.1f} s")


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name.strip('"'))


def template() -> dict[str, Any]:
    """What every made case shares, from the published standard and the demo people. Needs Django."""
    from benchmarks import people
    from loket.catalogue.queries import in_force
    from loket.config.demo.journey import SERVICE
    from loket.core import clock
    from loket.offices.models import Office

    today = clock.now().date()
    example = ROOT / "standards/national/documents/kutipan-akta-kelahiran/example.json"
    return {
        "revision": in_force(Office.objects.get(code=OFFICE), SERVICE, today).pk,
        "answers": people.answers_of(people.households()[0], today),
        "context": json.loads(example.read_text()),
        "signer": people.official("kepala_dinas").pk,
    }
