"""Sending applications, and whole lives of cases, at an office that already has a million of them.

Submissions: 200 citizens, each on a keep-alive connection, send complete applications; measured is the POST
that Loket answers only when form, event, journal row, notice and job are durable.

Lifecycles: sent, verified and entered through the doors (the POSTs, without the pages between them), rendered
by the job worker, released by the head through the door, signed by the signer process and sent by the job
worker. All of it with the processes that `loket run` starts. An authenticator's code counts once in 30
seconds; the benchmark lets it count for every batch, so that it measures the machine, not patience.
"""

import asyncio
import re
import time
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

import psycopg
import pyotp

from benchmarks import history
from benchmarks.figures import Figure, at_least, at_most, percentile, processor_seconds, say, told
from benchmarks.installation import Installation, installation
from benchmarks.traffic import FOUND, Line, Outcome, Session, get, post, run_users

if TYPE_CHECKING:  # Django can be imported only after its database is there
    from benchmarks.people import Draft
    from loket.offices.models import Account

CASES = 1_000_000
FEW = 10_000
USERS = 200
EACH = 50
LIVES = 150
AT_ONCE = 16
LIFE_SECONDS = 300
MAX_BATCH = 200


def run(size: int | None = None) -> list[Figure]:
    """Lifecycles with few cases; lifecycles and submissions with many."""
    many = size or CASES
    few = min(FEW, many // 2)
    lives = min(LIVES, many // 100)
    with installation("cases") as place:
        with place.database():
            place.use_django()
            made = history.template()
            _close()
            history.load(place, 1, few, template=made)
        place.start()
        figures = [told(f"lifecycles_at_{few}", _lives(place, 0, lives), "per second")]
        _close()
        place.stop()
        say(f"cases: loading {many} cases")
        history.load(place, few + 1, many, template=made)
        place.start()
        figures.append(at_least(f"lifecycles_at_{many}", _lives(place, lives, lives), "per second", 40))
        figures += _submissions(place, many)
        _close()
    return figures


def _close() -> None:
    from django.db import connection

    connection.close()


def sending(draft: "Draft") -> bytes:
    """The request that sends a draft."""
    return post(f"/permohonan/{draft.case_id}/periksa/", draft.session, {"key": uuid.uuid4()})


def _submissions(place: Installation, cases: int) -> list[Figure]:
    from benchmarks import people

    say(f"cases: {USERS} users send {USERS * EACH} applications")
    accounts = people.citizens(USERS, f"u{uuid.uuid4().hex[:8]}-")
    prepared = [[sending(draft) for draft in mine] for mine in people.drafts(accounts, EACH, first=2 * LIVES)]
    warm = run_users(place.port, [requests[:2] for requests in prepared])
    before = _used(place)
    outcome = run_users(place.port, [requests[2:] for requests in prepared], seconds=30)
    _expect_found(warm, outcome)
    shares = _shares(before, _used(place), outcome.seconds)
    own = f"load generator {outcome.processor_share:.0%} of a core"
    note = f"{len(outcome.times)} sent at {cases} cases; {own}; {shares}"
    return [
        at_least("submissions", outcome.per_second, "per second", 600, note),
        at_most("submission_p95", 1000 * percentile(outcome.times, 0.95), "ms", 100, f"{USERS} users"),
    ]


def _expect_found(*outcomes: Outcome) -> None:
    for outcome in outcomes:
        assert set(outcome.statuses) == {FOUND}, outcome.statuses


def _used(place: Installation) -> dict[str, float]:
    return {name: processor_seconds(pids) for name, pids in place.pids().items()}


def _shares(before: dict[str, float], after: dict[str, float], seconds: float) -> str:
    return ", ".join(
        f"{name} {(after[name] - before[name]) / seconds:.0%}" for name in before if name != "run"
    )


def _lives(place: Installation, first: int, count: int) -> float:
    """Whole lives in a second of `count` cases, from the first sending until the last case is done."""
    from benchmarks import people

    accounts = people.citizens(10, f"l{uuid.uuid4().hex[:8]}-")
    waiting = people.drafts(accounts, count // 10, first=first)
    drafts = [draft for mine in waiting for draft in mine]
    roles = ("petugas_loket", "operator_perubahan", "kepala_dinas")
    staff = {role: [people.session_of(people.official(role)) for _ in range(4)] for role in roles}
    head = _Head(place, people.official("kepala_dinas"), staff["kepala_dinas"][0])
    say(f"cases: {len(drafts)} whole lives")
    before, begun = _used(place), time.perf_counter()
    asyncio.run(_all_lives(place, drafts, staff, head))
    seconds = time.perf_counter() - begun
    say(
        f"cases: {len(drafts) / seconds:.1f} lives a second in {head.batches} batches;"
        f" {_shares(before, _used(place), seconds)}"
    )
    return len(drafts) / seconds


async def _all_lives(
    place: Installation, drafts: "Sequence[Draft]", staff: dict[str, list[Session]], head: "_Head"
) -> None:
    left = iter(drafts)

    async def clerk(number: int) -> None:
        line = Line(place.port)
        for draft in left:
            await _send_and_enter(line, draft, staff, number)
        line.close()

    async def desks() -> None:
        await asyncio.gather(*(clerk(number) for number in range(AT_ONCE)))

    entering = asyncio.create_task(desks())
    await head.sign_until_done([draft.case_id for draft in drafts], entering)
    await entering


async def _send_and_enter(line: Line, draft: "Draft", staff: dict[str, list[Session]], number: int) -> None:
    await _found(line, sending(draft))
    for role, step, version in (("petugas_loket", "verifikasi", 2), ("operator_perubahan", "entri", 3)):
        fields = {"key": uuid.uuid4(), "version": version, "step": step}
        path = f"/petugas/permohonan/{draft.case_id}/selesai/"
        await _found(line, post(path, staff[role][number % 4], fields))


async def _found(line: Line, request: bytes) -> None:
    status, body = await line.send(request)
    assert status == FOUND, (status, _sentence(body), request[:60])


class _Head:
    """The head of office, who releases whatever waits."""

    def __init__(self, place: Installation, account: "Account", session: Session) -> None:
        from django.conf import settings

        from loket.offices.actions import totp_seed

        self.totp = pyotp.TOTP(totp_seed(account))
        self.passphrase = settings.DEMO_PASSPHRASE
        self.account, self.session = account, session
        self.line = Line(place.port)
        self.url = place.url
        self.batches = 0

    async def sign_until_done(self, cases: list[uuid.UUID], entering: "asyncio.Task[None]") -> None:
        """Release what waits, again and again, until every case is done."""
        until = time.monotonic() + LIFE_SECONDS
        connection = await psycopg.AsyncConnection.connect(self.url, autocommit=True)
        async with connection:
            while not await self._all_done(connection, cases):
                if entering.done():
                    entering.result()
                assert time.monotonic() < until, "the cases do not end"
                if not await self._release(connection):
                    await asyncio.sleep(0.05)
        self.line.close()

    async def _all_done(self, connection: psycopg.AsyncConnection, cases: list[uuid.UUID]) -> bool:
        found = await connection.execute(
            "SELECT count(*) FROM cases_case WHERE id = ANY (%s) AND state = 'done'", [cases]
        )
        row = await found.fetchone()
        return row is not None and row[0] == len(cases)

    async def _release(self, connection: psycopg.AsyncConnection) -> bool:
        """Release one batch; False where nothing waits, or the batch before still runs."""
        running = await connection.execute(
            "SELECT FROM documents_signingbatch WHERE state = 'running' AND signer_id = %s", [self.account.pk]
        )  # fmt: skip
        if await running.fetchone():
            return False
        _, page = await self.line.send(get("/petugas/tanda-tangan/", self.session))
        found = re.findall(rb'id="d-([0-9A-Z]{26})"', page)
        if not found:
            return False
        await connection.execute("UPDATE offices_account SET totp_step = 0 WHERE id = %s", [self.account.pk])
        fields = {
            "key": uuid.uuid4(),
            "document": [name.decode() for name in found[:MAX_BATCH]],
            "passphrase": self.passphrase,
            "totp": self.totp.now(),
        }
        await _found(self.line, post("/petugas/tanda-tangan/", self.session, fields))
        self.batches += 1
        return True


def _sentence(page: bytes) -> str:
    """What an error page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.decode().partition("<main")[2]).split())[:300]
