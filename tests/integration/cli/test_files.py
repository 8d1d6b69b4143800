"""`loket files`: the key of an installation, its rotation, files of an older version, damage."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from loket.config.health import checks
from loket.config.preparation import prepare, require_file_keys
from loket.core import filekeys, filestore
from loket.core.filekeys import MissingFileKey
from tests.integration.cli.conftest import Fresh, loket

pytestmark = pytest.mark.django_db


def plain(root: Path, content: bytes) -> Path:
    digest = hashlib.sha256(content).hexdigest()
    (root / digest[:2]).mkdir(parents=True, exist_ok=True, mode=0o700)
    root.chmod(0o700)
    path = root / digest[:2] / digest
    path.write_bytes(content)
    return path


def health() -> tuple[bool, str]:
    return next((item.ok, item.detail) for item in checks() if item.name == "file keys")


def test_files_of_an_older_version_are_encrypted_once(settings: Any) -> None:
    paths = [plain(settings.FILES_DIR, b"lama %d" % number) for number in range(3)]
    assert health() == (False, "3 files of an older version in plain")
    assert loket("files", "encrypt").output == "3 files encrypted, 0 damaged.\n"
    assert loket("files", "encrypt").output == "0 files encrypted, 0 damaged.\n"
    assert [path.exists() for path in paths] == [False] * 3
    assert health() == (True, "in place")
    assert loket("files", "check").output == "3 files, 0 damaged.\n"


def test_damage_is_named(settings: Any) -> None:
    digest = filestore.put(settings.FILES_DIR, b"isi")
    path = filestore.path_of(settings.FILES_DIR, digest)
    path.write_bytes(path.read_bytes()[:-1])
    broken = plain(settings.FILES_DIR, b"lama")
    broken.write_bytes(b"lain")
    done = loket("files", "check")
    assert (done.exit_code, done.stdout) == (1, "2 files, 2 damaged.\n")
    assert set(done.stderr.splitlines()) == {f"damaged: {path}", f"damaged: {broken}"}
    assert loket("files", "encrypt").exit_code == 1
    assert health()[0] is False


def test_rotation(settings: Any) -> None:
    digest = filestore.put(settings.FILES_DIR, b"isi")
    done = loket("files", "rotate-key")
    current = filekeys.load(settings.FILE_KEYS_DIR).current
    assert done.output == f"1 files wrapped under key {current}. Back up the keys again.\n"
    assert filestore.get(settings.FILES_DIR, digest) == b"isi"


def test_nothing_starts_without_the_key(settings: Any) -> None:
    filestore.put(settings.FILES_DIR, b"isi")
    (settings.FILE_KEYS_DIR / "ring.json").unlink()
    with pytest.raises(MissingFileKey):
        prepare(lambda _: None)  # a demo would make a key, but not beside files of a lost one
    assert health()[0] is False
    for command in (
        ("files", "new-key"),
        ("files", "check"),
        ("files", "rotate-key"),
        ("serve",),
        ("worker",),
    ):
        done = loket(*command)
        assert (done.exit_code, done.output.partition(".")[0]) == (1, "Error: Kunci berkas tidak ada")
    assert not (settings.FILE_KEYS_DIR / "ring.json").exists()


def test_a_new_installation_gets_its_key_when_asked(settings: Any) -> None:
    (settings.FILE_KEYS_DIR / "ring.json").unlink()
    with pytest.raises(MissingFileKey):
        require_file_keys(make=False)  # as `loket run` does in production
    assert "Made the key of the files" in loket("files", "new-key").output
    assert "There is a key in" in loket("files", "new-key").output
    require_file_keys(make=False)


def test_run_says_what_is_missing(fresh: Fresh) -> None:
    given = {
        "LOKET_MODE": "production",
        "LOKET_HOSTS": "loket.example",
        "LOKET_BASE_URL": "https://loket.example",
        "LOKET_OFFICES": "2101",
        "LOKET_SMTP_HOST": "mail.example",
        "LOKET_MAIL_FROM": "loket@loket.example",
        "LOKET_TRUSTED_PROXIES": "127.0.0.1",
    }
    done = fresh("run", "--once", **given)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("Error: Kunci berkas tidak ada.")
