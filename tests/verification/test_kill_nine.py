"""kill -9 of web, job worker, signer, database and everything, at the points of the chain.

Each test holds the installation still at one point (see `chain`), kills, lets Loket come back, lets people
repeat what was not answered, and brings the case to its end. What each point proves stands at its test; the
last test looks at everything that all of them left behind: nothing lost, nothing twice.
"""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.installation import ROOT, Installation
from loket.core import filestore
from tests.verification.chain import FOUND, Chain, eventually
from tests.verification.sink import Sink

pytestmark = pytest.mark.crash
DRAFTS = 20
PROCESSES = ("serve", "worker", "signer")


@pytest.fixture(scope="module")
def chain() -> Iterator[Chain]:
    """One installation for all points; each test finds it running and leaves it so."""
    directory = Path(tempfile.mkdtemp(prefix="loket-kill-"))
    directory.chmod(0o755)
    sink = Sink()
    with sink.running() as port:
        place = Installation(directory, LOKET_SMTP_HOST="127.0.0.1", LOKET_SMTP_PORT=str(port))
        try:
            place.start()
            yield Chain(place, sink, DRAFTS)
        finally:
            place.destroy()


def test_web_killed_before_the_commit(chain: Chain) -> None:
    """Nothing of an unanswered form is kept; the same form again is the application."""
    case, sent = chain.form_of_next()
    with chain.holding("SELECT FROM cases_case WHERE id = %s FOR UPDATE", case) as hold:
        pending = chain.start(sent)
        hold.until_reached("cases_case")
        chain.kill("serve")
        assert pending.answer() is None
    assert (chain.state(case), chain.events(case)) == ("draft", [])
    chain.back("serve")
    chain.insist(sent)
    chain.acknowledged.append(case)
    assert chain.events(case) == ["submit"]


def test_web_killed_between_commit_and_answer(chain: Chain) -> None:
    """The application is there though nobody said so; the same form again makes no second one."""
    case, sent = chain.form_of_next()
    session = sent.session["cookie"]
    # A session that ends soon is renewed after the view, so the answer waits and the application does not.
    chain.run(
        "UPDATE django_session SET expire_date = now() + interval '5 minutes' WHERE session_key = %s", session
    )
    with chain.holding("SELECT FROM django_session WHERE session_key = %s FOR UPDATE", session) as hold:
        pending = chain.start(sent)
        hold.until_reached("django_session")
        assert chain.events(case) == ["submit"]
        chain.kill("serve")
        assert pending.answer() is None
    chain.back("serve")
    chain.insist(sent)
    chain.acknowledged.append(case)
    assert chain.events(case) == ["submit"]


def test_database_killed_while_applications_arrive(chain: Chain) -> None:
    """What was answered survives, what was not is repeated; the supervisor brings the database back."""
    forms = [chain.form_of_next() for _ in range(4)]
    answered, held = forms[:2], forms[2:]
    for _, sent in answered:
        chain.insist(sent)
    ids = [case for case, _ in held]
    with chain.holding("SELECT FROM cases_case WHERE id = ANY (%s::uuid[]) FOR UPDATE", ids) as hold:
        pending = [chain.start(sent) for _, sent in held]
        hold.until_reached("cases_case")
        chain.kill("postgres")
        assert [one.answer() == FOUND for one in pending] == [False, False]
    chain.back(*PROCESSES)
    for _, sent in forms:
        chain.insist(sent)
    chain.acknowledged += [case for case, _ in forms]
    assert [chain.events(case) for case, _ in forms] == [["submit"]] * 4


def test_worker_killed_between_sending_and_the_notice(chain: Chain) -> None:
    """The outbox row is the truth: the receipt leaves once a worker is back."""
    chain.signal("worker", signal.SIGSTOP)
    case = chain.submit()
    chain.kill("worker")
    chain.back("worker")
    chain.sweep("notices.sweep")
    eventually(lambda: states(chain, case) == ["sent"], "the receipt")


def states(chain: Chain, case: str) -> list[str]:
    rows = chain.run("SELECT state FROM notices_notice WHERE case_ref = %s ORDER BY id", f"case:{case}")
    return [state for (state,) in rows]


def test_worker_killed_while_it_hands_a_message_over(chain: Chain) -> None:
    """The mail server has the message and nobody noted it: it is sent once more with the same Message-ID."""
    with chain.sink.held():
        case = chain.submit()
        assert chain.sink.waiting.wait(30)
        chain.kill("worker")
    chain.back("worker")
    chain.sweep("notices.sweep")
    eventually(lambda: states(chain, case) == ["sent"], "the receipt")
    ((notice,),) = chain.run("SELECT id FROM notices_notice WHERE case_ref = %s", f"case:{case}")
    assert [n for key, n in chain.sink.received.items() if key.startswith(f"<{notice}.")] == [2]


