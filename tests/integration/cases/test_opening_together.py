"""Two processes that open the same work, card or draft at the same moment."""

import uuid
from datetime import date
from functools import partial

from loket.audit.models import Entry
from loket.cases import actions
from loket.cases.models import Case
from tests.committed import committed
from tests.integration.cases.desk import Counter
from tests.integration.cases.world import World, together

pytestmark = committed


def test_two_daily_jobs_at_once_open_everything_once(world: World) -> None:
    world.resident("ANI", date(2000, 1, 1), 1)
    outcomes = together(*[partial(actions.open_due, office=world.office)] * 3)
    assert [type(outcome) for outcome in outcomes] == [list] * 3
    assert sum(map(len, outcomes)) == 4
    found = sorted(Case.objects.values_list("variant", flat=True))
    assert found == ["bulanan", "genap", "semester", "triwulan"]
    assert Entry.objects.filter(action="case.start").count() == 4


def test_one_form_posted_twice_at_once_begins_one_work(world: World) -> None:
    begin = partial(
        actions.open_work,
        revision=world.services["hitung-gudang"],
        variant="sewaktu",
        by=world.actor("pencatat"),
        key=uuid.uuid4(),
    )
    outcomes = together(*[begin] * 3)
    assert [type(outcome) for outcome in outcomes] == [Case] * 3
    assert {outcome.pk for outcome in outcomes} == {Case.objects.get().pk}


def test_one_form_of_the_counter_posted_twice_at_once_makes_one_draft(world: World) -> None:
    outcomes = together(*[partial(Counter(world).start, key=uuid.uuid4())] * 3)
    assert [type(outcome) for outcome in outcomes] == [Case] * 3
    assert {outcome.pk for outcome in outcomes} == {Case.objects.get().pk}
    assert Entry.objects.filter(action="case.start").count() == 1
