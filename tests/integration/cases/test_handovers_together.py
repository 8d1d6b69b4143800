"""Two officials who put cases on the berita acara of the day at the same moment."""

from datetime import date
from functools import partial

from loket.cases import actions
from loket.cases.models import HandoverItem, HandoverRecord
from tests.committed import committed
from tests.integration.cases.senders import to_step, work
from tests.integration.cases.world import World, together

pytestmark = committed


def test_the_first_two_of_a_day_come_on_one_berita_acara(world: World) -> None:
    for serial in range(1, 4):
        world.resident(f"ANI {chr(64 + serial)}", date(2000, 1, 1), serial)
    opened = [case for case in actions.open_due(office=world.office) if case.channel == "automatic"]
    cases = [to_step(world, case, "berita-acara") for case in opened]
    outcomes = together(*[partial(work, world, case) for case in cases])
    assert [getattr(outcome, "step", outcome) for outcome in outcomes] == ["antar"] * 3
    assert HandoverRecord.objects.get().number == "0001/BA/9911/2026"
    assert HandoverItem.objects.count() == 3
