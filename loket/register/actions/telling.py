"""What the journals say of an event: that of the office which records it, and of others whose residents it
changes.
"""

from collections.abc import Collection, Mapping

from loket.audit.actions import record
from loket.core.actors import Actor
from loket.register.models import RegisterEvent


def journal(event: RegisterEvent, action: str, by: Actor) -> None:
    """Say in the journal of the office what it recorded or undid."""
    subject = f"resident:{event.resident_id}" if event.resident_id else f"case-event:{event.pk}"
    record(
        action=action,
        subject=subject,
        actor=by.ref,
        office_code=event.office_id,
        details={"kind": event.kind, "number": event.number, "case": event.case_ref},
    )


def tell_others(event: RegisterEvent, action: str, by: Actor, people: Mapping[str, Collection[int]]) -> None:
    """Say in the journal of every other office whose residents this event changed."""
    for office, ids in people.items():
        for person in sorted(ids) if office != event.office_id else ():
            record(
                action=action,
                subject=f"resident:{person}",
                actor=by.ref,
                office_code=office,
                details={"kind": event.kind, "office": event.office_id, "case": event.case_ref},
            )
