"""The search for planted personal data finds what is planted, in every place that it watches."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tests.canaries import search

NIK = "6471014708939001"
LEAKS = {
    "logs": f"logging.getLogger('loket').warning('orang %s', '{NIK}')",
    "addresses": f"Client().get('/lacak/?kode={NIK}')",
    "error-pages": f"error_page(RequestFactory().get('/x/'), 404, 'tidak ada {NIK}')",
    "tables": f"record(action='uji', subject='uji:1', actor='system', details={{'nik': '{NIK}'}})",
}
HEAD = """
import logging
import pytest
from django.test import Client, RequestFactory
from loket.audit.actions import record
from loket.web.errors import error_page

@pytest.mark.django_db
def test_leak():
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
    path.write_text(HEAD + "".join(f"    {line}\n" for line in LEAKS.values()))
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
    assert {kind for kind in LEAKS if f"  {kind}: NIK or nomor KK" in said} == set(LEAKS)
    assert NIK not in said.partition("Personal data where none may be")[2]
