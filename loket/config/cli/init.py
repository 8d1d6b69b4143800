"""`loket init`: an office set up for real, without anything of the demo."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from loket.config import settings_file
from loket.config.installing import answers as asking
from loket.config.installing import ground
from loket.config.installing.answers import Answers
from loket.config.installing.template import NAMES
from loket.config.start import database

_OPTIONS: list[tuple[str, str]] = [
    ("office", "Code of the office, as its folder under standards/offices begins."),
    ("domain", "Host name under which people will open Loket."),
    ("admin-email", "E-mail address of the first administrator."),
    ("admin-name", "Name of the first administrator."),
    ("second-email", "The same for a second one, who stands in."),
    ("second-name", "Name of the second administrator."),
    ("smtp-host", "Mail server of the office."),
    ("smtp-port", "Its port; 25 when not given."),
    ("smtp-user", "User at the mail server, if it asks."),
    ("smtp-password", "Password there; better written into the settings file afterwards."),
    ("smtp-starttls", "0 for a mail server without TLS."),
    ("mail-from", "Sender of all mails."),
    ("database-url", "PostgreSQL 15 or newer; Loket's own when not given."),
    ("standards-dir", "Folder of standards; those that came with the program when not given."),
    ("port", "Port on this machine where the proxy finds Loket."),
]
_QUESTIONS = {
    "office": "Code of the office (such as 2101)",
    "domain": "Host name (such as loket.example.go.id)",
    "admin_email": "First administrator, e-mail",
    "admin_name": "First administrator, name",
    "second_email": "Second administrator, e-mail (empty: none yet)",
    "second_name": "Second administrator, name",
    "smtp_host": "Mail server",
    "mail_from": "Sender of mails",
}
_OPTIONAL = ("second_email", "second_name")


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, meaning in reversed(_OPTIONS):
        command = click.option(f"--{name}", default=None, help=meaning)(command)
    return command


@click.command()
@_with_options
@click.option("--data-dir", default="/var/lib/loket", show_default=True, help="Everything that must be kept.")
@click.option("--trusted-proxies", default="127.0.0.1", show_default=True, help="Addresses of the TLS proxy.")
@click.option(
    "--config",
    default=str(settings_file.DEFAULT),
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file, written where there is none.",
)
@click.option("--user", default="loket", show_default=True, help="The system's user that Loket runs as.")
@click.option("--systemd", is_flag=True, help="Also copy the units to /etc/systemd/system.")
@click.option("--check", is_flag=True, help="Change nothing; say what is there. Exit code 1 if not all is.")
def init(config: Path, user: str, systemd: bool, check: bool, **given: Any) -> None:
    """Set an office up: settings file, data directory, database, standards, keys, administrators.

    Asks for what is missing where somebody can answer. A second run changes nothing, and says so.
    """
    config = config.absolute()
    try:
        answers = _answers(config, given, check=check)
        owner = ground.user_entry(user)
        ready = _ground(config, answers, owner, systemd=systemd, check=check)
        if check and not config.exists():
            raise SystemExit(1)
        ground.become(owner)
        _use(config)
        ready = _office(answers, check=check) and ready
    except (ground.InstallError, settings_file.SettingsFileError) as error:
        raise click.ClickException(str(error)) from error
    if check:
        raise SystemExit(0 if ready else 1)
    _closing_words(answers, changed=not ready)


def _answers(config: Path, given: dict[str, Any], *, check: bool) -> Answers:
    """What was said on the command line, then by the settings file, then by whoever sits there."""
    said = {name: str(value) for name, value in given.items() if value is not None}
    answers = Answers(**said)
    if config.exists():
        existing = settings_file.read(config)
        context = click.get_current_context()
        typed = {name for name in said if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
        explicit = replace(Answers(), **{name: said[name] for name in typed}).settings()
        for line in asking.differences(existing, answers, set(explicit) - {"LOKET_MODE"}):
            click.echo(f"note {line}", err=True)
        _refuse(list(asking.people_problems(answers)))
        return answers
    if check:
        return answers
    if sys.stdin.isatty():
        answers = _ask(answers)
    found = list(asking.problems(answers))
    if not answers.admin_email:
        found.append("--admin-email: the first administrator is missing.")
    _refuse(found)
    _known_office(answers)
    return answers


def _ask(answers: Answers) -> Answers:
    for name, question in _QUESTIONS.items():
        if getattr(answers, name) or (name == "second_name" and not answers.second_email):
            continue
        default = "" if name in _OPTIONAL else None
        answers = replace(
            answers, **{name: click.prompt(question, default=default, show_default=False).strip()}
        )
    return answers


def _refuse(found: list[str]) -> None:
    if found:
        raise ground.InstallError("\n  ".join(["Nothing was changed.", *found]))


def _known_office(answers: Answers) -> None:
    """Read the standards before anything is written. Raises InstallError."""
    from loket.catalogue.loader import load

    root = Path(answers.standards_dir or Path(__file__).resolve().parents[3] / "standards")
    only = tuple(answers.office.replace(",", " ").split())
    loaded = load(root, only)
    if loaded.errors:
        known = ", ".join(sorted(place.name for place in root.glob("offices/*") if place.is_dir()))
        _refuse([*map(str, loaded.errors), f"Offices in {root}: {known or 'none'}."])


def _ground(config: Path, answers: Answers, owner: Any, *, systemd: bool, check: bool) -> bool:
    """Data directory, settings file, units. Returns whether all of it was there."""
    values = settings_file.read(config) if config.exists() else answers.settings()
    data_dir = Path(values.get("DATA_DIR") or answers.data_dir)
    ready = data_dir.is_dir() if check else not ground.make_data_dir(data_dir, owner)
    _say(ready, f"data directory {data_dir}", check)
    here = config.exists()
    if not here and not check:
        ground.write_settings(config, values, owner)
    _say(here, f"settings file {config}", check)
    if systemd:
        there = not ground.missing_units()
        if not check:
            ground.install_units()
        _say(there, f"systemd units in {ground.UNITS_DIR}", check)
        ready = ready and there
    return ready and here


def _use(config: Path) -> None:
    """Work with the settings of the file, whatever the caller's environment says."""
    for name in NAMES:
        os.environ.pop(name, None)
    os.environ[settings_file.VARIABLE] = str(config)
    settings_file.apply()


def _office(answers: Answers, *, check: bool) -> bool:
    with database():
        from loket.config.installing import office
        from loket.config.production import require_ready

        require_ready()
        ready = True
        for step in office.steps(answers):
            done = step.done()
            ready = ready and done
            if not done and not check:
                step.do(click.echo)
            _say(done, step.name, check)
        if check and ready:
            from django.conf import settings

            for code in settings.OFFICES:
                count = office.administrators(code)
                _say(count > 0, f"administrators of {code}: {count}", check)
                ready = ready and count > 0
    return ready


def _say(there: bool, what: str, check: bool) -> None:
    word = "there " if there else ("MISSING" if check else "made  ")
    click.echo(f"{word} {what}")


def _closing_words(answers: Answers, *, changed: bool) -> None:
    from loket.documents.queries import signs_in_law

    if not changed:
        click.echo("Nothing was changed: everything is there.")
        return
    if not signs_in_law():
        click.echo("The signer is the local one: every document says SPECIMEN and counts for nothing in law.")
    if not answers.second_email:
        click.echo(
            "Name a second administrator, so that somebody can stand in: --second-email, --second-name."
        )
    click.echo("Next: start Loket, then loket doctor (docs/installation.md).")
