"""Reads and checks the files under `standards/`: every problem at once, each with its file and line.

`load()` is the whole of it; nothing here touches the database.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loket.catalogue.loader.folder import read_folder
from loket.catalogue.loader.national import (
    AreaRow,
    National,
    read_areas,
    read_code_lists,
    read_national,
    read_screens,
)
from loket.catalogue.loader.problems import Problem
from loket.catalogue.loader.services import read_services
from loket.catalogue.rules import RegisterSource, Service
from loket.offices.rules import OfficeFile

__all__ = [
    "AreaRow",
    "Loaded",
    "National",
    "Problem",
    "load",
    "read_areas",
    "read_code_lists",
    "read_screens",
]


@dataclass(frozen=True)
class Loaded:
    """The standards: the offices that could be read, the services without errors, and all that is wrong."""

    offices: list[OfficeFile] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def errors(self) -> list[Problem]:
        """The problems that forbid publishing."""
        return [problem for problem in self.problems if problem.severity == "error"]

    @property
    def warnings(self) -> list[Problem]:
        """The problems that somebody should look at."""
        return [problem for problem in self.problems if problem.severity == "warning"]


def load(standards_dir: Path, only: Collection[str] = (), source: RegisterSource | None = None) -> Loaded:
    """Everything under `standards_dir`, checked; of the offices only those with the codes `only`, if any.

    `source` stands in for what the offices say of where numbers and documents come from, to try one out.
    """
    problems: list[Problem] = []
    offices: list[OfficeFile] = []
    services: list[Service] = []
    national = read_national(standards_dir, problems)
    places = sorted(place for place in standards_dir.glob("offices/*") if place.is_dir())
    for code in sorted(set(only) - {place.name.partition("-")[0] for place in places}):
        problems.append(Problem("offices", 1, f"kantor '{code}' tidak ada di sini."))
    places = [place for place in places if not only or place.name.partition("-")[0] in only]
    if not places:
        problems.append(Problem("offices", 1, "belum ada satu pun kantor."))
    taken: dict[str, str] = {}
    for place in places:
        folder = read_folder(place, standards_dir, national, problems)
        if source and folder.file:
            folder.file = folder.file.model_copy(update={"register_source": source})
        services.extend(read_services(folder, standards_dir, national, problems))
        if folder.file is not None:
            offices.append(folder.file)
            problems.extend(_taken_twice(folder.file, place, taken))
    problems.sort(key=lambda problem: (problem.file, problem.line))
    return Loaded(offices, services, problems)


def _taken_twice(file: OfficeFile, place: Path, taken: dict[str, str]) -> Iterator[Problem]:
    for name in (file.office, file.slug):
        if name in taken:
            message = f"kantor '{name}' sudah ada dalam {taken[name]}."
            yield Problem(f"offices/{place.name}/office.yaml", 1, message)
        taken.setdefault(name, place.name)
