"""The part of `loket init` in the database: schema, office, keys, administrators. Needs the settings."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from loket.config.health import pending_migrations
from loket.config.installing.answers import Answers
from loket.config.installing.ground import InstallError
from loket.config.preparation import prepare_schema, publish_standards
from loket.config.signing_keys import instance_secret
from loket.core import filekeys, filestore
from loket.core.actors import OPERATOR
from loket.documents.signers import local
from loket.offices.actions import assign_role, create_staff
from loket.offices.models import Account, Area, Assignment, Office, Role

Say = Callable[[str], None]
# Who may keep people is an administrator; where no role says so, who keeps the calendar.
ADMIN_RIGHTS = ("people", "calendar")
PASSWORD_WORDS = 4


@dataclass(frozen=True)
class Step:
    """One thing that a new installation needs: how to see whether it is there, and how to make it."""

    name: str
    done: Callable[[], bool]
    do: Callable[[Say], object]


def steps(answers: Answers) -> list[Step]:
    """What is done in the database, in order."""
    return [
        Step("database schema, areas, holidays", _schema_done, prepare_schema),
        Step("standards of the office", _published, publish_standards),
        Step("key of the stored files", _file_key_done, lambda _: filestore.ensure_key(settings.FILES_DIR)),
        Step("certificate authority of the local signer", _ca_done, lambda _: _make_ca()),
        *(_administrator(email, name) for email, name in _people(answers)),
    ]


def _people(answers: Answers) -> Iterator[tuple[str, str]]:
    for email, name in (
        (answers.admin_email, answers.admin_name),
        (answers.second_email, answers.second_name),
    ):
        if email:
            yield email.lower(), " ".join(name.split())


def _schema_done() -> bool:
    return pending_migrations() == 0 and Area.objects.exists()


def _published() -> bool:
    return _schema_done() and Office.objects.filter(code__in=settings.OFFICES).count() == len(
        settings.OFFICES
    )


def _ca_done() -> bool:
    return settings.SIGNER != "local" or (settings.KEYS_DIR / "ca").exists()


def _file_key_done() -> bool:
    try:
        filekeys.load(settings.FILE_KEYS_DIR)
    except filekeys.MissingFileKey:
        return False
    return True


def _make_ca() -> None:
    local.ensure_ca(settings.KEYS_DIR, instance_secret())


def _administrator(email: str, name: str) -> Step:
    return Step(
        f"administrator {email}",
        lambda: _schema_done() and Account.objects.filter(email=email).exists(),
        lambda say: make_administrator(email, name, say),
    )


def admin_role(office: Office) -> Role:
    """The role of an office that keeps people, else the one that keeps the calendar.

    Raises InstallError where office.yaml names none.
    """
    roles = list(Role.objects.filter(office=office, active=True).order_by("pk"))
    for right in ADMIN_RIGHTS:
        for role in roles:
            if right in role.rights and "sign" not in role.rights:
                return role
    raise InstallError(f"office.yaml of {office.short_name} has no role with the right {ADMIN_RIGHTS[0]!r}.")


@transaction.atomic
def make_administrator(email: str, name: str, say: Say) -> Account:
    """Make the account with its role, and say its password, which is shown once and kept nowhere."""
    office = Office.objects.get(code=settings.OFFICES[0])
    password = temporary_password()
    account = create_staff(office=office, email=email, name=name, password=password, by=OPERATOR)
    role = admin_role(office)
    assign_role(account=account, role=role, by=OPERATOR)
    say(f"     {email}: {role.name}, {office.short_name}. Password, shown once: {password}")
    return account


def temporary_password() -> str:
    """Groups of letters without those that are misread, about 80 bits."""
    signs = "abcdefghjkmnpqrstuvwxyz23456789"
    groups = ["".join(secrets.choice(signs) for _ in range(4)) for _ in range(PASSWORD_WORDS)]
    return "-".join(groups)


def administrators(office_code: str) -> int:
    """How many people keep this office."""
    held = Assignment.objects.filter(
        role__office_id=office_code, role__active=True, until__isnull=True, account__is_active=True
    ).values_list("account_id", "role__rights")
    return len({pk for pk, rights in held if set(ADMIN_RIGHTS) & set(rights)})
