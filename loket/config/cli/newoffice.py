"""`loket standards new-office`: an office that is not among the standards yet."""

import os
from pathlib import Path

import click

from loket.config.start import setup, standards_dir


@click.command("new-office")
@click.argument("code")
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The folder of standards to write into (default: STANDARDS_DIR).",
)
def new_office(code: str, directory: Path | None) -> None:
    """Write the folder of an office with one service that runs.

    CODE is the code of the kabupaten or kota without the dot (3273). What the office has to decide is marked
    PUTUSKAN in the files. See docs/new-office.md.
    """
    # As files; needs no database.
    os.environ.setdefault("DATABASE_URL", "dbname=unused")
    setup()
    from loket.config.newoffice import write_office
    from loket.core import clock
    from loket.core.errors import LoketError

    standards = (directory or standards_dir()).resolve()
    try:
        written = write_office(standards=standards, code=code, today=clock.now().date())
    except LoketError as error:
        raise click.ClickException(str(error)) from error
    for path in written.files:
        click.echo(str(path.relative_to(standards)))
    click.echo(f"{written.villages} desa/kelurahan ditambahkan pada national/areas/villages.csv.")
    scenario = next(path for path in written.files if path.parent.name == "scenarios")
    click.echo("\nLangkah berikutnya (docs/new-office.md):\n  loket standards check")
    click.echo(f"  loket scenario run {scenario}")
