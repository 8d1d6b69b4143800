"""`make test`: the checks, then every test in as many processes as there are cores."""

import os
import subprocess
import sys
from pathlib import Path

from tests import check

ROOT = Path(__file__).resolve().parents[1]
# Each process has a database and perhaps a browser of its own.
MOST_PROCESSES = 4


def main() -> int:
    """Exit code 0 only where the checks and all tests pass."""
    failed = check.main()
    processes = str(min(os.cpu_count() or 1, MOST_PROCESSES))
    tests = [sys.executable, "-m", "pytest", "-q", "-n", processes, "--dist", "loadfile", *sys.argv[1:]]
    done = subprocess.run(tests, cwd=ROOT, check=False)
    return 1 if failed or done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
