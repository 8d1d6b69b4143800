"""How fast a population comes in and goes out: rows per second of processor time, and the memory it takes.

`make bench ONLY=population`; `SIZE=1000000` for a whole kota. PostgreSQL is its own, and durable.
"""
# ruff: noqa: PLC0415 (Django can be imported only after its database is there)

import csv
import os
import random
import resource
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, at_most, processor_seconds, say, told
from loket.config.demo import names
from loket.core.identity import Sex, family_card_prefix, nik_prefix
from loket.register.rules import dkb

RESIDENTS = 100_000
OFFICE, AREA = "6471", "64.71"
MEMORY_MB = 400
# One family in so many has a row that is rejected.
BAD_FAMILIES = 200
AS_OF = date(2026, 1, 1)
MEMBERS: list[tuple[str, Sex, int, int]] = [
    ("KEPALA KELUARGA", "L", 25, 70),
    ("ISTRI", "P", 23, 65),
    ("ANAK", "P", 0, 20),
    ("ANAK", "L", 0, 20),
    ("ORANG TUA", "P", 60, 90),
]


class _Town:
    """Invented residents; everybody's serial is counted under their prefix."""

    def __init__(self, villages: list[str]) -> None:
        self.villages, self.serials = villages, Counter[str]()
        self.chance = random.Random(int(OFFICE))  # noqa: S311 (not for secrets)

    def number(self, prefix: str) -> str:
        self.serials[prefix] += 1
        return f"{prefix}{self.serials[prefix]:04d}"

    def families(self) -> Iterator[list[dict[str, str]]]:
        """Families of one to five, without end."""
        chance = self.chance
        while True:
            village = chance.choice(self.villages)
            issued = AS_OF - timedelta(days=chance.randint(30, 5000))
            home = dict(zip(("NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"), village.split("."), strict=True)) | {
                "NO_KK": self.number(family_card_prefix(village[:8], issued)),
                "ALAMAT": f"JL. {chance.choice(names.STREETS).upper()} NO. {chance.randint(1, 400)}",
                "NO_RT": f"{chance.randint(1, 40):03d}",
                "NO_RW": f"{chance.randint(1, 12):03d}",
                "TGL_KK": issued.isoformat(),
                "AGAMA": chance.choices(
                    [name for name, _ in names.RELIGIONS], [w for _, w in names.RELIGIONS]
                )[0],
            }
            size = chance.choices([1, 2, 3, 4, 5], [1, 2, 3, 3, 1])[0]
            rows = [home | self.person(village[:8], *member) for member in MEMBERS[:size]]
            if chance.randrange(BAD_FAMILIES) == 0:
                rows[-1]["PDDK_AKH"] = "PAUD"
            yield rows

    def person(self, district: str, relation: str, sex: Sex, youngest: int, oldest: int) -> dict[str, str]:
        chance = self.chance
        born = AS_OF - timedelta(days=chance.randint(youngest * 365 + 1, oldest * 365))
        first, mother = (names.MALE if sex == "L" else names.FEMALE), names.FEMALE
        return {
            "NIK": self.number(nik_prefix(district, born, sex)),
            "NAMA_LGKP": f"{chance.choice(first)} {chance.choice(names.LAST)}".upper(),
            "JENIS_KLMIN": "LAKI-LAKI" if sex == "L" else "PEREMPUAN",
            "TMPT_LHR": "BALIKPAPAN",
            "TGL_LHR": born.isoformat(),
            "GOL_DARAH": chance.choice(names.BLOOD),
            "STATUS_KAWIN": "BELUM KAWIN" if relation == "ANAK" else "KAWIN TERCATAT",
            "STAT_HBKEL": relation,
            "PDDK_AKH": chance.choice(names.SCHOOLS),
            "JENIS_PKRJN": chance.choice(names.JOBS_OF_MEN),
            "NAMA_LGKP_IBU": f"{chance.choice(mother)} {chance.choice(names.LAST)}".upper(),
            "NAMA_LGKP_AYAH": f"{chance.choice(names.MALE)} {chance.choice(names.LAST)}".upper(),
        }


