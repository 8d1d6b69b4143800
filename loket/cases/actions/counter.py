"""The counter door: an official writes down what somebody at the desk applies for."""

import uuid

from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
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


def _contact(phone: str, email: str) -> tuple[str, str]:
    try:
        return read_contact("phone", "Telepon", phone), read_contact("email", "Surel", email)
    except Unreadable as error:
        field = "email" if "surel" in str(error) else "phone"
        raise UnreadableContact(str(error), field=field) from error


@transaction.atomic
def start_at_counter(
    *,
    revision: ServiceRevision,
    variant: str,
    applicant_name: str,
    phone: str,
    email: str,
    sender_name: str,
    by: Actor,
    key: uuid.UUID,
) -> Case:
    """Open a draft for somebody at the counter; the same `key` again gives the same draft.

    The applicant needs no account; phone and mail may stay empty. Raises NotFoundError, ChannelClosed,
    UnreadableContact, LoketError without a name.
    """
    try:
        chosen = queries.definition(revision).variant(variant)
    except KeyError as error:
        raise NotFoundError("Jenis layanan ini tidak ada.") from error
    if "counter" not in chosen.channels:
        raise ChannelClosed()
    draft = Case(
        create_key=key,
        office=revision.office,
        revision=revision,
        service=revision.service,
        variant=variant,
        channel="counter",
        site_id=by.site,
        created_at=clock.now(),
    )
    if not queries.at_desk(draft, by):
        raise NotFoundError("Layanan ini tidak diterima di loket Anda.")
    if existing := Case.objects.filter(create_key=key, office=revision.office).first():
        return existing
    draft.applicant_name = required_text(
        applicant_name, "Tulis nama pemohon.", field="applicant_name"
    ).upper()
    draft.applicant_phone, draft.applicant_email = _contact(phone, email)
    draft.sender_name = " ".join(sender_name.split())[:100].upper()
    draft.save(force_insert=True)
    record(action="case.start", subject=draft.ref, actor=by.ref, office_code=draft.office_id)
    return draft


@transaction.atomic
def change_contact(
    *, case_id: uuid.UUID, applicant_name: str, phone: str, email: str, sender_name: str, by: Actor
) -> Case:
    """Correct who applies and how to reach them, while the application can be changed."""
    case = locked(case_id)
    require("save", case, by)
    case.applicant_name = required_text(applicant_name, "Tulis nama pemohon.", field="applicant_name").upper()
    case.applicant_phone, case.applicant_email = _contact(phone, email)
    case.sender_name = " ".join(sender_name.split())[:100].upper()
    case.save(update_fields=["applicant_name", "applicant_phone", "applicant_email", "sender_name"])
    record(action="case.contact", subject=case.ref, actor=by.ref, office_code=case.office_id)
    return case
