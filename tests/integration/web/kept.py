"""What an office keeps beside its cases, one of each: books, letters, merges, files from SIAK, lists."""

import uuid
from typing import Any

from django.conf import settings

from loket.cases.models import (
    FieldLine,
    FieldList,
    SiakFile,
)
from loket.core import clock, filestore
from loket.core.actors import SYSTEM
from loket.offices.models import Area, Office
from loket.offices.queries import zone
from loket.register.actions import close_day, take_number
from loket.register.models import BookRequest, MergeRequest, MoveLetter, Resident

# The words of one address: what stands for each of its parts.
Names = dict[str, Any]


def books(office: Office) -> Names:
    """A number in a book, a day that was closed, and a request that waits."""
    line = take_number(office=office, book="SKTT", ref="", by=SYSTEM)
    day = clock.now().astimezone(zone(office)).date()
    (closed,) = close_day(office=office, book="SKDLN", day=day, by=SYSTEM)
    waiting = BookRequest.objects.create(
        office=office,
        book="SKTT",
        kind="blank",
        reason="kertas sobek",
        asked_by="account:0",
        asked_by_name="SESEORANG",
        asked_at=clock.now(),
    )
    return {"line_id": line.pk, "close_id": closed.pk, "request_id": waiting.pk}


def letter(office: Office) -> MoveLetter:
    """A SKPWNI that waits for its arrival."""
    return MoveLetter.objects.create(
        office=office,
        kind="skpwni",
        number=f"SKPWNI/{office.code}/UJI",
        case_ref=f"case:{office.code}-uji",
        issued_on="2026-08-03",
        valid_until="2026-11-11",
        destination="31.71",
    )


def twice(office: Office) -> Names:
    """Somebody who is in the register of the office twice, and the proposal to make one of the two."""
    one, other = _resident(office, 77), _resident(office, 78)
    request = MergeRequest.objects.create(
        office=office,
        survivor=one,
        merged=other,
        reason="sidik jari sama",
        key=uuid.uuid4(),
        asked_by="account:0",
        asked_by_name="SESEORANG",
        asked_at=clock.now(),
    )
    return {"resident_id": one.pk, "other_id": other.pk, "merge_id": request.pk}


def siak_file(office: Office) -> SiakFile:
    """A file from SIAK that waits for somebody to say whose it is."""
    content = f"%PDF- {office.code}".encode()
    digest = filestore.put(settings.FILES_DIR, content)
    return SiakFile.objects.create(
        office=office, sha256=digest, why="uji", received_at=clock.now(), received_by="uji"
    )


def _resident(office: Office, serial: int) -> Resident:
    """Somebody in the register of the office."""
    return Resident.objects.create(
        office=office,
        nik=f"{office.code}0101019000{serial}",
        name="PENDUDUK UJI",
        sex="L",
        birth_place="KOTA UJI",
        birth_date="1990-01-01",
        religion="ISLAM",
        education="SLTA/SEDERAJAT",
        occupation="WIRASWASTA",
        marital_status="BELUM KAWIN",
    )


def field(office: Office) -> Names:
    """A list of a field team with somebody on it."""
    village = Area.objects.filter(level__in=["desa", "kelurahan"], retired=False).order_by("code").first()
    found = FieldList.objects.create(
        office=office,
        occasion="natural",
        village=village,
        place="POSKO UJI",
        team="PETUGAS UJI",
        order_number="ST-UJI",
        day="2026-08-03",
        create_key=uuid.uuid4(),
        opened_by="uji",
        opened_at=clock.now(),
    )
    line = FieldLine.objects.create(
        field_list=found,
        number=1,
        create_key=uuid.uuid4(),
        name="ORANG DIDATA",
        sex="L",
        estimated_age=40,
        added_by="uji",
        added_at=clock.now(),
    )
    return {"list_id": found.pk, "listed_id": line.pk}
