"""Filling a temporary database: schema, standards, areas, holidays; then, for one scenario, its people."""

import io
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connection, connections, transaction

from loket.catalogue.actions import publish
from loket.catalogue.loader import Loaded, read_areas
from loket.config.preparation import YEARS_AHEAD, YEARS_BACK
from loket.config.scenario.databases import PREFIX
from loket.config.scenario.format import Household
from loket.config.scenario.reading import Planned
from loket.config.signing_keys import instance_secret
from loket.core import clock, filestore
from loket.core.actors import SYSTEM
from loket.core.errors import LoketError
from loket.documents import queries as documents
from loket.documents.actions.signing import signer_key
from loket.documents.signers import local
from loket.offices.actions import assign_role, seed_holidays, set_totp, sync_areas
from loket.offices.models import Account, Holiday, Office, Role, Site
from loket.offices.queries import calendar, zone
from loket.register.actions.held import take_over_cards
from loket.register.models import Family, Membership, Resident

PASSPHRASE = "frasa sandi skenario"  # noqa: S105 (of keys that live as long as the run)
USUAL_START = time(9)
MONDAY = 0
_NAMES = [
    "Anjani Prameswari", "Bagas Wirayuda", "Cempaka Larasati", "Damar Wicaksono", "Elok Paramitha",
    "Fajar Nugraha", "Gita Savitri", "Hanif Ramadhan", "Intan Maharani", "Jaka Samudra", "Kirana Dewanti",
    "Langit Mahendra", "Melati Kusumawardani", "Naufal Adiputra", "Oktavia Saraswati", "Panji Asmara",
]  # fmt: skip


class NotTemporary(RuntimeError):
    """A scenario was about to be played on a database that is not its own."""


class NoWorkingTime(LoketError):
    """Dalam setahun tidak ada hari Senin pukul 09.00 saat kantor ini buka. Tulis start pada skenario."""


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Within the block Django works on the database `name` of the same server."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def prepare_template(plans: Sequence[Planned], live_holidays: Iterable[Sequence[Any]]) -> None:
    """Bring the empty database to what an installation has published for the offices of these scenarios."""
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    fill_template(plans, live_holidays)
    connections.close_all()


def fill_template(plans: Sequence[Planned], live_holidays: Iterable[Sequence[Any]]) -> None:
    """Areas, the standards that are tried out, and holidays, in a database that has its schema."""
    plans = [one for plan in plans for one in plan.in_order]
    sync_areas(rows=read_areas(settings.STANDARDS_DIR))
    offices = {plan.office.office: plan.office for plan in plans}
    services = {(plan.office.office, plan.service.service): plan.service for plan in plans}
    publish(loaded=Loaded([*offices.values()], [*services.values()]), by="system", at=clock.now())
    Holiday.objects.bulk_create(
        Holiday(office_id=office, day=day, name=name, kind=kind, source=source)
        for office, day, name, kind, source in live_holidays
        if office is None or office in offices  # without an office: of the whole country
    )
    years = set(range(clock.now().year - YEARS_BACK, clock.now().year + YEARS_AHEAD + 1))
    for plan in plans:
        first = max(plan.service.effective_from.year, clock.now().year)
        begins = plan.scenario.start.year if plan.scenario.start else first
        years |= {begins, begins + 1}
    seed_holidays(years=sorted(years), by="system")


def empty_places() -> None:
    """Forget the files and keys of the scenario before this one. Raises NotTemporary."""
    if not str(connection.settings_dict["NAME"]).startswith(PREFIX):
        raise NotTemporary(connection.settings_dict["NAME"])
    for place in (settings.FILES_DIR, settings.KEYS_DIR):
        shutil.rmtree(place, ignore_errors=True)
    filestore.ensure_key(settings.FILES_DIR)
    documents.signer.cache_clear()


def start_of(plan: Planned, office: Office) -> datetime:
    """When the scenario begins: as it says, or the next Monday on which the office works at 09.00."""
    here = zone(office)
    if plan.scenario.start:
        return plan.scenario.start.replace(tzinfo=here)
    hours = calendar(office)
    day = max(clock.now().astimezone(here).date() + timedelta(days=1), plan.service.effective_from)
    for _ in range(366):
        moment = datetime.combine(day, USUAL_START, here)
        if day.weekday() == MONDAY and hours.is_open(moment):
            return moment
        day += timedelta(days=1)
    raise NoWorkingTime()


@dataclass
class People:
    """Who takes part: an account for each role of the office, the applicant, and who writes at the desk."""

    staff: dict[str, Account]
    applicant: Account
    desk: Account


@transaction.atomic
def people(plan: Planned, office: Office, known: People | None = None) -> People:
    """Stand-ins for the office's staff, the applicant, and the residents named.

    `known` are those of the scenario before it in the same register: the staff stays, and whoever is there
    already is there once.
    """
    staff = known.staff if known else _staff(office)
    email = plan.scenario.applicant.email.lower()
    applicant = Account.objects.filter(email=email).first() or Account.objects.create(
        email=email,
        name=plan.scenario.applicant.name,
        kind=Account.Kind.CITIZEN,
        password=make_password(None),
        created_at=clock.now(),
    )
    for household in plan.scenario.residents:
        if not Family.objects.filter(number=household.family).exists():
            _settle(office, household)
    take_over_cards(office)
    return People(staff, applicant, _desk(plan, office, staff))


def _staff(office: Office) -> dict[str, Account]:
    nobody = make_password(None)
    staff: dict[str, Account] = {}
    for place, role in enumerate(Role.objects.filter(office=office, active=True).order_by("slug")):
        account = Account.objects.create(
            email=f"{role.slug.replace('_', '-')}@{office.slug}.contoh.id",
            name=_NAMES[place % len(_NAMES)],
            kind=Account.Kind.STAFF,
            office=office,
            employee_number=f"19800101200501{9000 + place}",
            password=nobody,
            created_at=clock.now(),
        )
        assign_role(account=account, role=role, by=SYSTEM)
        staff[role.slug] = account
    return staff


def _desk(plan: Planned, office: Office, staff: dict[str, Account]) -> Account:
    """Who takes the application in at the counter: the standard's desk, or an official of the site named."""
    if plan.scenario.site is None:
        return staff.get(plan.variant.desk) or next(iter(staff.values()))
    site = Site.objects.get(office=office, slug=plan.scenario.site)
    away = next(role for role in plan.office.roles if role.at == site.kind and "intake" in role.rights)
    account = staff[away.role]
    account.site = site
    account.save(update_fields=["site"])
    return account


def let_sign(account: Account, office: Office) -> str:
    """Give an official a signing key and an authenticator; returns the seed of its codes."""
    local.ensure_ca(settings.KEYS_DIR, instance_secret())
    local.create_signer_key(
        settings.KEYS_DIR,
        instance_secret(),
        signer_key(account),
        account.name,
        office.name,
        PASSPHRASE,
        serial_number=account.employee_number,
        algorithm="ecdsa-p256",
    )
    return set_totp(account=account, by=SYSTEM)


def _settle(office: Office, household: Household) -> None:
    family = Family.objects.create(
        office=office,
        number=household.family,
        address=household.address,
        rt=household.rt,
        rw=household.rw,
        village_id=household.village,
        issued_on=household.issued_on,
    )
    for position, member in enumerate(household.members, start=1):
        resident = Resident.objects.create(office=office, **member.model_dump(exclude={"relation"}))
        Membership.objects.create(
            family=family,
            resident=resident,
            relation=member.relation,
            position=position,
            since=max(household.issued_on, member.birth_date),
        )
