"""Two phones of a field team at once: one line for one form, one application for one line."""

import uuid
from datetime import date

from loket.cases import actions
from loket.cases.models import Case, FieldLine
from loket.cases.rules.field import read_said
from loket.offices.queries import actor_of
from tests.integration.cases.world import together
from tests.journeys.fixtures import committed_town
from tests.journeys.town import VILLAGE, Town

__all__ = ["committed_town"]
SAID = read_said({"name": "Upik", "sex": "P", "estimated_age": "60"}, [], date(2026, 8, 3))


def test_at_once(committed_town: Town) -> None:
    town = committed_town
    office, by = town.office, actor_of(town.staff["petugas_loket"])
    outing = actions.Outing("natural", "", VILLAGE, "Posko", "Sari", "800/1", date(2026, 8, 3))
    found = actions.open_field_list(office=office, outing=outing, by=by, key=uuid.uuid4())
    keys = [uuid.uuid4(), uuid.uuid4(), uuid.uuid4()]

    def write(key: uuid.UUID) -> FieldLine:
        return actions.add_field_line(office=office, list_id=found.pk, said=SAID, by=by, key=key)

    written = together(*(lambda key=key: write(key) for key in [*keys, *keys]))
    assert sorted(line.number for line in written) == [1, 1, 2, 2, 3, 3]
    assert FieldLine.objects.count() == 3
    line = FieldLine.objects.get(number=2)
    made = together(
        *[lambda: actions.make_field_case(office=office, line_id=line.pk, by=by) for _ in range(4)]
    )
    assert {case.pk for case in made} == {Case.objects.get().pk}
