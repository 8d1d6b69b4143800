"""Letters of a move after they were given: replaced, given again, cancelled, used up.

A SKPWNI or SKPLN counts once: as long as it is neither replaced, cancelled nor used at an arrival. What
used it keeps its number in `facts["uses"]`, so that undoing that makes it count again.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection, models

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import ChangedSince, Changes, Outcome, plain, record_event, today_at
from loket.register.actions.household import Applicant, record_household
from loket.register.actions.moves import LETTERS, MOVERS, Departure, destination_facts, record_departure
from loket.register.models import Family, Membership, RegisterEvent, Resident
from loket.register.rules import RuleBroken

_ROWS: dict[str, type[models.Model]] = {"resident": Resident, "family": Family, "membership": Membership}


class UnknownLetter(RuleBroken):
    """Nomor surat ini bukan surat pindah yang diterbitkan kantor ini. Periksa kembali nomornya."""


class LetterUsed(RuleBroken):
    """Surat pindah ini tidak berlaku lagi: sudah dipakai melapor datang, diganti, atau dibatalkan."""


class NotOnLetter(RuleBroken):
    """Orang ini tidak tercantum dalam surat pindah itu. Periksa kembali NIK-nya."""


class OtherPeople(RuleBroken):
    """Yang pindah tidak sama dengan surat yang diganti. Batalkan surat itu, lalu ajukan surat pindah yang
    baru."""


def normal(number: str) -> str:
    """A number as letters are compared: people put blanks and small letters into it."""
    return "".join(number.upper().split())


def hold_letter(number: str, case_ref: str, field: str) -> RegisterEvent | None:
    """Lock a letter until the transaction ends and give the event that issued it, where one of ours did.

    Raises LetterUsed where another case has used it.
    """
    number = normal(number)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"letter:{number}"])
    users = RegisterEvent.objects.filter(facts__uses=number, reverted_at__isnull=True)
    if users.exclude(case_ref=case_ref).exists():
        raise LetterUsed(field=field)
    found = RegisterEvent.objects.filter(number=number, kind__in=LETTERS).first()
    if found is not None and (found.reverted_at is not None or "cancelled" in found.facts):
        raise LetterUsed(field=field)
    return found


def use_letter(number: str, niks: Collection[str], case_ref: str, field: str) -> dict[str, str]:
    """Use a letter up at an arrival. One of another place is taken as it is written.

    Raises LetterUsed; NotOnLetter where the letter is known and names somebody not.
    """
    letter = hold_letter(number, case_ref, field)
    if letter is not None and not _movers(letter).issuperset(niks):
        raise NotOnLetter(field=field)
    return {"uses": normal(number)}


def _movers(letter: RegisterEvent) -> set[str]:
    return {mover["nik"] for mover in letter.facts["movers"]}


def _niks(report: Departure) -> set[str]:
    return {line.nik for line in report.people}


def _own_letter(office: Office, kind: str, number: str, case_ref: str, field: str) -> RegisterEvent:
    letter = hold_letter(number, case_ref, field)
    if letter is None or letter.office_id != office.code or letter.kind != kind:
        raise UnknownLetter(field=field)
    return letter


def _named(letter: RegisterEvent, applicant: Applicant) -> Resident:
    """The applicant, whom the letter names: they have left, so they are no resident here. Raises
    NotOnLetter, RuleBroken."""
    person, facts = queries.resident_by_nik(applicant.nik), queries.facts_of(applicant.nik)
    if person is None or facts is None:
        raise UnknownPerson(field="pemohon_nik")
    rules.name_agrees(facts, applicant.name, "pemohon_nik")
    if applicant.nik not in _movers(letter) | {letter.facts["applicant"]["nik"]}:
        raise NotOnLetter(field="pemohon_nik")
    return person


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
    """Give a letter in place of one that was lost or damaged, or (`report`) with another destination.

    Nobody moves again. A letter of before this register is replaced where the form says it whole: its people,
    who are still residents, move with the new one. Raises UnknownLetter, LetterUsed, NotOnLetter, RuleBroken,
    ChangedSince.
    """
    known = RegisterEvent.objects.filter(number=normal(number)).exists()
    if report is not None and report.people and not known:
        return record_departure(
            office=office, kind=kind, report=report, case_ref=case_ref, by=by, replaces=normal(number)
        )

    def again(changes: Changes) -> Outcome:
        letter = _own_letter(office, kind, number, case_ref, "surat_lama_nomor")
        person = _named(letter, applicant)
        if report is not None and report.people and _niks(report) != _movers(letter):
            raise OtherPeople(field=MOVERS)
        facts = {**letter.facts, "uses": letter.number, "root": letter.facts.get("root", letter.case_ref)}
        if report is not None:
            facts |= destination_facts(office, report)
        return Outcome(resident=person, family=letter.family, facts=facts)

    return record_event(office=office, kind=kind, case_ref=case_ref, by=by, apply=again, letter=LETTERS[kind])


def record_cancellation(
    *, office: Office, kind: str, applicant: Applicant, number: str, reason: str, case_ref: str, by: Actor
) -> RegisterEvent:
    """Cancel a letter: whoever it let go is a resident again, in the family and place of before.

    Raises UnknownLetter, LetterUsed, NotOnLetter, ChangedSince where the register has gone on since.
    """
    movers = RegisterEvent.objects.filter(office=office, number=normal(number)).first()
    niks = [mover["nik"] for mover in movers.facts.get("movers", [])] if movers else []

    def cancel(changes: Changes, numbers: object) -> Outcome:
        letter = _own_letter(office, kind, number, case_ref, "batal_surat_nomor")
        person = _named(letter, applicant)
        root = RegisterEvent.objects.get(case_ref=letter.facts.get("root", letter.case_ref))
        _take_back(changes, root)
        facts = {**letter.facts, "uses": letter.number, "root": root.case_ref, "cancelled": reason}
        return Outcome(resident=person, family=queries.current_family(person), facts=facts)

    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[applicant.nik, *niks],
        apply=cancel,
        letter=LETTERS[kind],
    )


def _take_back(changes: Changes, event: RegisterEvent) -> None:
    """Put every row of an event as it was, as a change of its own; a family that it founded stays, empty.

    Raises ChangedSince.
    """
    day = today_at(event.office)
    for noted in reversed(event.changes):
        row = _ROWS[noted["model"]]._default_manager.filter(pk=noted["id"]).first()
        if row is None or plain(row, noted["after"]) != noted["after"]:
            raise ChangedSince()
        if noted["before"] is not None:
            changes.change(row, **_as_values(row, noted["before"]))
        elif isinstance(row, Membership):
            changes.change(row, until=day)


def _as_values(row: models.Model, before: dict[str, Any]) -> dict[str, Any]:
    """What JSON holds of a row, as its columns hold it."""
    columns = {column.attname: column for column in row._meta.concrete_fields}
    return {name: columns[name].to_python(value) for name, value in before.items()}
