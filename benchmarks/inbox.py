"""Lists and a case's page with ten thousand and with a million cases of one office.

Measured is the whole answer of the running server to one patient official, one request after the other; so it
holds the time on the wire of loopback and of the client too, which is a fraction of a millisecond.
"""

import uuid
from collections.abc import Callable

from benchmarks import history
from benchmarks.figures import Figure, at_most, percentile, say, told
from benchmarks.installation import Installation, installation
from benchmarks.traffic import OK, Outcome, get, run_users

CASES = 1_000_000
FEW = 10_000
REQUESTS = 200


def run(size: int | None = None) -> list[Figure]:
    """Every page with few and with many cases: p95 with many, and the ratio of the medians."""
    many = size or CASES
    few = min(FEW, many // 10)
    with installation("inbox") as place:
        with place.database():
            place.use_django()
            made = history.template()
            _close()
        history.load(place, 1, few, template=made)
        before = _measure(place, few)
        say(f"inbox: loading {many} cases")
        history.load(place, few + 1, many, template=made)
        after = _measure(place, many)
    return [figure for name in after for figure in _figures(name, before[name], after[name], many)]


def _figures(name: str, before: Outcome, after: Outcome, many: int) -> list[Figure]:
    ratio = percentile(after.times, 0.5) / percentile(before.times, 0.5)
    p95 = 1000 * percentile(after.times, 0.95)
    few = told(f"{name}_p95_few", 1000 * percentile(before.times, 0.95), "ms")
    return [
        few,
        at_most(f"{name}_p95", p95, "ms", 40, f"{many} cases, {len(after.times)} requests"),
        at_most(f"{name}_ratio", ratio, "ratio of medians", 1.3),
    ]


def _close() -> None:
    from django.db import connection

    connection.close()


def _measure(place: Installation, cases: int) -> dict[str, Outcome]:
    from benchmarks import people

    place.start()
    try:
        desk = people.session_of(people.official("petugas_loket"))
        _close()
        pages = _pages(place, cases)
        found = {}
        for name, path_of in pages.items():
            requests = [get(path_of(number), desk) for number in range(REQUESTS)]
            run_users(place.port, [requests[:20]])
            found[name] = run_users(place.port, [requests])
            assert set(found[name].statuses) == {OK}, (name, found[name].statuses)
            median = 1000 * percentile(found[name].times, 0.5)
            say(f"  {name:<14} {median:6.1f} ms median at {cases} cases")
        return found
    finally:
        place.stop()


def _pages(place: Installation, cases: int) -> dict[str, Callable[[int], str]]:
    """Each page by its name: the address of the n-th request."""
    rows = _some(place, cases)
    return {
        "inbox": lambda number: "/petugas/",
        "list": lambda number: "/petugas/permohonan/",
        "search_state": lambda number: (
            f"/petugas/permohonan/?keadaan={('done', 'open', 'rejected')[number % 3]}"
        ),
        "search_code": lambda number: f"/petugas/permohonan/?kode={rows[number % len(rows)][1]}",
        "deep_page": lambda number: f"/petugas/permohonan/?hal={min(20, cases // 100)}",
        "case": lambda number: f"/petugas/permohonan/{rows[number % len(rows)][0]}/",
    }


def _some(place: Installation, cases: int) -> list[tuple[uuid.UUID, str]]:
    """Id and tracking code of some cases from all times."""
    numbers = [1 + number * (cases - 1) // REQUESTS for number in range(REQUESTS)]
    with place.database() as connection:
        return connection.execute(
            "SELECT id, tracking_code FROM cases_case WHERE id IN"
            " (SELECT md5('case' || n)::uuid FROM unnest(%s::bigint[]) AS n)",
            [numbers],
        ).fetchall()
