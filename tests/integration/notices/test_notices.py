"""The outbox: what is queued leaves once, and what cannot leave is tried again and then reported."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from loket.audit.models import Entry
from loket.core import clock, filestore
from loket.notices import queries, tasks
from loket.notices.actions import ERASED, queue, send, send_login_code
from loket.notices.models import Notice
from loket.notices.rules import BACKOFF_MINUTES
from loket.offices.actions import TooManyTries, take_login_code
from tests.committed import committed, together
from tests.integration.notices.conftest import Postbox
from tests.integration.offices.invented import make_office

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
database = pytest.mark.django_db


def queued(key: str = "case:1:submitted", **changes: Any) -> Notice:
    values = {
        "to": "warga@contoh.example",
        "subject": "Permohonan diterima",
        "body": "Yth. Bapak/Ibu José,\npermohonan Anda sudah kami terima.\n",
        "case_ref": "case:1",
    }
    with clock.use(AT):
        return queue(key=key, **(values | changes))


def send_at(notice: Notice, moment: datetime = AT) -> Any:
    with clock.use(moment):
        return send(notice_id=notice.pk)


def jobs() -> list[tuple[str, int]]:
    """The jobs that wait in the queue, and for which notice."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, (args -> 'notice_id')::int FROM procrastinate_jobs WHERE status = 'todo'"
        )
        return cursor.fetchall()


# Sending


@database
def test_a_message_leaves_with_what_it_says(postbox: Postbox) -> None:
    notice = queued()
    sent = send_at(notice)
    assert sent is not None
    assert (sent.state, sent.sent_at, sent.attempts, sent.last_error) == ("sent", AT, 1, "")
    (envelope,), (message,) = postbox.taken, postbox.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("loket@contoh.example", ["warga@contoh.example"])
    headers = {name: message[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Message-ID")}
    assert headers == {
        "From": "loket@contoh.example",
        "To": "warga@contoh.example",
        "Subject": "Permohonan diterima",
        "Auto-Submitted": "auto-generated",
        "Message-ID": f"<{notice.pk}.1772420400@loket.invalid>",
    }
    assert message["Date"] == "Mon, 02 Mar 2026 03:00:00 -0000"
    assert message.get_content().splitlines() == notice.body.splitlines()
    assert Notice.objects.get().body == notice.body


@database
def test_a_stored_file_goes_with_it(postbox: Postbox, settings: Any) -> None:
    content = bytes(range(256)) * 40
    digest = filestore.put(settings.FILES_DIR, content)
    attachments = [{"sha256": digest, "filename": "kutipan-akta-kelahiran.pdf"}]
    send_at(queued(attachments=attachments))
    (part,) = postbox.messages[0].iter_attachments()
    assert (part.get_content_type(), part.get_filename()) == ("application/pdf", "kutipan-akta-kelahiran.pdf")
    assert part.get_content() == content


@database
def test_a_secret_is_erased_once_it_is_sent(postbox: Postbox) -> None:
    send_at(queued(body="Kode masuk Anda: 123456", secret=True))
    assert "123456" in postbox.messages[0].get_content()
    assert Notice.objects.get().body == ERASED


@database
def test_what_was_sent_is_not_sent_again(postbox: Postbox) -> None:
    notice = queued()
    send_at(notice)
    assert send_at(notice, AT + timedelta(days=1)) is None
    assert send_at(Notice(pk=999_999)) is None
    assert len(postbox.taken) == 1


@database
def test_a_message_taken_back_after_a_crash_is_repeated_with_the_same_id(postbox: Postbox) -> None:
    """The server took it, and the power went before that was written down."""
    notice = queued()
    with transaction.atomic():
        send_at(notice)
        transaction.set_rollback(True)
    assert Notice.objects.get().state == "waiting"
    send_at(notice, AT + timedelta(minutes=1))
    first, second = postbox.messages
    assert first["Message-ID"] == second["Message-ID"]


@database
def test_a_server_that_hangs_up_rudely_has_the_message_all_the_same(postbox: Postbox) -> None:
    postbox.answers["QUIT"] = "421 going down"
    sent = send_at(queued())
    assert sent is not None
    assert (sent.state, len(postbox.taken)) == ("sent", 1)


# Queueing


@database
def test_the_same_key_is_one_message(postbox: Postbox) -> None:
    first = queued(body="satu")
    second = queued(body="dua")
    assert (second.pk, second.body) == (first.pk, "satu")
    assert jobs() == [("notices.send_one", first.pk)]
    tasks.send_one(notice_id=first.pk)
    assert (len(postbox.taken), queries.of_case("case:1")[0].state) == (1, "sent")


@database
def test_a_message_is_queued_with_its_transaction() -> None:
    with transaction.atomic():
        queued()
        transaction.set_rollback(True)
    assert (Notice.objects.count(), jobs()) == (0, [])


@database
def test_a_sent_message_has_its_time() -> None:
    notice = queued()
    with pytest.raises(IntegrityError, match="notices_sent_has_time"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state="sent")


@database
def test_a_login_code_is_a_secret_message_that_works(postbox: Postbox) -> None:
    with clock.use(AT):
        notice = send_login_code(email="Warga@Contoh.example")
        send(notice_id=notice.pk)
        text = postbox.messages[0].get_content()
        code = text.splitlines()[0].removeprefix("Kode masuk Anda: ")
        assert take_login_code(email="warga@contoh.example", code=code, name="Budi").name == "Budi"
    assert (notice.secret, notice.to, Notice.objects.get().body) == (True, "Warga@Contoh.example", ERASED)


@database
def test_each_login_code_has_a_message_of_its_own() -> None:
    with clock.use(AT):
        made = [send_login_code(email="warga@contoh.example") for _ in range(5)]
        with pytest.raises(TooManyTries):
            send_login_code(email="warga@contoh.example")
    assert len({notice.pk for notice in made}) == 5


@database
def test_a_login_code_goes_to_the_longest_address_an_account_may_have() -> None:
    email = f"{'a' * 60}@{'b' * 43}.contoh.example"
    assert len(email) == 119
    assert send_login_code(email=email).to == email


# Failing


def outcome(notice: Notice | None) -> tuple[str, int, str]:
    assert notice is not None
    return notice.state, notice.attempts, notice.last_error


@database
@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "450 mailbox busy", "alamat ditolak ([450])"),
        ("DATA", "451 try later", "server menjawab 451"),
        ("DATA", "421 too many", "server menjawab 421"),
    ],
)
def test_a_server_that_asks_to_wait_is_asked_again(
    postbox: Postbox, command: str, answer: str, error: str
) -> None:
    notice = queued()
    postbox.answers[command] = answer
    assert outcome(send_at(notice)) == ("waiting", 1, error)
    postbox.answers.clear()
    assert send_at(notice, AT + timedelta(seconds=59)) is None
    assert outcome(send_at(notice, AT + timedelta(seconds=60))) == ("sent", 2, "")


