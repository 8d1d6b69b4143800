"""KTP-el and KIA: whose card, by the variant's subject, and why."""

from loket.cases.actions.events import reading
from loket.cases.actions.events.answers import label
from loket.cases.models import Case
from loket.catalogue.rules import Variant
from loket.core.actors import Actor
from loket.register.actions import cards

REPLACEMENT = "PENGGANTIAN"


def card(case: Case, variant: Variant, by: Actor) -> None:
    """Order the card of the person whom the variant's `subject` names.

    The name is compared where the form asks for it (`pemohon_nama` beside `pemohon_nik`).
    """
    field, why = variant.subject or "pemohon_nik", reading.cause(case, variant)
    named = f"{field.removesuffix('_nik')}_nama"
    order = cards.CardOrder(
        kind=_kind(case, variant, why),
        nik=case.answers[field],
        # Nobody wrote a name where the daily job opened the case: the NIK is that of the register.
        name=case.answers.get(named),
        field=field,
        cause=why,
        permit=reading.permit(case, variant),
        parent=case.answers.get("pemohon_nik", "") if field != "pemohon_nik" else "",
    )
    cards.record_card(office=case.office, order=order, case_ref=case.ref, by=by)


def _kind(case: Case, variant: Variant, why: cards.Cause | None) -> str:
    """The event; F-1.21 asks in one form for a first card and for one in place of another."""
    if reading.asks(variant, "ktp_permohonan") and label(case, variant, "ktp_permohonan") == REPLACEMENT:
        return "id_card_replaced" if why in ("lost", "damaged") else "id_card_changed"
    return variant.event or ""
