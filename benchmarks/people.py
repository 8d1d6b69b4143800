"""Invented people of a prepared installation: signed-in sessions, families, complete drafts. Needs Django."""

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.middleware.csrf import _get_new_csrf_string

from benchmarks.traffic import Session
from loket.cases.models import Attachment, Case
from loket.catalogue.queries import in_force
from loket.config.demo.journey import OFFICE, SERVICE, VARIANT, People, answers, paper
from loket.core import clock, filestore
from loket.offices.models import Account, Office
from loket.register.models import Membership
from loket.register.rules import HEAD, WIFE

PAPERS = ("surat_keterangan_kelahiran", "buku_nikah", "kk_dan_ktp", "ktp_saksi")
BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class Draft:
    """A complete application that waits to be sent, and whose session may send it."""

    case_id: uuid.UUID
    session: Session


def session_of(account: Account) -> Session:
    """A signed-in session of an account, as the sign-in pages would make it."""
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store.create()
    return Session(str(store.session_key), _get_new_csrf_string())


def official(role: str) -> Account:
    """The demo account with this role at the office of the benchmarks."""
    return Account.objects.get(
        office__slug=OFFICE, is_demo=True, assignments__role__slug=role, assignments__until__isnull=True
    )


def citizens(count: int, batch: str) -> list[Account]:
    """New citizens; `batch` keeps their addresses apart from those of another call."""
    made = [
        Account(
            email=f"{batch}{number}@contoh.id",
            name=f"WARGA {number}",
            kind=Account.Kind.CITIZEN,
            created_at=clock.now(),
        )
        for number in range(count)
    ]
    for account in made:
        account.set_unusable_password()
    return Account.objects.bulk_create(made, batch_size=2000)


def households() -> list[People]:
    """Every couple of the office's residents that may still have a child, with two witnesses."""
    office = Office.objects.get(slug=OFFICE)
    rows = Membership.objects.filter(family__office=office, until__isnull=True, relation__in=[HEAD, WIFE])
    heads: dict[int, Any] = {}
    wives: dict[int, Any] = {}
    for row in rows.select_related("resident", "family").order_by("pk"):
        (heads if row.relation == HEAD else wives)[row.family_id] = row
    witnesses = [row.resident for row in list(heads.values())[-2:]]
    return [
        People(heads[pk].resident, wife.resident, wife.family.number, witnesses)
        for pk, wife in wives.items()
        if wife.resident.birth_date > date(1972, 1, 1) and heads[pk].resident not in witnesses
    ]


def answers_of(people: People, born: date) -> dict[str, str]:
    """The whole form of a birth."""
    return {key: value for page in answers(people, born).values() for key, value in page.items()}


def drafts(accounts: list[Account], each: int, *, first: int = 0) -> list[list[Draft]]:
    """Complete drafts, `each` for every account; births of all known families, on the last days.

    `first` leaves out the first families, whose births another call reports.
    """
    office = Office.objects.get(slug=OFFICE)
    revision = in_force(office, SERVICE, clock.now().date())
    families, today = households()[first:], clock.now().date()
    sha256 = filestore.put(settings.FILES_DIR, paper("KK"))
    forms = {(n, 0): answers_of(family, today) for n, family in enumerate(families)}
    cases, found = [], []
    for place, account in enumerate(accounts):
        session, mine = session_of(account), []
        for turn in range(each):
            days, number = divmod(place * each + turn, len(families))
            form = forms[number, 0] | {"anak_tanggal_lahir": (today - timedelta(days=1 + days)).isoformat()}
            cases.append(_draft(revision, account, form))
            mine.append(Draft(cases[-1].pk, session))
        found.append(mine)
    Case.objects.bulk_create(cases, batch_size=1000)
    Attachment.objects.bulk_create(
        (
            Attachment(
                case=case,
                requirement=name,
                sha256=sha256,
                media_type="image/jpeg",
                size=40_000,
                uploaded_at=case.created_at,
            )
            for case in cases
            for name in PAPERS
        ),
        batch_size=2000,
    )
    return found


def _draft(revision: Any, account: Account, form: dict[str, str]) -> Case:
    return Case(
        office_id=revision.office_id,
        revision=revision,
        service=SERVICE,
        variant=VARIANT,
        channel="online",
        applicant=account,
        applicant_name=account.name,
        answers=form,
        create_key=uuid.uuid4(),
        created_at=clock.now(),
    )
