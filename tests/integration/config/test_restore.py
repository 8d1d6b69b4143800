"""Backup, loss and restore of whole installations: everything comes back, and no number twice."""

import json
import os
import shutil
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session

from loket.audit import queries as journal
from loket.audit.models import Entry
from loket.config.backup import making, report, restoring
from loket.config.backup.making import TooLittleSpace
from loket.config.backup.restoring import INCOMPLETE, OtherSecret, TargetNotEmpty
from loket.core import clock, filestore
from loket.documents.models import Document
from loket.register.actions import reconciling
from loket.register.actions.reconciling import DatabaseTooOld
from loket.register.models import NumberGap, Serial
from tests.integration.config.conftest import BOOK, Installation
from tests.scratch import NAME, die


def gaps() -> list[tuple[str, int, int, str]]:
    return list(NumberGap.objects.order_by("key").values_list("key", "first", "last", "reason"))


def test_fifty_numbers_and_a_backup_at_twenty_five(installation: Installation) -> None:
    installation.issue(25)
    kept = installation.document(1)
    made = installation.backup()
    assert installation.issue(25)[-1] == 50
    nik = installation.issue(2, "nik:997103600226")
    installation.lose()
    outcome = installation.restore(made.path)
    assert outcome.problems == []
    assert outcome.gaps == [
        {"office": "9971", "book": BOOK, "numbers": 25, "first": 26, "last": 50},
        {"office": "9971", "book": "nik", "numbers": 2},
    ]
    assert gaps() == [(BOOK, 26, 50, "latihan"), ("nik:997103600226", 1, 2, "latihan")]
    assert (outcome.numbers_lost, outcome.documents, nik) == (27, 1, [1, 2])
    assert 0 < outcome.rpo_seconds < 60
    assert installation.issue(1) == [51]
    assert installation.issue(1, "nik:997103600226") == [3]
    assert filestore.get(installation.settings.FILES_DIR, kept.signed_sha256) == b"surat 1"
    assert (installation.settings.KEYS_DIR / "ca" / "key.pem").read_text() == "a signer's key"
    anchors = journal.all_anchors()["9971"]
    verdict = journal.verify("9971", anchors)
    assert (verdict.broken, verdict.gaps) == ("", [(27, 53)])
    told = Entry.objects.filter(action="register.number_gap").order_by("pk").values_list("details", flat=True)
    assert list(told) == [{"numbers": 25, "book": BOOK, "first": 26, "last": 50}, {"numbers": 2}]
    reconciling.require_current()
    text = "\n".join(report.lines(NumberGap.objects.select_related("office")))
    assert "- urutan buku LU, tahun 2026: nomor 26 sampai 50 (25 nomor)" in text
    assert "- NIK: 2 nomor dilewati" in text
    assert "997103600226" not in text


def test_anchors_known_only_elsewhere(installation: Installation) -> None:
    """The machine is gone with its anchors; a copy on another disk tells what the backup cannot."""
    installation.issue(3)
    made = installation.backup()
    installation.issue(4)
    shutil.copytree(installation.settings.ANCHORS_DIR, installation.scratch.home / "usb")
    installation.lose(anchors=True)
    outcome = installation.restore(made.path, extra=(installation.scratch.home / "usb",))
    assert (outcome.problems, gaps()) == ([], [(BOOK, 4, 7, "latihan")])
    assert installation.issue(1) == [8]
    assert journal.verify("9971", journal.all_anchors()["9971"]).broken == ""


def test_without_any_other_anchor_the_backup_is_all_there_is(installation: Installation) -> None:
    installation.issue(3)
    made = installation.backup()
    installation.issue(4)
    installation.lose(anchors=True)
    outcome = installation.restore(made.path)
    assert (outcome.problems, outcome.gaps, outcome.rpo_seconds) == ([], [], 0.0)
    assert installation.issue(1) == [4]
    assert reconciling.compare().lacking == {installation.settings.ANCHORS_DIR: 0}


