"""A real installation whose processes are killed: who acts at its doors, how it is held still, what it holds.

A point of the chain is reached by holding a lock that the process needs next; it is then exactly there, with
everything before that point done, and is killed. The product knows nothing of it.
"""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any, TypeVar

import httpx
import psycopg
import pyotp

from benchmarks.installation import ROOT, Installation
from tests.verification.sink import Sink

FOUND = 302
PATIENCE = 60
DESKS = (("petugas_loket", "verifikasi", 2), ("operator_perubahan", "entri", 3))
T = TypeVar("T")


@dataclass
class Sent:
    """One person's form, with the idempotency key that all its repetitions carry."""

    path: str
    session: dict[str, str]
    fields: dict[str, Any]

    def once(self, base: str) -> int | None:
        """The status of the answer; None where the connection ended without one."""
        cookies = {"loket_sesi": self.session["cookie"], "loket_csrf": self.session["csrf"]}
        data = {"csrfmiddlewaretoken": self.session["csrf"], **self.fields}
        try:
            return httpx.post(base + self.path, data=data, cookies=cookies, timeout=PATIENCE).status_code
        except httpx.TransportError:
            return None


@dataclass
class Pending:
    """A form under way in another thread."""

    thread: Thread
    answers: list[int | None] = field(default_factory=list)

    def answer(self) -> int | None:
        """What came back, once it has."""
        self.thread.join(PATIENCE)
        return self.answers[0]


