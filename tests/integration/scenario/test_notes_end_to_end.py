"""An invented office with the real F-2.01 and documents: every note beside an akta, from form to paper."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from loket.catalogue.loader import load, read_areas
from loket.config.scenario import databases, preparing, running
from loket.config.scenario.reading import Library, Planned, read_scenario
from loket.documents import queries as documents
from loket.documents.models import Document
from loket.register.models import Resident

CAPIL = Path(__file__).parent / "capil"
NATIONAL = Path(__file__).parents[3] / "standards" / "national"
SCENARIOS = sorted((CAPIL / "scenarios").glob("*.yaml"))


@pytest.fixture
def standards(tmp_path: Path, settings: Any) -> Iterator[Path]:
    """The national standards with the invented office alone."""
    (tmp_path / "national").symlink_to(NATIONAL)
    (tmp_path / "offices").symlink_to(CAPIL / "offices")
    place = Path(tempfile.mkdtemp(prefix="loket-"))
    settings.STANDARDS_DIR = tmp_path
    settings.SIGNER_SOCKET = str(place / "signer.sock")
    settings.SMTP_PORT = 9
    settings.SIAK_ROOTS = [place / "siak.pem"]
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    yield tmp_path
    for cache in (documents.template, documents.signer):
        cache.cache_clear()
    shutil.rmtree(place)


def planned(path: Path, standards: Path) -> Planned:
    plan, found = read_scenario(path, Library.of(load(standards), read_areas(standards)))
    assert found == []
    assert plan is not None
    return plan


def kutipan() -> list[tuple[str, str]]:
    """Every kutipan akta kelahiran there is, and what it counts for."""
    made = Document.objects.filter(kind="kutipan-akta-kelahiran").order_by("number", "signed_at")
    return list(made.values_list("number", "state"))


def child() -> tuple[str, ...]:
    """The child of the first scenario as the register knows it in the end."""
    fields = ("name", "sex", "nik", "mother_name", "birth_certificate")
    return Resident.objects.values_list(*fields).get(nik="6471016507269001")


def test_from_a_birth_to_its_withdrawal(standards: Path, django_db_blocker: Any) -> None:
    """Each scenario happens after the one before it, in one register; whatever differs in any is told."""
    plan = planned(SCENARIOS[-1], standards)
    assert [earlier.path for earlier in plan.in_order] == SCENARIOS
    with databases.on(os.environ["DATABASE_URL"]) as temporary, django_db_blocker.unblock():
        template = temporary.name("capil")
        temporary.create(template)
        with preparing.working_on(template):
            preparing.prepare_template([plan], [])
        (result,) = (
            (each, kutipan(), child()) for each in running.run_all([plan], temporary, template, None)
        )
    told, states, born = result
    assert (told.differences, told.refused, told.outcome) == ([], None, "done")
    (note,) = told.documents
    assert (note.kind, note.number, note.verdict) == ("catatan-pinggir", "CP/6471/04082026/0001", "genuine")
    # Each new kutipan took the place of the one before; the last of each akta ended with its akta.
    assert states == [
        ("6471-LU-03082026-0001", "superseded"),
        ("6471-LU-03082026-0001", "superseded"),
        ("6471-LU-03082026-0001", "superseded"),
        ("6471-LU-03082026-0001", "revoked"),
        ("6471-LU-03082026-0002", "revoked"),
        ("6471-LU-03082026-0003", "signed"),
    ]
    assert born == ("BINTANG MELATI NUSANTARA", "L", "6471016507269001", "RINA REKAAN KUSUMAH", "")
