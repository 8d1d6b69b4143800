"""Commands that check: the journal, and the whole installation."""

import json

import click

from loket.config.start import database


@click.group()
def audit() -> None:
    """The journal of everything that was done and looked at."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object for each office.")
def verify(as_json: bool) -> None:
    """Recompute every office's hash chain and compare it with the anchors. Exit code 1 where it is broken."""
    with database():
        from loket.audit import queries

        try:
            anchors = queries.all_anchors()
        except ValueError as error:
            raise click.ClickException(str(error)) from error
        verdicts = queries.verify_all(anchors)
    if as_json:
        click.echo(json.dumps([verdict.as_dict() for verdict in verdicts], ensure_ascii=False))
    for verdict in verdicts if not as_json else []:
        place = verdict.office or "pusat"
        result = verdict.broken or "utuh"
        click.echo(
            f"{place}: {result}; {verdict.rows} baris tersegel, {verdict.unsealed} belum disegel, "
            f"{verdict.anchors} jangkar"
            + "".join(
                f"; baris {first} sampai {last} hilang karena pemulihan" for first, last in verdict.gaps
            )
        )
    raise SystemExit(1 if any(verdict.broken for verdict in verdicts) else 0)


_LEVELS = {"ok": "ok  ", "warn": "WARN", "fail": "FAIL"}
_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one object for each check.")
def doctor(as_json: bool) -> None:
    """Check the installation: settings, database, files, keys, jobs, signer. Exit code 1 where one fails.

    Run it as Loket's own user, with the settings of the running Loket. A warning leaves the exit code 0.
    """
    with database():
        from loket.config.health import checks

        found = checks()
    if as_json:
        click.echo(json.dumps([item.as_dict() for item in found], ensure_ascii=False))
    for item in found if not as_json else []:
        click.echo(f"{click.style(_LEVELS[item.level], fg=_COLOURS[item.level])} {item.name}: {item.detail}")
        if item.todo:
            click.echo(f"     -> {item.todo}")
    raise SystemExit(0 if all(item.ok for item in found) else 1)
