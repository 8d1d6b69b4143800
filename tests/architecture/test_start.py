"""What a process loads before it does anything: libraries that are slow to load come when they are needed."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SLOW = ("aiohttp", "httpx", "pikepdf", "pyhanko", "pypdfium2")
LOADED = (
    "import sys; from loket.config.start import setup; setup();"
    " import loket.config.wsgi, loket.config.urls, loket.config.preparation;"
    f" print(*[name for name in {SLOW!r} if name in sys.modules])"
)


def test_a_start_without_what_is_seldom_needed() -> None:
    environment = {"DATABASE_URL": "dbname=unused", "LOKET_CONFIG": "", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "\n", "")
