"""Commands about standards: check, list, show, publish, and following one service through the code."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from loket.config.cli.comparing import diff
from loket.config.cli.newoffice import new_office
from loket.config.start import database, setup
from loket.core.errors import LoketError

if TYPE_CHECKING:
    from loket.catalogue.loader import Loaded
    from loket.catalogue.rules import Service


@click.group()
def standards() -> None:
    """The published service standards under standards/."""


standards.add_command(diff)
standards.add_command(new_office)


def _loaded() -> "Loaded":
    """Standards as files; needs no database."""
    os.environ.setdefault("DATABASE_URL", "dbname=unused")
    setup()
    from django.conf import settings

    from loket.catalogue.loader import load

    return load(settings.STANDARDS_DIR)


@standards.command()
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(as_json: bool) -> None:
    """Check every file; exit code 1 where there is an error."""
    loaded = _loaded()
    if as_json:
        click.echo(json.dumps([{**problem.__dict__} for problem in loaded.problems], ensure_ascii=False))
    else:
        for problem in loaded.problems:
            click.echo(str(problem))
        click.echo(
            f"{len(loaded.offices)} kantor, {len(loaded.services)} layanan, "
            f"{len(loaded.errors)} kesalahan, {len(loaded.warnings)} peringatan."
        )
    raise SystemExit(1 if loaded.errors else 0)


@standards.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def list_(as_json: bool) -> None:
    """List every office, service and variant in the files."""
    from loket.catalogue.listing import listing

    loaded = _loaded()
    rows = listing(loaded.services)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(f"{row['office']}  {row['service']}  {row['variant']}  ({len(row['steps'])} langkah)")


@standards.command()
@click.argument("office")
@click.argument("service")
@click.option("--as", "form", default="text", help="text (default), json, html, pdf, sop (both PDF) or bpmn.")
@click.option("--variant", help="Only this variant of the service.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file.")
def show(office: str, service: str, form: str, variant: str | None, out: Path | None) -> None:
    """Print one standard, in the office's own order of the 14 components, its SOP, or its procedure as BPMN.

    Without --variant all variants are printed; as BPMN, each is a pool of its own in one file.
    """
    loaded = _loaded()
    from loket.documents.standards import FORMS

    if form not in FORMS:
        raise click.ClickException(f"There is no form {form!r}. Known: {', '.join(FORMS)}.")
    found = _narrowed(_find(loaded, office, service), variant)
    file = next(item for item in loaded.offices if item.office == found.office)
    if out is None and not FORMS[form].is_text and sys.stdout.isatty():
        raise click.ClickException(f"{form} is not for a terminal. Say where to write it: --out FILE.")
    try:
        printed = FORMS[form].make(found, file)
    except LoketError as error:
        raise click.ClickException(str(error)) from error
    if out is not None:
        out.write_bytes(printed)
        click.echo(str(out))
    else:
        click.echo(printed, nl=False)


def _find(loaded: "Loaded", office: str, service: str) -> "Service":
    """A service by the office's code or slug. Ends with a sentence where there is none."""
    codes = {file.slug: file.office for file in loaded.offices}
    for item in loaded.services:
        if item.office == codes.get(office, office) and item.service == service:
            return item
    known = ", ".join(sorted(f"{item.office}/{item.service}" for item in loaded.services)) or "none"
    raise click.ClickException(f"There is no service {service!r} of office {office!r}. Known: {known}.")


def _narrowed(service: "Service", variant: str | None) -> "Service":
    """The service with one variant only, where one is named. Ends with a sentence where there is none."""
    chosen = [item for item in service.variants if variant in (None, item.variant)]
    if not chosen:
        known = ", ".join(item.variant for item in service.variants)
        raise click.ClickException(f"There is no variant {variant!r} of {service.service}. Known: {known}.")
    return service.model_copy(update={"variants": chosen})


@standards.command()
def publish() -> None:
    """Publish every changed service as a new revision."""
    with database():
        from loket.config.preparation import publish_standards

        done = publish_standards(lambda _: None, by="cli")
        for revision in done.revisions:
            click.echo(str(revision))
        click.echo(f"{len(done.revisions)} revisi baru, {done.unchanged} tidak berubah.")


@click.command()
@click.argument("office")
@click.argument("service")
def trace(office: str, service: str) -> None:
    """Follow one service through the code: file and line of every hop."""
    found = _find(_loaded(), office, service)
    from loket.config.tracing import hops

    for hop in hops(found):
        click.echo(hop)
