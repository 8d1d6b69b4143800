"""`loket upgrade` and `loket rollback`: from one release to another and back."""

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from loket.config import settings_file
from loket.config.installing import ground, releases


def _placed(command: Callable[..., None]) -> Callable[..., None]:
    options = [
        click.option(
            "--root", default=str(releases.ROOT), show_default=True, type=click.Path(path_type=Path)
        ),
        click.option(
            "--config", default=str(settings_file.DEFAULT), show_default=True, type=click.Path(path_type=Path)
        ),
        click.option("--user", default="loket", show_default=True, help="The user that Loket runs as."),
        click.option(
            "--restart", default=shlex.join(releases.RESTART), show_default=True, help="How to restart."
        ),
        click.option(
            "--patience", default=releases.PATIENCE_SECONDS, show_default=True, help="Seconds to wait."
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def _place(given: dict[str, Any]) -> releases.Place:
    return releases.Place(
        given["root"],
        given["config"].absolute(),
        ground.user_entry(given["user"]),
        shlex.split(given["restart"]),
        given["patience"],
    )


@click.command()
@click.argument("release", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--without-backup", is_flag=True, help="Do not back up before.")
@_placed
def upgrade(release: Path, without_backup: bool, **given: Any) -> None:
    """Bring the release in the folder RELEASE in; goes back by itself where it is not well. Run as root."""
    try:
        releases.upgrade(_place(given), release, backup=not without_backup, say=click.echo)
    except ground.InstallError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@_placed
def rollback(**given: Any) -> None:
    """Go back to the release before; the database stays as it is. Run as root."""
    try:
        releases.rollback(_place(given), say=click.echo)
    except ground.InstallError as error:
        raise click.ClickException(str(error)) from error
