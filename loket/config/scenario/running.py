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
    """Play one scenario on the present database, which it leaves changed."""
    preparing.empty_places()
    office = Office.objects.get(code=plan.office.office)
    time = Time(preparing.start_of(plan, office))
    signer = SignerProcess(Path(settings.SIGNER_SOCKET), settings.KEYS_DIR, time.now)
    try:
        with clock.use(time):
            play = Play(plan, office, preparing.people(plan, office), time, signer)
            drive(play)
            return result_of(play, out)
    finally:
        signer.end()
