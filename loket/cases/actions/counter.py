"""The counter door: an official writes down what somebody at the desk, or in a message, applies for."""

import uuid
from dataclasses import dataclass
from typing import Literal

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.afterwards import OnPaper, note_on_paper
from loket.cases.actions.applying import ChannelClosed
from loket.cases.actions.common import locked, require, required_text
from loket.cases.models import Case
from loket.cases.rules.answers import Unreadable, read_contact
from loket.catalogue.models import ServiceRevision
from loket.catalogue.rules import KEYED_IN, Channel
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError, NotFoundError


class UnreadableContact(LoketError):
    """Nomor telepon atau alamat surel pemohon tidak terbaca."""


class NoMandate(ConflictError):
    """Pengirim harus aparat yang memiliki PKS dan SPT yang masih berlaku. Catat dahulu SPT-nya, atau pilih
    pengirim yang lain."""


@dataclass(frozen=True)
class Contact:
    """Who applies, how to reach them, and who came or wrote in their stead; as it was typed.

    `mandate` is the key of the sender's mandate, where the standard wants one.
    """

    applicant_name: str
    phone: str = ""
    email: str = ""
    sender_name: str = ""
    sender_phone: str = ""
    mandate: int | None = None


def _write(case: Case, contact: Contact) -> None:
    """Put the contact into the case. Raises UnreadableContact, LoketError without a name."""
    name = required_text(contact.applicant_name, "Tulis nama pemohon.", field="applicant_name")
    case.applicant_name = name.upper()
    case.sender_name = " ".join(contact.sender_name.split())[:100].upper()
    case.applicant_phone = _read("phone", "Telepon", contact.phone)
    case.applicant_email = _read("email", "Surel", contact.email)
    case.sender_phone = _read("phone", "Nomor pengirim", contact.sender_phone, field="sender_phone")
    if case.channel == "whatsapp":
        _write_sender(case, contact)


def _write_sender(case: Case, contact: Contact) -> None:
    """Who sent the message: under a mandate where the standard wants one, else the applicant or a name.

    What was sent under a mandate stays so, also when that is over. Raises NoMandate, and LoketError where a
    message has no number.
    """
    sent_under = case.mandate if case.submitted_at else None
    case.mandate = None
    if queries.variant_of(case).procedure.sender == "mandated":
        same = sent_under is not None and sent_under.pk == contact.mandate
        mandate = sent_under if same else queries.mandate_in_force(case.office, contact.mandate)
        if mandate is None:
            raise NoMandate(field="mandate")
        case.mandate, case.sender_name, case.sender_phone = mandate, mandate.name, mandate.phone
    elif not case.sender_phone:
        raise LoketError("Tulis nomor WhatsApp pengirim pesan.", field="sender_phone")


def _read(kind: Literal["phone", "email"], label: str, typed: str, *, field: str = "") -> str:
    try:
        return read_contact(kind, label, typed)
    except Unreadable as error:
        raise UnreadableContact(str(error), field=field or kind) from error


def _require_keyed_in(revision: ServiceRevision, variant: str, channel: Channel, by: Actor) -> None:
    """Refuse what this official does not take in this way. Raises NotFoundError, ChannelClosed."""
    try:
        chosen = queries.definition(revision).variant(variant)
    except KeyError as error:
        raise NotFoundError("Jenis layanan ini tidak ada.") from error
    if channel not in KEYED_IN or channel not in chosen.channels:
        raise ChannelClosed()
    if not by.may("intake", revision.office_id):
        raise NotFoundError("Layanan ini tidak diterima di loket Anda.")


@transaction.atomic
def start_at_counter(
    *,
    revision: ServiceRevision,
    variant: str,
    contact: Contact,
    by: Actor,
    key: uuid.UUID,
    paper: OnPaper | None = None,
    channel: Channel = "counter",
) -> Case:
    """Open a draft for somebody at the counter; the same `key` again gives the same draft.

    The applicant needs no account; phone and mail may stay empty; `paper` is the resi of a day on paper. With
    `channel="whatsapp"` it came in a message, and the official keys it in. Raises NotFoundError,
    ChannelClosed, UnreadableContact, NoMandate, LoketError without a name, and as `note_on_paper`.
    """
    _require_keyed_in(revision, variant, channel, by)
    if existing := Case.objects.filter(create_key=key, office=revision.office).first():
        return existing
    case = Case(
        create_key=key,
        office=revision.office,
        revision=revision,
        service=revision.service,
        variant=variant,
        channel=channel,
        site_id=by.site,
        created_at=clock.now(),
    )
    _write(case, contact)
    try:
        with transaction.atomic():
            case.save(force_insert=True)
    except IntegrityError:  # the same form arrived twice at once
        return Case.objects.get(create_key=key, office=revision.office)
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
    contact_fields = ["applicant_name", "applicant_phone", "applicant_email"]
    case.save(update_fields=[*contact_fields, "sender_name", "sender_phone", "mandate"])
    record(action="case.contact", subject=case.ref, actor=by.ref, office_code=case.office_id)
    return case
