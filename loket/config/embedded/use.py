"""Using the cluster together: whoever leaves last stops it.

A `loket doctor` beside a `loket run` that is just starting must not take its database away, and a `loket run`
whose database a `loket migrate` had started must not leave it behind.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from loket.config.embedded.server import Cluster, locked, start, stop_locked


@contextmanager
def using(data_dir: Path, *, progress: Callable[[str], None] = lambda _: None) -> Iterator[Cluster]:
    """Within the block the cluster runs; at the end it is stopped unless another process uses it too.

    Each user holds a shared lock on the data directory itself, which ends with the process, however it ends.
    Raises EmbeddedPostgresError.
    """
    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    handle = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        try:
            yield start(data_dir, progress=progress)
        finally:
            _leave(data_dir, handle)
    finally:
        os.close(handle)


def _leave(data_dir: Path, handle: int) -> None:
    with locked(data_dir):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        stop_locked(data_dir)
