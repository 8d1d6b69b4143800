"""Whether the time of an answer tells a guesser that an account, a number or a code exists."""

import re
import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg

from benchmarks.figures import Figure, at_most
from benchmarks.installation import Installation, installation

# Of each of the two, alternating, so that a busy moment meets both.
REQUESTS = 300
GAP_MILLISECONDS = 5
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
NEW = "lampu kuning di dermaga"


@dataclass(frozen=True)
class Pair:
    """One question asked of something known and of something that nobody has; `ask` gives the status."""

    name: str
    known: Callable[[], int]
    unknown: Callable[[], int]


class Guesser:
    """Somebody at the doors without an account."""

    def __init__(self, place: Installation) -> None:
        self.client = httpx.Client(base_url=place.base, timeout=30)

    def form(self, path: str, data: dict[str, str]) -> Callable[[], int]:
        """Sends a form; the page with it is only opened once."""
        found = _TOKEN.search(self.client.get(path).text)
        if found is None:
            raise RuntimeError(f"no form on {path}")
        fields = {"csrfmiddlewaretoken": found[1], **data}
        headers = {"Referer": f"{self.client.base_url}"}
        return lambda: self.client.post(path, data=fields, headers=headers).status_code

    def page(self, path: str) -> Callable[[], int]:
        """Opens a page."""
        return lambda: self.client.get(path).status_code


def _one(database: psycopg.Connection, statement: str) -> Any:
    found = database.execute(statement).fetchone()
    if found is None:
        raise RuntimeError(f"the demo has nothing for: {statement}")
    return found[0]


def _citizen(database: psycopg.Connection) -> str:
    """Somebody with an account of their own, made from an official's, as the demo has none."""
    columns = "office_id, kind, email"
    rest = _one(
        database,
        "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name ="
        " 'offices_account' AND column_name NOT IN ('id', 'office_id', 'kind', 'email')",
    )
    email = "warga-lama@contoh.id"
    database.execute(
        f"INSERT INTO offices_account ({columns}, {rest})"  # noqa: S608 (names of columns)
        f" SELECT NULL, 'citizen', '{email}', {rest} FROM offices_account WHERE kind = 'staff' LIMIT 1"
    )
    return email


def _code_try(place: Installation, email: str) -> Callable[[], int]:
    guesser = Guesser(place)
    guesser.form("/masuk/", {"email": email})()
    return guesser.form("/masuk/kode/", {"code": "abcdef"})


def _pairs(place: Installation, database: psycopg.Connection) -> Iterator[Pair]:
    clerk = _one(database, "SELECT email FROM offices_account WHERE kind = 'staff' AND is_active LIMIT 1")
    citizen = _citizen(database)
    family = _one(database, "SELECT number FROM register_family LIMIT 1")
    nobody, here = f"x{clerk[1:]}", Guesser(place)
    for name, path, more, known in (
        ("staff sign-in", "/petugas/masuk/", {"password": "kata sandi yang salah"}, clerk),
        (
            "password code",
            "/petugas/kata-sandi/",
            {"code": "ABCD-EFGH-JKMN-PQRS", "password": NEW, "password_again": NEW},
            clerk,
        ),
        ("code request", "/masuk/", {}, citizen),
    ):
        forms = [Guesser(place).form(path, {"email": email, **more}) for email in (known, nobody)]
        yield Pair(name, *forms)
    yield Pair("code try", _code_try(place, citizen), _code_try(place, nobody))
    # In the register, but on no document of the office.
    numbers = [here.form("/v/", {"nomor": number}) for number in (family, family[:-3] + "987")]
    yield Pair("check by number", *numbers)
    code = "ABCD-EFGH-JKMN-PQR"
    yield Pair("tracking", here.page(f"/lacak/?kode={code}S"), here.page(f"/lacak/?kode={code}T"))
    ids = [secrets.token_hex(13).upper() for _ in range(2)]
    yield Pair("check by id", here.page(f"/v/{ids[0]}/"), here.page(f"/v/{ids[1]}/"))


def _timed(ask: Callable[[], int], statuses: set[int]) -> float:
    begun = time.perf_counter()
    statuses.add(ask())
    return (time.perf_counter() - begun) * 1000


def _gap(pair: Pair, database: psycopg.Connection, size: int) -> Figure:
    taken: tuple[list[float], list[float]] = ([], [])
    statuses: set[int] = set()
    for number in range(2 * size):
        # Nobody waits for a quarter of an hour here; an empty table is the same for both.
        database.execute("DELETE FROM offices_throttle")
        # Known first, then unknown first: neither always comes after the other.
        which = (number + number // 2) % 2
        taken[which].append(_timed((pair.known, pair.unknown)[which], statuses))
    if len(statuses) != 1 or statuses & {403, 429, 500}:
        raise RuntimeError(f"{pair.name}: {statuses}")
    medians = [statistics.median(times) for times in taken]
    # Of neighbours in time: what else the machine does meets both of them.
    gap = statistics.median(known - unknown for known, unknown in zip(*taken, strict=True))
    note = f"known {medians[0]:.2f}, unknown {medians[1]:.2f}, {size} each, all {statuses.pop()}"
    name = f"guess_gap_{pair.name.replace(' ', '_').replace('-', '_')}"
    return at_most(name, abs(gap), "ms, median of pairs", GAP_MILLISECONDS, note)


def run(size: int | None = None) -> list[Figure]:
    """The median gap for each pair of questions."""
    with installation("guesses") as place:
        place.start()
        with place.database() as database:
            figures = [_gap(pair, database, size or REQUESTS) for pair in _pairs(place, database)]
        place.stop()
    return figures
