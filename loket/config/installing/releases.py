"""Changing the release: the new one beside the old, a link that says which runs, and the way back.

    <root>/releases/<version>/    a checkout with its own .venv, not changed once it has run
    <root>/current                link to the release that runs
    <root>/previous               link to the one before, for `loket rollback`

Migrations only ever add (tests/architecture/test_migrations.py), so old code runs on the new schema: during
the upgrade, and after going back to it. A rollback therefore never touches the database.
"""

import contextlib
import fcntl
import json
import os
import pwd
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from loket.config.installing.ground import InstallError

ROOT = Path("/opt/loket")
RESTART = ("systemctl", "restart", "loket")
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 3
# Without these Loket does not work, whatever was wrong before.
ESSENTIAL = frozenset({"database", "schema", "web", "worker"})
# A migration that waits for a lock makes everybody behind it wait too: it gives up instead.
LOCK_TIMEOUT = "-c lock_timeout=15s"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Place:
    """Where releases are, which settings they read, and as whom they run."""

    root: Path
    config: Path
    user: pwd.struct_passwd
    restart: Sequence[str] = RESTART
    patience: float = PATIENCE_SECONDS

    @property
    def current(self) -> Path:
        return self.root / "current"

    @property
    def previous(self) -> Path:
        return self.root / "previous"


def upgrade(place: Place, release: Path, *, backup: bool, say: Say) -> None:
    """Prepare `release`, back up, migrate, switch, restart, look; back to the old one where it is not well.

    Raises InstallError with what failed; unless it says otherwise the old release runs on.
    """
    release = release.resolve()
    with _only_one(place):
        old = _running(place)
        if release == old:
            raise InstallError(f"{release} is the release that runs already.")
        _prepare(place, release, say)
        before = failures(place, old)
        if backup:
            _back_up(place, old, say)
        say("Bringing the database to the schema of the new release; the old one runs on it meanwhile...")
        _must(
            place, release, "migrate", what="The migration failed; nothing was switched", options=LOCK_TIMEOUT
        )
        say(f"Switching to {release} and restarting...")
        switch(place, release)
        if trouble := _start(place, release, before):
            say(f"Not well after the upgrade: {trouble}. Going back to {old}...")
            switch(place, old)
            still = _start(place, old, before)
            end = f"and that one is not well either: {still}" if still else "which runs again"
            raise InstallError(f"The upgrade failed ({trouble}). Loket is back on {old}, {end}.")
        say(f"Loket runs on {release}. Back to the one before, with all data: loket rollback")
        say("What changed in the standards is published when you say so: loket standards publish")


def rollback(place: Place, *, say: Say) -> None:
    """Go back to the release before, on the schema as it is. Raises InstallError."""
    with _only_one(place):
        new = _running(place)
        if not place.previous.is_symlink() or not (old := place.previous.resolve()).is_dir():
            raise InstallError(f"{place.previous} names no release to go back to.")
        before = failures(place, new)
        say(f"Switching back to {old} and restarting; the database stays as it is...")
        switch(place, old)
        if trouble := _start(place, old, before):
            raise InstallError(f"{old} runs, but is not well: {trouble}. To undo this: loket rollback")
        say(f"Loket runs on {old}. Forward again: loket rollback")


@contextlib.contextmanager
def _only_one(place: Place) -> Iterator[None]:
    try:
        file = (place.root / "upgrade.lock").open("w")
    except OSError as error:
        raise InstallError(f"{place.root}: {error.strerror}. Run this as root.") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise InstallError("Another upgrade or rollback is under way.") from error
        yield


def _running(place: Place) -> Path:
    if not place.current.is_symlink() or not place.current.resolve().is_dir():
        raise InstallError(f"{place.current} is no link to a release; see docs/installation.md.")
    return place.current.resolve()


def switch(place: Place, release: Path) -> None:
    """Let `current` name `release`, at once and whole, and `previous` the one that ran."""
    old = place.current.resolve()
    for link, target in ((place.previous, old), (place.current, release)):
        new = link.with_name(f".{link.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(target)
        new.replace(link)


def _prepare(place: Place, release: Path, say: Say) -> None:
    if not (release / "Makefile").exists():
        raise InstallError(f"{release} is no release of Loket: it has no Makefile.")
    if not (release / ".venv" / ".runtime").exists():
        say(f"Preparing {release} (make setup)...")
        done = subprocess.run(["make", "-C", str(release), "setup"], check=False)  # noqa: S603, S607 (the system's make)
        if done.returncode:
            raise InstallError("make setup failed; nothing was changed.")
    for words in (("--version",), ("standards", "check")):
        _must(place, release, *words, what=f"The new release fails at `loket {' '.join(words)}`")


def _back_up(place: Place, old: Path, say: Say) -> None:
    if run(place, old, "backup", "--help").returncode:
        raise InstallError(
            "The release that runs has no `loket backup`. Back up by hand, then add --without-backup."
        )
    say("Backing up...")
    _must(place, old, "backup", what="The backup failed; nothing was changed")


def _must(place: Place, release: Path, *words: str, what: str, options: str = "") -> None:
    done = run(place, release, *words, options=options)
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-12:])
        raise InstallError(f"{what}:\n{tail}")


def run(place: Place, release: Path, *words: str, options: str = "") -> "subprocess.CompletedProcess[str]":
    """A command of a release, as Loket's own user with the settings of the file and nothing else."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": place.user.pw_dir,
        "LOKET_CONFIG": str(place.config),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    if options:
        environment["PGOPTIONS"] = options
    drops = os.geteuid() == 0 and place.user.pw_uid
    return subprocess.run(  # noqa: S603 (own program)
        [str(release / ".venv" / "bin" / "loket"), *words],
        env=environment,
        cwd="/",
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
        umask=0o077,
        user=place.user.pw_uid if drops else None,
        group=place.user.pw_gid if drops else None,
        extra_groups=[] if drops else None,
    )


def failures(place: Place, release: Path) -> frozenset[str]:
    """The names of the doctor's checks that fail now; `doctor` itself where it cannot say."""
    done = run(place, release, "doctor", "--json")
    try:
        return frozenset(item["name"] for item in json.loads(done.stdout) if not item["ok"])
    except (ValueError, KeyError, TypeError):
        return frozenset({"doctor"})


def _start(place: Place, release: Path, before: frozenset[str]) -> str:
    """Restart and wait until nothing fails that did not fail before; what still does, empty when well."""
    done = subprocess.run(  # noqa: S603 (the operator's own command)
        list(place.restart), capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        return f"{' '.join(place.restart)}: {done.stderr.strip() or done.returncode}"
    deadline = time.monotonic() + place.patience
    while True:
        bad = failures(place, release) - (before - ESSENTIAL - {"doctor"})
        if not bad or time.monotonic() > deadline:
            return ", ".join(sorted(bad))
        time.sleep(PAUSE_SECONDS)
