"""A population of any size, made by the database itself: families of four, each with a past.

NIK and nomor KK are of the kind that is issued; a name has two or three words, some far more common than others.
One resident in ten has moved on in life: their row was changed, and what it was before is kept.
"""

import time
from dataclasses import dataclass
from datetime import date, timedelta

import psycopg

from benchmarks.figures import say
from benchmarks.history import log_room, without_indexes
from benchmarks.installation import Installation
from loket.config.demo import names

OFFICE, DISTRICT = "6471", "647103"
# Ids of what is made here, far from those that Loket gives.
BASE = 1_000_000_000
FAMILY = 4
DAYS, FIRST_DAY = 11_000, date(1950, 1, 1)
KK_DAYS, FIRST_KK = 9_000, date(2000, 1, 1)
CHANGED_EVERY = 10
_TABLES = ("register_resident", "register_family", "register_membership", "register_version")

_FAMILIES = """
INSERT INTO register_family (id, office_id, number, address, rt, rw, postal_code, village_id, issued_on,
                             valid_from, recorded_from)
SELECT %(base)s + f, %(office)s, %(district)s || to_char(day, 'DDMMYY') || lpad((f / %(kk_days)s + 1)::text, 4, '0'),
       (%(streets)s::text[])[1 + f %% cardinality(%(streets)s::text[])] || ' NO. ' || f %% 300, '001', '002', '',
       (%(villages)s::text[])[1 + f %% cardinality(%(villages)s::text[])], day, '2020-01-01', '2020-01-01'
  FROM generate_series(%(first)s / %(size)s, %(last)s / %(size)s) AS f,
       LATERAL (SELECT (date '2000-01-01' + (f %% %(kk_days)s)::int) AS day) AS issued
 ON CONFLICT DO NOTHING"""
_RESIDENTS = """
INSERT INTO register_resident (id, office_id, nik, name, sex, birth_place, birth_date, religion, blood_type,
       education, occupation, marital_status, nationality, father_nik, father_name, mother_nik, mother_name, status,
       birth_certificate, valid_from, recorded_from)
SELECT %(base)s + n, %(office)s, %(district)s
       || lpad((extract(day FROM day)::int + CASE sex WHEN 'P' THEN 40 ELSE 0 END)::text, 2, '0')
       || to_char(day, 'MMYY') || lpad((n / %(days)s + 1)::text, 4, '0'),
       given[1 + (h %% cardinality(given))::int] || ' ' ||
       CASE h %% 3 WHEN 0 THEN last[1 + ((h / 97) %% cardinality(last))::int]
            ELSE given[1 + ((h / 89) %% cardinality(given))::int] || ' '
                 || last[1 + ((h / 101) %% cardinality(last))::int] END,
       sex, 'BALIKPAPAN', day, 'ISLAM', 'O', 'SLTA/SEDERAJAT', 'WIRASWASTA',
       CASE n %% 4 WHEN 0 THEN 'KAWIN TERCATAT' WHEN 1 THEN 'KAWIN TERCATAT' ELSE 'BELUM KAWIN' END, 'WNI', '', '',
       '', (%(women)s::text[])[1 + ((h / 53) %% cardinality(%(women)s::text[]))::int] || ' ' ||
           last[1 + ((h / 71) %% cardinality(last))::int], 'HIDUP', '', '2020-01-01', '2020-01-01'
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n,
       LATERAL (SELECT date '1950-01-01' + (n %% %(days)s)::int AS day,
                       CASE n %% 2 WHEN 0 THEN 'L' ELSE 'P' END AS sex,
                       abs(hashint8(n)::bigint) AS h, %(last_names)s::text[] AS last) AS person,
       LATERAL (SELECT CASE sex WHEN 'L' THEN %(men)s::text[] ELSE %(women)s::text[] END AS given) AS names"""
