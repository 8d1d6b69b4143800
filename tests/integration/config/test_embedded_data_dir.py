"""The data directory that `loket init` proposes is also where clusters of root's go."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from loket.config.embedded import places


@pytest.fixture
def lib(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A /var/lib/loket of this test that every user can enter."""
    parent = Path(tempfile.mkdtemp(prefix="lk-"))
    parent.chmod(0o755)
    (parent / "loket").mkdir()
    monkeypatch.setattr(places, "OUTSIDE", parent / "loket")
    yield parent / "loket"
    shutil.rmtree(parent)


def test_a_new_data_directory_has_no_lost_cluster(lib: Path) -> None:
    assert places.home(lib, lambda _: None) == lib / "postgres"
    assert not (lib / "postgres.json").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives the cluster to another user")
def test_the_cluster_is_found_again(lib: Path) -> None:
    first = places.home(lib, lambda _: None)
    assert places.home(lib, lambda _: None) == first
