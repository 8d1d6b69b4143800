"""Population files of an invented town, as an office would hand them over."""

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
from django.db import connection

from loket.core.actors import OPERATOR
from loket.core.identity import Sex, nik_prefix
from loket.register.actions.importing import import_population
from loket.register.models import Family, ImportRun, Membership, Resident
from loket.register.rules import dkb
from tests.integration.register.conftest import Town

DISTRICT = "99.71.03"
HUSBAND_BORN, WIFE_BORN, CHILD_BORN = date(1985, 3, 4), date(1988, 7, 9), date(2015, 2, 28)
Row = dict[str, str]


def nik(born: date, sex: Sex, serial: int) -> str:
    return f"{nik_prefix(DISTRICT, born, sex)}{serial:04d}"


def family(serial: int, **changes: str) -> list[Row]:
    """A couple with a child; `changes` are of all three rows."""
    husband, wife = nik(HUSBAND_BORN, "L", serial), nik(WIFE_BORN, "P", serial)
    shared = {
        "NO_KK": f"{DISTRICT.replace('.', '')}050120{serial:04d}",
        "TMPT_LHR": "KOTA CONTOH",
        "AGAMA": "HINDU",
        "GOL_DARAH": "O",
        "KEWARGANEGARAAN": "WNI",
        "ALAMAT": f"JL. MAWAR NO. {serial}",
        "NO_RT": "003",
        "NO_RW": "012",
        "KODE_POS": "76111",
        "NO_PROP": "99",
        "NO_KAB": "71",
        "NO_KEC": "03",
        "NO_KEL": "1001",
        "TGL_KK": "2020-01-05",
        "PDDK_AKH": "SLTA/SEDERAJAT",
        "JENIS_PKRJN": "WIRASWASTA",
        "STATUS_KAWIN": "KAWIN TERCATAT",
        "TGL_KAWIN": "2012-12-12",
        "STATUS_DASAR": "HIDUP",
    }
    man = {"NIK": husband, "NAMA_LGKP": "MADE CONTOH", "JENIS_KLMIN": "LAKI-LAKI", "TGL_LHR": "1985-03-04"}
    woman = {"NIK": wife, "NAMA_LGKP": "LUH CONTOH", "JENIS_KLMIN": "PEREMPUAN", "TGL_LHR": "1988-07-09"}
    child = {
        "NIK": nik(CHILD_BORN, "P", serial),
        "NAMA_LGKP": "PUTU CONTOH",
        "JENIS_KLMIN": "PEREMPUAN",
        "TGL_LHR": "2015-02-28",
        "STATUS_KAWIN": "BELUM KAWIN",
        "TGL_KAWIN": "",
        "PDDK_AKH": "BELUM TAMAT SD/SEDERAJAT",
        "JENIS_PKRJN": "PELAJAR/MAHASISWA",
        "NIK_IBU": wife,
        "NAMA_LGKP_IBU": "LUH CONTOH",
        "NIK_AYAH": husband,
        "NAMA_LGKP_AYAH": "MADE CONTOH",
    }
    relations = ("KEPALA KELUARGA", "ISTRI", "ANAK")
    people = zip((man, woman, child), relations, strict=True)
    return [shared | person | {"STAT_HBKEL": relation} | changes for person, relation in people]


def cells(row: Row, header: Sequence[str] = dkb.NAMES) -> list[str]:
    return [row.get(name, "") for name in header]


def write_csv(path: Path, rows: list[Row], header: Sequence[str] = dkb.NAMES, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(header)
        writer.writerows(cells(row, header) for row in rows)
    return path


def write_xlsx(path: Path, rows: list[Row], header: Sequence[str] = dkb.NAMES) -> Path:
    """Dates as dates, small numbers as numbers, as a spreadsheet would have them."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append([_typed(name, row.get(name, "")) for name in header])
    book.save(path)
    return path


def _typed(name: str, text: str) -> object:
    if name.startswith("TGL_") and text:
        return date.fromisoformat(text)
    if name in ("NO_RT", "NO_RW", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL", "KODE_POS") and text:
        return int(text)
    return text or None


def write_parquet(path: Path, rows: list[Row]) -> Path:
    """Numbers as whole numbers and dates as dates."""
    source = write_csv(path.with_suffix(".source"), rows)
    whole = {"NIK", "NO_KK", "NO_RT", "NO_KEC"}
    kinds = {
        name: "BIGINT" if name in whole else "DATE" if name.startswith("TGL_") else "VARCHAR"
        for name in dkb.NAMES
    }
    with duckdb.connect() as database:
        read = f"SELECT * FROM read_csv('{source}', header=true, columns={kinds})"
        database.execute(f"COPY ({read}) TO '{path}' (FORMAT parquet)")
    source.unlink()
    return path


def run_import(town: Town, path: Path, **more: Any) -> ImportRun:
    more = {"rejected": path.with_name("ditolak.csv"), "by": OPERATOR} | more
    return import_population(office=town.office, path=path, **more)


def numbers(run: ImportRun) -> dict[str, int]:
    names = (
        "rows",
        "families_taken",
        "residents_taken",
        "families_known",
        "families_rejected",
        "rows_rejected",
    )
    return {name: getattr(run, name) for name in names}


def expected(*counted: int) -> dict[str, int]:
    names = (
        "rows",
        "families_taken",
        "residents_taken",
        "families_known",
        "families_rejected",
        "rows_rejected",
    )
    return dict(zip(names, counted, strict=True))


def staged_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT relname FROM pg_class WHERE relname LIKE 'register\_import\_%%' AND relkind = 'r'"
        )
        return [name for (name,) in cursor.fetchall()]


def rejected(path: Path) -> list[Row]:
    with path.with_name("ditolak.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """The register, without the keys that the database gives."""
    residents = [field.attname for field in Resident._meta.fields if field.name != "id"]
    families = [field.attname for field in Family._meta.fields if field.name != "id"]
    memberships = ("family__number", "resident__nik", "relation", "position", "since", "until")
    return {
        "residents": list(Resident.objects.order_by("nik").values_list(*residents)),
        "families": list(Family.objects.order_by("number").values_list(*families)),
        "memberships": list(Membership.objects.order_by("resident__nik").values_list(*memberships)),
    }
