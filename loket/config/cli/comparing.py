"""`loket standards diff`: what changed between two states of the standards."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loket.config.start import database, setup

if TYPE_CHECKING:
    from loket.catalogue.comparing import State

# In place of a path: what the installation has published.
PUBLISHED = "published"


@dataclass(frozen=True)
class Place:
    """Where standards are read: their folder (None for the database), and what of them is meant."""

    root: Path | None
    office: str = ""
    service: str = ""


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="Print the changes as JSON.")
def diff(old: str, new: str, as_json: bool) -> None:
    """Tell in words what changed from OLD to NEW.

    Each is a folder of standards, the folder of an office or a service file within one, or the word
    `published` for what this installation has published last. Where one of them is narrower, only that part
    of the other is compared.
    """
    places = [_place(text) for text in (old, new)]
    if any(place.root is None for place in places):
        with database():
            _print(*places, as_json=as_json)
    else:
        # As files; needs no database.
        os.environ.setdefault("DATABASE_URL", "dbname=unused")
        setup()
        _print(*places, as_json=as_json)


def _place(text: str) -> Place:
    """The standards around a path. Raises UsageError where there are none."""
    path = Path(text).resolve()
    if text == PUBLISHED and not path.exists():
        return Place(None)
    root = next((folder for folder in (path, *path.parents) if (folder / "offices").is_dir()), None)
    if root is None or not path.exists():
        raise click.UsageError(f"{text} is not within a folder of standards (one that has offices/).")
    inner = path.relative_to(root).parts
    office = inner[1].partition("-")[0] if len(inner) > 1 and inner[0] == "offices" else ""
    if len(inner) < 2 or inner[0] != "offices":
        return Place(root)
    if path.is_dir() and len(inner) == 2:
        return Place(root, office)
    if len(inner) == 4 and inner[2] == "services":
        return Place(root, office, _service_in(path, root))
    raise click.UsageError(f"{text} is neither the folder of an office nor a service file.")


def _service_in(path: Path, root: Path) -> str:
    from loket.catalogue.loader.problems import Problem
    from loket.catalogue.loader.source import read

    problems: list[Problem] = []
    source = read(path, root, problems)
    if source is None or not isinstance(source.data, dict) or not source.data.get("service"):
        raise click.ClickException(str(problems[0]) if problems else f"{path} names no service.")
    return str(source.data["service"])


def _print(old: Place, new: Place, *, as_json: bool) -> None:
    from django.conf import settings

    from loket.catalogue.comparing import changes, changes_text

    office, service = old.office or new.office, old.service or new.service
    # What is published here is compared with the files of the same offices.
    chosen = settings.OFFICES if None in (old.root, new.root) and not office else ()
    before, now = _state(old, office, chosen), _state(new, office, chosen)
    found = [change for change in changes(before, now) if not service or change.service == service]
    if as_json:
        click.echo(json.dumps([change.as_dict() for change in found], ensure_ascii=False, indent=1))
    else:
        click.echo(changes_text(found, before, now), nl=False)


def _state(place: Place, office: str, chosen: Sequence[str]) -> "State":
    """The standards of a place: of one office where a code is given, of those `chosen` if any.

    Files with errors are refused.
    """
    from loket.catalogue.comparing import State
    from loket.catalogue.loader import load

    if place.root is None:
        return _published(office)
    wanted = [office] if office else chosen
    loaded = load(place.root, [code for code in wanted if any(place.root.glob(f"offices/{code}-*"))])
    if loaded.errors:
        more = f" (and {len(loaded.errors) - 1} more)" if len(loaded.errors) > 1 else ""
        raise click.ClickException(f"{place.root} has errors{more}. {loaded.errors[0]}")
    return State(
        [item for item in loaded.offices if not wanted or item.office in wanted],
        [item for item in loaded.services if not wanted or item.office in wanted],
    )


def _published(office: str) -> "State":
    from loket.catalogue.comparing import State
    from loket.catalogue.queries import definition, services_of
    from loket.offices.models import Office
    from loket.offices.queries import definition as office_definition

    offices = [item for item in Office.objects.order_by("code") if not office or item.code == office]
    revisions = [revision for item in offices for revision in services_of(item, date.max)]
    return State([office_definition(item) for item in offices], [definition(item) for item in revisions])
