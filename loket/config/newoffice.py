"""A new office among the standards: its folder, with one service that runs, from `standards/new-office/`."""

import csv
import lzma
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from string import Template

from loket.catalogue.loader import read_areas
from loket.catalogue.loader.national import VILLAGE_DOTS, read_zones
from loket.catalogue.loader.problems import nearest
from loket.core.errors import LoketError

TEMPLATE = "new-office"
AREAS = Path("national") / "areas"
# Every village of the country, to take those of a new office from.
ALL_VILLAGES = "all-villages.csv.xz"
VILLAGES = "villages.csv"
LEVELS = {"kabupaten": "Kabupaten ", "kota": "Kota "}
# What offices of this level call most of their villages.
VILLAGE_WORDS = {"kabupaten": "desa", "kota": "kelurahan"}
# The child of the scenario is that old, well within the 60 days of the law.
DAYS_OLD = 7


class UnknownArea(LoketError):
    """Kode ini bukan kode kabupaten atau kota."""


class OfficeExists(LoketError):
    """Kantor ini sudah ada dalam folder standar."""


@dataclass(frozen=True)
class Written:
    """What was written: the folder of the office, its files, and how many villages were added."""

    folder: Path
    files: tuple[Path, ...]
    villages: int


@dataclass(frozen=True)
class _Region:
    """A kabupaten or kota: area code with dot, full name, level."""

    area: str
    name: str
    level: str


def write_office(*, standards: Path, code: str, today: date) -> Written:
    """Write the folder of the office with this code, and add its villages to the national list.

    Name, zone and region come from the areas of Kemendagri. Raises UnknownArea, OfficeExists.
    """
    region, shared = _region(standards, code)
    if any(standards.glob(f"offices/{code}-*")):
        raise OfficeExists(f"Kantor {code} sudah ada dalam {standards / 'offices'}.")
    added = _add_villages(standards, region.area)
    bare = region.name.removeprefix(LEVELS[region.level])
    # Some kota are called like the kabupaten around them.
    slug = _slug(region.name if shared else bare)
    village = min(row.code for row in read_areas(standards) if _is_village(row.code, region.area))
    values = {
        "code": code,
        "area": region.area,
        "slug": slug,
        "region": region.name,
        "place": bare,
        "zone": read_zones(standards)[region.area.partition(".")[0]],
        "village_word": VILLAGE_WORDS[region.level],
        "today": today.isoformat(),
        "born": (today - timedelta(days=DAYS_OLD)).isoformat(),
        "village": village,
        "district": village.rpartition(".")[0].replace(".", ""),
    }
    folder = standards / "offices" / f"{code}-{slug}"
    return Written(folder, tuple(_fill(standards / TEMPLATE, folder, values)), added)


def _region(standards: Path, code: str) -> tuple[_Region, bool]:
    """The kabupaten or kota of a code, and whether another one has the same name."""
    areas = [row for row in read_areas(standards) if row.level in LEVELS and not row.retired]
    found = next((row for row in areas if row.code.replace(".", "") == code), None)
    if found is None:
        codes = [row.code.replace(".", "") for row in areas]
        near = nearest(code, [other for other in codes if other[:2] == code[:2]]) or nearest(code, codes)
        hint = f" Mungkin maksudnya {near}." if near else ""
        raise UnknownArea(f"Kode '{code}' bukan kode kabupaten atau kota.{hint}")
    bare = [row.name.removeprefix(LEVELS[row.level]) for row in areas]
    shared = bare.count(found.name.removeprefix(LEVELS[found.level])) > 1
    return _Region(found.code, found.name, found.level), shared


def _slug(name: str) -> str:
    words = "".join(letter if letter.isalnum() else " " for letter in name.lower()).split()
    return "-".join(words)


def _is_village(code: str, area: str) -> bool:
    return code.startswith(f"{area}.") and code.count(".") == VILLAGE_DOTS


def _add_villages(standards: Path, area: str) -> int:
    """The villages of an area into the list of those that are loaded, in the order of codes."""
    path = standards / AREAS / VILLAGES
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = list(csv.reader(file))
    known = {row[0] for row in rows}
    with lzma.open(standards / AREAS / ALL_VILLAGES, "rt", encoding="utf-8", newline="") as packed:
        fresh = [row for row in csv.reader(packed) if row[0].startswith(f"{area}.") and row[0] not in known]
    if fresh:
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *sorted(rows + fresh)])
    return len(fresh)


def _fill(template: Path, folder: Path, values: dict[str, str]) -> Iterator[Path]:
    for source in sorted(template.rglob("*.yaml")):
        target = folder / source.relative_to(template)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(source.read_text(encoding="utf-8")).substitute(values), encoding="utf-8")
        yield target
