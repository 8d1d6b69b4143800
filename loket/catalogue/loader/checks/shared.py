"""What several checks use: names written twice, conditions that cannot hold."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import Condition

# What `{menu}` in a published line stands for.
MENU = "menu"


def repeated(source: SourceFile, what: str, named: Sequence[tuple[str, Path]]) -> Iterator[Problem]:
    """Names that must be unique and are not, each at its second place."""
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield source.problem(path, f"{what} '{name}' ditulis dua kali.")
        seen.add(name)


def condition_problems(
    source: SourceFile, path: Path, when: Condition | None, targets: Mapping[str, Collection[str] | None]
) -> Iterator[Problem]:
    """Conditions on something unknown, on an option that is not there, or that can never hold.

    `targets` are the questions and fields with their options; None where any answer is possible.
    """
    for key, wanted in (when or {}).items():
        here = (*path, key)
        if key not in targets:
            yield source.unknown(here, "pertanyaan", key, targets)
            continue
        if wanted == []:
            yield source.problem(here, f"tidak pernah berlaku: daftar jawaban '{key}' kosong.")
        options = targets[key]
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if options is not None and value not in options:
                given = str(value).lower() if isinstance(value, bool) else value
                yield source.unknown(here, f"jawaban untuk '{key}'", given, options)
