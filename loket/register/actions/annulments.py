"""Pembatalan akta: an akta that should not be in the book holds no longer, and what rested on it is undone.

Law: UU 23/2006 art. 72: by final decision of a court, on request of the parties. Without a court the office
withdraws its own error (contrarius actus, Permendagri 108/2019, [G]): by a decision of its head. The entry
keeps its number and place, with a note; the people keep their NIK. Akta of marriage and divorce: see
`marriage_annulment`, `divorce_annulment`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries
from loket.register.actions.changes import (
    ChangedSince,
    Changes,
    Outcome,
    plain,
    record_event,
    require_heads,
    today_at,
)
from loket.register.actions.noting import akta_with, decree, holder_here, make_anew, note
from loket.register.actions.parties import Decision, niks_in, plain_resident
from loket.register.models import CivilRecord, Marriage, Membership, RegisterEvent, Resident
from loket.register.rules import civil, notes

_PEOPLE: dict[str, type[Resident | Membership | Marriage]] = {
    "resident": Resident,
    "membership": Membership,
    "marriage": Marriage,
}
_WHY = {"akta_annulment": "dibatalkan", "akta_withdrawal": "ditarik"}
_TEXT = {
    "akta_annulment": "Akta ini dibatalkan",
    "akta_withdrawal": "Akta ini ditarik kembali oleh pejabat yang menerbitkannya karena kekeliruan",
}
_WORD = {"akta_annulment": "putusan", "akta_withdrawal": "keputusan"}
Kind = Literal["akta_annulment", "akta_withdrawal"]


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of an akta that ends: whose, which, why, and who decided (a court, the office's head).

    `number_field` and `decided_field` are those of the akta's number and of the day of the decision.
    """

    nik: str
    name: str
    record_number: str
    decision: Decision
    reported_on: date
    number_field: str
    decided_field: str
    reason: str = ""


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that a court annulled an akta. Raises RuleBroken, such as UnknownRecord, and ChangedSince."""
    return _record("akta_annulment", office, report, case_ref, by)


def record_withdrawal(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Record that the office took back an akta of its own. Raises as `record`."""
    return _record("akta_withdrawal", office, report, case_ref, by)


def _record(kind: Kind, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    akta = queries.record_by_number(office, report.record_number)
    first = RegisterEvent.objects.filter(case_ref=akta.case_ref).first() if akta else None
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[*(niks_in(akta) if akta else []), *_touched(first)],
        letter=civil.LETTERS[kind],
        on=first.happened_on if first else None,
        apply=lambda changes: _apply(kind, changes, office, report),
    )


def _touched(event: RegisterEvent | None) -> list[str]:
    """Everybody whose row the event of an akta changed."""
    ids = [row["id"] for row in event.changes if row["model"] == "resident"] if event else []
    return list(Resident.objects.filter(pk__in=ids).values_list("nik", flat=True))


def _apply(kind: Kind, changes: Changes, office: Office, report: Report) -> Outcome:
    holder = holder_here(report.nik, report.name, office, "subjek1_nik")
    decision = report.decision
    notes.court_decided(decision.court, decision.number, decision.day, report.decided_field)
    civil.happened(decision.day or report.reported_on, report.reported_on, report.decided_field)
    akta = akta_with(office, report.record_number, [holder.nik], report.number_field)
    notes.not_of_a_couple(akta.book, report.number_field)
    before = plain_resident(holder)
    reason = " ".join(report.reason.split()).rstrip(".")
    text = note(
        changes,
        akta,
        f"{_TEXT[kind]}: {reason}." if reason else f"{_TEXT[kind]}.",
        decree(decision, _WORD[kind]),
        report.reported_on,
        ended=_WHY[kind],
    )
    if akta.book not in civil.BIRTH_BOOKS:
        _take_back(changes, akta, today_at(office))
        holder.refresh_from_db()
    elif holder.birth_certificate == akta.number:
        changes.change(holder, birth_certificate="")
    facts = {**text, "person": before, **decision.facts}
    return Outcome(resident=holder, family=make_anew(changes, holder, "Pembatalan akta"), facts=facts)


def _take_back(changes: Changes, akta: CivilRecord, day: date) -> None:
    """What the event of an akta did to people is no longer so: the dead live, a father is none.

    Raises ChangedSince where the register has gone on. Families it founded stay, without members; what it
    wrote beside other akta stays.
    """
    event = RegisterEvent.objects.filter(case_ref=akta.case_ref, reverted_at__isnull=True).first()
    for change in reversed(event.changes if event else []):
        if change["model"] in _PEOPLE:
            _row_back(changes, _PEOPLE[change["model"]], change, day)
    touched = [row["id"] for row in changes.rows if row["model"] == "membership"]
    require_heads(Membership.objects.filter(pk__in=touched).values_list("family_id", flat=True))


def _row_back(
    changes: Changes, model: type[Resident | Membership | Marriage], change: Mapping[str, Any], day: date
) -> None:
    row = model._default_manager.filter(pk=change["id"]).first()
    if row is None or plain(row, change["after"]) != change["after"]:
        raise ChangedSince()
    values = change["before"]
    if values is None:
        values = {"until": day} if isinstance(row, Membership) else {}
    fields = {name: row._meta.get_field(name) for name in values}
    changes.change(row, **{name: fields[name].to_python(value) for name, value in values.items()})
