"""A PostgreSQL and a data directory of the tests' own, before anything reads the settings.

Loaded with `-p tests.cluster` (see pyproject.toml). With DATABASE_URL set, that server is used instead.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from loket.config import embedded


def _own_directory() -> Path:
    path = Path(tempfile.mkdtemp(prefix="loket-tests-"))
    # Reachable for the unprivileged user that runs PostgreSQL when the tests run as root.
    path.chmod(0o755)
    return path


def _start() -> None:
    """Once for a run: workers of pytest-xdist inherit the environment of the process that started them."""
    directory = _own_directory()
    os.environ["DATA_DIR"] = str(directory / "data")
    (directory / "data").mkdir(mode=0o755)
    os.environ["LOKET_MODE"] = "demo"
    os.environ["LOKET_CONFIG"] = ""  # not the settings of an installation on this machine
    os.environ["LOKET_SECRET_KEY"] = "a key for the tests only, long enough to satisfy every check of it"
    os.environ["DJANGO_SETTINGS_MODULE"] = "loket.config.settings"
    # Playwright keeps an event loop running in the thread that also uses the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    if not os.environ.get("DATABASE_URL"):
        cluster = embedded.start(directory / "postgres", fast=True)
        os.environ["DATABASE_URL"] = cluster.url
        atexit.register(shutil.rmtree, directory, ignore_errors=True)
        atexit.register(embedded.destroy, directory / "postgres")
    else:
        atexit.register(shutil.rmtree, directory, ignore_errors=True)


if "PYTEST_XDIST_WORKER" not in os.environ:
    _start()