@database
@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 no such user", "alamat ditolak ([550])"),
        ("DATA", "554 refused", "server menjawab 554"),
    ],
)
def test_a_final_refusal_is_reported_at_once(postbox: Postbox, command: str, answer: str, error: str) -> None:
    notice = queued(office=make_office())
    postbox.answers[command] = answer
    assert outcome(send_at(notice)) == ("failed", 1, error)
    told = Entry.objects.latest("id")
    assert (told.action, told.subject, told.actor, told.office_code) == (
        "notice.fail",
        f"notice:{notice.pk}",
        "system",
        "9971",
    )
    assert told.details == {"case": "case:1", "attempts": 1}
    postbox.answers.clear()
    assert send_at(notice, AT + timedelta(days=9)) is None


@database
def test_a_secret_that_cannot_be_sent_is_erased_too(postbox: Postbox) -> None:
    postbox.answers["RCPT"] = "550 no such user"
    send_at(queued(body="Kode masuk Anda: 123456", secret=True))
    assert Notice.objects.get().body == ERASED


@database
def test_a_server_that_is_gone_is_tried_for_three_days(nobody_answers: Callable[[], None]) -> None:
    nobody_answers()
    notice, moment = queued(), AT
    for attempt, minutes in enumerate(BACKOFF_MINUTES, start=1):
        tried = send_at(notice, moment)
        assert outcome(tried) == (
            "waiting",
            attempt,
            "server surat tidak terjangkau (ConnectionRefusedError)",
        )
        assert tried.next_try_at == moment + timedelta(minutes=minutes)
        assert send_at(notice, tried.next_try_at - timedelta(seconds=1)) is None
        moment = tried.next_try_at
    assert moment - AT == timedelta(minutes=sum(BACKOFF_MINUTES))
    last = send_at(notice, moment)
    assert outcome(last)[:2] == ("failed", 10)
    told = Entry.objects.get(action="notice.fail")
    assert (told.subject, told.office_code, told.details) == (
        f"notice:{notice.pk}",
        "",
        {"case": "case:1", "attempts": 10},
    )


