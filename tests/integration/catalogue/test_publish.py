"""Publishing: new revisions only for what changed, in force by date, and never changed afterwards."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from loket.audit.models import Entry
from loket.catalogue import queries
from loket.catalogue.actions import AlreadyReplaced, StandardsInvalid, content_hash, publish
from loket.catalogue.loader import load
from loket.catalogue.models import ServiceRevision
from loket.offices.models import Office

LIBRARY = Path(__file__).parents[2] / "unit" / "catalogue" / "library"
SERVICE = "offices/9901-perpustakaan/services/1-kartu-anggota.yaml"
AT = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def standards(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LIBRARY, tmp_path / "standards"))


def edit(standards: Path, old: str, new: str) -> None:
    path = standards / SERVICE
    path.write_text(path.read_text().replace(old, new, 1))


def publish_all(standards: Path):
    return publish(loaded=load(standards), by="system", at=AT)


def test_first_publication_makes_office_and_revision(standards: Path) -> None:
    published = publish_all(standards)
    (revision,) = published.revisions
    assert (revision.office_id, revision.service, revision.number) == ("9901", "kartu-anggota", 1)
    assert revision.published_at == AT
    assert published.unchanged == 0
    assert queries.definition(revision) == load(standards).services[0]


def test_publishing_the_same_again_changes_nothing(standards: Path) -> None:
    publish_all(standards)
    published = publish_all(standards)
    assert published.revisions == ()
    assert published.unchanged == 1
    assert ServiceRevision.objects.filter(office_id="9901").count() == 1


def test_a_change_becomes_the_next_revision_and_the_old_one_stays(standards: Path) -> None:
    (first,) = publish_all(standards).revisions
    edit(standards, "text: 30 menit", "text: tiga puluh menit")
    (second,) = publish_all(standards).revisions
    assert second.number == 2
    first.refresh_from_db()
    assert queries.definition(first).variant("baru").deadline.text == "30 menit"
    assert queries.definition(second).variant("baru").deadline.text == "tiga puluh menit"


def test_publication_is_in_the_journal(standards: Path) -> None:
    (revision,) = publish_all(standards).revisions
    entry = Entry.objects.get(action="service.publish", office_code="9901")
    assert (entry.subject, entry.actor, entry.office_code) == ("service:9901/kartu-anggota", "system", "9901")
    assert entry.details["hash"] == revision.content_hash


def test_errors_forbid_publishing(standards: Path) -> None:
    edit(standards, "procedure: daring", "procedure: darin")
    with pytest.raises(StandardsInvalid, match="baris 24: alur 'darin' tidak dikenal"):
        publish_all(standards)
    assert not Office.objects.filter(code="9901").exists()


def test_an_older_content_needs_a_new_date(standards: Path) -> None:
    publish_all(standards)
    edit(standards, "text: 30 menit", "text: tiga puluh menit")
    publish_all(standards)
    edit(standards, "text: tiga puluh menit", "text: 30 menit")
    with pytest.raises(AlreadyReplaced):
        publish_all(standards)
    edit(standards, "effective_from: 2024-01-01", "effective_from: 2026-09-01")
    assert publish_all(standards).revisions[0].number == 3


def test_revision_in_force_follows_the_effective_date(standards: Path) -> None:
    publish_all(standards)
    edit(standards, "effective_from: 2024-01-01", "effective_from: 2026-09-01")
    publish_all(standards)
    office = Office.objects.get(code="9901")
    assert queries.in_force(office, "kartu-anggota", date(2026, 8, 31)).number == 1
    assert queries.in_force(office, "kartu-anggota", date(2026, 9, 1)).number == 2
    with pytest.raises(queries.ServiceNotFound):
        queries.in_force(office, "kartu-anggota", date(2023, 12, 31))


def test_of_one_date_the_later_revision_is_in_force(standards: Path) -> None:
    publish_all(standards)
    edit(standards, "text: 30 menit", "text: tiga puluh menit")
    publish_all(standards)
    assert queries.in_force(Office.objects.get(code="9901"), "kartu-anggota", date(2026, 8, 3)).number == 2


def test_services_of_an_office_take_one_query(standards: Path, django_assert_num_queries) -> None:
    text = (standards / SERVICE).read_text()
    for number in ("10", "2"):
        other = text.replace("service: kartu-anggota", f"service: lain-{number}")
        other = other.replace('number: "1"', f'number: "{number}"')
        (standards / SERVICE).with_name(f"{number}-lain.yaml").write_text(other)
    publish_all(standards)
    office = Office.objects.get(code="9901")
    with django_assert_num_queries(1):
        found = queries.services_of(office, date(2026, 8, 3))
        assert [queries.definition(revision).number for revision in found] == ["1", "2", "10"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE catalogue_servicerevision SET name = 'x'",
        "DELETE FROM catalogue_servicerevision",
        "TRUNCATE catalogue_servicerevision CASCADE",
    ],
)
def test_the_database_refuses_to_change_a_revision(standards: Path, statement: str) -> None:
    publish_all(standards)
    with connection.cursor() as cursor:
        # TRUNCATE would be refused for the foreign keys still to be checked, not for what is tested here.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="immutable"), transaction.atomic():
            cursor.execute(statement)


def test_the_database_refuses_a_definition_that_is_not_its_hash(standards: Path) -> None:
    (revision,) = publish_all(standards).revisions
    revision.pk, revision.number, revision.definition = None, 2, "{}"
    revision.content_hash = content_hash("{ }")
    with pytest.raises(DatabaseError, match="catalogue_revision_hash_true"), transaction.atomic():
        revision.save(force_insert=True)