def eventually(look: Callable[[], T], what: str) -> T:
    """The first true thing that `look` sees. Fails after a minute."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {PATIENCE} s")


class Chain:
    """The installation, its people, and everything that was acknowledged to them."""

    def __init__(self, place: Installation, sink: Sink, drafts: int) -> None:
        self.place, self.sink = place, sink
        command = [sys.executable, "-m", "tests.verification.cast", str(drafts)]
        environment = {**place.environment, "DATABASE_URL": place.url}
        made = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
        self.cast = json.loads(made.stdout)
        self.url = place.url.replace("user=loket", "user=postgres")
        self._drafts = iter(self.cast["drafts"])
        self.acknowledged: list[str] = []

    # who acts

    def form_of_next(self) -> tuple[str, Sent]:
        """The next draft's case, and the form that sends it."""
        draft = next(self._drafts)
        return draft["case"], Sent(f"/permohonan/{draft['case']}/periksa/", draft, {"key": uuid.uuid4().hex})

    def start(self, sent: Sent) -> Pending:
        """Send a form without waiting for the answer."""
        pending = Pending(Thread())
        pending.thread = Thread(
            target=lambda: pending.answers.append(sent.once(self.place.base)), daemon=True
        )
        pending.thread.start()
        return pending

    def insist(self, sent: Sent) -> None:
        """Send the same form again until it is answered as done, as a person does whose page did not come."""
        eventually(lambda: sent.once(self.place.base) == FOUND, sent.path)

    def submit(self) -> str:
        """Send the next application; gives the case."""
        case, sent = self.form_of_next()
        self.insist(sent)
        self.acknowledged.append(case)
        return case

    def desk(self, case: str, role: str, step: str, version: int) -> None:
        """Carry out one official's step."""
        fields = {"key": uuid.uuid4().hex, "version": str(version), "step": step}
        self.insist(Sent(f"/petugas/permohonan/{case}/selesai/", self.cast["staff"][role], fields))

    def entered(self) -> str:
        """A case that was sent, verified and entered."""
        case = self.submit()
        for role, step, version in DESKS:
            self.desk(case, role, step, version)
        return case

    def to_sign(self, case: str) -> list[str]:
        """The rendered documents of a case, once both are there."""
        return eventually(
            lambda: found if len(found := self.documents(case, "rendered")) == 2 else [],
            "the rendered documents",
        )

    def release(self, documents: list[str], batch: str = "") -> None:
        """Release documents with passphrase and TOTP, or release a stopped batch again."""
        self.run("UPDATE offices_account SET totp_step = 0 WHERE id = %s", self.cast["head"])
        fields = {
            "key": uuid.uuid4().hex,
            "document": documents,
            "passphrase": self.cast["passphrase"],
            "totp": pyotp.TOTP(self.cast["totp"]).now(),
        }
        path = f"/petugas/tanda-tangan/{batch}/" if batch else "/petugas/tanda-tangan/"
        assert Sent(path, self.cast["staff"]["kepala_dinas"], fields).once(self.place.base) == FOUND

    def settle(self, case: str) -> int:
        """Decide that the doubtful signings of a case do not count; gives how many there were."""
        found = self.run(
            "SELECT i.id FROM documents_signingintent i JOIN documents_document d ON d.id = i.document_id"
            " WHERE i.state = 'in_doubt' AND d.case_ref = %s", f"case:{case}"
        )  # fmt: skip
        for (intent,) in found:
            fields = {"reason": "Berkas tidak pernah sampai"}
            self.insist(
                Sent(f"/petugas/tanda-tangan/diragukan/{intent}/", self.cast["staff"]["kepala_dinas"], fields)
            )
        return len(found)

    def finish(self, case: str) -> None:
        """Release what is rendered of a case, and wait for its end."""
        self.release(self.to_sign(case))
        self.done(case)

    def done(self, case: str) -> None:
        """Wait until the case is over."""
        eventually(lambda: self.state(case) == "done", f"the end of {case}")

    # what the database holds

    def run(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a statement. Connects anew each time, since the server may have been killed."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = connection.execute(statement.encode(), values)
            return found.fetchall() if found.description else []

    def state(self, case: str) -> str:
        """Where a case stands."""
        return str(self.run("SELECT state FROM cases_case WHERE id = %s", case)[0][0])

    def events(self, case: str) -> list[str]:
        """What happened to a case."""
        rows = self.run("SELECT kind FROM cases_caseevent WHERE case_id = %s ORDER BY seq", case)
        return [kind for (kind,) in rows]

    def documents(self, case: str, state: str) -> list[str]:
        """The documents of a case in a state."""
        rows = self.run(
            "SELECT id FROM documents_document WHERE case_ref = %s AND state = %s ORDER BY kind",
            f"case:{case}", state,
        )  # fmt: skip
        return [pk for (pk,) in rows]

    def intents(self, document: str) -> list[str]:
        """What became of each call to the signer for a document."""
        rows = self.run(
            "SELECT state FROM documents_signingintent WHERE document_id = %s ORDER BY id", document
        )
        return [state for (state,) in rows]

    # held still, and killed

    @contextmanager
    def holding(self, statement: str, *values: object) -> Iterator["Hold"]:
        """Take a lock, and keep it until the block ends."""
        with closing(psycopg.connect(self.url)) as connection:
            connection.execute(statement.encode(), values)
            yield Hold(self, connection.info.backend_pid)

    def kill(self, *names: str) -> None:
        """SIGKILL to all processes of these names."""
        pids = self.place.pids()
        for pid in [pid for name in names for pid in pids[name]]:
            hit(pid, signal.SIGKILL)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send a signal to the processes of a name."""
        for pid in self.place.pids()[name]:
            hit(pid, number)

    def back(self, *names: str) -> None:
        """Wait until the supervisor has started these again and the doors answer."""
        eventually(lambda: all(self.place.pids()[name] for name in names), f"{names} back")
        eventually(self.place.answers, "the first page")

    def sweep(self, *tasks: str) -> None:
        """Let the sweeps of the next minute run now."""
        for task in tasks:
            self.run(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', %s, %s)",
                task, '{"timestamp": 0}',
            )  # fmt: skip


@dataclass(frozen=True)
class Hold:
    """A lock that is held."""

    chain: Chain
    backend: int

    def until_reached(self, fragment: str) -> None:
        """Wait until somebody waits for the lock with a statement that contains `fragment`."""
        statement = "SELECT query FROM pg_stat_activity WHERE %s = ANY (pg_blocking_pids(pid))"
        eventually(
            lambda: any(fragment in query for (query,) in self.chain.run(statement, self.backend)), fragment
        )


def hit(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process, which may be gone."""
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
