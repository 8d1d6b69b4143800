"""Commands that run: everything at once, or one process."""

import os
import sys

import click

from loket.config import embedded
from loket.config.start import data_dir, database, say
from loket.core.errors import LoketError


@click.command()
@click.option("--once", is_flag=True, help="Prepare everything, print the addresses, and stop.")
@click.option("--quiet", is_flag=True, help="Do not print the addresses and accounts.")
def run(once: bool, quiet: bool) -> None:
    """Start all: database, migrations, standards, demo data, web, worker, signer. Ctrl-C stops all."""
    from loket.config.supervisor import AlreadyRunning, run_all

    try:
        run_all(data_dir(), once=once, quiet=quiet)
    except (embedded.EmbeddedPostgresError, AlreadyRunning, LoketError) as error:
        raise click.ClickException(str(error)) from error


def _require_ready() -> None:
    """No process starts without what a production needs, without the keys of its files, or on a database
    older than its anchors, however it is started."""
    from django.conf import settings

    from loket.config.backup.restoring import require_complete
    from loket.config.preparation import require_file_keys
    from loket.config.production import require_ready
    from loket.register.actions.reconciling import require_current

    require_ready()
    require_complete(settings.DATA_DIR)
    require_current()
    require_file_keys(make=False)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=int, default=None, help="Port; PORT of the environment, else 8000.")
@click.option("--workers", type=int, default=2, show_default=True, help="Web processes.")
def serve(host: str, port: int | None, workers: int) -> None:
    """Serve the web pages and nothing else."""
    with database():
        from django.conf import settings

        if settings.DEMO and host not in ("127.0.0.1", "::1", "localhost"):
            raise click.ClickException("A demo listens on loopback only; set LOKET_MODE=production.")
        _require_ready()
        from granian import Granian
        from granian.constants import Interfaces

        Granian(
            "loket.config.wsgi:application",
            address=host,
            port=port or settings.PORT,
            interface=Interfaces.WSGI,
            workers=workers,
            # Each thread keeps a database connection, and the embedded server has 60 for everybody.
            blocking_threads=8,
            backpressure=64,
            log_enabled=False,
            websockets=False,
            respawn_failed_workers=True,
        ).serve()


@click.command()
@click.option("--concurrency", type=int, default=2, show_default=True, help="Jobs at the same time.")
def worker(concurrency: int) -> None:
    """Work on the jobs: mail, rendering, signing, sweeps."""
    with database():
        from django.core.management import call_command

        _require_ready()
        call_command("procrastinate", "worker", concurrency=concurrency, shutdown_graceful_timeout=20)


@click.command()
def signer() -> None:
    """Hold unlocked signing keys in memory, and sign on request of the worker."""
    os.environ.setdefault("DATABASE_URL", "dbname=unused")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
    from pathlib import Path

    from django.conf import settings
    from django.utils.log import configure_logging

    from loket.documents.signers import process

    # The settings and the logs, without the apps: this process uses no table.
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)
    process.serve(
        Path(settings.SIGNER_SOCKET), settings.KEYS_DIR, unlock_minutes=settings.SIGNER_UNLOCK_MINUTES
    )


@click.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    with database():
        from django.core.management import call_command

        call_command("migrate", verbosity=1, stdout=sys.stderr)
    say("The schema is up to date.")
