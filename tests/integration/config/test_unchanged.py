"""A second start publishes nothing again, and every change is published."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from loket.catalogue.models import ServiceRevision
from loket.config.preparation import publish_what_changed
from loket.offices.models import Office

LIBRARY = Path(__file__).parents[2] / "unit" / "catalogue" / "library"
OFFICE = "9901-perpustakaan"
pytestmark = pytest.mark.django_db


@pytest.fixture
def standards(tmp_path: Path, settings: Any) -> Path:
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.STANDARDS_DIR = tmp_path / "standards"
    shutil.copytree(LIBRARY, settings.STANDARDS_DIR)
    publish_what_changed(print)
    return tmp_path / "standards" / "offices" / OFFICE


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_nothing_changed(standards: Path) -> None:
    assert ServiceRevision.objects.count() == 1
    assert publish_what_changed(print) is None


def test_a_changed_procedure_is_published(standards: Path) -> None:
    change(standards / "procedures" / "daring.yaml", "minutes: 10", "minutes: 11")
    done = publish_what_changed(print)
    assert done is not None
    assert [str(revision) for revision in done.revisions] == ["9901/kartu-anggota revisi 2"]
    assert publish_what_changed(print) is None


def test_a_file_of_the_same_length_and_time_is_seen(standards: Path) -> None:
    office = standards / "office.yaml"
    before = office.stat()
    change(office, "Kotak saran", "Kotak saram")
    os.utime(office, ns=(before.st_atime_ns, before.st_mtime_ns))
    done = publish_what_changed(print)
    assert done is not None
    assert [office.code for office in done.offices] == ["9901"]


def test_another_database_is_published_into(standards: Path) -> None:
    Office.objects.update(definition={})
    done = publish_what_changed(print)
    assert done is not None
    assert (done.unchanged, [office.code for office in done.offices]) == (1, ["9901"])


def test_a_note_that_is_damaged_counts_for_nothing(standards: Path, settings: Any) -> None:
    (settings.DATA_DIR / "standards.published").write_text("")
    done = publish_what_changed(print)
    assert done is not None
    assert (done.revisions, done.unchanged) == ((), 1)
