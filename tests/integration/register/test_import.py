"""A population file comes into the register: what is taken, what is refused and why."""

import csv
from datetime import date
from pathlib import Path

import pytest

from loket.audit.models import Entry
from loket.core import clock
from loket.core.outfile import UnwritableFile
from loket.offices.models import Area
from loket.register.actions import importing
from loket.register.actions.importing import running
from loket.register.models import Family, HeldDocument, ImportRun, Membership, Resident
from loket.register.rules import dkb
from tests.integration.register.conftest import AT, Town, make_town
from tests.integration.register.dkb_files import (
    cells,
    everything,
    expected,
    family,
    numbers,
    rejected,
    run_import,
    staged_tables,
    write_csv,
    write_parquet,
    write_xlsx,
)


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


@pytest.fixture(autouse=True)
def _regions(town: Town) -> None:
    for code, level in (("99", "provinsi"), ("99.71", "kota"), ("99.71.03", "kecamatan")):
        Area.objects.create(code=code, name="Contoh", level=level, parent=code.rpartition(".")[0])


def test_a_family_comes_in_as_the_file_has_it(town: Town, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", family(1))
    run = run_import(town, path)
    assert numbers(run) == expected(3, 1, 3, 0, 0, 0)
    assert (run.state, run.warnings, path.with_name("ditolak.csv").exists()) == ("done", {}, False)
    found = everything()
    assert [row[:6] for row in found["memberships"]] == [
        ("9971030501200001", family(1)[0]["NIK"], "KEPALA KELUARGA", 1, AT.date().replace(2020, 1, 5), None),
        ("9971030501200001", family(1)[1]["NIK"], "ISTRI", 2, AT.date().replace(2020, 1, 5), None),
        ("9971030501200001", family(1)[2]["NIK"], "ANAK", 3, AT.date().replace(2020, 1, 5), None),
    ]
    child = Resident.objects.get(nik=family(1)[2]["NIK"])
    shown = (child.name, child.sex, child.religion, child.blood_type, child.marital_status, child.mother_nik)
    assert shown == ("PUTU CONTOH", "P", "HINDU", "O", "BELUM KAWIN", family(1)[1]["NIK"])
    home = Family.objects.get()
    assert (home.address, home.rt, home.rw, home.postal_code, home.village_id) == (
        "JL. MAWAR NO. 1", "003", "012", "76111", "99.71.03.1001",
    )  # fmt: skip


def test_who_had_a_ktp_el_holds_it(town: Town, tmp_path: Path) -> None:
    rows = family(1)
    rows[0] |= {"TGL_REKAM": "2018-05-06", "TGL_CETAK": "2018-05-07"}
    run_import(town, write_csv(tmp_path / "a.csv", rows))
    found = HeldDocument.objects.values_list("resident__nik", "kind", "issued_on", "state")
    assert list(found) == [(rows[0]["NIK"], "ktp_el", date(2018, 5, 7), "in_force")]


def test_csv_xlsx_and_parquet_give_the_same_register(town: Town, tmp_path: Path) -> None:
    rows = [row for serial in range(1, 6) for row in family(serial)]
    seen = []
    for write, name in ((write_csv, "a.csv"), (write_xlsx, "a.xlsx"), (write_parquet, "a.parquet")):
        run = run_import(town, write(tmp_path / name, rows))
        assert (run.kind, numbers(run), run.warnings) == (
            Path(name).suffix[1:],
            expected(15, 5, 15, 0, 0, 0),
            {},
        )
        seen.append(everything())
        for model in (Membership, Family, Resident):
            model.objects.all().delete()
    assert seen[0] == seen[1] == seen[2]


def test_what_the_register_has_is_never_overwritten(town: Town, tmp_path: Path) -> None:
    run_import(town, write_csv(tmp_path / "a.csv", [*family(1), *family(2)]))
    Resident.objects.filter(nik=family(2)[2]["NIK"]).update(name="PUTU BARU")
    other = make_town("9972")
    Resident.objects.filter(nik=family(2)[0]["NIK"]).update(office=other.office)
    before = everything()
    # Another member in the first family; the second unchanged; the third has somebody of another office.
    stranger = family(9)[2] | {"NO_KK": family(1)[0]["NO_KK"]}
    third = family(3)
    third[0]["NIK"] = family(2)[0]["NIK"]
    path = write_csv(tmp_path / "b.csv", [*family(1), stranger, *third])
    run = run_import(town, path)
    assert everything() == before
    assert numbers(run) == expected(7, 0, 0, 0, 2, 7)
    known = "NIK: NIK ini sudah ada di register."
    assert {row["BARIS"]: row["ALASAN"] for row in rejected(path)} == {
        "2": f"{known} NO_KK: Nomor KK ini sudah ada di register, tetapi anggotanya tidak sama.",
        "3": known,
        "4": known,
        "5": "Ditolak bersama keluarganya; lihat baris 2.",
        "6": "NIK: NIK ini sudah ada di register kantor lain.",
        "7": "Ditolak bersama keluarganya; lihat baris 6.",
        "8": "Ditolak bersama keluarganya; lihat baris 6.",
    }


def test_the_same_file_twice_changes_nothing(town: Town, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [*family(1), *family(2)])
    run_import(town, path)
    Resident.objects.filter(nik=family(2)[2]["NIK"]).update(name="PUTU BARU")
    before = everything()
    run = run_import(town, path)
    assert (numbers(run), run.warnings) == (expected(6, 0, 0, 2, 0, 0), {"differs": 1})
    assert everything() == before


def test_the_list_of_the_rejected_is_mended_and_imported(town: Town, tmp_path: Path) -> None:
    rows = [*family(1), *family(2)]
    rows[0] |= {"AGAMA": "ATEIS", "ALAMAT": "=HYPERLINK(1)", "TMPT_LHR": "@KOTA"}
    path = write_csv(tmp_path / "a.csv", rows)
    run_import(town, path)
    found = rejected(path)
    assert (path.with_name("ditolak.csv").stat().st_mode & 0o777, len(found)) == (0o600, 3)
    first = found[0]
    assert [first[name] for name in ("NIK", "NO_KK", "NIK_IBU", "ALAMAT", "TMPT_LHR")] == [
        f"'{rows[0]['NIK']}", f"'{rows[0]['NO_KK']}", "", "'=HYPERLINK(1)", "'@KOTA",
    ]  # fmt: skip
    first["AGAMA"] = "HINDU"
    mended = write_csv(tmp_path / "b.csv", found, header=list(first), delimiter=";")
    run = run_import(town, mended)
    assert numbers(run) == expected(3, 1, 3, 0, 0, 0)
    assert Family.objects.get(number=rows[0]["NO_KK"]).address == "=HYPERLINK(1)"


def test_no_cell_of_the_list_is_a_formula(town: Town, tmp_path: Path) -> None:
    signs = ["=", "+", "-", "@", "'="]
    rows = [
        row | {"ALAMAT": f"{sign}1+1", "AGAMA": f"{sign}A"} for sign in signs for row in family(len(sign))
    ]
    path = write_csv(tmp_path / "a.csv", rows)
    run_import(town, path)
    found = rejected(path)
    started = {cell[0] for row in found for cell in row.values() if cell}
    assert (started & set("=+-@\t\r"), len(found)) == (set(), 15)


def test_other_ways_of_writing_the_same(town: Town, tmp_path: Path) -> None:
    header = [name for name in dkb.NAMES if name not in ("NO_PROP", "NO_KAB", "NO_KEC", "STATUS_DASAR")]
    titles = {
        "NAMA_LGKP": "nama lengkap",
        "NO_KEL": "Kode Desa",
        "STAT_HBKEL": "SHDK",
        "PDDK_AKH": "Pendidikan",
    }
    rows = family(
        1, NO_KEL="99.71.03.1001", AGAMA="4", GOL_DARAH="-", TGL_KK="05/01/2020", NO_RT="3.0", NO_RW="12"
    )
    rows[0] |= {
        "JENIS_KLMIN": "L",
        "STAT_HBKEL": "1",
        "NIK": "997103 040385 0001",
        "PDDK_AKH": "slta / sederajat",
    }
    rows[0]["JENIS_PKRJN"], rows[1]["JENIS_PKRJN"] = "PNS", "Pegawai Negeri Sipil"
    path = tmp_path / "a.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow([titles.get(name, name) for name in header])
        writer.writerows([*(cells(row, header) for row in rows), [""] * len(header)])
    run = run_import(town, path)
    assert (numbers(run), run.warnings) == (expected(3, 1, 3, 0, 0, 0), {})
    head = Resident.objects.get(nik=family(1)[0]["NIK"])
    assert (head.religion, head.blood_type, head.education) == ("HINDU", "TIDAK TAHU", "SLTA/SEDERAJAT")
    jobs = Resident.objects.order_by("birth_date").values_list("occupation", flat=True)
    assert list(jobs) == ["PEGAWAI NEGERI SIPIL (PNS)", "PEGAWAI NEGERI SIPIL (PNS)", "PELAJAR/MAHASISWA"]
    assert Family.objects.values_list("rt", "rw", "issued_on").get() == (
        "003",
        "012",
        AT.date().replace(2020, 1, 5),
    )


def unreadable(tmp_path: Path) -> list[tuple[Path, str]]:
    def file(name: str, content: bytes) -> Path:
        (tmp_path / name).write_bytes(content)
        return tmp_path / name

    head = ",".join(dkb.NAMES).encode()
    kinds = "Berkas ini tidak dapat dibaca. Yang dapat diimpor adalah CSV (UTF-8), XLSX, dan Parquet."
    return [
        (file("a.ods", b"x"), kinds),
        (file("a.xlsx", b"x"), kinds),
        (file("b.xlsx", b"PK\x03\x04 and then nothing"), kinds),
        (file("a.parquet", b"PAR1 and then nothing"), kinds),
        (file("a.csv", b"PK\x03\x04"), "Nama berkas ini berakhir dengan .csv, tetapi isinya bukan CSV."),
        (file("b.csv", head + b"\n\xff\n"), "Berkas CSV ini bukan UTF-8. Simpan lagi sebagai CSV UTF-8."),
        (file("c.csv", head + b'\n"1,2\n'), "Berkas CSV ini rusak: ada tanda kutip yang tidak ditutup."),
        (file("d.csv", head + b"\n\n"), "Berkas ini tidak berisi baris penduduk."),
        (file("e.csv", head.replace(b"NIK,", b"", 1) + b"\n"), "Kolom ini tidak ada: NIK."),
        (file("f.csv", head + b",SHDK\n"), "Kolom STAT_HBKEL ada dua kali."),
        (tmp_path / "g.csv", "Berkas g.csv tidak dapat dibuka."),
    ]


def test_a_file_that_cannot_be_read_leaves_nothing_behind(town: Town, tmp_path: Path) -> None:
    said = []
    for path, sentence in unreadable(tmp_path):
        with pytest.raises((importing.UnreadableFile, importing.NothingInFile)) as caught:
            run_import(town, path)
        said.append((caught.value.message, sentence))
    assert [one for one, _ in said] == [other for _, other in said]
    assert ImportRun.objects.filter(state__in=running.OPEN).count() == 0
    assert Resident.objects.count() == 0


def test_the_list_of_the_rejected_never_lands_on_the_file(town: Town, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", family(1))
    before = path.read_bytes()
    with pytest.raises(UnwritableFile):
        run_import(town, path, rejected=path)
    with pytest.raises(UnwritableFile):
        run_import(town, path, rejected=tmp_path / "no" / "folder.csv")
    assert (path.read_bytes(), ImportRun.objects.count()) == (before, 0)


def test_the_journal_has_the_numbers_and_nobodys_number(town: Town, tmp_path: Path) -> None:
    rows = [*family(1), *family(2)]
    rows[0]["AGAMA"] = "ATEIS"
    run = run_import(town, write_csv(tmp_path / "a.csv", rows))
    entries = list(Entry.objects.filter(action__startswith="register.import").order_by("id"))
    assert [(entry.action, entry.subject, entry.actor, entry.office_code) for entry in entries] == [
        ("register.import.start", run.ref, "cli", "9971"),
        ("register.import.end", run.ref, "cli", "9971"),
    ]
    counted = numbers(run) | {"families": 2, "warnings": {}, "sha256": run.file_hash}
    assert entries[1].details == counted
    assert staged_tables() == []
