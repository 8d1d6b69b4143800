"""A committed number is anchored before anybody can see it; a rolled-back one never is."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from loket.audit import actions, ledger, tasks
from loket.audit.actions import AnchorUnwritable, anchor_numbers
from loket.audit.models import UnanchoredNumber
from loket.offices.models import Office
from loket.register.actions import next_serial
from loket.register.models import Serial
from tests.committed import together
from tests.integration.offices.invented import make_office
from tests.scratch import Scratch, die

BOOK = "book:LU:2026"


@pytest.fixture
def office(scratch: Scratch) -> Office:
    return make_office()


def issue(office: Office, key: str = BOOK) -> int:
    with transaction.atomic():
        return next_serial(office=office, key=key)


def anchored(directory: Path, settings: Any) -> list[int]:
    return [number.value for number in ledger.read(directory, secret=settings.SECRET_KEY)]


def test_a_number_is_anchored_when_its_transaction_has_ended(office: Office, settings: Any) -> None:
    with transaction.atomic():
        next_serial(office=office, key=BOOK)
        next_serial(office=office, key="nik:997103600226", first=9001)
        assert anchored(settings.ANCHORS_DIR, settings) == []
    found = list(ledger.read(settings.ANCHORS_DIR, secret=settings.SECRET_KEY))
    assert [(item.office, item.key, item.value) for item in found] == [
        ("9971", BOOK, 1),
        ("9971", "nik:997103600226", 9001),
    ]
    assert UnanchoredNumber.objects.count() == 0
    assert anchor_numbers() == 0


def test_a_rolled_back_number_is_not_anchored(office: Office, settings: Any) -> None:
    with transaction.atomic():
        next_serial(office=office, key=BOOK)
        transaction.set_rollback(True)
    assert issue(office) == 1
    assert anchored(settings.ANCHORS_DIR, settings) == [1]


def test_killed_before_the_commit_nothing_was_issued(scratch: Scratch, office: Office, settings: Any) -> None:
    def work() -> None:
        with transaction.atomic():
            next_serial(office=office, key=BOOK)
            die()

    scratch.kill(work)
    assert (Serial.objects.count(), anchored(settings.ANCHORS_DIR, settings)) == (0, [])
    assert issue(office) == 1


def test_killed_between_commit_and_anchor_the_number_is_anchored_by_the_next(
    scratch: Scratch, office: Office, settings: Any
) -> None:
    def work() -> None:
        with transaction.atomic():
            transaction.on_commit(die)
            next_serial(office=office, key=BOOK)

    scratch.kill(work)
    assert (Serial.objects.get().last, anchored(settings.ANCHORS_DIR, settings)) == (1, [])
    tasks.seal(timestamp=0)
    assert anchored(settings.ANCHORS_DIR, settings) == [1]


@pytest.mark.parametrize("moment", ["write", "fsync"])
def test_killed_while_the_anchor_is_written(
    scratch: Scratch, office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Torn or written twice, but never lost."""
    issue(office)
    size = ledger.path_in(settings.ANCHORS_DIR).stat().st_size

    def work() -> None:
        real = os.fsync

        def fsync(handle: int) -> None:
            real(handle)
            if moment == "write":
                os.truncate(ledger.path_in(settings.ANCHORS_DIR), size + 100)
            die()

        monkeypatch.setattr(os, "fsync", fsync)
        issue(office)

    scratch.kill(work)
    assert UnanchoredNumber.objects.get().value == 2
    assert issue(office) == 3
    assert sorted(set(anchored(settings.ANCHORS_DIR, settings))) == [1, 2, 3]
    assert UnanchoredNumber.objects.count() == 0


def test_every_directory_gets_every_number_once(office: Office, settings: Any, tmp_path: Path) -> None:
    copy = tmp_path / "usb"
    ledger.append(copy, [], secret=settings.SECRET_KEY)
    settings.ANCHOR_COPIES = [copy]
    issue(office)
    ledger.path_in(copy).rename(tmp_path / "taken out")
    with pytest.raises(AnchorUnwritable):
        issue(office)
    with pytest.raises(AnchorUnwritable):
        anchor_numbers()
    assert (Serial.objects.get().last, UnanchoredNumber.objects.count()) == (2, 1)
    (tmp_path / "taken out").rename(ledger.path_in(copy))
    assert issue(office) == 3
    for directory in (settings.ANCHORS_DIR, copy):
        assert anchored(directory, settings) == [1, 2, 3]


def test_no_number_where_it_surely_cannot_be_anchored(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ANCHORS_DIR.mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(AnchorUnwritable):
        issue(office)
    assert Serial.objects.count() == 0


def test_many_at_once_share_writes_and_lose_nothing(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs: list[int] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: (syncs.append(handle), real(handle)))
    taken = together([lambda: issue(office)] * 100)
    assert sorted(taken) == list(range(1, 101))
    assert sorted(anchored(settings.ANCHORS_DIR, settings)) == list(range(1, 101))
    assert len(syncs) < 100
    assert UnanchoredNumber.objects.count() == 0


def test_a_long_queue_is_anchored_in_batches(
    office: Office, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "ANCHOR_BATCH", 4)
    actions.note_numbers(office_code="9971", last={f"nik:{number}": number for number in range(1, 11)})
    assert sorted(anchored(settings.ANCHORS_DIR, settings)) == list(range(1, 11))
