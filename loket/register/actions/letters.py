"""Letters of a move after they were given: replaced, given again, cancelled.

Law: Perpres 96/2018, Permendagri 108/2019. A SKPWNI that changes is given anew, with everything checked anew
and a new period; one that was lost or damaged is given again as it was. Cancelling a SKPWNI leaves everybody
where they still are; cancelling a SKPLN brings everybody back to the family and place of before.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from django.db import models

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries
from loket.register.actions import held
from loket.register.actions.changes import (
    ChangedSince,
    Changes,
    Outcome,
    plain,
    record_event,
    require_heads,
    today_at,
)
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import Applicant, record_household
from loket.register.actions.moveletters import (
    CANCELLED,
    KIND_OF,
    REPLACED,
    SKPLN,
    LetterExpired,
    UnknownLetter,
    end_letter,
    hold,
    issue,
    named,
    normal,
    require_open,
)
from loket.register.actions.moves import (
    LETTERS,
    MOVERS,
    Departure,
    destination_facts,
    event_of,
    record_departure,
    require_named,
    root_of,
)
from loket.register.models import (
    Family,
    HeldDocument,
    LetterPerson,
    Membership,
    MoveLetter,
    RegisterEvent,
    Resident,
)
from loket.register.rules import RuleBroken

_ROWS: dict[str, type[models.Model]] = {
    "resident": Resident,
    "family": Family,
    "membership": Membership,
    "held_document": HeldDocument,
}


class OtherPeople(RuleBroken):
    """Yang pindah tidak sama dengan surat yang diganti. Batalkan surat itu, lalu ajukan surat pindah yang
    baru."""


class NothingToCancel(RuleBroken):
    """Masa berlaku surat pindah ini sudah berakhir, sehingga semua yang tercantum tetap penduduk di alamat
    asal dan tidak ada yang dibatalkan."""


def _known(number: str) -> MoveLetter | None:
    return MoveLetter.objects.filter(number=normal(number)).exclude(number="").first()


def record_letter_again(
    *,
    office: Office,
    kind: str,
    applicant: Applicant,
    number: str,
    report: Departure | None,
    case_ref: str,
    by: Actor,
) -> RegisterEvent:
    """Give a letter in place of one that was lost or damaged, or (`report`) one that says something else.

    A letter of before this register is replaced where the form says it whole: its people, who are still
    residents, move with the new one. Raises UnknownLetter, LetterUsed, LetterExpired, NotOnLetter,
    RuleBroken, ChangedSince.
    """
    known = _known(number)
    left = known is not None and known.family_id is None
    if report is not None and not left and (known is not None or report.people):
        return record_departure(
            office=office,
            kind=kind,
            report=_whole(report, known),
            case_ref=case_ref,
            by=by,
            replaces=normal(number),
        )
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[person.nik for person in named(known)] if known else [],
        apply=lambda changes: _again(changes, office, kind, applicant, number, report, case_ref),
        letter=LETTERS[kind],
    )


def _whole(report: Departure, old: MoveLetter | None) -> Departure:
    """The report with what it leaves out as the old letter has it: who moves, and who follows as head."""
    if old is None:
        return report
    people = report.people or tuple(FamilyMember(row.nik, row.name, "") for row in named(old))
    return replace(report, people=people, successor_nik=report.successor_nik or old.successor_nik)


def _again(
    changes: Changes,
    office: Office,
    kind: str,
    applicant: Applicant,
    number: str,
    report: Departure | None,
    case_ref: str,
) -> Outcome:
    """The same letter once more, for the same people and the same days; where they have left already, perhaps
    to another destination."""
    day = today_at(office)
    old = _own_letter(office, kind, number, "surat_lama_nomor")
    if old.valid_until is not None and old.valid_until < day:
        raise LetterExpired(field="surat_lama_nomor")
    person, people = require_named(old, applicant), named(old)
    if (
        report is not None
        and report.people
        and {line.nik for line in report.people} != {row.nik for row in people}
    ):
        raise OtherPeople(field=MOVERS)
    given = event_of(old)
    facts = {**given.facts, "uses": old.number, "root": root_of(old)}
    if report is not None:
        facts |= destination_facts(office, report)
    end_letter(changes, old, REPLACED, day, case_ref)
    _copy(changes, old, people, day, case_ref, facts.get("regency", ""))
    return Outcome(resident=person, family=given.family, facts=facts)


def _copy(
    changes: Changes, old: MoveLetter, people: list[LetterPerson], day: date, case_ref: str, destination: str
) -> None:
    """A letter like the old one; that its people have left, where they have, is now written on this one."""
    letter = MoveLetter(
        office=old.office,
        kind=old.kind,
        case_ref=case_ref,
        issued_on=day,
        valid_until=old.valid_until,
        destination=destination,
        family=old.family,
        successor_nik=old.successor_nik,
        stayers_number=old.stayers_number,
    )
    lines = issue(changes, letter, [FamilyMember(row.nik, row.name, row.relation) for row in people])
    for line, before in zip(lines, people, strict=True):
        changes.change(line, left_on=before.left_on)
        changes.change(before, left_on=None)


def _own_letter(office: Office, kind: str, number: str, field: str) -> MoveLetter:
    """A letter of this office that counts, locked. Raises UnknownLetter, LetterUsed and its kin."""
    letter = hold(number)
    if letter is None or letter.office_id != office.code or letter.kind != KIND_OF[kind]:
        raise UnknownLetter(field=field)
    require_open(letter, field)
    return letter


def record_cancellation(
    *, office: Office, kind: str, applicant: Applicant, number: str, reason: str, case_ref: str, by: Actor
) -> RegisterEvent:
    """Cancel a letter that nobody has used: everybody it names stays, or is again, where they were.

    Raises UnknownLetter, LetterUsed, NotOnLetter, NothingToCancel, ChangedSince where the register has gone
    on since a SKPLN.
    """
    known = _known(number)
    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[applicant.nik, *([row.nik for row in named(known)] if known else [])],
        apply=lambda changes, numbers: _cancel(changes, office, kind, applicant, number, reason, case_ref),
        letter=LETTERS[kind],
    )


def _cancel(
    changes: Changes, office: Office, kind: str, applicant: Applicant, number: str, reason: str, case_ref: str
) -> Outcome:
    day = today_at(office)
    letter = _own_letter(office, kind, number, "batal_surat_nomor")
    if letter.valid_until is not None and letter.valid_until < day:
        raise NothingToCancel(field="batal_surat_nomor")
    person, given = require_named(letter, applicant), event_of(letter)
    root = RegisterEvent.objects.get(case_ref=root_of(letter))
    if letter.family_id is None:
        _take_back(changes, root)
        for row in named(letter):
            changes.change(row, left_on=None)
    people = [row.nik for row in named(letter)]
    holders = Resident.objects.filter(nik__in=people).order_by("pk")
    held.end(changes, holders, [letter.kind], str(held.State.VOID), day, "Dibatalkan")
    end_letter(changes, letter, CANCELLED, day, case_ref)
    facts = {**given.facts, "uses": letter.number, "root": root.case_ref, "cancelled": reason}
    return Outcome(resident=person, family=queries.current_family(person), facts=facts)


def _take_back(changes: Changes, event: RegisterEvent) -> None:
    """Put every person and family of an event as they were, as a change of its own; a family that it
    founded stays, empty.

    Raises ChangedSince.
    """
    day = today_at(event.office)
    for noted in reversed(event.changes):
        if noted["model"] not in _ROWS:
            continue
        row = _ROWS[noted["model"]]._default_manager.filter(pk=noted["id"]).first()
        if isinstance(row, HeldDocument) and row.kind == SKPLN:
            continue  # the letter itself, perhaps given again since
        if row is None or plain(row, noted["after"]) != noted["after"]:
            raise ChangedSince()
        if noted["before"] is not None:
            changes.change(row, **_as_values(row, noted["before"]))
        elif isinstance(row, Membership):
            changes.change(row, until=day)
    touched = [noted["id"] for noted in event.changes if noted["model"] == "membership"]
    require_heads(Membership.objects.filter(pk__in=touched).values_list("family_id", flat=True))


def _as_values(row: models.Model, before: dict[str, Any]) -> dict[str, Any]:
    """What JSON holds of a row, as its columns hold it."""
    columns = {column.attname: column for column in row._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in before.items()}
