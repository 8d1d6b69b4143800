"""The command line `loket`: one module for each group of commands."""

import click

from loket.config import settings_file
from loket.config.cli import (
    audit,
    backup,
    demo,
    documents,
    files,
    init,
    paper,
    people,
    processes,
    register,
    releases,
    scenario,
    standards,
)

# These read the settings of the installation they are told about, or need none.
WITHOUT_SETTINGS = ("init", "demo", "upgrade", "rollback")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loket")
@click.pass_context
def main(context: click.Context) -> None:
    """Loket runs a civil-registration office by its own published service standards.

    Settings come from the environment, then from the file that LOKET_CONFIG names (else
    /etc/loket/loket.env): DATA_DIR, DATABASE_URL, PORT, LOKET_MODE (demo or production) and those in
    docs/settings.md. Without DATABASE_URL an embedded PostgreSQL is used in DATA_DIR.
    """
    if context.invoked_subcommand in WITHOUT_SETTINGS:
        return
    try:
        settings_file.apply()
    except settings_file.SettingsFileError as error:
        raise click.ClickException(str(error)) from error


for command in (
    init.init,
    releases.upgrade,
    releases.rollback,
    processes.run,
    processes.serve,
    processes.worker,
    processes.signer,
    processes.migrate,
    standards.standards,
    standards.trace,
    scenario.scenario,
    documents.verify,
    documents.signer_key,
    people.staff,
    register.register,
    paper.paper_kit,
    audit.audit,
    audit.doctor,
    files.files,
    backup.backup,
    backup.backup_key,
    backup.restore,
    backup.drill,
    demo.demo,
):
    main.add_command(command)
