"""Running scenarios one after another, each in a copy of one prepared database."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from loket.config.scenario import preparing
from loket.config.scenario.databases import Databases
from loket.config.scenario.driving import drive
from loket.config.scenario.playing import Play, Time
from loket.config.scenario.reading import Planned
from loket.config.scenario.results import Result, result_of
from loket.config.scenario.siak import StandIn
from loket.config.scenario.surroundings import SignerProcess
from loket.core import clock
from loket.offices.models import Office


def run_all(
    plans: Sequence[Planned], databases: Databases, template: str, out: Path | None
) -> Iterator[Result]:
    """The results, in order. `template` is a prepared database; `out` keeps the documents."""
    for plan, folder in zip(plans, _folders(plans, out), strict=True):
        name = databases.name("k")
        databases.create(name, template)
        try:
            with preparing.working_on(name):
                yield run(plan, folder)
        finally:
            databases.drop(name)


def _folders(plans: Sequence[Planned], out: Path | None) -> Iterator[Path | None]:
    """A folder for the documents of each scenario, named as its file."""
    taken: set[str] = set()
    for plan in plans:
        name, number = plan.path.stem, 1
        while name in taken:
            number += 1
            name = f"{plan.path.stem}-{number}"
        taken.add(name)
        yield out / name if out else None


def run(plan: Planned, out: Path | None) -> Result:
    """Play one scenario, after those before it, on the present database, which it leaves changed.

    What went otherwise than expected before it is a difference of its own.
    """
    preparing.empty_places()
    last: Play | None = None
    before: list[str] = []
    for earlier in plan.in_order[:-1]:
        last, result = _play(earlier, None, last)
        before += [f"Sebelumnya ({earlier.path.name}): {difference}" for difference in result.differences]
    _, result = _play(plan, out, last)
    result.differences[:0] = before
    return result


def _play(plan: Planned, out: Path | None, last: Play | None) -> tuple[Play, Result]:
    """Play one scenario; it begins when it says, or when the `last` one has ended."""
    office = Office.objects.get(code=plan.office.office)
    start = preparing.start_of(plan, office)
    time = Time(max(start, last.time.now) if last else start)
    signer = SignerProcess(Path(settings.SIGNER_SOCKET), settings.KEYS_DIR, time.now)
    try:
        with clock.use(time):
            present = preparing.people(plan, office, last.people if last else None)
            siak = last.siak if last else StandIn(settings.SIAK_ROOTS[0], start)
            play = Play(plan, office, present, time, signer, siak, seeds=last.seeds if last else {})
            play.last_code = last.last_code if last else 0
            drive(play)
            return play, result_of(play, out)
    finally:
        signer.end()
