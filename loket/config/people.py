"""Making staff accounts from the command line."""

from django.db import transaction

from loket.audit.actions import record
from loket.core.actors import OPERATOR, Actor
from loket.core.errors import ConflictError, NotAllowedError, NotFoundError
from loket.offices.actions import assign_role, check_rules, create_staff
from loket.offices.models import Account, Office, Role
from loket.offices.queries import DECIDERS, holders_of_right, office_by_slug


class AccountExists(ConflictError):
    """Sudah ada akun dengan surel ini."""


class TwoPeopleDecide(NotAllowedError):
    """Dua orang di kantor ini berhak mengurus akun; akun baru diminta dan diputuskan di /petugas/pegawai/."""


@transaction.atomic
def add_staff(
    *, office_slug: str, role_slug: str, email: str, name: str, nip: str, password: str, by: Actor = OPERATOR
) -> Account:
    """Make a staff account with its first role: the one change of people that a single person makes.

    Only while fewer than two people at the office may decide on accounts; the journal says that it was so.
    Raises TwoPeopleDecide, NotFoundError for an unknown office or role, AccountExists, WeakPassword.
    """
    office = Office.objects.filter(code=office_slug).first() or office_by_slug(office_slug)
    deciders = len(holders_of_right(office, "people"))
    if deciders >= DECIDERS:
        raise TwoPeopleDecide()
    role = Role.objects.filter(office=office, slug=role_slug, active=True).first()
    if role is None:
        known = (
            Role.objects.filter(office=office, active=True).order_by("slug").values_list("slug", flat=True)
        )
        raise NotFoundError(f"Peran {role_slug} tidak ada di kantor ini. Yang ada: {', '.join(known)}.")
    check_rules(password, email=email, name=name)
    if Account.objects.filter(email=email.lower()).exists():
        raise AccountExists()
    account = create_staff(
        office=office, email=email, name=name, password=password, by=by, employee_number=nip
    )
    assign_role(account=account, role=role, by=by)
    record(
        action="staff_change.alone",
        subject=account.ref,
        actor=by.ref,
        office_code=office.code,
        details={"role": role.slug, "deciders": deciders},
    )
    return account
