"""The command line `loket`: one module for each group of commands."""

import click

from loket.config.cli import audit, backup, demo, documents, files, people, processes, scenario, standards


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="loket")
def main() -> None:
    """Loket runs a civil-registration office by its own published service standards.

    Settings come from the environment: DATA_DIR, DATABASE_URL, PORT, LOKET_MODE (demo or production) and
    those in docs/settings.md. Without DATABASE_URL an embedded PostgreSQL is used in DATA_DIR.
    """


for command in (
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
