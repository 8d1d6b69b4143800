"""Commands about staff accounts."""

import click

from loket.config.start import database


@click.group()
def staff() -> None:
    """Staff accounts and their roles."""


@staff.command()
@click.argument("office")
@click.argument("role")
@click.argument("email")
@click.argument("name")
@click.option("--nip", default="", help="Employee number, printed under signatures.")
@click.password_option(help="At least 12 characters; asked for when not given.")
def add(office: str, role: str, email: str, name: str, nip: str, password: str) -> None:
    """Make the account EMAIL of NAME with ROLE at OFFICE, as the standards name them."""
    with database():
        from loket.config.people import add_staff

        account = add_staff(
            office_slug=office, role_slug=role, email=email, name=name, nip=nip, password=password
        )
        click.echo(f"{account.email}: {role}, {office}")
        click.echo(
            "WARNING: made by one person alone, and recorded as such. Once two people of this office hold "
            "the right 'people', accounts are asked for and decided at /petugas/pegawai/ only.",
            err=True,
        )
