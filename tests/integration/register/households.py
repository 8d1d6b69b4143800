"""Reports on F-1.15 for the invented town, and the exact state of its families."""

from dataclasses import replace
from typing import Any

from loket.offices.models import Area
from loket.register.actions import FamilyCardReport, FamilyMember
from loket.register.models import Family, Membership, Resident
from tests.integration.register.conftest import plain_rows

HEAD, WIFE, CHILD, OTHER = "KEPALA KELUARGA", "ISTRI", "ANAK", "FAMILI LAIN"
VILLAGE, NEXT_VILLAGE = "99.71.03.1001", "99.71.05.1001"


def line(relation: str, person: Resident) -> FamilyMember:
    return FamilyMember(nik=person.nik, name=person.name, relation=relation)


def report_of(*members: tuple[str, Resident], **changes: Any) -> FamilyCardReport:
    """A new household of these people; the first one applies."""
    applicant = members[0][1]
    values = FamilyCardReport(
        reason="new_household",
        applicant_nik=applicant.nik,
        applicant_name=applicant.name,
        family_number="",
        address="JL. MELATI NO. 7",
        rt="004",
        rw="",
        postal_code="99710",
        village=VILLAGE,
        members=tuple(line(*member) for member in members),
    )
    return replace(values, **changes)


def state(*, without: Family | None = None) -> dict[str, Any]:
    """Every row of families and memberships; `without` leaves out a family that only holds a number."""
    return {
        "families": [row for row in plain_rows(Family) if without is None or row["id"] != without.pk],
        "memberships": plain_rows(Membership),
    }


def rows_of(family: Family) -> list[tuple[str, str]]:
    """The present members: relation and NIK in the order of the card."""
    rows = Membership.objects.filter(family=family, until__isnull=True).order_by("position")
    return list(rows.values_list("relation", "resident__nik"))


def retire(village: str) -> None:
    Area.objects.filter(code=village).update(retired=True)
