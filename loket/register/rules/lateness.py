"""How long after an event it is to be reported. A late report is taken and marked, never refused.

Sources: UU 24/2013 art. 44 (death 30 days), UU 23/2006 art. 34 (marriage 60), UU 24/2013 art. 40 (divorce 60
after it is final). Art. 37, 38 and 43 (marriage abroad 30 after the return, annulment of a marriage 90, of a
divorce 60) are [G]. A fine is the regency's own (perda): an office names it in `office.yaml`, none where it
does not.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

DAYS = {
    "death": 30,
    "death_statement": 30,
    "marriage": 60,
    "marriage_abroad": 30,
    "marriage_annulment": 90,
    "divorce": 60,
    "divorce_annulment": 60,
}


def lateness(kind: str, since: date | None, reported: date, fines: Mapping[str, int]) -> dict[str, Any]:
    """By how many days a report is over the limit, and the office's fine; nothing for one in time."""
    limit = DAYS[kind]
    passed = (reported - since).days if since else 0
    if passed <= limit:
        return {}
    return {"days_late": passed - limit, "fine": fines.get(kind, 0)}
