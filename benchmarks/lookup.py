"""Looking people up where a million, and ten million, are known: NIK, nomor KK, name, and a day that is past.

`http`: an official's search with its row in the journal, durable before the answer, by the processes that
`loket run` starts. `bare`: the same search inside this process, without door and journal.
"""

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from benchmarks import residents
from benchmarks.figures import Figure, percentile, say, told
from benchmarks.installation import Installation, installation
from benchmarks.traffic import OK, Session, post, run_users

SIZES = (1_000_000, 10_000_000)
IMPORTED = 20_000
USERS, EACH, BARE = 8, 250, 2_000
PATH = "/petugas/penduduk/"


def run(size: int | None = None) -> list[Figure]:
    """Every look-up at each size."""
    sizes = [size] if size else list(SIZES)
    figures: list[Figure] = []
    with installation("lookup") as place:
        with place.database():
            place.use_django()
        known = 0
        for many in (number - number % residents.FAMILY for number in sizes):
            say(f"lookup: loading {many} residents")
            seconds = residents.load(place, known, many - 1)
            figures.append(told(f"load_{many}", (many - known) / seconds, "residents per second", "by SQL"))
            known = many
            place.start()
            try:
                figures += _over_http(place, many)
            finally:
                place.stop()
            with place.database():
                figures += _bare(many)
                figures.append(_imported(place, many))
    return figures


def _people(many: int, count: int) -> list[residents.Person]:
    chance = random.Random(many)
    return [residents.Person(chance.randrange(many)) for _ in range(count)]


def _close() -> None:
    from django.db import connection

    connection.close()


def _over_http(place: Installation, many: int) -> list[Figure]:
    from benchmarks import people

    clerk = people.session_of(people.official("operator_perubahan"))
    _close()
    asked = {
        "nik": [person.nik for person in _people(many, USERS * EACH)],
        "kk": [person.family_number for person in _people(many, USERS * EACH)],
        "name": _names(USERS * EACH),
    }
    return [
        figure for kind, words in asked.items() for figure in _http_figures(place, clerk, kind, words, many)
    ]


def _http_figures(
    place: Installation, clerk: Session, kind: str, words: Sequence[str], many: int
) -> list[Figure]:
    users = [
        [post(PATH, clerk, {"cari": word}) for word in words[user * EACH : (user + 1) * EACH]]
        for user in range(USERS)
    ]
    run_users(place.port, [requests[:10] for requests in users])
    done = run_users(place.port, users)
    if set(done.statuses) != {OK}:
        raise RuntimeError(f"{kind}: {done.statuses}")
    note = f"{many} residents, {USERS} users at once, each look in the journal"
    say(f"  {kind} over HTTP: {done.per_second:.0f} a second")
    return [
        told(f"{kind}_http_{many}", done.per_second, "per second", note),
        *_times(f"{kind}_http_{many}", done.times),
    ]


def _times(name: str, times: Sequence[float]) -> list[Figure]:
    return [
        told(f"{name}_p50", 1000 * percentile(times, 0.5), "ms"),
        told(f"{name}_p95", 1000 * percentile(times, 0.95), "ms"),
        told(f"{name}_p99", 1000 * percentile(times, 0.99), "ms"),
    ]


def _names(count: int) -> list[str]:
    """Names as people ask for them, now and then in another spelling."""
    from loket.config.demo import names

    chance = random.Random(count)
    given, last = [*names.MALE, *names.FEMALE], list(names.LAST)
    asked = (f"{chance.choice(given)} {chance.choice(last)}" for _ in range(count))
    return [word.replace("y", "i") if chance.random() < 0.3 else word for word in asked]


def _bare(many: int) -> list[Figure]:
    from loket.offices.models import Office
    from loket.register import finding, past
    from loket.register.rules.finding import read_wanted

    office = Office.objects.get(code=residents.OFFICE)
    known = datetime(2026, 1, 1, tzinfo=UTC)

    def search(word: str) -> object:
        return finding.find_residents(office, read_wanted({"cari": word}))

    sample = _people(many, BARE)
    rows = [person.row - person.row % residents.CHANGED_EVERY for person in sample]
    looks: dict[str, Sequence[Callable[[], object]]] = {
        "nik": [lambda person=person: search(person.nik) for person in sample],
        "kk": [lambda person=person: search(person.family_number) for person in sample],
        "name": [lambda word=word: search(word) for word in _names(200)],
        "past_resident": [lambda row=row: past.resident_on(row, date(2022, 1, 1), known) for row in rows],
        "past_family": [
            lambda row=row: past.family_of_resident_on(row, date(2022, 1, 1), known) for row in rows
        ],
    }
    figures = [figure for name, calls in looks.items() for figure in _bare_figures(name, calls, many)]
    _close()
    return figures


def _bare_figures(name: str, calls: Sequence[Callable[[], object]], many: int) -> list[Figure]:
    for call in calls[:20]:
        call()
    times = []
    for call in calls:
        begun = time.perf_counter()
        if not call():
            raise RuntimeError(f"{name}: nothing found")
        times.append(time.perf_counter() - begun)
    say(f"  {name} bare: {len(times) / sum(times):.0f} a second")
    note = f"{many} residents, one after the other"
    return [
        told(f"{name}_bare_{many}", len(times) / sum(times), "per second", note),
        *_times(f"{name}_bare_{many}", times),
    ]


def _imported(place: Installation, many: int) -> Figure:
    """How fast a file comes in beside everybody who is there already; of other kecamatan than theirs."""
    from benchmarks.population import generated
    from loket.core.actors import OPERATOR
    from loket.offices.models import Area, Office
    from loket.register.actions.importing import import_population

    district = f"64.71.{residents.DISTRICT[4:]}."
    areas = Area.objects.filter(code__startswith="64.71.", level="kelurahan", retired=False)
    villages = list(areas.exclude(code__startswith=district).values_list("code", flat=True))
    source = place.data_dir / f"import-{many}.csv"
    rows = generated(source, IMPORTED, villages)
    office = Office.objects.get(code=residents.OFFICE)
    begun = time.perf_counter()
    run = import_population(office=office, path=source, rejected=place.data_dir / "bad.csv", by=OPERATOR)
    taken = time.perf_counter() - begun
    _close()
    note = f"{rows} rows, {run.residents_taken} taken, {run.rows_rejected} rejected, beside {many}"
    return told(f"import_beside_{many}", rows / taken, "rows per second", note)