# The row of a file is written when the file lies there; whoever holds the lock keeps it from being written.
RENDERED_WAITS = """
CREATE FUNCTION rendered_waits() RETURNS trigger LANGUAGE plpgsql AS
$$BEGIN PERFORM pg_advisory_xact_lock(9009); RETURN NEW; END$$;
CREATE TRIGGER rendered_waits BEFORE UPDATE OF unsigned_sha256 ON documents_document
    FOR EACH ROW EXECUTE FUNCTION rendered_waits();
"""


def test_worker_killed_while_rendering(chain: Chain) -> None:
    """The file lies there, its row was not committed: rendering it again gives the same one."""
    chain.run(RENDERED_WAITS)
    with chain.holding("SELECT pg_advisory_lock(9009)") as hold:
        case = chain.entered()
        hold.until_reached("documents_document")
        chain.kill("worker")
    chain.run("DROP TRIGGER rendered_waits ON documents_document; DROP FUNCTION rendered_waits()")
    chain.back("worker")
    chain.sweep("documents.sweep")
    chain.finish(case)


def test_worker_killed_while_the_signer_is_asked(chain: Chain) -> None:
    """The intent is stored, the answer never came: the document is in doubt until a person decides."""
    case = chain.entered()
    documents = chain.to_sign(case)
    with chain.holding("SELECT FROM cases_case WHERE id = %s FOR UPDATE", case) as hold:
        chain.release(documents)
        hold.until_reached("cases_case")
        chain.signal("signer", signal.SIGSTOP)
    asked = eventually(lambda: [d for d in documents if chain.intents(d) == ["calling"]], "the intent")
    chain.kill("worker")
    chain.signal("signer", signal.SIGCONT)
    chain.back("worker")
    doubted_and_signed_again(chain, case, asked)


def doubted_and_signed_again(chain: Chain, case: str, asked: list[str]) -> None:
    """No second call is made by itself; after a person's decision the document is signed, once."""
    assert len(asked) == 1
    chain.sweep("cases.sweep")
    eventually(lambda: len(chain.documents(case, "signed")) == 1, "the other document")
    assert chain.documents(case, "rendered") == asked
    chain.run("UPDATE documents_signingintent SET created_at = created_at - interval '3 minutes'")
    chain.sweep("documents.sweep")
    eventually(lambda: chain.intents(asked[0]) == ["in_doubt"], "the doubt")
    assert chain.settle(case) == 1
    chain.release(asked)
    chain.done(case)
    assert chain.intents(asked[0]) == ["void", "done"]


def test_worker_killed_between_the_answer_and_storing_it(chain: Chain) -> None:
    """The signer has signed, the file was not stored: nobody may take that for unsigned and sign again."""
    case = chain.entered()
    documents = chain.to_sign(case)
    subjects = chain.run(
        "SELECT id, office_id || ':' || kind || ':' || subject_key FROM documents_document"
        " WHERE id = ANY (%s)",
        documents,
    )
    first, subject = min(subjects, key=lambda row: documents.index(row[0]))
    with chain.holding("SELECT pg_advisory_lock(1463, hashtext(%s))", subject) as hold:
        chain.release([first])
        hold.until_reached("pg_advisory_xact_lock")
        chain.kill("worker")
    chain.back("worker")
    assert chain.intents(first) == ["calling"]
    chain.release([document for document in documents if document != first])
    doubted_and_signed_again(chain, case, [first])


def test_signer_killed_while_it_is_asked(chain: Chain) -> None:
    """Nothing was signed and nothing is in doubt: the batch waits for the passphrase and goes on."""
    case = chain.entered()
    documents = chain.to_sign(case)
    with chain.holding("SELECT FROM cases_case WHERE id = %s FOR UPDATE", case) as hold:
        chain.release(documents)
        hold.until_reached("cases_case")
        chain.signal("signer", signal.SIGSTOP)
    eventually(lambda: [d for d in documents if chain.intents(d) == ["calling"]], "the intent")
    chain.kill("signer")
    eventually(lambda: locked(chain), "the stopped batch")
    chain.back("signer")
    eventually(lambda: (chain.place.data_dir / "run" / "signer.sock").exists(), "the signer's socket")
    ((batch,),) = locked(chain)
    eventually(lambda: released(chain, str(batch)), "the signer")
    chain.done(case)
    assert sorted(map(chain.intents, documents)) == [["done"], ["failed", "done"]]


def locked(chain: Chain) -> list[tuple[object, ...]]:
    return chain.run("SELECT id FROM documents_signingbatch WHERE state = 'locked'")


def released(chain: Chain, batch: str) -> bool:
    """Whether the batch could be released; the signer may need a moment to listen."""
    try:
        chain.release([], batch)
    except AssertionError:
        return False
    return True


def test_worker_killed_while_it_opens_the_work_of_the_period(chain: Chain) -> None:
    """What a killed run had not opened the next one opens, and the one after that opens nothing again."""
    with chain.holding("LOCK TABLE cases_case IN SHARE MODE") as hold:
        chain.sweep("cases.open_due")
        hold.until_reached("cases_case")
        chain.kill("worker")
    chain.back("worker")
    opened = opened_by_calendar(chain)
    assert opened == sorted(set(opened)) != []
    assert opened_by_calendar(chain) == opened