@database
def test_a_wrong_password_of_the_office_is_no_fault_of_the_message(postbox: Postbox, settings: Any) -> None:
    settings.SMTP_USER, settings.SMTP_PASSWORD = "loket", "salah"
    assert send_at(queued()).state == "waiting"


@database
def test_a_server_without_starttls_gets_nothing_in_the_clear(postbox: Postbox, settings: Any) -> None:
    settings.SMTP_STARTTLS = True
    assert send_at(queued()).state == "waiting"
    assert postbox.asked == 0


@database
def test_no_content_is_written_into_the_reason(postbox: Postbox) -> None:
    postbox.answers["DATA"] = "554 refused: Yth. Bapak/Ibu Budi, warga@contoh.example"
    failed = send_at(queued())
    assert failed.last_error == "server menjawab 554"


# The sweep


@database
def test_a_message_whose_job_was_lost_is_found_by_the_sweep(postbox: Postbox) -> None:
    notice = queued()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    with clock.use(AT):
        assert queries.due_ids() == [notice.pk]
        tasks.sweep(timestamp=0)
        assert queries.due_ids() == []
    assert len(postbox.taken) == 1


@database
def test_the_sweep_takes_what_is_due_oldest_first(postbox: Postbox) -> None:
    late, early, later = (queued(key=key) for key in ("late", "early", "later"))
    Notice.objects.filter(pk=early.pk).update(next_try_at=AT - timedelta(hours=1))
    Notice.objects.filter(pk=later.pk).update(next_try_at=AT + timedelta(seconds=1))
    with clock.use(AT):
        assert queries.due_ids() == [early.pk, late.pk]
        tasks.sweep(timestamp=0)
    sent = [message["Message-ID"].partition(".")[0] for message in postbox.messages]
    assert sent == [f"<{early.pk}", f"<{late.pk}"]
    assert Notice.objects.get(pk=later.pk).state == "waiting"


@database
@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"attachments": [{"sha256": "0" * 64, "filename": "hilang.pdf"}]}, "waiting"),
        ({"subject": "Permohonan\nBcc: lain@contoh.example"}, "failed"),
        ({"to": "warga@contoh.example\nlain@contoh.example"}, "failed"),
    ],
)
def test_a_message_that_cannot_be_made_does_not_hold_up_the_others(
    postbox: Postbox, changes: dict[str, Any], state: str
) -> None:
    bad = queued(key="bad", **changes)
    good = queued(key="good")
    Notice.objects.filter(pk=bad.pk).update(next_try_at=AT - timedelta(hours=1))
    with clock.use(AT):
        tasks.sweep(timestamp=0)
    assert Notice.objects.get(pk=good.pk).state == "sent"
    stuck = Notice.objects.get(pk=bad.pk)
    assert (stuck.state, stuck.attempts) == (state, 1)
    assert len(postbox.taken) == 1


@database
def test_a_file_that_was_changed_is_not_sent(postbox: Postbox, settings: Any) -> None:
    digest = filestore.put(settings.FILES_DIR, b"%PDF")
    filestore.path_of(settings.FILES_DIR, digest).write_bytes(b"other")
    tried = send_at(queued(attachments=[{"sha256": digest, "filename": "a.pdf"}]))
    assert outcome(tried) == ("waiting", 1, "lampiran tidak dapat dibaca (DamagedFile)")
    assert postbox.asked == 0


# At once


@committed
def test_two_workers_at_once_send_once(postbox: Postbox) -> None:
    postbox.seconds_to_take = 0.3
    notice = queued()
    with clock.use(AT):
        results = together([lambda: send(notice_id=notice.pk)] * 6)
    assert [type(result) for result in results].count(Notice) == 1
    assert len(postbox.taken) == 1
    assert Notice.objects.get().attempts == 1


@committed
def test_two_sweeps_at_once_share_the_messages(postbox: Postbox) -> None:
    for number in range(20):
        queued(key=f"notice-{number}")
    with clock.use(AT):
        together([lambda: tasks.sweep(timestamp=0)] * 3)
    assert len({message["Message-ID"] for message in postbox.messages}) == len(postbox.taken) == 20
    assert set(Notice.objects.values_list("state", "attempts")) == {("sent", 1)}


@committed
def test_one_key_queued_at_once_is_one_message() -> None:
    results = together([queued] * 8)
    assert {notice.pk for notice in results} == {Notice.objects.get().pk}
    assert len(jobs()) == 1