def test_a_database_put_back_by_hand_is_refused_until_reconciled(installation: Installation) -> None:
    installation.issue(5)
    installation.scratch.keep("older")
    try:
        installation.issue(5)
        reconciling.require_current()
        installation.scratch.create(f"{NAME}_older")
    finally:
        installation.scratch.forget("older")
    with pytest.raises(DatabaseTooOld):
        reconciling.require_current()
    assert Serial.objects.get().last == 5
    found = reconciling.reconcile(reason="pg_restore", by="cli")
    assert [(gap.first, gap.last) for gap in found] == [(6, 10)]
    assert reconciling.reconcile(reason="sekali lagi", by="cli") == []
    reconciling.require_current()
    assert installation.issue(1) == [11]


def test_an_empty_database_beside_old_anchors_is_refused(installation: Installation) -> None:
    installation.issue(2)
    installation.scratch.create(installation.scratch.template)
    with pytest.raises(DatabaseTooOld):
        reconciling.require_current()


def test_anchors_that_are_gone_are_missed(installation: Installation) -> None:
    reconciling.require_current()
    installation.issue(2)
    shutil.rmtree(installation.settings.ANCHORS_DIR)
    with pytest.raises(reconciling.AnchorsMissing):
        reconciling.require_current()
    assert reconciling.compare().lacking == {installation.settings.ANCHORS_DIR: 1}
    assert reconciling.begin_anchors() == {installation.settings.ANCHORS_DIR: 1}
    reconciling.require_current()
    assert installation.issue(1) == [3]


def test_files_older_than_the_database_are_named(installation: Installation) -> None:
    kept, lost = installation.document(1), installation.document(2)
    path = filestore.path_of(installation.settings.FILES_DIR, lost.signed_sha256)
    path.unlink()
    made = installation.backup()
    installation.lose()
    outcome = installation.restore(made.path)
    assert outcome.problems == [f"dokumen {lost.pk}: berkas hilang"]
    filestore.put(installation.settings.FILES_DIR, b"surat 2")
    changed = filestore.path_of(installation.settings.FILES_DIR, kept.signed_sha256)
    changed.write_bytes(b"something else")
    made = installation.backup()
    outcome = installation.restore(made.path, replace=True)
    assert outcome.problems == [f"dokumen {kept.pk}: berkas berubah"]


def test_files_newer_than_the_database_do_no_harm(installation: Installation) -> None:
    installation.document(1)
    filestore.put(installation.settings.FILES_DIR, b"nobody's yet")
    made = installation.backup()
    installation.lose()
    assert installation.restore(made.path).problems == []


def test_what_is_restored_is_private(installation: Installation) -> None:
    installation.document(1)
    made = installation.backup()
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    installation.lose()
    installation.restore(made.path)
    for folder in ("files", "keys"):
        for path in (installation.data / folder).rglob("*"):
            assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_target_with_data_is_left_alone_unless_told(installation: Installation) -> None:
    installation.issue(1)
    made = installation.backup()
    with pytest.raises(TargetNotEmpty):
        installation.restore(made.path)
    for folder in (installation.settings.FILES_DIR, installation.settings.KEYS_DIR):
        shutil.rmtree(folder, ignore_errors=True)
    with pytest.raises(TargetNotEmpty):
        installation.unpack(made.path)
    assert Serial.objects.get().last == 1


def test_replacing_keeps_the_former_keys(installation: Installation) -> None:
    made = installation.backup()
    (installation.settings.KEYS_DIR / "ca" / "key.pem").write_text("newer")
    assert installation.restore(made.path, replace=True).problems == []
    assert (installation.settings.KEYS_DIR / "ca" / "key.pem").read_text() == "a signer's key"
    [aside] = installation.data.glob("keys.before-*")
    assert (aside / "ca" / "key.pem").read_text() == "newer"


