"""What a command needs before it can use Django: a database and the settings."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import django

from loket.config import embedded
from loket.core.errors import LoketError


def data_dir() -> Path:
    """The data directory by the environment, as the settings will read it."""
    default = Path(__file__).resolve().parents[2] / "var"
    return Path(os.environ.get("DATA_DIR") or default).resolve()


def standards_dir() -> Path:
    """The directory of the standards by the environment, as the settings will read it."""
    default = Path(__file__).resolve().parents[2] / "standards"
    return Path(os.environ.get("STANDARDS_DIR") or default).resolve()


def say(text: str) -> None:
    """A line of progress, on standard error so that `--json` output stays clean."""
    click.echo(text, err=True)


def setup() -> None:
    """Load the settings. DATABASE_URL must be set before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loket.config.settings")
    django.setup()


@contextmanager
def database() -> Iterator[None]:
    """Within the block Django works: on DATABASE_URL, or on the embedded PostgreSQL of the data directory.

    The last process to use the embedded server stops it. Expected failures become one sentence, exit code 1.
    """
    try:
        with ExitStack() as stack:
            if not os.environ.get("DATABASE_URL"):
                cluster = stack.enter_context(embedded.using(data_dir(), progress=say))
                os.environ["DATABASE_URL"] = cluster.url
            setup()
            yield
    except (LoketError, embedded.EmbeddedPostgresError) as error:
        raise click.ClickException(str(error)) from error
