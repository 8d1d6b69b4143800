"""What `loket backup`, `restore` and `drill` say of places; a drill leaves the installation alone."""

import errno
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from loket.config import settings_file
from loket.config.backup import keys, running
from loket.core.errors import LoketError
from loket.register.actions import reconciling
from tests.integration.cli.conftest import loket

NAMES = ("DATA_DIR", "ANCHORS_DIR", "LOKET_FILE_KEYS_DIR", "DATABASE_URL")


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose settings file names a second place for the anchors; some backup, some key."""
    file = tmp_path / "loket.env"
    file.write_text(
        f"ANCHORS_DIR={tmp_path}/live/anchors:{tmp_path}/usb\nLOKET_FILE_KEYS_DIR={tmp_path}/ring\n"
    )
    monkeypatch.setenv("LOKET_CONFIG", str(file))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "live"))
    monkeypatch.setenv("ANCHORS_DIR", f"{tmp_path}/live/anchors:{tmp_path}/usb")
    monkeypatch.setenv("LOKET_FILE_KEYS_DIR", f"{tmp_path}/ring")
    (tmp_path / "loket-1.lkb").write_bytes(b"a backup")
    (tmp_path / "key.txt").write_text(keys.new_key(tmp_path / "keys", replace=False).written())
    return tmp_path


def _restored(live: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> dict[str, str | None]:
    seen: dict[str, str | None] = {}

    def restore(*_: Any, **__: Any) -> None:
        settings_file.apply()  # as the settings do when they are loaded
        seen.update({name: os.environ.get(name) for name in NAMES})
        raise LoketError("far enough")

    monkeypatch.setattr(running, "restore", restore)
    done = loket("restore", str(live / "loket-1.lkb"), "--key-file", str(live / "key.txt"), *options)
    assert "far enough" in done.output
    return seen


def test_a_restore_elsewhere_writes_no_anchor_of_the_installation_here(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _restored(live, monkeypatch, "--into", str(live / "elsewhere"))
    assert seen["DATA_DIR"] == str(live / "elsewhere")
    assert (seen["ANCHORS_DIR"], seen["LOKET_FILE_KEYS_DIR"]) == ("", "")


def test_a_restore_here_goes_on_with_the_anchors_of_the_settings(
    live: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = _restored(live, monkeypatch, "--into", str(live / "live"))
    assert seen["ANCHORS_DIR"] == f"{live}/live/anchors:{live}/usb"


def test_the_child_of_a_drill_takes_nothing_from_the_settings_file(
    live: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """What is left out would be read from the file again, and the drill would write to live anchors."""
    calls: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[str], **options: Any) -> "subprocess.CompletedProcess[str]":
        calls.append((command, options["env"]))
        return subprocess.CompletedProcess(command, 0, stdout='{"ok": true}')

    settings.ANCHORS_DIR, settings.ANCHOR_COPIES = live / "live" / "anchors", [live / "usb"]
    (live / "usb").mkdir()
    monkeypatch.setattr(running.subprocess, "run", run)
    monkeypatch.setattr(running.embedded, "destroy", lambda _: None)
    assert running.drill(live, key_file=live / "key.txt", passphrase_file=None)[1] == 0
    ((command, environment),) = calls
    assert {name: environment[name] for name in NAMES[1:]} == dict.fromkeys(NAMES[1:], "")
    # Only a place that is there can be compared with.
    assert [word for word in command if str(live) in word] == [
        str(live / "loket-1.lkb"),
        str(live / "key.txt"),
        str(live / "usb"),
    ]


def test_anchors_that_are_not_there_are_no_anchors(live: Path) -> None:
    """A misspelt directory must not pass for one without numbers: they would be issued again."""
    done = loket("restore", str(live / "loket-1.lkb"), "--anchors", str(live / "ubs"))
    assert done.exit_code == 2
    assert "does not exist" in done.output


@pytest.mark.django_db
def test_a_place_that_cannot_be_used_is_told_in_a_sentence(live: Path, settings: Any) -> None:
    settings.KEYS_DIR = live / "keys"
    (live / "taken").write_text("a file")
    done = loket("backup", "--to", str(live / "taken" / "backups"))
    assert done.exit_code == 1
    assert done.output.startswith("Error: Cadangan gagal dibuat.")
    assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.django_db
def test_a_new_place_for_anchors_that_may_not_be_made_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse() -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/mnt/usb/anchors")

    monkeypatch.setattr(reconciling, "begin_anchors", refuse)
    done = loket("restore", "--begin-anchors")
    assert (done.exit_code, done.output.startswith("Error: /mnt/usb/anchors: Permission denied.")) == (
        1,
        True,
    )
