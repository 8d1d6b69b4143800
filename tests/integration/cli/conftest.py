"""The command line, called in the test's process or started as an operator would."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from psycopg.conninfo import make_conninfo

from loket.config.cli import main

Fresh = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[3]
LIBRARY = ROOT / "tests" / "unit" / "catalogue" / "library"
SERVICE = "offices/9901-perpustakaan/services/1-kartu-anggota.yaml"


def loket(*arguments: str) -> Result:
    """Call a command in this process, on the test's own database."""
    return CliRunner().invoke(main, arguments)


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start a Python of its own with these arguments."""
    # Set for the browser tests; a deployment must not have it.
    inherited = {name: text for name, text in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def fresh(django_db_setup: None, tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`loket` in a process of its own, on the empty test database and an empty data directory."""
    database = make_conninfo(os.environ["DATABASE_URL"], dbname=connection.settings_dict["NAME"])

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        environment |= {"DATABASE_URL": database, "DATA_DIR": str(tmp_path / "data")}
        return start("-m", "loket", *arguments, **environment)

    return run


@pytest.fixture
def library(tmp_path: Path, settings: Any) -> Path:
    """The standards of an invented office."""
    settings.STANDARDS_DIR = tmp_path / "standards"
    return Path(shutil.copytree(LIBRARY, settings.STANDARDS_DIR))
