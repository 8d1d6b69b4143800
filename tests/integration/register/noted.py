"""Reports of what is decided about an akta, and what may be looked at afterwards."""

from dataclasses import replace
from datetime import date
from typing import Any

from loket.core import clock
from loket.register import queries
from loket.register.actions import annulments, corrections, held, name_change, other_events
from loket.register.actions.changes import Changes
from loket.register.actions.parties import Decision
from loket.register.models import CivilRecord, Family, HeldDocument, Resident
from tests.integration.register.conftest import AT, BORN, Town, plain_rows, record_birth
from tests.integration.register.vital import REPORTED, people

COURT = Decision("Pengadilan Negeri Contoh", "7/Pdt.P/2026", date(2026, 2, 25))
TOMORROW = replace(COURT, day=date(2026, 3, 3))
BASIS = "penetapan Pengadilan Negeri Contoh nomor 7/Pdt.P/2026 tanggal 25-02-2026"
TODAY = date(2026, 3, 2)
CASE = "vital:x"


def akta_of_child(town: Town) -> CivilRecord:
    """The akta kelahiran of a child of a couple, who holds a KIA."""
    _, father, mother = town.couple()
    with clock.use(AT):
        report = town.report(mother, father)
        entry = record_birth(office=town.office, report=report, case_ref="case:birth", by=town.by)
    held.give(Changes(), entry.resident, HeldDocument.Kind.KIA, BORN)
    return entry


def name_of(akta: CivilRecord, **changes: Any) -> name_change.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "new_name": "Ayu Melati",
        "record_number": akta.number,
        "guardian_nik": "9971035106929999",
        "decision": COURT,
        "reported_on": REPORTED,
    }
    return name_change.Report(**(values | changes))


def correction_of(akta: CivilRecord, element: str, before: str, after: str, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "element": element,
        "before": before,
        "after": after,
        "guardian_nik": "9971035106929999",
        "reported_on": REPORTED,
    }
    return corrections.Report(**(values | changes))


def other_of(akta: CivilRecord, **changes: Any) -> other_events.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "description": "Perubahan jenis kelamin.",
        "sex": "L",
        "decision": COURT,
        "reported_on": REPORTED,
    }
    return other_events.Report(**(values | changes))


def end_of(akta: CivilRecord, **changes: Any) -> annulments.Report:
    values: dict[str, Any] = {
        "nik": akta.subject_nik,
        "name": akta.subject_name,
        "record_number": akta.number,
        "decision": COURT,
        "reported_on": REPORTED,
        "number_field": "pembatalan_akta_nomor",
        "decided_field": "pembatalan_akta_tanggal_putusan",
    }
    return annulments.Report(**(values | changes))


def everything() -> list[Any]:
    """What an event may change and undoing must give back."""
    return [*people(), plain_rows(CivilRecord), plain_rows(HeldDocument)]


def notes_of(akta: CivilRecord) -> list[tuple[str, str]]:
    akta.refresh_from_db()
    return [(note["note"], note["basis"]) for note in akta.facts.get("notes", [])]


def to_be_renewed(person: Resident) -> list[tuple[str, str]]:
    rows = HeldDocument.objects.filter(resident=person).order_by("pk")
    return [(row.kind, row.renew_why) for row in rows]


def family_of(person: Resident) -> Family:
    found = queries.current_family(person)
    assert found is not None
    return found
