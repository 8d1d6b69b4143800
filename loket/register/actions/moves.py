"""Pindah: who leaves the area gets a letter, and the letter is used once where they arrive.

Law: UU 23/2006 jo. 24/2013 art. 15 and 18, Perpres 96/2018, Permendagri 108/2019, form F-1.03. A move inside
one kabupaten or kota needs no letter (`moves_within`). A SKPWNI lets people go: they stay residents here, in
their family, until the place of destination takes them in (`moveletters`); a SKPLN takes effect at once, with
the status PINDAH LN. Those who stay without their head get a new one and a new nomor KK, chosen with the
letter.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Area, Office
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.births import UnknownPerson
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
    successor,
)
from loket.register.actions.moveletters import (
    KIND_OF,
    REPLACED,
    SKPLN,
    SKPWNI,
    WITHDRAWN,
    NotOnLetter,
    UnknownLetter,
    end_letter,
    foreign_letter,
    hold,
    issue,
    named,
    normal,
    refuse_waiting,
    require_open,
    valid_until,
)
from loket.register.models import Family, LetterPerson, Membership, MoveLetter, RegisterEvent, Resident
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
    """Surat keterangan pindah ini hanya untuk warga negara Indonesia (UU 23/2006 Pasal 15 dan 18). Orang
    asing melapor dengan izin tinggalnya."""


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

    `replaces` is the number of a letter in whose place this one is given, of this office or of before this
    register. Raises RuleBroken with the field, LetterUsed, MovedMeanwhile, ChangedSince.
    """
    return record_household(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[report.applicant.nik, report.successor_nik, *(line.nik for line in report.people)],
        apply=lambda changes, numbers: _depart(changes, numbers, office, kind, report, replaces, case_ref),
        letter=LETTERS[kind],
    )


def _depart(
    changes: Changes,
    numbers: Numbers,
    office: Office,
    kind: str,
    report: Departure,
    replaces: str,
    case_ref: str,
) -> Outcome:
    applicant = applicant_of(report.applicant, office)
    family = family_of(applicant)
    facts = _letter_facts(office, report, family)
    people = named_members(report.people, office, MOVERS, of_family=family)
    if any(person.nationality != "WNI" for person in people.values()):
        raise ForeignerMoves(field=MOVERS)
    rows = queries.members(family)
    relations = {row.resident.nik: row.relation for row in rows}
    _check_kind(report, relations)
    old = _replaced(changes, office, kind, report, replaces, case_ref) if replaces else None
    refuse_waiting([line.nik for line in report.people], MOVERS)
    lines = [FamilyMember(nik, person.name, relations[nik]) for nik, person in people.items()]
    facts["movers"] = [_mover(line, people[line.nik]) for line in lines]
    letter = _letter(numbers, office, kind, report, family, lines, case_ref, old)
    rows, now = issue(changes, letter, lines), family
    if letter.kind == SKPLN:
        now = _go_abroad(changes, numbers, report, people, rows, today_at(office))[family.pk]
    elif letter.valid_until is not None:
        facts["valid_until"] = letter.valid_until.isoformat()
    if replaces:
        facts |= {"uses": normal(replaces), "root": root_of(old) if old else case_ref}
    return Outcome(resident=applicant, family=now, facts=facts)


def _mover(line: FamilyMember, person: Resident) -> dict[str, str]:
    """One line of the letter's table."""
    return {
        "nik": line.nik,
        "name": line.name,
        "relation": line.relation,
        "card": "Sudah diterbitkan" if person.id_card_issued_on else "Belum tercatat",
    }


def _letter(
    numbers: Numbers,
    office: Office,
    kind: str,
    report: Departure,
    family: Family,
    lines: list[FamilyMember],
    case_ref: str,
    old: MoveLetter | None,
) -> MoveLetter:
    """The letter of this move. A SKPWNI keeps who will be head of those who stay, and their nomor KK."""
    day = today_at(office)
    letter = MoveLetter(office=office, kind=KIND_OF[kind], case_ref=case_ref, issued_on=day)
    if letter.kind == SKPWNI:
        letter.destination, letter.family = report.regency, family
        letter.valid_until = valid_until(office, day)
        moving = {line.nik for line in lines}
        staying = [row for row in queries.members(family) if row.resident.nik not in moving]
        if staying and any(line.relation == HEAD for line in lines):
            letter.successor_nik = _follower(staying, day, report)
            kept = old.stayers_number if old else ""
            letter.stayers_number = kept or numbers.family(family.village_id.rpartition(".")[0], day)
    return letter


def _follower(staying: list[Membership], day: date, report: Departure) -> str:
    """The NIK of who will be head of those who stay. Raises NoSuccessor, WrongSuccessor, RuleBroken."""
    return successor(staying, day, report.successor_nik, "pindah_pengganti_nik").resident.nik


def _go_abroad(
    changes: Changes,
    numbers: Numbers,
    report: Departure,
    people: dict[str, Resident],
    rows: list[LetterPerson],
    day: date,
) -> dict[int, Family]:
    """They leave with the letter itself: no office of destination will ever report them."""
    for row in rows:
        changes.change(row, left_on=day)
    now = leave(changes, numbers, people.values(), day, report.successor_nik, "pindah_pengganti_nik")
    held.end(changes, people.values(), held.CARDS, WITHDRAWN, day, "Pindah ke luar negeri")
    for person in people.values():
        changes.change(person, status=Resident.Status.ABROAD)
    return now


def _replaced(
    changes: Changes, office: Office, kind: str, report: Departure, number: str, case_ref: str
) -> MoveLetter | None:
    """The letter in whose place this one is given counts no longer; None for one of before this register.

    One whose time is over is replaced too: that is how it begins anew. Raises UnknownLetter, LetterUsed and
    its kin, NotOnLetter.
    """
    day, field = today_at(office), "surat_lama_nomor"
    old = hold(number)
    if old is None:
        foreign_letter(
            changes,
            KIND_OF[kind],
            number,
            report.people,
            day,
            state=REPLACED,
            case_ref=case_ref,
            issued_on=day,
        )
        return None
    require_open(old, field)
    if old.office_id != office.code or old.kind != KIND_OF[kind]:
        raise UnknownLetter(field=field)
    require_named(old, report.applicant)
    end_letter(changes, old, REPLACED, day, case_ref)
    return old


def event_of(letter: MoveLetter) -> RegisterEvent:
    """The event that gave a letter of this installation."""
    return RegisterEvent.objects.select_related("family").get(case_ref=letter.case_ref)


def root_of(letter: MoveLetter) -> str:
    """The case of the first letter of a move: those in its place are about the same move."""
    return str(event_of(letter).facts.get("root", letter.case_ref))


def require_named(letter: MoveLetter, applicant: Applicant) -> Resident:
    """Who asks for something about a letter is named on it, or had asked for it. Raises NotOnLetter,
    UnknownPerson, RuleBroken."""
    person, facts = queries.resident_by_nik(applicant.nik), queries.facts_of(applicant.nik)
    if person is None or facts is None:
        raise UnknownPerson(field="pemohon_nik")
    rules.name_agrees(facts, applicant.name, "pemohon_nik")
    asked = event_of(letter).facts["applicant"]["nik"]
    if applicant.nik not in {asked, *(row.nik for row in named(letter))}:
        raise NotOnLetter(field="pemohon_nik")
    return person


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
