"""Upgrade and rollback between stand-ins of releases: programs that note how they are called."""

import json
import os
import pwd
import re
from pathlib import Path
from typing import Any

import pytest

from loket.config.installing import releases
from loket.config.installing.ground import InstallError
from loket.config.installing.releases import Place

ROOT = Path(__file__).resolve().parents[3]
# `loket` of a release: notes its words; fails where <word>.fails is there; the doctor prints `doctor`.
PROGRAM = """#!/bin/sh
here=$(cd "$(dirname "$0")/../.." && pwd)
echo "$(basename "$here") $*" >> "$here/../../calls"
[ "$1" = doctor ] && cat "$here/doctor"
[ ! -e "$here/$1.fails" ]
"""
WELL = [{"name": name, "ok": True} for name in ("database", "schema", "web", "worker", "mail")]


def doctor_says(release: Path, *bad: str) -> None:
    found = [item | {"ok": item["name"] not in bad} for item in WELL]
    (release / "doctor").write_text(json.dumps(found))


def make_release(root: Path, name: str) -> Path:
    release = root / "releases" / name
    (release / ".venv/bin").mkdir(parents=True)
    (release / ".venv/.runtime").touch()
    (release / "Makefile").touch()
    program = release / ".venv/bin/loket"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    doctor_says(release)
    return release


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """The release `old` runs, `new` lies beside it."""
    old = make_release(tmp_path, "old")
    make_release(tmp_path, "new")
    (tmp_path / "current").symlink_to(old)
    restart = ["sh", "-c", f"echo restart >> {tmp_path}/calls"]
    me = pwd.getpwuid(os.geteuid())
    return Place(tmp_path, tmp_path / "loket.env", me, restart, patience=0)


def upgrade(place: Place, **more: Any) -> None:
    releases.upgrade(place, place.root / "releases/new", say=lambda _: None, **({"backup": True} | more))


def calls(place: Place) -> list[str]:
    """What was called, without the looks."""
    lines = (place.root / "calls").read_text().splitlines() if (place.root / "calls").exists() else []
    return [line for line in lines if not re.search(r"doctor|--version|--help|standards", line)]


def links(place: Place) -> list[str]:
    return [link.resolve().name for link in (place.current, place.previous) if link.is_symlink()]


def test_an_upgrade_backs_up_migrates_switches_and_restarts(place: Place) -> None:
    upgrade(place)
    assert calls(place) == ["old backup", "new migrate", "restart"]
    assert links(place) == ["new", "old"]


def test_rollback_only_switches_and_restarts(place: Place) -> None:
    upgrade(place, backup=False)
    releases.rollback(place, say=lambda _: None)
    assert calls(place) == ["new migrate", "restart", "restart"]
    assert links(place) == ["old", "new"]


@pytest.mark.parametrize(
    ("release", "word", "called"),
    [
        ("new", "--version", []),
        ("new", "standards", []),
        ("old", "backup", []),
        ("new", "migrate", ["old backup", "new migrate"]),
    ],
)
def test_what_fails_before_the_switch_leaves_all_as_it_was(
    place: Place, release: str, word: str, called: list[str]
) -> None:
    (place.root / "releases" / release / f"{word}.fails").touch()
    with pytest.raises(InstallError):
        upgrade(place)
    assert (calls(place), links(place)) == (called, ["old"])


@pytest.mark.parametrize("bad", ["web", "worker", "schema", "mail"])
def test_a_release_that_is_not_well_is_left_again(place: Place, bad: str) -> None:
    doctor_says(place.root / "releases/new", bad)
    with pytest.raises(InstallError, match=rf"\({bad}\)\. Loket is back on .*/old, which runs again\.$"):
        upgrade(place)
    assert calls(place) == ["old backup", "new migrate", "restart", "restart"]
    assert place.current.resolve().name == "old"


def test_a_doctor_that_says_nothing_is_not_well(place: Place) -> None:
    (place.root / "releases/new/doctor").write_text("Traceback")
    with pytest.raises(InstallError, match=r"\(doctor\)"):
        upgrade(place)
    assert place.current.resolve().name == "old"


def test_what_failed_before_does_not_count_against_the_new(place: Place) -> None:
    for name in ("old", "new"):
        doctor_says(place.root / "releases" / name, "mail")
    upgrade(place)
    assert links(place) == ["new", "old"]


def test_both_not_well_is_said(place: Place) -> None:
    for name in ("old", "new"):
        doctor_says(place.root / "releases" / name, "web")
    with pytest.raises(InstallError, match="that one is not well either: web"):
        upgrade(place)


def test_the_release_that_runs_is_not_brought_in_again(place: Place) -> None:
    with pytest.raises(InstallError, match="runs already"):
        releases.upgrade(place, place.current, backup=False, say=lambda _: None)


def test_there_must_be_something_to_go_back_to(place: Place) -> None:
    with pytest.raises(InstallError, match="no release to go back to"):
        releases.rollback(place, say=lambda _: None)


def test_two_upgrades_at_once(place: Place) -> None:
    with releases._only_one(place), pytest.raises(InstallError, match="under way"):
        upgrade(place)


# What is copied from deploy/


def test_proxies_let_in_what_loket_takes_and_no_more(settings: Any) -> None:
    megabytes = settings.REQUEST_MAX_BYTES // 1024**2
    nginx = (ROOT / "deploy/nginx/loket.conf").read_text()
    caddy = (ROOT / "deploy/caddy/Caddyfile").read_text()
    assert re.findall(r"client_max_body_size (\d+)m;", nginx) == [str(megabytes)]
    assert re.findall(r"max_size (\d+)MB", caddy) == [str(megabytes)]


@pytest.mark.parametrize("unit", ["loket.service", "loket-backup.service"])
def test_units_run_the_current_release_closed_in(unit: str) -> None:
    lines = (ROOT / "deploy/systemd" / unit).read_text().splitlines()
    (program,) = [line.split()[0] for line in lines if line.startswith("ExecStart=")]
    assert program == "ExecStart=/opt/loket/current/.venv/bin/loket"
    wanted = {
        "User=loket",
        "Environment=LOKET_CONFIG=/etc/loket/loket.env",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "PrivateTmp=yes",
        "CapabilityBoundingSet=",
        "ReadWritePaths=/var/lib/loket",
        # With a minus: no fault where no second disk is mounted.
        "ReadWritePaths=-/srv/loket-backup",
    }
    assert sorted(wanted - set(lines)) == []
