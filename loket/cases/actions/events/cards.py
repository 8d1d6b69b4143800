"""KTP-el and KIA: whose card, by the variant's subject."""

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
    field, kind = variant.subject or "pemohon_nik", variant.event or ""
    # F-1.21 asks in one form for a first card and for one in place of another.
    if reading.asks(variant, "ktp_permohonan") and label(case, variant, "ktp_permohonan") == REPLACEMENT:
        kind = "id_card_replaced"
    named = f"{field.removesuffix('_nik')}_nama"
    # Nobody wrote a name where the daily job opened the case: the NIK is that of the register.
    name = case.answers.get(named)
    cards.record_card(
        office=case.office,
        kind=kind,
        nik=case.answers[field],
        name=name,
        field=field,
        case_ref=case.ref,
        by=by,
    )
