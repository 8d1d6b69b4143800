"""Commands about scenarios: trying a standard out before it is published."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loket.config import embedded
from loket.config.scenario import databases, surroundings
from loket.config.start import data_dir, say, setup, standards_dir
from loket.core.errors import LoketError

if TYPE_CHECKING:
    from loket.catalogue.rules import RegisterSource
    from loket.config.scenario.reading import Planned
    from loket.config.scenario.results import Result

AS_EXPECTED, DIFFERENT, BROKEN = 0, 1, 2


@click.group()
def scenario() -> None:
    """Try a standard out: one application from its start to its end, far away from the real books."""


@scenario.command()
def schema() -> None:
    """Print the JSON Schema of a scenario file."""
    from loket.config.scenario.format import json_schema

    click.echo(json.dumps(json_schema(), ensure_ascii=False, indent=1))


@scenario.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), help="Keep the documents here.")
@click.option(
    "--source",
    type=click.Choice(["own", "siak"]),
    help="Where numbers and documents come from, whatever the office says.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
def run(files: tuple[Path, ...], out: Path | None, source: "RegisterSource | None", as_json: bool) -> None:
    """Play FILES, each in a database of its own that is dropped afterwards.

    Standards come from STANDARDS_DIR, published or not. Exit code 0 where all went as expected, 1 where
    something did not, 2 where a file is broken.
    """
    plans = _plans(files, source)
    try:
        with surroundings.ended_in_order(), _throw_away() as (temporary, template):
            results = [*_played(plans, temporary, template, out, quiet=as_json)]
    except (LoketError, embedded.EmbeddedPostgresError) as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        rows = [result.as_json() for result in results]
        click.echo(json.dumps({"results": rows}, ensure_ascii=False, indent=1))
    raise SystemExit(AS_EXPECTED if all(result.as_expected for result in results) else DIFFERENT)


def _plans(files: Sequence[Path], source: "RegisterSource | None" = None) -> "list[Planned]":
    """What the files say. Ends with every problem at once where one of them is broken."""
    from loket.catalogue.loader import load, read_areas
    from loket.config.scenario.reading import Library, read_scenario

    loaded = load(standards_dir(), source=source)
    library = Library.of(loaded, read_areas(standards_dir()))
    read = [read_scenario(path, library) for path in files]
    problems = dict.fromkeys(problem for _, found in read for problem in found)
    for problem in problems:
        click.echo(str(problem), err=True)
    plans = [plan for plan, _ in read if plan is not None]
    if len(plans) < len(files):
        raise SystemExit(BROKEN)
    return plans


@contextmanager
def _throw_away() -> Iterator[tuple[databases.Databases, str]]:
    """Temporary databases on the installation's server, the first of them with the settings of a new
    installation around it.
    """
    cluster = None
    if not (url := os.environ.get("DATABASE_URL", "")):
        cluster = embedded.start(data_dir(), progress=say)
        url = cluster.url
    try:
        with databases.on(url) as temporary, surroundings.directory() as place:
            template = temporary.name("asal")
            with surroundings.environment(place, temporary.url(template)):
                setup()
                yield temporary, template
    finally:
        if cluster is not None and cluster.started_here:
            embedded.stop(cluster)


def _played(
    plans: "Sequence[Planned]",
    temporary: databases.Databases,
    template: str,
    out: Path | None,
    *,
    quiet: bool,
) -> "Iterator[Result]":
    """The results as they come, printed at once unless `quiet`."""
    from zoneinfo import ZoneInfo

    from loket.config.scenario import preparing, running
    from loket.config.scenario.printing import printed

    say("Menyiapkan basis data sementara...")
    temporary.create(template)
    preparing.prepare_template(plans, temporary.live_holidays())
    results = running.run_all(plans, temporary, template, out.resolve() if out else None)
    for plan, result in zip(plans, results, strict=True):
        if not quiet:
            click.echo(f"{printed(result, ZoneInfo(plan.office.zone))}\n")
        yield result