@pytest.mark.parametrize("moment", ["database", "files"])
def test_an_interrupted_restore_bars_the_start_and_can_be_repeated(
    installation: Installation, moment: str
) -> None:
    installation.issue(3)
    installation.document(1)
    made = installation.backup()
    installation.lose()

    def stop(line: str) -> None:
        if moment in line:
            die()

    def work() -> None:
        restoring.begin(installation.data, replace=False)
        installation.unpack(made.path, say=stop)

    installation.scratch.kill(work)
    assert (installation.data / INCOMPLETE).exists()
    with pytest.raises(restoring.RestoreIncomplete):
        restoring.require_complete(installation.data)
    assert installation.restore(made.path).problems == []
    restoring.require_complete(installation.data)
    assert installation.issue(1) == [4]


def test_another_secret_in_the_environment_is_told(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = installation.backup()
    installation.lose()
    monkeypatch.setitem(os.environ, "LOKET_SECRET_KEY", "another")
    with pytest.raises(OtherSecret):
        installation.unpack(made.path)


def test_the_secret_comes_back_where_the_settings_look(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = installation.backup()
    installation.lose()
    monkeypatch.delitem(os.environ, "LOKET_SECRET_KEY")
    installation.unpack(made.path)
    found = installation.settings.KEYS_DIR / "secret.key"
    assert found.read_text() == installation.settings.SECRET_KEY


def test_too_little_space_is_told_before_anything_is_written(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 1000))
    with pytest.raises(TooLittleSpace, match="tersedia 0 MB"):
        installation.backup()
    assert making.backups(installation.backups) == []


def test_a_disk_that_fills_up_leaves_no_half_backup(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = installation.backup()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making.os, "fsync", full)
    with pytest.raises(making.BackupFailed, match="No space left"):
        installation.backup()
    assert [path.name for path in sorted(installation.backups.iterdir())] == [".lock", good.path.name]


def test_only_the_newest_are_kept_and_each_is_told(installation: Installation) -> None:
    made = []
    for day in range(3):
        with clock.use(clock.now() + timedelta(days=day)):
            made.append(installation.backup(keep=2))
    assert making.backups(installation.backups) == [made[1].path, made[2].path]
    assert made[2].removed == [made[0].path.name]
    told = Entry.objects.filter(action="backup.make").order_by("pk")
    assert [entry.details["sha256"] for entry in told] == [item.sha256 for item in made]
    assert made[2].manifest["counts"]["journal"] == Entry.objects.count() - 1
    assert json.loads(json.dumps(made[2].manifest)) == made[2].manifest


def test_a_killed_backup_leaves_the_others_and_is_cleared_away(installation: Installation) -> None:
    good = installation.backup()

    def work() -> None:
        installation.backup(say=lambda _: die())

    installation.scratch.kill(work)
    assert len(list(installation.backups.glob("*.partial"))) == 1
    second = installation.backup()
    assert making.backups(installation.backups) == [good.path, second.path]
    assert list(installation.backups.glob("*.partial")) == []


def test_no_session_survives(installation: Installation) -> None:
    Session.objects.create(session_key="a", session_data="b", expire_date=clock.now() + timedelta(days=1))
    made = installation.backup()
    installation.lose()
    installation.restore(made.path)
    assert (Session.objects.count(), Document.objects.count()) == (0, 0)


def test_names_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    for name in ("files/../../x", "../x", "files", "other/x", "/etc/passwd"):
        with pytest.raises(restoring.sealed.DamagedBackup):
            restoring._place(tmp_path, name)


def test_the_keys_of_stored_files_come_back_wherever_they_were(installation: Installation) -> None:
    ring = (installation.settings.FILE_KEYS_DIR / "ring.json").read_bytes()
    made = installation.backup()
    assert (installation.data / making.MARK).exists()
    installation.lose()
    assert installation.restore(made.path).problems == []
    assert (installation.data / "keys" / "files" / "ring.json").read_bytes() == ring
