"""Commands about stored files: their keys and their state."""

import click

from loket.config.start import database
from loket.core import filekeys, filestore


@click.group()
def files() -> None:
    """Stored files (uploads, documents): their encryption and their state."""


@files.command("new-key")
def new_key() -> None:
    """Make the key of a new installation. Refused where files of another key lie already."""
    with database():
        from django.conf import settings

        made = filestore.ensure_key(settings.FILES_DIR)
        where = settings.FILE_KEYS_DIR
    click.echo(
        f"Made the key of the files in {where}. Back it up." if made else f"There is a key in {where}."
    )


@files.command()
def encrypt() -> None:
    """Encrypt files that an older version stored in plain. May be interrupted and repeated."""
    with database():
        from django.conf import settings

        done = [(path, whole) for path, whole in filestore.encrypt_plain(settings.FILES_DIR)]
        filestore.remove_leftovers(settings.FILES_DIR)
    damaged = [path for path, whole in done if not whole]
    for path in damaged:
        click.echo(f"damaged, left as it is: {path}", err=True)
    click.echo(f"{len(done) - len(damaged)} files encrypted, {len(damaged)} damaged.")
    raise SystemExit(1 if damaged else 0)


@files.command("rotate-key")
def rotate_key() -> None:
    """Give every file's key a new wrapping key. May be interrupted: the next call goes on."""
    with database():
        from django.conf import settings

        try:
            count = sum(1 for _ in filestore.rotate(settings.FILES_DIR))
        except filestore.DamagedFile as error:
            raise click.ClickException(str(error)) from error
        current = filekeys.load(settings.FILE_KEYS_DIR).current
    click.echo(f"{count} files wrapped under key {current}. Back up the keys again.")


@files.command()
def check() -> None:
    """Open every stored file. Exit code 1 where one was changed, cut, swapped or cannot be opened."""
    with database():
        from django.conf import settings

        filekeys.load(settings.FILE_KEYS_DIR)
        verdicts = list(filestore.scrub(settings.FILES_DIR))
    bad = [path for path, whole in verdicts if not whole]
    for path in bad:
        click.echo(f"damaged: {path}", err=True)
    click.echo(f"{len(verdicts)} files, {len(bad)} damaged.")
    raise SystemExit(1 if bad else 0)
