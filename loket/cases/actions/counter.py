"""The counter door: an official writes down what somebody at the desk applies for."""

import uuid
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.afterwards import OnPaper, note_on_paper
from loket.cases.actions.applying import ChannelClosed
from loket.cases.actions.common import locked, require, required_text
from loket.cases.models import Case
from loket.cases.rules.answers import Unreadable, read_contact
from loket.catalogue.models import ServiceRevision
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotFoundError


class UnreadableContact(LoketError):
    """Nomor telepon atau alamat surel pemohon tidak terbaca."""


@dataclass(frozen=True)
class Contact:
    """Who applies, how to reach them, and who came in their stead; as it was typed."""

    applicant_name: str
    phone: str = ""
    email: str = ""
    sender_name: str = ""


def _write(case: Case, contact: Contact) -> None:
    """Put the contact into the case. Raises UnreadableContact, LoketError without a name."""
    name = required_text(contact.applicant_name, "Tulis nama pemohon.", field="applicant_name")
    case.applicant_name = name.upper()
    case.sender_name = " ".join(contact.sender_name.split())[:100].upper()
    case.applicant_phone = _read("phone", "Telepon", contact.phone)
    case.applicant_email = _read("email", "Surel", contact.email)


def _read(kind: Literal["phone", "email"], label: str, typed: str) -> str:
    try:
        return read_contact(kind, label, typed)
    except Unreadable as error:
        raise UnreadableContact(str(error), field=kind) from error


@transaction.atomic
def start_at_counter(
    *,
    revision: ServiceRevision,
    variant: str,
    contact: Contact,
    by: Actor,
    key: uuid.UUID,
    paper: OnPaper | None = None,
) -> Case:
    """Open a draft for somebody at the counter; the same `key` again gives the same draft.

    The applicant needs no account; phone and mail may stay empty; `paper` is the resi of a day on paper.
    Raises NotFoundError, ChannelClosed, UnreadableContact, LoketError without a name, and as `note_on_paper`.
    """
    try:
        chosen = queries.definition(revision).variant(variant)
    except KeyError as error:
        raise NotFoundError("Jenis layanan ini tidak ada.") from error
    if "counter" not in chosen.channels:
        raise ChannelClosed()
    if not by.may("intake", revision.office_id):
        raise NotFoundError("Layanan ini tidak diterima di loket Anda.")
    if existing := Case.objects.filter(create_key=key, office=revision.office).first():
        return existing
    case = Case(
        create_key=key,
        office=revision.office,
        revision=revision,
        service=revision.service,
        variant=variant,
        channel="counter",
        site_id=by.site,
        created_at=clock.now(),
    )
    _write(case, contact)
    case.save(force_insert=True)
    record(action="case.start", subject=case.ref, actor=by.ref, office_code=case.office_id)
    if paper is not None:
        note_on_paper(case, paper, by)
    return case


@transaction.atomic
def change_contact(*, case_id: uuid.UUID, contact: Contact, by: Actor) -> Case:
    """Correct who applies and how to reach them, while the application can be changed.

    Raises NotFoundError, NotPossible, and what the contact raises.
    """
    case = locked(case_id)
    require("save", case, by)
    _write(case, contact)
    case.save(update_fields=["applicant_name", "applicant_phone", "applicant_email", "sender_name"])
    record(action="case.contact", subject=case.ref, actor=by.ref, office_code=case.office_id)
    return case
