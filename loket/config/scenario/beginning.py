"""How a scenario's case begins: sent online, keyed in by an official, or opened by the office itself."""

import uuid
from collections.abc import Callable

from loket.cases import actions, queries
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import in_force
from loket.config.scenario.playing import SENDER_PHONE, Play
from loket.core.errors import LoketError


class NothingDue(LoketError):
    """Tidak ada yang harus dibuka hari itu. Periksa start dan orang-orangnya."""


def open_case(play: Play) -> None:
    """A draft under the revision in force, as the door of the channel opens it."""
    revision = in_force(play.office, play.plan.service.service, queries.today(play.office))
    OPENING[play.plan.scenario.channel](play, revision)


def _open_online(play: Play, revision: ServiceRevision) -> None:
    play.case = actions.start_case(
        revision=revision,
        variant=play.plan.variant.variant,
        channel="online",
        applicant=play.people.applicant,
        by=play.writer,
        key=uuid.uuid4(),
    )


def _open_keyed_in(play: Play, revision: ServiceRevision) -> None:
    """An official writes it, for somebody at the counter or from a message."""
    given = play.plan.scenario.applicant
    contact = actions.Contact(
        given.name,
        email=given.email,
        sender_name=given.sender,
        sender_phone=SENDER_PHONE if play.plan.scenario.channel == "whatsapp" else "",
        mandate=play.mandate(),
    )
    play.case = actions.start_at_counter(
        revision=revision,
        variant=play.plan.variant.variant,
        contact=contact,
        by=play.writer,
        key=uuid.uuid4(),
        channel=play.plan.scenario.channel,  # type: ignore[arg-type]  # one of OPENING's keys
    )


def _open_work(play: Play, revision: ServiceRevision) -> None:
    play.case = actions.open_work(
        revision=revision, variant=play.plan.variant.variant, by=play.writer, key=uuid.uuid4()
    )


def _open_due(play: Play, revision: ServiceRevision) -> None:
    """The daily job finds what is due."""
    due = [case for case in actions.open_due(office=play.office) if case.revision_id == revision.pk]
    if not due:
        raise NothingDue()
    play.case = due[0]


OPENING: dict[str, Callable[[Play, ServiceRevision], None]] = {
    "online": _open_online,
    "counter": _open_keyed_in,
    "whatsapp": _open_keyed_in,
    "internal": _open_work,
    "automatic": _open_due,
}
