"""The search for planted personal data finds what is planted, in every place that it watches."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tests.canaries import search

NIK = "6471014708939001"
# What a test does, and the place where the search must say it found that.
LEAKS = {
    f"logging.getLogger('loket').warning('orang %s', '{NIK}')": "logs: NIK or nomor KK: loket",
    f"Client().get('/lacak/?kode={NIK}')": "addresses: NIK or nomor KK",
    f"error_page(RequestFactory().get('/x/'), 404, 'tidak ada {NIK}')": "error-pages: NIK or nomor KK",
    f"record(action='uji', subject='uji:1', actor='system', details={{'nik': '{NIK}'}})": (
        "tables: NIK or nomor KK: audit_entry.details"
    ),
    f"queue(key='uji', to='a@contoh.id', subject='Untuk {NIK}', body='x')": (
        "tables: NIK or nomor KK: notices_notice.subject"
    ),
    f"app.configure_task('notices.send_one').defer(notice_id='{NIK}')": "tables: NIK or nomor KK: job",
    f"subprocess.run([sys.executable, '-c', 'import sys; sys.stderr.write(\"{NIK}\")'], check=True)": (
        "processes: NIK or nomor KK"
    ),
    f"(tmp_path / 'deep').mkdir(); (tmp_path / 'deep' / 'run.log').write_text('{NIK}')": (
        "files: NIK or nomor KK"
    ),
}
HEAD = """
import logging
import subprocess
import sys
import pytest
from django.test import Client, RequestFactory
from procrastinate.contrib.django import app
from loket.audit.actions import record
from loket.notices.actions import queue
from loket.web.errors import error_page

@pytest.mark.django_db
def test_leak(tmp_path):
"""


@pytest.mark.parametrize(
    "line", ["orang 6471014708939001", "ibu Rina Kusuma", "di jl. contoh no. 1", "0812 3456 7890"]
)
def test_each_canary_is_found(tmp_path: Path, line: str) -> None:
    (tmp_path / "logs.1").write_text(f"baris\n{line}\n")
    assert len(search(tmp_path)) == 1


def test_what_is_masked_is_no_leak(tmp_path: Path) -> None:
    (tmp_path / "logs.1").write_text("6471********9001 R*** K*****\n16471014708939001\n")
    assert search(tmp_path) == []


def test_a_leak_fails_the_run_wherever_it_is() -> None:
    """All at once: a run of its own is dear."""
    folder = Path(__file__).parent
    path = folder / f"test_leak_{os.getpid()}.py"
    path.write_text(HEAD + "".join(f"    {line}\n" for line in LEAKS))
    environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST_")}
    # The same server, another database: Django puts `test_` before its name.
    environment["DATABASE_URL"] = make_conninfo(os.environ["DATABASE_URL"], dbname=f"canary{os.getpid()}")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "0", str(path)],
            env=environment, capture_output=True, text=True, timeout=240, check=False, cwd=folder.parents[1],
        )  # fmt: skip
    finally:
        path.unlink()
    said = done.stdout
    assert (done.returncode, "1 passed" in said) == (1, True), said[-2000:]
    assert [place for place in LEAKS.values() if f"  {place}" not in said] == [], said[-3000:]
    assert NIK not in said.partition("Personal data where none may be")[2]