def opened_by_calendar(chain: Chain) -> list[tuple[Any, ...]]:
    """What stands opened after all offices were gone through once more."""
    ((offices,),) = chain.run("SELECT count(*) FROM offices_office")
    ended = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'cases.open_due_of'"
        " AND status = 'succeeded'"
    )
    ((before,),) = chain.run(ended)
    chain.sweep("cases.open_due")
    eventually(lambda: chain.run(ended)[0][0] >= before + offices, "the work of the period")
    return chain.run(
        "SELECT office_id, service, variant FROM cases_case WHERE channel = 'internal' ORDER BY 1, 2, 3"
    )


def test_everything_killed_at_once(chain: Chain) -> None:
    """One application arrives, another one is signed: both go on after the next start."""
    case = chain.entered()
    documents = chain.to_sign(case)
    other, sent = chain.form_of_next()
    with chain.holding("SELECT FROM cases_case WHERE id IN (%s, %s) FOR UPDATE", case, other) as hold:
        chain.release(documents)
        pending = chain.start(sent)
        hold.until_reached("cases_case")
        chain.kill("run", *PROCESSES, "postgres")
        assert pending.answer() is None
    chain.place.start()
    chain.insist(sent)
    chain.acknowledged.append(other)
    chain.sweep("cases.sweep", "documents.sweep", "notices.sweep")
    ((batch,),) = eventually(lambda: locked(chain), "the batch that asks for the passphrase again")
    eventually(lambda: released(chain, str(batch)), "the signer")
    # The job of this release waits for the one that died with its worker; the minute's sweep does not.
    chain.sweep("cases.sweep")
    chain.done(case)


def test_nothing_is_lost_or_doubled(chain: Chain) -> None:
    """Every acknowledged application is there once, and whatever came of it."""
    for case in chain.acknowledged:
        assert chain.events(case).count("submit") == 1
        assert chain.state(case) in ("open", "done")
    ((sent, codes),) = chain.run(
        "SELECT count(*), count(DISTINCT tracking_code) FROM cases_case"
        " WHERE state <> 'draft' AND channel = 'online'"
    )
    assert sent == codes == len(set(chain.acknowledged))
    entries = chain.run(
        "SELECT array_agg(entry ORDER BY entry) FROM register_civilrecord GROUP BY book, year"
    )
    assert [found for (found,) in entries] == [list(range(1, len(found) + 1)) for (found,) in entries]
    finished = chain.run("SELECT count(*) FROM cases_case WHERE state = 'done'")
    recorded = chain.run("SELECT count(*), count(DISTINCT number) FROM register_civilrecord")
    assert [finished[0] * 2] == recorded


def test_at_most_one_signed_file_for_each_document(chain: Chain, settings: Any) -> None:
    """Stored once, called for once, and told once in the journal."""
    rows = chain.run(
        "SELECT d.signed_sha256,"
        " (SELECT count(*) FROM documents_signingintent i WHERE i.document_id = d.id AND i.state = 'done'),"
        " (SELECT count(*) FROM audit_entry a"
        " WHERE a.subject = 'document:' || d.id AND"
        " a.action = 'document.sign') FROM documents_document d"
    )
    assert len(rows) == 10
    settings.FILE_KEYS_DIR = chain.place.data_dir / "keys" / "files"
    for sha256, intents, told in rows:
        assert (intents, told) == (1, 1)
        assert filestore.get(chain.place.data_dir / "files", sha256).startswith(b"%PDF-")


def test_each_notice_left_once_or_twice(chain: Chain) -> None:
    """At least once, at most twice, and a repeat carries the key of the first."""
    chain.sweep("notices.sweep")
    waiting = "SELECT FROM notices_notice WHERE state <> 'sent'"
    query = "SELECT id, floor(extract(epoch FROM created_at) + 0.5) FROM notices_notice"

    def all_left() -> bool:
        # A case that a sweep takes up just now still adds notices.
        known = {f"<{pk}.{moment:.0f}@loket.invalid>" for pk, moment in chain.run(query)}
        return not chain.run(waiting) and set(chain.sink.received) == known

    eventually(all_left, "the end of the outbox")
    assert set(chain.sink.received.values()) <= {1, 2}


def test_the_journal_is_whole(chain: Chain) -> None:
    """The chain of hashes, compared with its anchors outside the database."""
    chain.sweep("audit.seal")
    unsealed = "SELECT FROM audit_entry WHERE seq IS NULL"
    eventually(lambda: not chain.run(unsealed), "the seal")
    command = [sys.executable, "-m", "loket", "audit", "verify", "--json"]
    environment = {**chain.place.environment, "DATABASE_URL": chain.place.url}
    said = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    assert [verdict["broken"] for verdict in json.loads(said.stdout)] == ["", "", "", "", ""]
