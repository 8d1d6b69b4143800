"""An office that is not among the standards: written by the command, checked, and its scenario played."""

import csv
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from loket.catalogue.loader import load, read_areas
from loket.catalogue.loader.national import read_zones
from loket.config.newoffice import OfficeExists, UnknownArea, write_office

ROOT = Path(__file__).parents[2]
STANDARDS = ROOT / "standards"
TODAY = date(2026, 8, 3)


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    """A copy of the standards without any office."""
    for folder in ("national", "new-office"):
        shutil.copytree(STANDARDS / folder, tmp_path / folder)
    return tmp_path


# code, folder, zone: each zone, a kota and the kabupaten of the same name, one whose name nobody shares
OFFICES = [
    ("3273", "3273-kota-bandung", "Asia/Jakarta"),
    ("3204", "3204-kabupaten-bandung", "Asia/Jakarta"),
    ("5171", "5171-denpasar", "Asia/Makassar"),
    ("9171", "9171-kota-jayapura", "Asia/Jayapura"),
]


def test_each_zone_and_each_kind_of_name(standards: Path) -> None:
    written = [write_office(standards=standards, code=code, today=TODAY) for code, _, _ in OFFICES]
    assert [item.folder.name for item in written if item.villages > 0] == [folder for _, folder, _ in OFFICES]
    loaded = load(standards)
    assert [str(problem) for problem in loaded.problems] == []
    zones = {office.office: office.zone for office in loaded.offices}
    assert zones == {code: zone for code, _, zone in OFFICES}
    assert [(service.office, service.service) for service in loaded.services] == sorted(
        (code, "akta-kelahiran") for code, _, _ in OFFICES
    )
    # Each file is short, and says where the office has to decide.
    for item in written:
        lengths = {path.name: len(path.read_text().splitlines()) for path in item.files}
        assert max(lengths.values()) < 100, lengths
        assert all("PUTUSKAN" in path.read_text() for path in item.files if path.parent.name != "scenarios")


def test_villages_are_added_once_in_their_order(standards: Path) -> None:
    first = write_office(standards=standards, code="3273", today=TODAY)
    path = standards / "national/areas/villages.csv"
    rows = list(csv.reader(path.open(encoding="utf-8")))
    mine = [row for row in rows if row[0].startswith("32.73.")]
    assert first.villages == len(mine)
    assert rows[1:] == sorted(rows[1:])
    shutil.rmtree(first.folder)
    assert write_office(standards=standards, code="3273", today=TODAY).villages == 0
    assert list(csv.reader(path.open(encoding="utf-8"))) == rows


def test_an_office_is_not_written_over(standards: Path) -> None:
    write_office(standards=standards, code="3273", today=TODAY)
    with pytest.raises(OfficeExists):
        write_office(standards=standards, code="3273", today=TODAY)


def test_an_unknown_code_is_answered_with_the_nearest(standards: Path) -> None:
    with pytest.raises(
        UnknownArea, match=r"^Kode '3270' bukan kode kabupaten atau kota\. Mungkin maksudnya 32"
    ):
        write_office(standards=standards, code="3270", today=TODAY)
    assert not (standards / "offices").exists()


def test_every_province_has_its_zone() -> None:
    provinces = {row.code for row in read_areas(STANDARDS) if row.level == "provinsi" and not row.retired}
    assert set(read_zones(STANDARDS)) == provinces


def test_a_zone_of_another_province_is_refused(standards: Path) -> None:
    folder = write_office(standards=standards, code="3273", today=TODAY).folder
    office = folder / "office.yaml"
    office.write_text(office.read_text().replace("zone: Asia/Jakarta", "zone: Asia/Makassar"))
    assert [str(problem) for problem in load(standards).errors] == [
        "offices/3273-kota-bandung/office.yaml baris 11: zona waktu 'Asia/Makassar' bukan zona provinsinya."
        " Mungkin maksudnya 'Asia/Jakarta'."
    ]


def test_its_scenario_is_played_to_its_document(
    django_db_setup: None, standards: Path, tmp_path: Path
) -> None:
    """By the commands, in processes of their own, as docs/new-office.md tells it."""
    environment = {name: text for name, text in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"} | {
        "DATABASE_URL": make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"]),
        "DATA_DIR": str(tmp_path / "data"),
        "STANDARDS_DIR": str(standards),
    }

    def loket(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "loket", *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        )

    done = loket("standards", "new-office", "3273")
    assert (done.returncode, done.stderr) == (0, "")
    done = loket("standards", "check")
    assert (done.returncode, done.stdout) == (0, "1 kantor, 1 layanan, 0 kesalahan, 0 peringatan.\n")
    (scenario,) = standards.glob("offices/3273-*/scenarios/*.yaml")
    done = loket("scenario", "run", str(scenario))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Hasil: Selesai, sesuai harapan." in done.stdout
