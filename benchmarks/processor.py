"""How much processor one request takes, of the web and of its PostgreSQL, to compare two states of the code.

    python -m benchmarks.processor [--against DIRECTORY] [--requests N] [--profile FILE]

Wall time says nothing on a machine that others use too. So the application is called in this process, one
request after the other, and only the processor's time is counted: of this process and of the PostgreSQL
process that serves it. `--against` names another checkout: both are then measured in turn on one database,
in processes of their own.
"""

import argparse
import cProfile
import io
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.figures import percentile, say

ROUNDS = 5
WARM = 20
Step = Callable[[], None]


@dataclass
class Cost:
    """What one request costs, in milliseconds of processor, and its statements."""

    web: float
    postgresql: float
    statements: float


class Door:
    """The application, called like a server calls it."""

    def __init__(self) -> None:
        from django.core.handlers.wsgi import WSGIHandler

        self.application = WSGIHandler()

    def post(self, path: str, session: Any, fields: dict[str, object]) -> int:
        """Send a form; the status of the answer."""
        body = urlencode({"csrfmiddlewaretoken": session.csrf, **fields}, doseq=True).encode()
        return self._call("POST", path, session, body)

    def get(self, path: str, session: Any) -> int:
        """Ask for a page; the status of the answer."""
        return self._call("GET", path, session, b"")

    def _call(self, method: str, path: str, session: Any, body: bytes) -> int:
        path, _, query = path.partition("?")
        statuses = []
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "HTTP_HOST": "127.0.0.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": f"loket_sesi={session.cookie}; loket_csrf={session.csrf}",
            "CONTENT_TYPE": "application/x-www-form-urlencoded" if body else "",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
        }
        response = self.application(environ, lambda status, headers: statuses.append(int(status[:3])))
        list(response)
        response.close()
        return statuses[0]


def _backend_seconds(pid: int) -> float:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


@contextmanager
def _counted(counts: list[int]) -> Iterator[None]:
    from django.db import connection

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        counts[0] += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        yield


def measure(steps: list[Step], around: AbstractContextManager[object] | None = None) -> Cost:
    """Carry out the steps and count. The first ones only warm up."""
    from django.db import connection

    for step in steps[:WARM]:
        step()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    counted = [0]
    with _counted(counted):
        steps[WARM]()
    pid, rest = int(backend), steps[WARM + 1 :]
    web, database = time.process_time(), _backend_seconds(pid)
    with around or nullcontext():
        for step in rest:
            step()
    web, database = time.process_time() - web, _backend_seconds(pid) - database
    return Cost(1000 * web / len(rest), 1000 * database / len(rest), counted[0])


def _submissions(count: int) -> list[Step]:
    """A citizen sends a complete application."""
    from benchmarks import people

    accounts = people.citizens(10, f"p{uuid.uuid4().hex[:8]}-")
    waiting = people.drafts(accounts, (count + WARM) // 10 + 1)
    door = Door()
    return [partial(_send, door, draft) for mine in waiting for draft in mine]


def _send(door: Door, draft: Any) -> None:
    path = f"/permohonan/{draft.case_id}/periksa/"
    assert door.post(path, draft.session, {"key": uuid.uuid4()}) == 302


def _official_steps(count: int, measured: str) -> list[Step]:
    """An official carries out a step of a birth; the steps before it are done first."""
    from benchmarks import people
    from loket.register.models import CivilRecord

    accounts = people.citizens(10, f"p{uuid.uuid4().hex[:8]}-")
    recorded = CivilRecord.objects.count()  # no family has two children here
    waiting = people.drafts(accounts, (count + WARM) // 10 + 1, first=recorded)
    drafts = [draft for mine in waiting for draft in mine]
    door = Door()
    steps: list[Step] = []
    for draft in drafts:
        _send(door, draft)
    for role, step, version in (("petugas_loket", "verifikasi", 2), ("operator_perubahan", "entri", 3)):
        desk = people.session_of(people.official(role))
        steps = [partial(_complete, door, desk, draft.case_id, step, version) for draft in drafts]
        if step == measured:
            return steps
        for carry_out in steps:
            carry_out()
    raise LookupError(measured)


def _complete(door: Door, desk: Any, case_id: uuid.UUID, step: str, version: int) -> None:
    fields = {"key": uuid.uuid4(), "version": version, "step": step}
    if step == "verifikasi":  # another run may have sent the same birth
        fields |= {"distinct": "ya", "distinct_reason": "Sudah dibandingkan."}
    assert door.post(f"/petugas/permohonan/{case_id}/selesai/", desk, fields) == 302


def _pages(count: int, path: str) -> list[Step]:
    from benchmarks import people

    door, desk = Door(), people.session_of(people.official("petugas_loket"))

    def look() -> None:
        assert door.get(path, desk) == 200

    return [look] * (count + WARM + 1)


WHAT: dict[str, Callable[[int], list[Step]]] = {
    "submission": _submissions,
    "verify": lambda count: _official_steps(count, "verifikasi"),
    # Every round of both checkouts uses up families.
    "enter": lambda count: _official_steps(min(count, 20), "entri"),
    "inbox": lambda count: _pages(count, "/petugas/"),
    "list": lambda count: _pages(count, "/petugas/permohonan/"),
}


def _here(what: str, requests: int, profile: str) -> Cost:
    """Measure in this process, whose environment names the database."""
    from loket.config.start import setup

    setup()
    steps = WHAT[what](requests)
    if not profile:
        return measure(steps)
    profiler = cProfile.Profile(time.process_time)
    cost = measure(steps, profiler)
    profiler.dump_stats(profile)
    return cost


def _elsewhere(root: Path, environment: dict[str, str], what: str, requests: int) -> Cost:
    """Measure the code of a checkout in a process of its own."""
    script = Path(__file__).resolve()
    command = [sys.executable, str(script), "--here", what, "--requests", str(requests)]
    environment = {**environment, "PYTHONPATH": str(root)}
    done = subprocess.run(command, env=environment, cwd=root, check=True, stdout=subprocess.PIPE)
    return Cost(**json.loads(done.stdout))


def _median(costs: list[Cost]) -> str:
    web, database = ([getattr(cost, name) for cost in costs] for name in ("web", "postgresql"))
    times = f"web {percentile(web, 0.5):.2f} ms, PostgreSQL {percentile(database, 0.5):.2f} ms"
    return f"{times}, {costs[-1].statements} statements"


def main() -> None:
    """One process measures (`--here`), the other makes the installation and compares."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--only", choices=WHAT)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--profile", default="")
    parser.add_argument("--here", choices=WHAT)
    given = parser.parse_args()
    if given.here:
        print(json.dumps(asdict(_here(given.here, given.requests, given.profile))))
        return
    from benchmarks.installation import ROOT, installation

    roots = [ROOT, *([given.against.resolve()] if given.against else [])]
    with installation("processor") as place, place.database():
        environment = {**place.environment, "DATABASE_URL": place.url}
        for what in [given.only] if given.only else WHAT:
            found: dict[Path, list[Cost]] = {root: [] for root in roots}
            for _ in range(ROUNDS):
                for root in roots:
                    found[root].append(_elsewhere(root, environment, what, given.requests))
            for root, costs in found.items():
                say(f"{what:<10} {root}: {_median(costs)}")


if __name__ == "__main__":
    if str(Path(__file__).parents[1]) not in sys.path:
        sys.path.insert(0, os.environ.get("PYTHONPATH", ""))
    main()
