"""Commands about the whole installation, its people and its documents."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from loket.audit.models import Entry
from loket.config.cli import main
from loket.config.health import pending_migrations
from loket.core import clock
from loket.offices.actions import check_staff_password, seed_holidays, totp_seed
from loket.offices.models import Account, Office, Role
from loket.offices.queries import actor_of
from tests.integration.cli.conftest import loket, start
from tests.integration.offices.invented import make_account, make_office

Fresh = Callable[..., subprocess.CompletedProcess[str]]
CHECKS = [
    "database", "schema", "clock", "standards", "calendar", "files", "file keys", "anchors", "disk",
    "time zones", "settings", "jobs",
]  # fmt: skip


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)


@pytest.mark.parametrize("path", [(), *commands(main)], ids=" ".join)
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_explains_itself(path: tuple[str, ...], option: str) -> None:
    done = loket(*path, option)
    assert done.exit_code == 0
    usage, _, explanation, *_ = done.output.splitlines()
    assert usage.startswith(f"Usage: {' '.join(('main', *path))} ")
    assert explanation != ""


def test_the_program_starts() -> None:
    done = start("-m", "loket", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0] == "Usage: loket [OPTIONS] COMMAND [ARGS]..."
    assert start("-m", "loket", "--version").stdout == "loket, version 0.1.0\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "loket.example"])
def test_a_demo_serves_loopback_only(host: str) -> None:
    done = loket("serve", "--host", host)
    assert done.exit_code == 1
    assert done.output == "Error: A demo listens on loopback only; set LOKET_MODE=production.\n"


# The doctor


def doctor(*arguments: str) -> tuple[int, list[dict[str, Any]]]:
    seed_holidays(years=range(clock.now().year, clock.now().year + 2), by="system")
    done = loket("doctor", "--json", *arguments)
    return done.exit_code, json.loads(done.output)


@pytest.mark.django_db
def test_a_healthy_installation(library: Path) -> None:
    loket("standards", "publish")
    code, found = doctor()
    assert code == 0
    assert [list(item) for item in found] == [["name", "ok", "level", "detail", "todo"]] * len(CHECKS)
    assert [item["name"] for item in found] == CHECKS
    assert {item["name"]: item["detail"] for item in found if item["name"] not in ("database", "disk")} == {
        "schema": "up to date",
        "clock": "agrees with the database",
        "time zones": "known",
        "standards": "1 offices, 1 revisions published",
        "files": "private",
        "file keys": "in place",
        "anchors": "complete in 1 places",
        "settings": "clean",
        "jobs": "none overdue",
        "calendar": "holidays recorded",
    }
    assert loket("doctor").output.splitlines()[1:4] == [
        "ok   schema: up to date",
        "ok   clock: agrees with the database",
        "ok   standards: 1 offices, 1 revisions published",
    ]


@pytest.mark.django_db
def test_an_installation_without_standards() -> None:
    code, found = doctor()
    assert code == 1
    assert [item["name"] for item in found if not item["ok"]] == ["standards"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["FILES_DIR", "KEYS_DIR", "ANCHORS_DIR"])
def test_files_that_others_may_read(library: Path, settings: Any, name: str) -> None:
    loket("standards", "publish")
    directory = getattr(settings, name)
    directory.mkdir(mode=0o755)
    code, found = doctor()
    assert code == 1
    assert [(item["name"], item["detail"]) for item in found if not item["ok"]] == [
        ("files", f"readable by others: {directory.name}")
    ]


def head_of_library() -> None:
    office = Office.objects.get(pk="9901")
    account = make_account(office, "kepala@contoh.example")
    account.assignments.create(role=Role.objects.get(office=office, slug="kepala"), since=account.created_at)


@pytest.mark.django_db
def test_a_signer_without_a_signer_process(library: Path) -> None:
    loket("standards", "publish")
    head_of_library()
    assert [(item["name"], item["detail"]) for item in doctor()[1] if not item["ok"]] == [
        ("signer of 9901", "Layanan tanda tangan tidak dapat dihubungi.")
    ]
    Role.objects.filter(slug="kepala").update(active=False)
    assert [item["name"] for item in doctor()[1]] == CHECKS


@pytest.mark.django_db
def test_who_signs_on_paper_needs_no_key(library: Path) -> None:
    procedure = library / "offices" / "9901-perpustakaan" / "procedures" / "daring.yaml"
    text = procedure.read_text()
    assert text.count("signature: electronic") == 1
    procedure.write_text(text.replace("signature: electronic", "signature: wet"))
    loket("standards", "publish")
    head_of_library()
    code, found = doctor()
    assert (code, [item["name"] for item in found]) == (0, CHECKS)


# Documents


@pytest.mark.django_db
@pytest.mark.parametrize("content", [b"", b"bukan PDF", b"%PDF-1.7\n%%EOF\n", bytes(range(256)) * 50])
def test_a_file_that_is_not_ours(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "berkas.pdf"
    path.write_bytes(content)
    done = loket("verify", str(path), "--json")
    assert done.exit_code == 1
    answer = json.loads(done.output)
    assert list(answer) == [
        "verdict",
        "sha256",
        "document",
        "kind",
        "number",
        "office",
        "signed_at",
        "specimen",
    ]
    assert (answer["verdict"], answer["document"], answer["number"]) == ("unknown", None, None)
    done = loket("verify", str(path))
    assert (done.exit_code, done.output) == (1, "Tidak dikenal\n")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert loket("verify", str(tmp_path / "tidak-ada.pdf")).exit_code == 2


# People


PASSWORD = "kata sandi yang panjang"


def add(office: str, role: str, email: str, password: str = PASSWORD) -> tuple[int, str]:
    options = ("--nip", "198001012005012001", "--password", password)
    done = loket("staff", "add", office, role, email, "Sri Contoh", *options)
    return done.exit_code, done.output


@pytest.mark.django_db
def test_staff_from_the_command_line_may_sign_in() -> None:
    make_office()
    code, said = add("contoh-9971", "petugas_loket", "Sri@Contoh.example")
    assert (code, said.splitlines()[0]) == (0, "sri@contoh.example: petugas_loket, contoh-9971")
    assert "WARNING: made by one person alone" in said
    account = check_staff_password(email="sri@contoh.example", password=PASSWORD, demo_allowed=False)
    assert (account.name, account.employee_number) == ("Sri Contoh", "198001012005012001")
    assert actor_of(account).roles == frozenset({"petugas_loket"})
    assert list(Entry.objects.filter(subject=account.ref).order_by("id").values_list("action", "actor")) == [
        ("account.create", "cli"),
        ("role.assign", "cli"),
        ("staff_change.alone", "cli"),
        ("account.sign_in", account.ref),
    ]


@pytest.mark.django_db
def test_the_office_may_be_named_by_its_code() -> None:
    """As `loket init` and `loket paper-kit` name it."""
    office = make_office()
    assert add(office.code, "petugas_loket", "sri@contoh.example")[0] == 0


@pytest.mark.django_db
def test_with_two_who_decide_the_command_line_makes_no_accounts() -> None:
    make_office(roles=[{"role": "admin", "name": "Admin", "rights": ["people"]}])
    codes = [add("contoh-9971", "admin", f"a{n}@contoh.example")[0] for n in range(3)]
    assert codes == [0, 0, 1]
    assert Account.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("lain", "petugas_loket", "a@b.example"), "Kantor ini tidak terdaftar di layanan ini."),
        (
            ("contoh-9971", "petugas", "a@b.example"),
            "Peran petugas tidak ada di kantor ini. Yang ada: kepala_dinas, petugas_loket.",
        ),
        (
            ("contoh-9971", "petugas_loket", "a@b.example", "pendek12345"),
            "Kata sandi paling sedikit 12 karakter.",
        ),
        (("contoh-9971", "petugas_loket", "ADA@contoh.example"), "Sudah ada akun dengan surel ini."),
    ],
)
def test_staff_that_cannot_be_made(arguments: tuple[str, ...], sentence: str) -> None:
    make_account(make_office(), "ada@contoh.example")
    assert add(*arguments) == (1, f"Error: {sentence}\n")
    assert Account.objects.count() == 1


@pytest.mark.django_db
def test_a_signers_key_and_seed(settings: Any) -> None:
    account = make_account(make_office(), "kepala@contoh.example")
    key = ("signer-key", "Kepala@contoh.example", "--passphrase")
    done = loket(*key, "frasa sandi yang panjang")
    account.refresh_from_db()
    assert (done.exit_code, done.output) == (0, f"TOTP seed, shown once: {totp_seed(account)}\n")
    modes = {path.name: path.stat().st_mode & 0o777 for path in settings.KEYS_DIR.rglob("*key.pem")}
    assert modes == {"key.pem": 0o600}
    assert loket(*key, "frasa sandi yang lain").exit_code == 1
    assert loket(*key, "frasa sandi yang lain", "--replace").exit_code == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("email", "passphrase"),
    [("tidak-ada@contoh.example", "frasa sandi yang panjang"), ("kepala@contoh.example", "pendek")],
)
def test_a_signers_key_that_cannot_be_made(email: str, passphrase: str) -> None:
    account = make_account(make_office(), "kepala@contoh.example")
    done = loket("signer-key", email, "--passphrase", passphrase)
    assert (done.exit_code, done.output[:7]) == (1, "Error: ")
    account.refresh_from_db()
    assert totp_seed(account) == ""


# In a process of their own, where nothing has been loaded before


def test_checks_of_an_empty_installation(fresh: Fresh, tmp_path: Path) -> None:
    done = fresh("doctor", "--json")
    assert (done.returncode, done.stderr) == (1, "")
    assert [item["name"] for item in json.loads(done.stdout)] == CHECKS
    done = fresh("audit", "verify", "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")


def test_verifying_and_migrating_in_a_new_process(fresh: Fresh, tmp_path: Path) -> None:
    path = tmp_path / "berkas.pdf"
    path.write_bytes(b"bukan PDF")
    done = fresh("verify", str(path), "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"], done.stderr) == (1, "unknown", "")
    done = fresh("migrate")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.splitlines()[-1] == "The schema is up to date."


@pytest.mark.django_db
def test_the_schema_is_up_to_date() -> None:
    assert pending_migrations() == 0
