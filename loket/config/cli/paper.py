"""`loket paper-kit`: what a counter needs on paper when power or network fails."""

import os
from pathlib import Path

import click

from loket.config.start import database


@click.command("paper-kit")
@click.argument("office")
@click.option("--count", type=int, default=50, show_default=True, help="How many numbered resi.")
@click.option(
    "--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the files."
)
def paper_kit(office: str, count: int, out: Path) -> None:
    """Print forms of every service and a block of numbered resi of OFFICE (code or slug) as PDF files."""
    with database():
        from django.db.models import Q

        from loket.cases.actions.paperkit import print_kit
        from loket.offices.models import Office

        found = Office.objects.filter(Q(code=office) | Q(slug=office)).first()
        if found is None:
            known = ", ".join(Office.objects.order_by("code").values_list("code", flat=True)) or "none"
            raise click.ClickException(f"There is no office {office!r}. Known: {known}.")
        out.mkdir(parents=True, exist_ok=True)
        if not os.access(out, os.W_OK):
            raise click.ClickException(f"{out} cannot be written by this user.")
        pack, files = print_kit(office=found, count=count, by="cli")
        for name, content in files.items():
            (out / name).write_bytes(content)
            click.echo(out / name)
        click.echo(f"Reserved {pack.first} to {pack.last}.")
