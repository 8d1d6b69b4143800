"""Serials that never repeat: one counter row for each prefix, changed in the caller's transaction."""

from datetime import date

from django.conf import settings
from django.db import connection

from loket.audit.actions import note_number
from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.offices.models import Office

# Numbers of a demo must never meet a real person's: real serials start at 0001.
DEMO_FIRST_SERIAL = 9001


def next_serial(*, office: Office, key: str, first: int = 1) -> int:
    """The next serial under `key`. A rolled-back transaction gives it back, so a book has no gap.

    The counter row stays locked until the transaction ends; concurrent users of one key wait. Right after the
    commit the number is anchored outside the database, so that no restore can lead to it again. Raises
    AnchorUnwritable where an anchor directory cannot be written.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO register_serial AS c (office_id, key, last) VALUES (%s, %s, %s)
            ON CONFLICT (office_id, key) DO UPDATE SET last = c.last + 1 RETURNING last
            """,
            [office.code, key, first],
        )
        (serial,) = cursor.fetchone()
    note_number(office_code=office.code, key=key, value=int(serial))
    return int(serial)


def _first_personal_serial() -> int:
    return DEMO_FIRST_SERIAL if settings.DEMO else 1


def next_nik(*, office: Office, district: str, birth_date: date, sex: Sex) -> str:
    """A new NIK: kecamatan of registration, birth date (day + 40 for women), serial."""
    prefix = nik_prefix(district, birth_date, sex)
    serial = next_serial(office=office, key=f"nik:{prefix}", first=_first_personal_serial())
    return f"{prefix}{serial:04d}"


def next_family_card_number(*, office: Office, district: str, issued: date) -> str:
    """A new nomor KK: kecamatan, date of issue, serial."""
    prefix = family_card_prefix(district, issued)
    serial = next_serial(office=office, key=f"kk:{prefix}", first=_first_personal_serial())
    return f"{prefix}{serial:04d}"
