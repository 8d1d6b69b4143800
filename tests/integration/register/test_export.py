"""The residents of an office go out into a file: who may, what is journaled, what no spreadsheet may run."""

import csv
import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from loket.audit.models import Entry
from loket.core import clock
from loket.core.actors import OPERATOR, Actor
from loket.core.errors import NotAllowedError
from loket.core.outfile import UnwritableFile
from loket.register.actions import exporting, next_family_card_number, next_nik
from loket.register.actions.exporting import export_population
from loket.register.models import Family, Membership, Resident
from loket.register.rules import dkb
from tests.integration.offices.invented import staff
from tests.integration.register.conftest import AT, EAST, WEST, Town, make_town
from tests.integration.register.dkb_files import (
    CHILD_BORN,
    WIFE_BORN,
    everything,
    expected,
    family,
    numbers,
    run_import,
    write_csv,
)

REASON = "Pemutakhiran data semester I 2026"


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


def export(town: Town, out: Path, **more: Any) -> int:
    values = {"kind": out.suffix[1:], "reason": REASON, "by": staff(town.office, "population")} | more
    return export_population(office=town.office, out=out, **values)


def read(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).worksheets[0]
        return [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)]
    with duckdb.connect() as database:
        found = database.execute(f"SELECT COLUMNS(*)::VARCHAR FROM '{path}'")
        header = [column[0] for column in found.description]
        return [header, *([cell or "" for cell in row] for row in found.fetchall())]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet"])
def test_what_goes_out_comes_in_again_the_same(town: Town, tmp_path: Path, name: str) -> None:
    run_import(
        town, write_csv(tmp_path / "source.csv", [row for serial in (1, 2, 3) for row in family(serial)])
    )
    before = everything()
    assert export(town, tmp_path / name) == 9
    header, *rows = read(tmp_path / name)
    assert (tuple(header), len(rows)) == (dkb.NAMES, 9)
    assert rows[0] == [family(1)[0].get(column, "") for column in dkb.NAMES]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    for model in (Membership, Family, Resident):
        model.objects.all().delete()
    assert numbers(run_import(town, tmp_path / name)) == expected(9, 3, 9, 0, 0, 0)
    assert everything() == before


def test_only_the_living_of_this_office(town: Town, tmp_path: Path) -> None:
    other = make_town("9972")
    run_import(town, write_csv(tmp_path / "source.csv", family(1)))
    Resident.objects.filter(nik=family(1)[0]["NIK"]).update(status="MATI", death_date=AT.date())
    other.person("L", CHILD_BORN)
    # Who has no family goes out too, without an address.
    town.residents = 90
    alone = town.person("P", WIFE_BORN)
    assert export(town, tmp_path / "a.csv") == 3
    rows = [dict(zip(dkb.NAMES, row, strict=True)) for row in read(tmp_path / "a.csv")[1:]]
    assert [(row["NIK"], row["NO_KK"], row["NO_KEL"]) for row in rows] == [
        (family(1)[1]["NIK"], family(1)[0]["NO_KK"], "1001"),
        (family(1)[2]["NIK"], family(1)[0]["NO_KK"], "1001"),
        (alone.nik, "", ""),
    ]


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1"])
def test_no_cell_is_a_formula(town: Town, tmp_path: Path, name: str, text: str) -> None:
    town.person("L", CHILD_BORN, name=text, birth_place=text, mother_name=text)
    export(town, tmp_path / name)
    row = dict(zip(*read(tmp_path / name), strict=True))
    assert {row[column] for column in ("NAMA_LGKP", "TMPT_LHR", "NAMA_LGKP_IBU")} == {f"'{text}"}


def test_a_program_gets_what_the_register_has(town: Town, tmp_path: Path) -> None:
    strange = "JL. \"A\", =1\nGG. 'B'\\N"
    town.person("L", CHILD_BORN, name=strange)
    export(town, tmp_path / "a.parquet")
    row = dict(zip(*read(tmp_path / "a.parquet"), strict=True))
    assert (row["NAMA_LGKP"], row["TGL_LHR"]) == (strange, "2015-02-28")


def test_a_name_with_control_characters_fits_into_a_sheet(town: Town, tmp_path: Path) -> None:
    town.person("L", CHILD_BORN, name="MADE\x0bCONTOH")
    export(town, tmp_path / "a.xlsx")
    assert dict(zip(*read(tmp_path / "a.xlsx"), strict=True))["NAMA_LGKP"] == "MADECONTOH"


def test_an_export_is_a_look_at_all_and_stands_in_the_journal(town: Town, tmp_path: Path) -> None:
    person = town.person("L", CHILD_BORN)
    export(town, tmp_path / "a.csv")
    found = Entry.objects.filter(subject="register:9971").order_by("id")
    assert [(entry.action, entry.actor, entry.office_code, entry.details) for entry in found] == [
        ("person.look", "account:7", "9971", {"reason": REASON, "stated": True}),
        ("register.export", "account:7", "9971", {"kind": "csv", "residents": 1}),
    ]
    assert person.nik not in json.dumps([entry.details for entry in Entry.objects.all()])


def nobody(town: Town) -> list[Actor]:
    return [
        OPERATOR,
        staff(town.office, "register", "people", "sign"),
        staff(make_town("9972").office, "population"),
        Actor(kind="citizen", ref="account:1", name="Warga", rights=frozenset({"population"})),
    ]


def test_without_the_right_or_a_reason_nothing_is_read(town: Town, tmp_path: Path) -> None:
    town.person("L", CHILD_BORN)
    for by in nobody(town):
        with pytest.raises(NotAllowedError):
            export(town, tmp_path / "a.csv", by=by)
    with pytest.raises(exporting.NoReason):
        export(town, tmp_path / "a.csv", reason="  perlu   ")
    with pytest.raises(UnwritableFile):
        export(town, tmp_path / "no" / "a.csv")
    assert Entry.objects.filter(subject="register:9971").count() == 0
    assert list(tmp_path.iterdir()) == []


def test_too_many_for_a_sheet(town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    town.person("L", CHILD_BORN)
    monkeypatch.setattr(exporting, "XLSX_MOST_ROWS", 0)
    with pytest.raises(exporting.TooManyForXlsx):
        export(town, tmp_path / "a.xlsx")


def test_a_parquet_that_cannot_be_written_does_not_hang(town: Town, tmp_path: Path, monkeypatch: Any) -> None:
    town.person("L", CHILD_BORN)
    monkeypatch.setattr(exporting, "_FORMAT", "FORMAT nonsense")
    with pytest.raises(UnwritableFile):
        export(town, tmp_path / "a.parquet")
    assert list(tmp_path.iterdir()) == []


def test_new_numbers_go_on_behind_those_that_came_in(town: Town, tmp_path: Path, settings: Any) -> None:
    settings.DEMO = False
    given = {"office": town.office, "district": WEST, "birth_date": CHILD_BORN, "sex": "P"}
    first = next_nik(**given)
    run_import(town, write_csv(tmp_path / "a.csv", [*family(7), *family(3)]))
    issued = Family.objects.values_list("issued_on", flat=True).first()
    card = {"office": town.office, "district": WEST, "issued": issued}
    assert [first[-4:], *(next_nik(**given)[-4:] for _ in range(2))] == ["0001", "0008", "0009"]
    assert [next_family_card_number(**card)[-4:] for _ in range(2)] == ["0008", "0009"]
    assert next_nik(**(given | {"district": EAST}))[-4:] == "0001"