_MEMBERSHIPS = """
INSERT INTO register_membership (id, family_id, resident_id, relation, position, since, valid_from, recorded_from)
SELECT %(base)s + n, %(base)s + n / %(size)s, %(base)s + n,
       (ARRAY['KEPALA KELUARGA', 'ISTRI', 'ANAK', 'ANAK'])[1 + n %% %(size)s], 1 + n %% %(size)s, '2010-01-01',
       '2020-01-01', '2020-01-01'
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n"""
# As the trigger leaves them: what was known until it changed, and what is known of the time before.
_VERSIONS = """
INSERT INTO register_version (kind, row_id, data, valid_from, valid_to, recorded_from, recorded_to)
SELECT 'resident', r.id, register_plain(to_jsonb(r)) || '{"occupation": "PELAJAR/MAHASISWA"}', v.valid_from,
       v.valid_to, v.known, v.until
  FROM register_resident r, (VALUES (date '2020-01-01', NULL::date, timestamptz '2020-01-01', timestamptz '2024-01-01'),
       ('2020-01-01', '2023-06-01', '2024-01-01', NULL)) AS v (valid_from, valid_to, known, until)
 WHERE r.id BETWEEN %(base)s + %(first)s AND %(base)s + %(last)s AND r.id %% %(every)s = 0"""


@dataclass(frozen=True)
class Person:
    """What the look-ups ask for of the n-th resident; computed, so that nothing is read for it."""

    number: int

    @property
    def row(self) -> int:
        """The primary key."""
        return BASE + self.number

    @property
    def nik(self) -> str:
        """The NIK as `load` made it."""
        day = FIRST_DAY + timedelta(days=self.number % DAYS)
        shown = day.day + (40 if self.number % 2 else 0)
        return f"{DISTRICT}{shown:02d}{day:%m%y}{self.number // DAYS + 1:04d}"

    @property
    def family_number(self) -> str:
        """The nomor KK as `load` made it."""
        family = self.number // FAMILY
        day = FIRST_KK + timedelta(days=family % KK_DAYS)
        return f"{DISTRICT}{day:%d%m%y}{family // KK_DAYS + 1:04d}"


def load(place: Installation, first: int, last: int) -> float:
    """Add the residents `first` to `last` (a multiple of four, less one); gives the seconds it took."""
    begun = time.monotonic()
    with place.database(user="postgres") as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '1GB'")
        log_room(connection, "max_wal_size = '16GB'")
        villages = connection.execute(
            "SELECT code FROM offices_area WHERE code LIKE '64.71.%' AND length(code) > 8 AND NOT retired"
        ).fetchall()
        values = {
            "base": BASE, "office": OFFICE, "district": DISTRICT, "size": FAMILY,
            "days": DAYS, "kk_days": KK_DAYS, "first": first, "last": last, "every": CHANGED_EVERY,
            "villages": [code for (code,) in villages],
            "streets": [f"JL. {street.upper()}" for street in names.STREETS],
            "men": [n.upper() for n in names.MALE], "women": [n.upper() for n in names.FEMALE],
            "last_names": [n.upper() for n in names.LAST],
        }  # fmt: skip
        rows = psycopg.ClientCursor(connection)
        with without_indexes(connection, _TABLES, many=last - first > 100_000):
            for name, statement in (
                ("families", _FAMILIES),
                ("residents", _RESIDENTS),
                ("members", _MEMBERSHIPS),
            ):
                _timed(rows, name, statement, values)
        _timed(rows, "versions", _VERSIONS, values)
        connection.execute("VACUUM (ANALYZE)")
        log_room(connection, None)
        connection.execute("CHECKPOINT")
    return time.monotonic() - begun


def _timed(rows: psycopg.ClientCursor, name: str, statement: str, values: dict[str, object]) -> None:
    since = time.monotonic()
    rows.execute(statement.encode(), values)
    say(f"  {rows.rowcount:>9} {name:<10} {time.monotonic() - since:6.1f} s")
