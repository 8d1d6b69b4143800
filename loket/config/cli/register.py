"""`loket register`: a population comes in from a file and goes out into one; the books of an office."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from loket.config.start import database, say

if TYPE_CHECKING:
    from datetime import datetime

    from loket.offices.models import Office
    from loket.register.models import ImportRun

PATH = click.Path(dir_okay=False, path_type=Path)


@click.group()
def register() -> None:
    """The residents of an office as a whole: import and export (docs/import.md). Its books: closing them."""


@register.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--office", required=True, help="Code or slug of the office.")
@click.option("--resume", is_flag=True, help="Go on with an import that was interrupted; the same FILE.")
@click.option("--rejects", type=PATH, help="CSV for rejected rows; default: beside FILE.")
@click.option("--override-reason", default="", help="Why to accept numbers that cannot have been issued.")
def import_(file: Path, office: str, resume: bool, rejects: Path | None, override_reason: str) -> None:
    """Take whole families from FILE (CSV, XLSX, Parquet) into the register of an office.

    Exit code 3 where rows were rejected; all others are in the register then.
    """
    rejects = rejects or file.with_name(f"{file.stem}.ditolak.csv")
    with database():
        from loket.core.actors import OPERATOR
        from loket.register.actions.importing import import_population

        run = import_population(
            office=_office(office),
            path=file,
            rejected=rejects,
            resume=resume,
            override_reason=override_reason,
            by=OPERATOR,
            say=_progress,
        )
        _summary(run)
    if run.rows_rejected:
        click.echo(f"{run.rows_rejected} rows rejected, with reasons: {rejects}")
    say(f"{file} holds personal data and is not needed any more: keep it encrypted, or delete it.")
    raise SystemExit(3 if run.rows_rejected else 0)


@register.command("stop-import")
@click.option("--office", required=True, help="Code or slug of the office.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
def stop_import(office: str, reason: str) -> None:
    """Give up an import that was interrupted. Families that it took stay in the register."""
    with database():
        from loket.core.actors import OPERATOR
        from loket.register.actions.importing import stop_import as stop

        run = stop(office=_office(office), by=OPERATOR, reason=reason)
        click.echo(f"Stopped. {run.families_taken} families ({run.residents_taken} residents) stay.")


@register.command()
@click.option("--office", required=True, help="Code or slug of the office.")
@click.option("--as", "kind", required=True, type=click.Choice(["csv", "xlsx", "parquet"]))
@click.option("--out", required=True, type=PATH, help="The file to write; only its owner may read it.")
@click.option("--reason", required=True, help="Why; it goes into the journal.")
@click.option("--by", required=True, help="E-mail of the official who holds the right 'population'.")
@click.option(
    "--password", prompt="Password of that official", hide_input=True, help="Asked for if not given."
)
def export(office: str, kind: str, out: Path, reason: str, by: str, password: str) -> None:
    """Write all living residents of an office to a file, nothing masked."""
    with database():
        from django.conf import settings

        from loket.offices.actions.signin import check_staff_password
        from loket.offices.queries import actor_of
        from loket.register.actions.exporting import export_population

        found = _office(office)
        account = check_staff_password(email=by, password=password, demo_allowed=settings.DEMO, address="cli")
        count = export_population(office=found, kind=kind, out=out, reason=reason, by=actor_of(account))  # type: ignore[arg-type]  # click has checked the choice
        click.echo(f"{count} residents: {out}")


@register.command()
@click.option("--office", required=True, help="Code or slug of the office.")
def books(office: str) -> None:
    """The books of an office: how far each is closed, and how many entries wait."""
    with database():
        from loket.register.bookpages import waiting_to_close

        for item in waiting_to_close(_office(office)):
            closed = f"closed through {item.closed_through}" if item.closed_through else "never closed"
            click.echo(f"{item.book.code:14} {closed:26} {item.entries:6} open  {item.book.title}")


@register.command()
@click.option("--office", required=True, help="Code or slug of the office.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Close through this day; default: today.")
def close(office: str, day: "datetime | None") -> None:
    """Close every book in which entries wait, through a day (tutup buku harian)."""
    with database():
        from loket.core.actors import OPERATOR
        from loket.register.actions import close_books
        from loket.register.actions.closing import DayNotOver, today_of

        found = _office(office)
        last = day.date() if day else today_of(found)
        if last > today_of(found):
            raise click.ClickException(DayNotOver().message)
        for done in close_books(office=found, day=last, by=OPERATOR):
            span = f"{done.first_number} to {done.last_number}" if done.entries else "nihil"
            click.echo(f"{done.book:14} {done.day}  {done.entries:6} entries  {span}")


def _office(name: str) -> "Office":
    from django.db.models import Q

    from loket.offices.models import Office

    found = Office.objects.filter(Q(code=name) | Q(slug=name)).first()
    if found is None:
        known = ", ".join(Office.objects.order_by("code").values_list("code", flat=True)) or "none"
        raise click.ClickException(f"There is no office {name!r}. Known: {known}.")
    return found


def _progress(what: str, done: int, of: int) -> None:
    say(f"{what}: {done:,} of {of:,}" if of else f"{what}: {done:,}" if done else what)


def _summary(run: "ImportRun") -> None:
    from loket.register.rules.dkb import WARNINGS

    click.echo(f"{run.rows} rows, {run.families} families: {run.families_taken} families taken")
    click.echo(f"  {run.residents_taken} residents are new")
    click.echo(f"  {run.families_known} families were there before, with the same members")
    click.echo(f"  {run.families_rejected} families rejected")
    for word, count in run.warnings.items():
        click.echo(f"  {count} x {WARNINGS[word]}")
