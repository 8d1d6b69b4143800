"""Commands that save an installation and bring it back."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from loket.config import embedded
from loket.config.start import data_dir, database, say, setup
from loket.core.errors import LoketError

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
THERE = click.Path(exists=True, file_okay=False, path_type=Path)
BY = "cli"


def _opener(key_file: Path | None, passphrase_file: Path | None) -> Any:
    """Who opens the backup: a file, or what is typed. Nothing of it is shown or stored."""
    from loket.config.backup import keys

    if passphrase_file:
        return keys.Passphrase(passphrase_file.read_text())
    text = key_file.read_text() if key_file else click.prompt("Recovery key", hide_input=True, err=True)
    return keys.read_recovery_key(text)


def opens(command: Any) -> Any:
    """The two options with which a backup is opened."""
    command = click.option("--passphrase-file", type=FILE, help="File with the passphrase.")(command)
    return click.option("--key-file", type=FILE, help="File with the recovery key; asked for otherwise.")(
        command
    )


@contextmanager
def _sentences() -> Iterator[None]:
    """Expected failures become one sentence and exit code 1."""
    try:
        yield
    except (LoketError, embedded.EmbeddedPostgresError) as error:
        raise click.ClickException(str(error)) from error


@click.group(invoke_without_command=True)
@click.option("--to", "folder", type=FOLDER, help="Where to put it; default DATA_DIR/backups.")
@click.option("--keep", type=click.IntRange(min=1), help="Remove all but the newest so many backups there.")
@click.option("--passphrase-file", type=FILE, help="Encrypt with this passphrase, not for the backup key.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made.")
@click.pass_context
def backup(
    context: click.Context, folder: Path | None, keep: int | None, passphrase_file: Path | None, as_json: bool
) -> None:
    """Save database, files, keys and anchors in one encrypted, checked file, while Loket runs."""
    if context.invoked_subcommand:
        return
    with database():
        from django.conf import settings

        from loket.config.backup import keys, making

        recipient: Any = (
            keys.Passphrase(passphrase_file.read_text())
            if passphrase_file
            else keys.public_key(settings.KEYS_DIR)
        )
        made = making.make(
            folder=folder or settings.DATA_DIR / "backups", recipient=recipient, by=BY, keep=keep, say=say
        )
    if as_json:
        click.echo(json.dumps({**made.__dict__, "path": str(made.path)}))
    else:
        click.echo(f"{made.path}: {made.size >> 10} KB, SHA-256 {made.sha256}")


@backup.command()
@click.argument("file", type=FILE)
@opens
def verify(file: Path, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Decrypt a backup and check every part of it; prints its manifest. Nothing is written."""
    from loket.config.backup import restoring

    with _sentences():
        manifest = restoring.read_manifest(file, _opener(key_file, passphrase_file))
    click.echo(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))


@click.group("backup-key")
def backup_key() -> None:
    """The key with which backups are opened."""


@backup_key.command("new")
@click.option("--out", type=click.Path(path_type=Path), help="Write the recovery key to this new file.")
@click.option("--replace", is_flag=True, help="Make another key; older backups still need the older one.")
def new_backup_key(out: Path | None, replace: bool) -> None:
    """Make the backup key; shows the recovery key once. Print it and keep it away from this machine."""
    with database():
        from django.conf import settings

        from loket.audit.actions import record
        from loket.config.backup import keys

        handle = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600) if out else None
        key = keys.new_key(settings.KEYS_DIR, replace=replace)
        record(action="backup.key", subject=f"backup-key:{key.public.name}", actor=BY)
    if handle is None:
        click.echo(key.written())
    else:
        with os.fdopen(handle, "w") as file:
            file.write(key.written() + "\n")
    say("Keep the recovery key outside the office: without it no backup can be opened, by nobody.")


