"""`loket init`: an office set up for real, on a database of its own."""

import json
import os
import pwd
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.hashers import check_password
from psycopg.conninfo import make_conninfo

from loket.config.settings_file import parse
from tests.integration.cli.conftest import ROOT, loket, start

STANDARDS = ROOT / "tests/integration/cases/standards"
ME = pwd.getpwuid(os.geteuid()).pw_name
DATABASE = "loket_init_test"
SAID = {
    "office": "9911",
    "domain": "loket.contoh.example",
    "admin-email": "Ani@Contoh.example",
    "admin-name": " Ani  Lestari ",
    "smtp-host": "127.0.0.1",
    "smtp-port": "1",
    "mail-from": "loket@contoh.example",
    "standards-dir": str(STANDARDS),
    "port": "1",
}
Run = Callable[..., subprocess.CompletedProcess[str]]


def place_options(place: Path) -> list[str]:
    config = str(place / "etc/loket.env")
    return ["--config", config, "--data-dir", str(place / "data"), "--user", ME]


def runner(place: Path, database: str) -> Run:
    def run(*flags: str, said: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        options = SAID | {"database-url": database} if said is None else said
        words = [word for name, value in options.items() for word in (f"--{name}", value)]
        return start("-m", "loket", "init", *place_options(place), *words, *flags)

    return run


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
        connection.execute(f"CREATE DATABASE {DATABASE}")
        yield make_conninfo(server, dbname=DATABASE)
        connection.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")


@pytest.fixture(scope="module")
def office(
    tmp_path_factory: pytest.TempPathFactory, database: str
) -> tuple[Path, Run, subprocess.CompletedProcess[str]]:
    """An office that `loket init` has just set up."""
    place = tmp_path_factory.mktemp("office")
    run = runner(place, database)
    assert run("--check").returncode == 1
    assert not (place / "etc").exists()
    return place, run, run()


def rows(database: str, query: str) -> list[Any]:
    with psycopg.connect(database) as connection:
        return connection.execute(query).fetchall()


def test_the_first_run(office: Any, database: str) -> None:
    place, _, done = office
    assert done.returncode == 0, done.stderr
    made = [line.partition(" ")[2].strip() for line in done.stdout.splitlines() if line.startswith("made")]
    assert made == [
        f"data directory {place}/data",
        f"settings file {place}/etc/loket.env",
        "database schema, areas, holidays",
        "standards of the office",
        "key of the stored files",
        "certificate authority of the local signer",
        "administrator ani@contoh.example",
    ]
    assert "every document says SPECIMEN" in done.stdout
    modes = {
        path.relative_to(place).as_posix(): stat.S_IMODE(path.stat().st_mode)
        for path in (place / "etc/loket.env", place / "data", *(place / "data").rglob("*"))
    }
    offending = {
        name: oct(mode) for name, mode in modes.items() if mode & 0o077 and "certificate" not in name
    }
    assert offending == {}
    assert parse((place / "etc/loket.env").read_text()) == {
        "DATA_DIR": f"{place}/data",
        "DATABASE_URL": database,
        "STANDARDS_DIR": str(STANDARDS),
        "PORT": "1",
        "LOKET_MODE": "production",
        "LOKET_OFFICES": "9911",
        "LOKET_HOSTS": "loket.contoh.example",
        "LOKET_BASE_URL": "https://loket.contoh.example",
        "LOKET_TRUSTED_PROXIES": "127.0.0.1",
        "LOKET_SMTP_HOST": "127.0.0.1",
        "LOKET_SMTP_PORT": "1",
        "LOKET_MAIL_FROM": "loket@contoh.example",
    }


def test_the_first_administrator_and_nobody_else(office: Any, database: str) -> None:
    _, _, done = office
    said = r"^ +ani@contoh.example: .*Password, shown once: (\S+)$"
    (password,) = re.findall(said, done.stdout, re.MULTILINE)
    query = (
        "SELECT email, a.name, kind, is_demo, a.office_id, r.slug, password FROM offices_account a"
        " JOIN offices_assignment s ON s.account_id = a.id JOIN offices_role r ON r.id = s.role_id"
    )
    ((*shown, hashed),) = rows(database, query)
    assert shown == ["ani@contoh.example", "Ani Lestari", "staff", False, "9911", "admin"]
    assert check_password(password, hashed)
    assert rows(database, "SELECT count(*) FROM offices_account") == [(1,)]
    assert rows(database, "SELECT code FROM offices_office") == [("9911",)]
    assert rows(database, "SELECT count(*) FROM register_resident") == [(0,)]
    journal = "SELECT action, actor FROM audit_entry WHERE action ~ '^(account|role)' ORDER BY id"
    assert rows(database, journal) == [("account.create", "cli"), ("role.assign", "cli")]
    leaked = "SELECT count(*) FROM audit_entry WHERE details::text LIKE %s"
    with psycopg.connect(database) as connection:
        assert connection.execute(leaked, [f"%{password}%"]).fetchall() == [(0,)]


def test_a_second_run_changes_nothing_and_says_so(office: Any, database: str) -> None:
    place, run, _ = office
    state = "SELECT (SELECT count(*) FROM audit_entry), (SELECT max(password) FROM offices_account)"
    before, file = rows(database, state), (place / "etc/loket.env").read_bytes()
    done = run(said={"domain": "lain.example", "admin-email": "ani@contoh.example", "admin-name": "Lain"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Nothing was changed: everything is there."
    assert [line for line in done.stdout.splitlines() if line.startswith("made")] == []
    assert done.stderr.splitlines() == [
        "note LOKET_HOSTS was given as 'lain.example', the file says otherwise; "
        "edit the file if it should change.",
        "note LOKET_BASE_URL was given as 'https://lain.example', the file says otherwise; "
        "edit the file if it should change.",
    ]
    assert (rows(database, state), (place / "etc/loket.env").read_bytes()) == (before, file)
    check = run("--check", said={})
    assert (check.returncode, check.stdout.splitlines()[-1]) == (0, "there  administrators of 9911: 1")


def test_the_doctor_of_a_new_office(office: Any) -> None:
    place, _, _ = office
    by_file = {"DATA_DIR", "LOKET_SECRET_KEY", "DATABASE_URL", "LOKET_MODE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {name: text for name, text in os.environ.items() if name not in by_file}
    environment["LOKET_CONFIG"] = str(place / "etc/loket.env")
    command = [sys.executable, "-m", "loket", "doctor", "--json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    found = {item["name"]: item["level"] for item in json.loads(done.stdout)}
    # Nothing runs yet, and the invented names lead nowhere.
    assert {name: level for name, level in found.items() if level != "ok"} == {
        "worker": "fail",
        "web": "fail",
        "mail": "fail",
        "address": "warn",
        "backup": "warn",
        "signatures": "warn",
        "administrators of 9911": "warn",
    }
    assert done.returncode == 1
    assert [
        item["name"] for item in json.loads(done.stdout) if (item["level"] == "ok") != (not item["todo"])
    ] == []


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"domain": "https://loket.example"}, ["--domain:"]),
        ({"domain": "localhost"}, ["--domain:"]),
        ({"domain": "LOKET.example"}, ["--domain:"]),
        ({"smtp-host": ""}, ["--smtp-host:"]),
        ({"mail-from": "loket@localhost"}, ["--mail-from:"]),
        ({"port": "http"}, ["--port:"]),
        ({"smtp-port": "70000"}, ["--smtp-port:"]),
        ({"admin-email": "ani"}, ["--admin-email:"]),
        ({"admin-name": " "}, ["--admin-name:"]),
        ({"admin-email": "", "admin-name": ""}, ["--admin-email:"]),
        ({"second-email": "ANI@contoh.example", "second-name": "Ani"}, ["--second-email:"]),
        ({"smtp-host": "a\nLOKET_MODE=demo"}, ["A value may not have a line break."]),
        ({"office": "", "domain": ""}, ["--office:", "--domain:"]),
        ({"office": "9999"}, ["offices", "offices", "Offices"]),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_made(
    tmp_path: Path, changes: dict[str, str], sentences: list[str]
) -> None:
    words = [word for name, value in (SAID | changes).items() for word in (f"--{name}", value)]
    done = loket("init", *place_options(tmp_path), *words)
    assert done.exit_code == 1
    first, *rest = done.stderr.splitlines()
    assert first == "Error: Nothing was changed."
    assert [line.split()[0] for line in rest] == [sentence.split()[0] for sentence in sentences]
    assert list(tmp_path.iterdir()) == []


def test_a_user_that_does_not_exist(tmp_path: Path) -> None:
    done = loket("init", *place_options(tmp_path), "--user", "tidak-ada", "--check")
    assert (done.exit_code, done.stderr.splitlines()[0]) == (
        1,
        "Error: The user 'tidak-ada' does not exist. Make it: adduser --system --group --home /var/lib/loket "
        "--no-create-home tidak-ada",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    (tmp_path / "data/theirs").touch()
    words = [word for name, value in SAID.items() for word in (f"--{name}", value)]
    done = loket("init", *place_options(tmp_path), *words)
    assert done.exit_code == 1
    assert done.stderr == f"Error: {tmp_path}/data exists and is not the private folder of {ME}.\n"
    assert not (tmp_path / "etc").exists()
