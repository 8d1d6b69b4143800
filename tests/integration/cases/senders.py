"""The seed bank's messages: short ways to bring what came in one to a step."""

import uuid
from datetime import date
from typing import Any

from loket.cases import actions, queries
from loket.cases.models import Case, SenderMandate
from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.models import Resident
from tests.integration.cases.world import World, fresh, photo

VILLAGE = "99.11.01.2001"


def mandate(
    world: World, *, office: Office | None = None, by: Actor | None = None, **changes: Any
) -> SenderMandate:
    """A village officer who may send for the village of the seed bank all through August 2026."""
    given = {
        "name": "Pak Kaur",
        "phone": "0812 9000 1111",
        "village": VILLAGE,
        "agreement": "PKS 1/2026",
        "order": "SPT 7/2026",
        "valid_from": date(2026, 8, 1),
        "valid_until": date(2026, 8, 31),
    } | changes
    return actions.note_mandate(
        office=office or world.office,
        mandate=actions.Mandate(**given),
        by=by or world.actor("penerima"),
    )


def message(world: World, variant: str = "sendiri", *, channel: Any = "whatsapp", **changes: Any) -> Case:
    """A draft of what came in a message."""
    given = {"applicant_name": "Siti Aminah", "sender_phone": "0812 7000 2222"} | changes
    key = given.pop("key", uuid.uuid4())
    return actions.start_at_counter(
        revision=world.services["titip-benih"],
        variant=variant,
        contact=actions.Contact(**given),
        by=world.actor("penerima"),
        key=key,
        channel=channel,
    )


def received(world: World, owner: Resident, variant: str = "sendiri", **changes: Any) -> Case:
    """The same, filled in, with its picture, and taken in."""
    case, by = message(world, variant, **changes), world.actor("penerima")
    actions.attach(case_id=case.pk, requirement="foto_benih", content=photo(), by=by)
    answers = {"pemilik_nik": owner.nik, "pemilik_nama": owner.name}
    actions.save_answers(case_id=case.pk, values=answers, by=by)
    return actions.submit(case_id=case.pk, by=by, key=uuid.uuid4())


def work(world: World, case: Case, **given: Any) -> Case:
    """The present step with what its kind asks for, by the role that takes or confirms it."""
    case = fresh(case)
    variant = queries.variant_of(case)
    step = variant.step(case.step)
    usual: dict[str, Any] = {"present": True, "text": "Semua baik.", "signed_on_paper": True}
    usual |= {"received_by": "Siti Aminah", "way": "loker", "acknowledged": True}
    if step.kind == "sign":
        world.render(case)
    by = given.pop("by", None) or world.actor(variant.role_of(step))
    return fresh(world.work(case, by=by, given=actions.Given(**(usual | given))))


def to_step(world: World, case: Case, step: str) -> Case:
    """On to a step; the print room makes every card on the way."""
    while case.step != step:
        if case.step == "cetak":
            make_cards(case)
        case = work(world, case)
    return case


def make_cards(case: Case) -> None:
    """What the print room tells when it has made the cards of a case."""
    for product in queries.products_of(case):
        actions.note_made(product=product)