def generated(path: Path, residents: int, villages: list[str]) -> int:
    """Write a file of whole families with so many residents or a few more; gives how many."""
    written = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, dkb.NAMES, restval="")
        writer.writeheader()
        for family in _Town(villages).families():
            writer.writerows(family)
            written += len(family)
            if written >= residents:
                return written
    return written


@contextmanager
def _clocks(name: str, rows: int, found: list[Figure]) -> Iterator[None]:
    """Adds what the block took: wall clock, this process's processor time, PostgreSQL's."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    begun, own, server = time.perf_counter(), time.process_time(), processor_seconds([backend])
    yield
    taken, own = time.perf_counter() - begun, time.process_time() - own
    server = processor_seconds([backend]) - server
    note = f"{rows} rows; {taken:.1f} s, of processor time {own:.1f} s own and {server:.1f} s of PostgreSQL"
    found.append(told(name, rows / (own + server), "rows/s of processor time", note))
    million = taken * 1_000_000 / rows
    found.append(told(f"{name}, a million at this rate", million, "s", "wall clock, extrapolated"))
    say(f"{name}: {note}")


def _office() -> Any:
    from loket.catalogue.loader import read_areas
    from loket.config.start import standards_dir
    from loket.offices.models import Area, Office

    Area.objects.bulk_create(Area(*row) for row in read_areas(standards_dir()) if row.code[:2])
    definition = {"area": AREA, "zone": "Asia/Makassar"}
    return Office.objects.create(code=OFFICE, slug="bench", name="B", short_name="B", definition=definition)


def _measured(place: Path, residents: int) -> list[Figure]:
    from django.db import connection

    from loket.core.actors import OPERATOR, Actor
    from loket.offices.models import Area
    from loket.register.actions.exporting import export_population
    from loket.register.actions.importing import import_population

    office, found = _office(), list[Figure]()
    by = Actor(kind="staff", ref="bench", name="B", office=OFFICE, rights=frozenset({"population"}))
    villages = list(
        Area.objects.filter(code__startswith=f"{AREA}.", level="kelurahan").values_list("code", flat=True)
    )
    source = place / "source.csv"
    rows = generated(source, residents, villages)

    def take(path: Path, name: str, rows: int) -> int:
        with _clocks(name, rows, found):
            run = import_population(office=office, path=path, rejected=place / "bad.csv", by=OPERATOR)
        known = f"{run.families_known} families known"
        say(f"  {run.residents_taken} taken, {run.rows_rejected} rejected, {known}")
        return int(run.residents_taken)

    taken = take(source, "import CSV", rows)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found.append(at_most("import CSV, memory", memory, "MB", MEMORY_MB, "of the process, beside PostgreSQL"))
    take(source, "import CSV again", rows)
    for kind in ("csv", "xlsx", "parquet"):
        with _clocks(f"export {kind}", taken, found):
            export_population(
                office=office, kind=kind, out=place / f"out.{kind}", reason="benchmark benchmark", by=by
            )
    for kind in ("xlsx", "parquet"):
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE register_resident, register_family CASCADE")
        take(place / f"out.{kind}", f"import {kind}", taken)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found.append(at_most("import and export, memory", memory, "MB", MEMORY_MB, "the most of all of these"))
    return found


def run(size: int | None = None) -> list[Figure]:
    """Measure on a server and in directories of its own."""
    place = Path(tempfile.mkdtemp(prefix="loket-bench-"))
    place.chmod(0o755)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DATA_DIR"] = str(place / "data")
    from loket.config import embedded
    from loket.config.start import database

    try:
        with database():
            from django.core.management import call_command
            from django.db import connection

            call_command("migrate", verbosity=0)
            with connection.cursor() as cursor:
                # The register refuses to be emptied; that of a benchmark may be.
                for table in ("civilrecord", "familychange", "registerevent"):
                    cursor.execute(f"ALTER TABLE register_{table} DISABLE TRIGGER USER")
            return _measured(place, size or RESIDENTS)
    finally:
        embedded.destroy(place / "data")
        shutil.rmtree(place, ignore_errors=True)