@click.command()
@click.argument("file", type=FILE, required=False)
@click.option("--into", type=FOLDER, help="Data directory to restore into, anchors too; default DATA_DIR.")
@click.option("--replace", is_flag=True, help="The target holds data: empty its database, move keys aside.")
@click.option("--anchors", type=THERE, multiple=True, help="Further anchor directory to compare with.")
@click.option("--reconcile", is_flag=True, help="No file: only compare this database with the anchors.")
@click.option("--report", is_flag=True, help="No file: print the record (berita acara) of lost numbers.")
@click.option("--begin-anchors", is_flag=True, help="No file: begin a new anchor directory.")
@click.option("--reason", default="pemulihan dari cadangan", show_default=True, help="Why, for the record.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@opens
def restore(
    file: Path | None, into: Path | None, reconcile: bool, report: bool, begin_anchors: bool, **more: Any
) -> None:
    """Bring a backup back, check it, and make sure that no number is issued twice."""
    if into and into.resolve() != data_dir():
        os.environ["DATA_DIR"] = str(into.resolve())
        # The settings file names these for the installation that lives here, which must not be touched.
        # Empty, not left out: what is left out is read from the file again with the settings.
        os.environ.update(ANCHORS_DIR="", LOKET_FILE_KEYS_DIR="")
    if sum((file is not None, reconcile, report, begin_anchors)) != 1:
        raise click.UsageError("Give a FILE, or one of --reconcile, --report, --begin-anchors.")
    if file:
        _restore_file(file, **more)
    elif reconcile:
        _reconcile(more["reason"], more["anchors"], more["as_json"])
    elif begin_anchors:
        _begin_anchors()
    else:
        _report()


@contextmanager
def _held() -> Iterator[None]:
    """Nobody else runs on the data directory."""
    from loket.config.supervisor import AlreadyRunning, only_one

    try:
        with only_one(data_dir()):
            yield
    except AlreadyRunning as error:
        raise click.ClickException(str(error)) from error
    except PermissionError as error:
        raise click.ClickException(
            f"{error.filename}: {error.strerror}. Make the data directory first, for Loket's own user: "
            f"sudo install -d -o loket -g loket -m 0700 {data_dir()}"
        ) from error


def _restore_file(
    file: Path,
    *,
    replace: bool,
    anchors: tuple[Path, ...],
    reason: str,
    as_json: bool,
    key_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    from loket.config.backup import running

    with _sentences(), _held():
        opener = _opener(key_file, passphrase_file)
        outcome = running.restore(
            file, opener, data_dir=data_dir(), replace=replace, extra=anchors, reason=reason, say=say
        )
    if as_json:
        click.echo(json.dumps(outcome.as_dict(), ensure_ascii=False))
    else:
        for line in running.told(outcome):
            click.echo(line)
    sys.exit(1 if outcome.problems else 0)


def _reconcile(reason: str, anchors: tuple[Path, ...], as_json: bool) -> None:
    with _held(), database():
        from loket.config.backup import checking, report

        gaps = checking.reconcile(reason=reason, by=BY, extra=anchors)
        numbers = sum(gap.last - gap.first + 1 for gap in gaps)
        lines = report.lines(gaps)
    if as_json:
        click.echo(json.dumps({"gaps": len(gaps), "numbers_lost": numbers}))
        return
    for line in lines if gaps else ["Basis data sama dengan jangkarnya; tidak ada nomor yang hilang."]:
        click.echo(line)


def _begin_anchors() -> None:
    with database():
        from loket.register.actions.reconciling import begin_anchors

        try:
            begun = begin_anchors()
        except PermissionError as error:
            raise click.ClickException(
                f"{error.filename}: {error.strerror}. Make the directory first, for Loket's own user: "
                "sudo install -d -o loket -g loket -m 0700 DIRECTORY"
            ) from error
        for directory, count in begun.items():
            click.echo(f"{directory}: {count} nomor dicatat")


def _report() -> None:
    with database():
        from loket.config.backup import report
        from loket.register.models import NumberGap

        for line in report.lines(list(NumberGap.objects.select_related("office").order_by("pk"))):
            click.echo(line)


@click.command()
@click.option("--from", "folder", type=FOLDER, help="Where the backups are; default DATA_DIR/backups.")
@opens
def drill(folder: Path | None, key_file: Path | None, passphrase_file: Path | None) -> None:
    """Restore the newest backup into a temporary place, check and measure it, print JSON, remove it."""
    from loket.config.backup import running

    os.environ.setdefault("DATABASE_URL", "dbname=unused")
    setup()
    with _sentences():
        found, code = running.drill(
            folder or data_dir() / "backups", key_file=key_file, passphrase_file=passphrase_file
        )
    click.echo(found)
    sys.exit(code)
