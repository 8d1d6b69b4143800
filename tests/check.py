"""`make check`: what a machine can say about the code without running it. Part of `make test`."""

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
TYPED = ["loket/core", *(str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("loket/*/rules*")))]
TYPED += [str(p.relative_to(ROOT)) for p in sorted(ROOT.glob("loket/*/actions*"))]

STEPS = [
    ("lint", [BIN / "ruff", "check", "--quiet", "."]),
    ("format", [BIN / "ruff", "format", "--quiet", "--check", "."]),
    ("types of core, rules and actions", [BIN / "mypy", *TYPED]),
    ("import contracts", [BIN / "lint-imports", "--no-cache"]),
    ("standards", [BIN / "loket", "standards", "check"]),
]


def main() -> int:
    """Run every step, also after one has failed; the exit code is the number of failures."""
    failed = 0
    for name, command in STEPS:
        begun = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
        )
        print(
            f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - begun:.1f} s)",
            flush=True,
        )
        if done.returncode != 0:
            failed += 1
            print(done.stdout[-8000:], done.stderr[-4000:], flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
