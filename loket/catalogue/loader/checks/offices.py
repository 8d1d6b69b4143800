"""What is wrong with an office: roles that nobody can hold, numbers that repeat, fines for nothing."""

from collections.abc import Iterator
from typing import get_args

from loket.catalogue.loader.checks.shared import repeated
from loket.catalogue.loader.problems import Problem, nearest
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import Event
from loket.catalogue.rules.books import numbering_problems
from loket.offices.rules import OfficeFile


def role_problems(source: SourceFile, office: OfficeFile) -> Iterator[Problem]:
    """Roles named twice, and roles held at a kind of site that the office does not have."""
    named = [(role.role, ("roles", index, "role")) for index, role in enumerate(office.roles)]
    yield from repeated(source, "peran", named)
    kinds = {site.kind for site in office.sites}
    for index, role in enumerate(office.roles):
        if role.at is not None and role.at not in kinds:
            message = (
                f"peran '{role.role}' tidak dapat dipegang siapa pun:"
                f" kantor ini tidak punya titik layanan jenis '{role.at}' (sites)."
            )
            yield source.problem(("roles", index, "at"), message, nearest(role.at, kinds))
        if role.outside and role.rights:
            message = f"peran '{role.role}' di luar kantor dan tanpa akun, jadi tidak memakai rights."
            yield source.problem(("roles", index, "rights"), message)


def book_problems(source: SourceFile, office: OfficeFile) -> Iterator[Problem]:
    """Patterns of numbers under which a number could come out twice, and books that nobody knows."""
    for place, message in numbering_problems(office):
        yield source.problem(place, message)


def fine_problems(source: SourceFile, office: OfficeFile) -> Iterator[Problem]:
    """Fines for events that nobody knows."""
    events = get_args(Event)
    for event in office.late_fines:
        if event not in events:
            message = f"denda (late_fines) untuk peristiwa '{event}' yang tidak dikenal."
            yield source.problem(("late_fines", event), message, nearest(event, events))
