"""Serials that never repeat: one counter row for each prefix, changed in the caller's transaction."""

from collections.abc import Sequence
from datetime import date

from django.conf import settings
from django.db import connection
from django.db.models import Max, Model

from loket.audit.actions import note_number, note_numbers, require_anchors
from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.offices.models import Office
from loket.register.models import Family, Resident
from loket.register.rules.numbering import outside

# Numbers of a demo must never meet a real person's: real serials start at 0001.
DEMO_FIRST_SERIAL = 9001


def next_serial(*, office: Office, key: str, first: int = 1, after: int = 0) -> int:
    """The next serial under `key`. A rolled-back transaction gives it back, so a book has no gap.

    `after`: the last serial that is known to be used, whoever gave it; the next one is beyond it. The counter
    row stays locked until the transaction ends; concurrent users of one key wait. Right after the commit the
    number is anchored outside the database, so that no restore can lead to it again. Raises AnchorUnwritable
    where an anchor directory cannot be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO register_serial AS c (office_id, key, last) VALUES (%s, %s, %s)
            ON CONFLICT (office_id, key) DO UPDATE SET last = greatest(c.last, %s) + 1 RETURNING last
            """,
            [office.code, key, max(first, after + 1), after],
        )
        (serial,) = cursor.fetchone()
    note_number(office_code=office.code, key=key, value=int(serial))
    return int(serial)


def next_serials(*, office: Office, keys: Sequence[str]) -> list[int]:
    """The next serial under each of several keys, as `next_serial` gives them, in two statements."""
    rows = ", ".join(["(%s, %s, 1)"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO register_serial AS c (office_id, key, last) VALUES {rows}"  # noqa: S608 (places)
            " ON CONFLICT (office_id, key) DO UPDATE SET last = c.last + 1 RETURNING key, last",
            [value for key in keys for value in (office.code, key)],
        )
        given = {key: int(last) for key, last in cursor.fetchall()}
    require_anchors()
    note_numbers(office_code=office.code, last=given)
    return [given[key] for key in keys]


def _first_personal_serial() -> int:
    return DEMO_FIRST_SERIAL if settings.DEMO else 1


def next_nik(*, office: Office, district: str, birth_date: date, sex: Sex) -> str:
    """A new NIK: kecamatan of registration, birth date (day + 40 for women), serial.

    Raises what a source outside raises that gives the numbers instead.
    """
    prefix = nik_prefix(district, birth_date, sex)
    if source := outside():
        return source.nik(prefix, birth_date, sex)
    return prefix + _personal_serial(office, f"nik:{prefix}", Resident, "nik", prefix)


def next_family_card_number(*, office: Office, district: str, issued: date) -> str:
    """A new nomor KK: kecamatan, date of issue, serial. Raises as `next_nik`."""
    prefix = family_card_prefix(district, issued)
    if source := outside():
        return source.family_card(prefix)
    return prefix + _personal_serial(office, f"kk:{prefix}", Family, "number", prefix)


def _personal_serial(office: Office, key: str, model: type[Model], field: str, prefix: str) -> str:
    """The next serial under a prefix of persons or families, beyond those that came in by an import."""
    known = model._default_manager.filter(
        **{f"{field}__gte": f"{prefix}0000", f"{field}__lte": f"{prefix}9999"}
    )
    last = known.aggregate(last=Max(field))["last"]
    after = int(last[-4:]) if last else 0
    return f"{next_serial(office=office, key=key, first=_first_personal_serial(), after=after):04d}"
