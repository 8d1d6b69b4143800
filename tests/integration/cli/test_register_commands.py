"""`loket register`: import, export, and what is said of them."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from loket.audit.models import Entry
from loket.config.cli import main
from loket.core import clock
from loket.offices.actions import assign_role, create_staff
from loket.offices.models import Role
from loket.register.models import Resident
from tests.integration.cli.conftest import loket
from tests.integration.offices.invented import ROLES, staff
from tests.integration.register.bookkeeping import numbers
from tests.integration.register.conftest import AT, Town, make_town
from tests.integration.register.dkb_files import family, rejected, write_csv

SECRET = "sandi panjang sekali 2026"
EMAIL = "kadis@contoh.id"


@pytest.fixture(autouse=True)
def _at_one_moment() -> "object":
    with clock.use(AT):
        yield


@pytest.fixture
def town(db: None) -> Town:
    return make_town()


def test_an_import_tells_what_it_did(town: Town, tmp_path: Path) -> None:
    rows = [*family(1), *family(2)]
    rows[0]["AGAMA"] = "ATEIS"
    path = write_csv(tmp_path / "penduduk.csv", rows, header=[*rows[0], "HOBI"])
    list_ = tmp_path / "ditolak.csv"
    done = loket("register", "import", str(path), "--office", "contoh-9971", "--rejects", str(list_))
    assert (done.exit_code, done.stdout.splitlines()) == (
        3,
        [
            "6 rows, 2 families: 1 families taken",
            "  3 residents are new",
            "  0 families were there before, with the same members",
            "  1 families rejected",
            "  3 x kode provinsi pada NIK tidak dikenal",
            "  3 x kode provinsi pada nomor KK tidak dikenal",
            f"3 rows rejected, with reasons: {list_}",
        ],
    )
    assert done.stderr.splitlines() == [
        "column 'HOBI' is not known and not read",
        "rows: 6 of 6",
        "checked: 6 of 6",
        "families: 2 of 2",
        f"{path} holds personal data and is not needed any more: keep it encrypted, or delete it.",
    ]
    assert len(rejected(path)) == 3


def test_without_rejects_the_code_is_0_and_no_list_is_made(town: Town, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "penduduk.csv", family(1))
    done = loket("register", "import", str(path), "--office", "9971")
    assert (done.exit_code, list(tmp_path.iterdir())) == (0, [path])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--office", "9999"], "Error: There is no office '9999'. Known: 9971.\n"),
        (["--office", "9971", "--resume"], "Error: Tidak ada impor yang belum selesai di kantor ini.\n"),
    ],
)
def test_what_is_refused(town: Town, tmp_path: Path, arguments: list[str], said: str) -> None:
    path = write_csv(tmp_path / "penduduk.csv", family(1))
    done = loket("register", "import", str(path), *arguments)
    assert (done.exit_code, done.stderr, Resident.objects.count()) == (1, said, 0)


def test_nothing_to_stop(town: Town) -> None:
    done = loket("register", "stop-import", "--office", "9971", "--reason", "Berkas salah")
    assert (done.exit_code, done.stderr) == (1, "Error: Tidak ada impor yang belum selesai di kantor ini.\n")


def export(town: Town, out: Path, password: str) -> tuple[int, str]:
    arguments = ["--office", "9971", "--as", "xlsx", "--out", str(out), "--by", EMAIL]
    reason = ["--reason", "Pemutakhiran data semester I"]
    done = CliRunner().invoke(main, ["register", "export", *arguments, *reason], input=f"{password}\n")
    return done.exit_code, done.output.splitlines()[-1]


def test_an_export_is_of_an_official_who_has_the_right(town: Town, tmp_path: Path) -> None:
    account = create_staff(
        office=town.office, email=EMAIL, name="Sri Contoh", password=SECRET, by=staff(town.office)
    )
    town.couple()
    assert export(town, tmp_path / "a.xlsx", "salah salah salah") == (
        1,
        "Error: Surel atau kata sandi salah.",
    )
    refused = "Error: Akun ini tidak berhak mengekspor data penduduk kantor ini."
    assert export(town, tmp_path / "a.xlsx", SECRET) == (1, refused)
    role = Role.objects.get(office=town.office, slug=ROLES[1]["role"])
    Role.objects.filter(pk=role.pk).update(rights=["population"])
    assign_role(account=account, role=role, by=staff(town.office))
    assert export(town, tmp_path / "a.xlsx", SECRET) == (0, f"2 residents: {tmp_path / 'a.xlsx'}")
    assert Entry.objects.get(action="register.export").actor == account.ref


def test_books_are_listed_and_closed(town: Town) -> None:
    numbers(town.office, "LU", 2)
    assert loket("register", "books", "--office", "9971").stdout.split()[:4] == ["LU", "never", "closed", "2"]
    done = loket("register", "close", "--office", "9971")
    assert (done.exit_code, done.stdout.split()) == (
        0,
        ["LU", "2026-03-02", "2", "entries", "9971-LU-02032026-0001", "to", "9971-LU-02032026-0002"],
    )
    assert loket("register", "close", "--office", "9971").stdout == ""
    assert "closed through 2026-03-02" in loket("register", "books", "--office", "9971").stdout
    early = loket("register", "close", "--office", "9971", "--day", "2026-03-03")
    assert (early.exit_code, early.stderr) == (1, "Error: Buku hanya dapat ditutup sampai hari ini.\n")
