"""Vital events in the invented town: how each is reported, and what may be looked at afterwards."""

from datetime import date
from itertools import count
from typing import Any

import pytest

from loket.core import clock
from loket.register import queries
from loket.register.actions import death, marriage
from loket.register.actions.marriage_end import Report as EndReport
from loket.register.actions.parties import Decision, Party
from loket.register.models import (
    CivilRecord,
    Family,
    HeldDocument,
    Marriage,
    Membership,
    RegisterEvent,
    Resident,
    Serial,
)
from loket.register.rules import RuleBroken
from tests.integration.register.conftest import AT, Town, plain_rows

DAY = date(2026, 2, 20)
REPORTED = date(2026, 3, 2)
WITNESSES = ("9971030101800091", "9971030101800092")
COURT = Decision("Pengadilan Negeri Contoh", "12/Pdt.G/2026", date(2026, 2, 2))
# Of a marriage that began on DAY.
JUDGMENT = Decision("Pengadilan Negeri Contoh", "34/Pdt.G/2026", date(2026, 2, 27))
cases = count(1)
_PEOPLE = (Resident, Family, Membership, Marriage, HeldDocument)


def recorded(town: Town, record: Any, report: Any, case_ref: str = "") -> RegisterEvent:
    """The event of a new case, or of the one named."""
    with clock.use(AT):
        ref = case_ref or f"vital:{next(cases)}"
        return record(office=town.office, report=report, case_ref=ref, by=town.by)


def refused(town: Town, record: Any, report: Any) -> str | None:
    """The field of the refusal; the register must be as it was."""
    before = state()
    with pytest.raises(RuleBroken) as refusal:
        recorded(town, record, report)
    assert state() == before
    return refusal.value.field


def state() -> list[list[dict[str, Any]]]:
    """Everything that an event could have changed."""
    models = (*_PEOPLE, CivilRecord, RegisterEvent, Serial)
    return [plain_rows(model) for model in models]


def people() -> list[list[dict[str, Any]]]:
    """Residents and families, marriages and cards as they are: what undoing must give back."""
    return [plain_rows(model) for model in _PEOPLE]


def card_of(person: Resident) -> list[tuple[str, str]]:
    """The card that a resident is on, [] for none."""
    family = queries.current_family(person)
    return [(row.relation, row.resident.name) for row in queries.members(family)] if family else []


def party(person: Resident) -> Party:
    return Party(name=person.name, nik=person.nik)


def death_of(person: Resident, **changes: Any) -> death.Report:
    values: dict[str, Any] = {
        "name": person.name,
        "nik": person.nik,
        "day": DAY,
        "time": "07:30",
        "place": "Kota Contoh",
        "cause": "SAKIT BIASA/TUA",
        "stated_by": "DOKTER",
        "successor_nik": "",
        "reporter_nik": "9971030101800093",
        "witness_niks": WITNESSES,
        "reported_on": REPORTED,
    }
    return death.Report(**(values | changes))


def wedding_of(husband: Resident | Party, wife: Resident | Party, **changes: Any) -> marriage.Report:
    values: dict[str, Any] = {
        "husband": husband if isinstance(husband, Party) else party(husband),
        "wife": wife if isinstance(wife, Party) else party(wife),
        "day": DAY,
        "place": "Kota Contoh",
        "religion": "HINDU",
        "officiant": "PANDITA CONTOH",
        "dispensation": Decision(),
        "witness_niks": WITNESSES,
        "reported_on": REPORTED,
        "abroad": False,
        "details": {},
    }
    return marriage.Report(**(values | changes))


def end_of(
    husband: Resident | Party, wife: Resident | Party, number: str, field: str, **changes: Any
) -> EndReport:
    values: dict[str, Any] = {
        "husband": husband if isinstance(husband, Party) else party(husband),
        "wife": wife if isinstance(wife, Party) else party(wife),
        "record_number": number,
        "record_date": DAY,
        "decision": JUDGMENT,
        "reported_on": REPORTED,
        "field": field,
        "record_field": f"{field}_nomor_akta",
        "details": {},
    }
    return EndReport(**(values | changes))
