"""Making staff accounts from the command line."""

from django.db import transaction

from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.offices.actions import assign_role, create_staff
from loket.offices.models import Account, Role
from loket.offices.queries import office_by_slug

SHORTEST_PASSWORD = 12


class AccountExists(ConflictError):
    """Sudah ada akun dengan surel ini."""


@transaction.atomic
def add_staff(
    *, office_slug: str, role_slug: str, email: str, name: str, nip: str, password: str, by: str = "cli"
) -> Account:
    """Make a staff account with its first role.

    Raises NotFoundError for an unknown office or role, AccountExists, LoketError for a short password.
    """
    office = office_by_slug(office_slug)
    role = Role.objects.filter(office=office, slug=role_slug, active=True).first()
    if role is None:
        known = (
            Role.objects.filter(office=office, active=True).order_by("slug").values_list("slug", flat=True)
        )
        raise NotFoundError(f"Peran {role_slug} tidak ada di kantor ini. Yang ada: {', '.join(known)}.")
    if len(password) < SHORTEST_PASSWORD:
        raise LoketError(f"Kata sandi paling sedikit {SHORTEST_PASSWORD} karakter.")
    if Account.objects.filter(email=email.lower()).exists():
        raise AccountExists()
    account = create_staff(
        office=office, email=email, name=name, password=password, by=by, employee_number=nip
    )
    assign_role(account=account, role=role, by=by)
    return account
