"""Pindah di dalam satu kabupaten/kota: another address, or another family; no letter, the NIK stays.

Law: UU 23/2006 jo. 24/2013 art. 15 (3), Perpres 96/2018, Permendagri 108/2019, form F-1.03. A whole family
keeps its nomor KK at the new address; some members begin a family of their own, with a new number, or go to
another one; KTP-el and KIA, which bear the address, are to be made anew.
"""

from dataclasses import dataclass

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_events import joined_family
from loket.register.actions.household import (
    Address,
    Applicant,
    Numbers,
    add_member,
    address_line,
    address_of,
    applicant_of,
    check_heads,
    check_village,
    family_of,
    found_family,
    leave,
    lock_niks,
    named_members,
    record_household,
)
from loket.register.actions.moveletters import refuse_waiting
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import HEAD, RuleBroken

MOVERS, JOINED = "anggota_pindah", "datang_nomor_kk"


class SameAddress(RuleBroken):
    """Alamat tujuan sama dengan alamat Kartu Keluarga sekarang, sehingga tidak ada yang berpindah."""


class SameFamily(RuleBroken):
    """Kartu Keluarga yang ditumpangi adalah Kartu Keluarga mereka sendiri."""


@dataclass(frozen=True)
class MoveWithin:
    """F-1.03 of a move inside the area: who moves, to an address of their own or into the family `joins`."""

    applicant: Applicant
    people: tuple[FamilyMember, ...]
    address: Address | None = None
    joins: str = ""
    successor_nik: str = ""


def record_move_within(*, office: Office, report: MoveWithin, case_ref: str, by: Actor) -> RegisterEvent:
    """Record a move that stays in the kabupaten/kota.

    Raises RuleBroken with the field, HasLetter, MovedMeanwhile, ChangedSince.
    """
    target = Family.objects.filter(office=office, number=report.joins).first() if report.joins else None
    return record_household(
        office=office,
        kind="move_within",
        case_ref=case_ref,
        by=by,
        niks=[
            report.applicant.nik,
            report.successor_nik,
            *(line.nik for line in report.people),
            *lock_niks([target]),
        ],
        apply=lambda changes, numbers: _move(changes, numbers, office, report),
    )


def _move(changes: Changes, numbers: Numbers, office: Office, report: MoveWithin) -> Outcome:
    applicant = applicant_of(report.applicant, office)
    family = family_of(applicant)
    people = named_members(report.people, office, MOVERS, of_family=family)
    refuse_waiting([line.nik for line in report.people], MOVERS)
    origin = address_line(family)
    everybody = set(people) == {row.resident.nik for row in queries.members(family)}
    if report.joins:
        now = _join(changes, numbers, office, report, family, people)
    elif report.address is None:
        raise ValueError("a move needs an address or a family")
    elif everybody:
        now = _together(changes, office, report.address, family)
    else:
        now = _apart(changes, numbers, office, report, report.address, people)
    held.outdate(changes, people.values(), held.CARDS, "Alamat berubah")
    facts = {
        "origin": origin,
        "destination": address_line(now),
        "movers": [
            {"nik": row.resident.nik, "name": row.resident.name, "relation": row.relation}
            for row in queries.members(now)
            if row.resident.nik in people
        ],
    }
    return Outcome(resident=applicant, family=now, facts=facts)


def _together(changes: Changes, office: Office, address: Address, family: Family) -> Family:
    """The whole family at its new address, with its number. Raises SameAddress, RuleBroken."""
    check_village(address, office)
    if address == address_of(family):
        raise SameAddress(field="tiba_alamat")
    changes.change(
        family,
        address=address.address,
        rt=address.rt,
        rw=address.rw,
        postal_code=address.postal_code,
        village_id=address.village,
        issued_on=today_at(office),
    )
    return family


def _apart(
    changes: Changes,
    numbers: Numbers,
    office: Office,
    report: MoveWithin,
    address: Address,
    people: dict[str, Resident],
) -> Family:
    """Some members begin a family of their own. Raises RuleBroken, NoSuccessor, WrongSuccessor."""
    day = today_at(office)
    check_heads(report.people, office, MOVERS)
    check_village(address, office)
    leave(changes, numbers, people.values(), day, report.successor_nik, "pindah_pengganti_nik")
    family = found_family(changes, numbers, office, address, day)
    for line in sorted(report.people, key=lambda line: line.relation != HEAD):
        add_member(changes, family, people[line.nik], line.relation, day)
    return family


def _join(
    changes: Changes,
    numbers: Numbers,
    office: Office,
    report: MoveWithin,
    family: Family,
    people: dict[str, Resident],
) -> Family:
    """They go to another family, which keeps its number and head. Raises UnknownFamily, SameFamily."""
    day = today_at(office)
    target = joined_family(office, report.joins, None, JOINED)
    if target == family:
        raise SameFamily(field=JOINED)
    if any(line.relation == HEAD for line in report.people):
        rules.one_head([HEAD, HEAD], MOVERS)
    leave(changes, numbers, people.values(), day, report.successor_nik, "pindah_pengganti_nik")
    for line in report.people:
        add_member(changes, target, people[line.nik], line.relation, day)
    changes.change(target, issued_on=day)
    return target
