"""The long run: `make test-long`. Not part of `make test`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HAMLETS = os.environ.get("LIVES_HAMLETS", "500")
YEARS = os.environ.get("LIVES_YEARS", "10")
SEED = os.environ.get("LIVES_SEED", "1")
# About as much as befalls a real family: something every second or third year. So many families then end
# in a quarter of an hour; the small runs live faster.
PACE = os.environ.get("LIVES_PACE", "0.4")


@pytest.mark.long
def test_ten_thousand_families_over_ten_years() -> None:
    """500 hamlets of 20 families in as many processes as there are cores; `-s` shows the progress."""
    size = ["--seed", SEED, "--hamlets", HAMLETS, "--years", YEARS, "--pace", PACE]
    command = [sys.executable, "-m", "tests.lives", *size]
    done = subprocess.run([*command, "--processes", str(os.cpu_count() or 1)], cwd=ROOT, check=False)
    assert done.returncode == 0
