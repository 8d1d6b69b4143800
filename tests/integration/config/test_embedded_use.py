"""The embedded PostgreSQL used by several processes: the last one stops it."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from loket.config import embedded
from loket.config.embedded import places

USE = """
import pathlib, sys
from loket.config import embedded
data_dir, embedded.places.OUTSIDE = map(pathlib.Path, sys.argv[1:])
with embedded.using(data_dir) as cluster:
    print(cluster.started_here, flush=True)
    sys.stdin.readline()
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data directory with a stopped throw-away cluster."""
    parent = Path(tempfile.mkdtemp(prefix="lk-"))
    parent.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "OUTSIDE", parent / "lib")
        embedded.stop(embedded.start(parent / "var", fast=True))
        yield parent / "var"
        embedded.destroy(parent / "var")
    shutil.rmtree(parent)


def user(data_dir: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", USE, str(data_dir), str(places.OUTSIDE)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def started(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_whoever_started_it_leaves_it_to_those_who_joined(made: Path) -> None:
    doctor = user(made)
    assert started(doctor) == "True"
    supervisor = user(made)
    assert started(supervisor) == "False"
    doctor.communicate("\n", timeout=30)
    assert embedded.status(made) == "running"
    supervisor.communicate("\n", timeout=30)
    assert embedded.status(made) == "stopped"


def test_whoever_joined_leaves_it_alone(made: Path) -> None:
    supervisor = user(made)
    assert started(supervisor) == "True"
    with embedded.using(made) as cluster:
        assert cluster.started_here is False
    assert embedded.status(made) == "running"
    supervisor.communicate("\n", timeout=30)
    assert embedded.status(made) == "stopped"


def test_a_user_that_was_killed_holds_nothing(made: Path) -> None:
    killed = user(made)
    assert started(killed) == "True"
    killed.kill()
    killed.wait(30)
    assert embedded.status(made) == "running"
    with embedded.using(made) as cluster:
        assert cluster.started_here is False
    assert embedded.status(made) == "stopped"


def test_a_failure_within_also_stops_it(made: Path) -> None:
    with pytest.raises(ZeroDivisionError), embedded.using(made):
        1 / 0  # noqa: B018 (raises, that is all)
    assert embedded.status(made) == "stopped"
