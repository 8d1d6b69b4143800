"""Pindah: who leaves the area gets a letter, and the letter is used once where they arrive.

Law: UU 23/2006 jo. 24/2013 art. 15, Perpres 96/2018, Permendagri 108/2019, form F-1.03. A move inside one
kabupaten or kota needs no letter. Whoever leaves has the status PINDAH from the day of the letter [G];
those who stay without their head get a new one and a new nomor KK.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Area, Office
from loket.register import queries
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.household import (
    Applicant,
    NoSuccessor,
    Numbers,
    address_line,
    applicant_of,
    family_of,
    leave,
    named_members,
    record_household,
)
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import HEAD, RuleBroken

MOVERS = "anggota_pindah"
# Jenis kepindahan of F-1.03, by code.
HEAD_ALONE, EVERYBODY, HEAD_AND_SOME, MEMBERS_ONLY = "1", "2", "3", "4"
BETWEEN_REGENCIES, BETWEEN_PROVINCES = "ANTAR KAB/KOTA", "ANTAR PROVINSI"
LETTERS = {"move_out": "SKPWNI", "move_abroad": "SKPLN"}


class SameRegency(RuleBroken):
    """Alamat tujuan masih di kabupaten atau kota ini. Perpindahan di dalam satu kabupaten/kota tidak memakai
    surat pindah; ajukan perubahan alamat Kartu Keluarga."""


class UnknownRegency(RuleBroken):
    """Kabupaten atau kota tujuan tidak dikenal."""


class KindDisagrees(RuleBroken):
    """Jenis kepindahan tidak sesuai dengan siapa yang pindah menurut Kartu Keluarga. Periksa kembali jenis
    kepindahan dan daftar yang pindah."""


class StayersHaveNoHome(RuleBroken):
    """Anggota yang tinggal dan akan numpang pada Kartu Keluarga lain harus mengajukan numpang Kartu Keluarga
    lebih dahulu."""


class ForeignerMoves(RuleBroken):
    """Surat keterangan pindah WNI hanya untuk warga negara Indonesia."""


class DepartureInPast(RuleBroken):
    """Rencana tanggal pindah ke luar negeri tidak boleh sudah lewat."""


@dataclass(frozen=True)
class Departure:
    """F-1.03 of who leaves: `regency` is the code of the destination, empty for another country."""

    applicant: Applicant
    people: tuple[FamilyMember, ...]
    destination: str
    regency: str = ""
    country: str = ""
    host: str = ""
    reason: str = ""
    kind: str = ""
    kind_words: str = ""
    stayers_join: bool = False
    successor_nik: str = ""
    planned_on: date | None = None


def classification(origin: str, destination: str) -> str:
    """Klasifikasi kepindahan by the codes of both kabupaten/kota. Raises SameRegency, UnknownRegency."""
    if origin == destination:
        raise SameRegency(field="tujuan_kabupaten")
    if not Area.objects.filter(code=destination, retired=False).exists():
        raise UnknownRegency(field="tujuan_kabupaten")
    same = origin.split(".")[0] == destination.split(".")[0]
    return BETWEEN_REGENCIES if same else BETWEEN_PROVINCES


def record_departure(
    *, office: Office, kind: str, report: Departure, case_ref: str, by: Actor, replaces: str = ""
) -> RegisterEvent:
    """Record who moves out (`move_out`) or abroad (`move_abroad`), with the number of their letter.

    `replaces` is the number of a letter from before this register, in whose place this one is given.
    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """
    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[report.applicant.nik, report.successor_nik, *(line.nik for line in report.people)],
        apply=lambda changes, numbers: _depart(changes, numbers, office, report, replaces),
        letter=LETTERS[kind],
    )


def _depart(changes: Changes, numbers: Numbers, office: Office, report: Departure, replaces: str) -> Outcome:
    applicant = applicant_of(report.applicant, office)
    family = family_of(applicant)
    facts = _letter_facts(office, report, family)
    people = named_members(report.people, office, MOVERS, of_family=family)
    if any(person.nationality != "WNI" for person in people.values()):
        raise ForeignerMoves(field=MOVERS)
    relations = {row.resident.nik: row.relation for row in queries.members(family)}
    _check_kind(report, relations)
    if replaces:
        facts["uses"] = replaces
    facts["movers"] = [
        {
            "nik": nik,
            "name": person.name,
            "relation": relations[nik],
            "card": "Sudah diterbitkan" if person.id_card_issued_on else "Belum tercatat",
        }
        for nik, person in people.items()
    ]
    now = leave(
        changes, numbers, people.values(), today_at(office), report.successor_nik, "pindah_pengganti_nik"
    )
    for person in people.values():
        changes.change(person, status=Resident.Status.MOVED)
    return Outcome(resident=applicant, family=now[family.pk], facts=facts)


def _letter_facts(office: Office, report: Departure, family: Family) -> dict[str, Any]:
    """What the letter says of the move itself."""
    card = queries.family_card(family)
    facts: dict[str, Any] = {
        "applicant": {"nik": report.applicant.nik, "name": report.applicant.name},
        "family_number": family.number,
        "head_name": card["head"],
        "origin": address_line(family),
        **destination_facts(office, report),
    }
    return facts


def destination_facts(office: Office, report: Departure) -> dict[str, Any]:
    """Where they go and why. Raises SameRegency, UnknownRegency, DepartureInPast."""
    facts: dict[str, Any] = {
        "destination": report.destination,
        "reason": report.reason,
        "kind": report.kind_words,
        "planned_on": report.planned_on.isoformat() if report.planned_on else "",
    }
    if report.country:
        if report.planned_on and report.planned_on < today_at(office):
            raise DepartureInPast(field="tujuan_negara_tanggal")
        return facts | {"country": report.country, "host": report.host}
    return facts | {
        "regency": report.regency,
        "classification": classification(office.definition["area"], report.regency),
    }


def _check_kind(report: Departure, relations: dict[str, str]) -> None:
    """Who moves must be whom jenis kepindahan names, by the register. Raises KindDisagrees,
    StayersHaveNoHome, NoSuccessor."""
    moving = {line.nik for line in report.people}
    head_moves = any(relations[nik] == HEAD for nik in moving)
    everybody = moving == set(relations)
    if report.kind:
        wanted = {
            HEAD_ALONE: head_moves and len(moving) == 1,
            EVERYBODY: everybody,
            HEAD_AND_SOME: head_moves and len(moving) > 1 and not everybody,
            MEMBERS_ONLY: not head_moves,
        }
        if not wanted[report.kind]:
            raise KindDisagrees(field="pindah_jenis")
    if head_moves and not everybody:
        if report.stayers_join:
            raise StayersHaveNoHome(field="pindah_kk_tinggal")
        if not report.successor_nik:
            raise NoSuccessor(field="pindah_pengganti_nik")
