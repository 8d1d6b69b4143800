"""Pembetulan akta: an error of writing in an akta is mended on proof, without a court.

Law: UU 23/2006 art. 71: only editorial errors (kesalahan tulis redaksional), found by the office or on the
request of whose akta it is; Permendagri 108/2019: on an authentic document, with a note and a new kutipan. A
name that is another one needs a court (art. 52). The NIK stays, also where it tells the day that was wrong.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.changes import Changes, Outcome, record_event
from loket.register.actions.noting import akta_with, holder_here, make_anew, note
from loket.register.actions.parties import niks_in, plain_resident
from loket.register.models import CivilRecord, RegisterEvent, Resident
from loket.register.rules import RuleBroken, civil, notes

_DEATH, _MARRIAGE = frozenset({civil.BOOKS["death"]}), frozenset({civil.BOOKS["marriage"]})
_SEXES = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}
_WORDS = {letter: word for word, letter in _SEXES.items()}
_LONGEST = 60
_BEFORE, _AFTER = "pembetulan_semula", "pembetulan_menjadi"


class Unreadable(RuleBroken):
    """Isi pembetulan ini tidak dapat dibaca. Tanggal ditulis seperti 17-08-2026, jenis kelamin LAKI-LAKI atau
    PEREMPUAN, anak ke dengan angka."""


@dataclass(frozen=True)
class _Element:
    """A thing that an akta says: in which books, where in the entry, and in which column of whose akta it is.

    `read` makes a value of the text of the form, `write` the text of a value of the entry.
    """

    books: frozenset[str]
    path: tuple[str, ...]
    column: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    is_name: bool = False


def _day(text: str) -> str:
    try:
        return datetime.strptime(text, "%d-%m-%Y").date().isoformat()  # noqa: DTZ007 (a day has no zone)
    except ValueError:
        raise Unreadable(field=_AFTER) from None


def _day_words(day: str) -> str:
    return f"{date.fromisoformat(day):%d-%m-%Y}"


def _sex(text: str) -> str:
    if text not in _SEXES:
        raise Unreadable(field=_AFTER)
    return _SEXES[text]


def _number(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 30:  # noqa: PLR2004 (as on F-2.01)
        raise Unreadable(field=_AFTER)
    return int(text)


def _text(text: str) -> str:
    if not text or len(text) > _LONGEST:
        raise Unreadable(field=_AFTER)
    return text


def _name(text: str) -> str:
    """The signs that a form lets into names; those of parents may have more than letters."""
    good = all(sign.isalpha() or sign in " '’.,/()-" for sign in text)
    if not good or not any(sign.isalpha() for sign in text):
        raise Unreadable(field=_AFTER)
    return _text(text)


ELEMENTS = {
    "NAMA": _Element(civil.BIRTH_BOOKS, ("child", "name"), "name", _name, is_name=True),
    "TEMPAT LAHIR": _Element(civil.BIRTH_BOOKS, ("child", "birth_place"), "birth_place", _text),
    "TANGGAL LAHIR": _Element(civil.BIRTH_BOOKS, ("child", "birth_date"), "birth_date", _day, _day_words),
    "JENIS KELAMIN": _Element(civil.BIRTH_BOOKS, ("child", "sex"), "sex", _sex, _WORDS.__getitem__),
    "ANAK KE": _Element(civil.BIRTH_BOOKS, ("birth_order",), "", _number),
    "NAMA AYAH": _Element(civil.BIRTH_BOOKS, ("father", "name"), "father_name", _name, is_name=True),
    "NAMA IBU": _Element(civil.BIRTH_BOOKS, ("mother", "name"), "mother_name", _name, is_name=True),
    "TEMPAT KEMATIAN": _Element(_DEATH, ("death_place",), "", _text),
    "TANGGAL KEMATIAN": _Element(_DEATH, ("death_date",), "death_date", _day, _day_words),
    "TEMPAT PERKAWINAN": _Element(_MARRIAGE, ("wedding_place",), "", _text),
    "TANGGAL PERKAWINAN": _Element(_MARRIAGE, ("wedding_date",), "marriage_date", _day, _day_words),
}


@dataclass(frozen=True)
class Report:
    """What F-2.01 says of a correction: which element (a key of ELEMENTS), as written and as it should be.

    `books` are those of which the service makes a new kutipan, all where it makes none.
    """

    nik: str
    name: str
    record_number: str
    element: str
    before: str
    after: str
    guardian_nik: str
    reported_on: date
    books: Collection[str] = ()


def record(*, office: Office, report: Report, case_ref: str, by: Actor) -> RegisterEvent:
    """Correct an akta, and the register with it. Raises RuleBroken, such as UnknownRecord.

    It was so from the beginning: what the register says is true from the day of the akta on.
    """
    akta = queries.record_by_number(office, report.record_number)
    return record_event(
        office=office,
        kind="akta_correction",
        case_ref=case_ref,
        by=by,
        niks=niks_in(akta) if akta else [],
        letter=civil.LETTERS["akta_correction"],
        on=akta.recorded_on if akta else None,
        apply=lambda changes: _apply(changes, office, report),
    )


def _apply(changes: Changes, office: Office, report: Report) -> Outcome:
    holder = holder_here(report.nik, report.name, office, "subjek1_nik")
    akta = akta_with(office, report.record_number, [holder.nik], "pembetulan_nomor_akta", report.books)
    element = ELEMENTS[report.element]
    notes.in_such_akta(akta.book, element.books, "pembetulan_unsur")
    notes.guardian_for_child(
        holder.birth_date, report.reported_on, report.guardian_nik, "pembetulan_wali_nik"
    )
    owners = list(Resident.objects.filter(nik__in=niks_in(akta), office=office).order_by("pk"))
    recorded = element.write(_recorded(akta, element))
    notes.as_written(report.before, recorded, _BEFORE)
    value = element.read(" ".join(report.after.upper().split()))
    corrected = element.write(value)
    notes.is_another(corrected.upper(), recorded.upper(), _AFTER)
    if element.is_name:
        notes.slip_of_the_pen(recorded, corrected, _AFTER)
    if element.column.endswith("_date"):
        _possible_day(element.column, date.fromisoformat(value), owners, report.reported_on)
    text = f"{report.element.capitalize()} dibetulkan dari {recorded} menjadi {corrected}."
    basis = "dokumen autentik pemohon (UU 23/2006 Pasal 71)"
    facts = {
        **note(changes, akta, text, basis, report.reported_on),
        "person": plain_resident(holder),
        "element": report.element,
    }
    changes.change(akta, facts=_with(akta.facts, element.path, value))
    return Outcome(resident=holder, family=_people_too(changes, owners, element, value), facts=facts)


def _recorded(akta: CivilRecord, element: _Element) -> Any:
    """What the akta says; where its entry leaves it to the row of whose akta it is, what that says."""
    found: Any = akta.facts
    for key in element.path:
        found = (found or {}).get(key)
    if element.path[0] == "child" and akta.resident is not None:
        found = getattr(akta.resident, element.column)
    if not found:
        raise Unreadable("Akta ini tidak memuat unsur yang dibetulkan.", field="pembetulan_unsur")
    return found.isoformat() if isinstance(found, date) else found


def _with(facts: dict[str, Any], path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Facts of an entry with another value at a place."""
    first, *rest = path
    return {**facts, first: _with(facts.get(first) or {}, tuple(rest), value) if rest else value}


def _possible_day(column: str, day: date, owners: list[Resident], reported: date) -> None:
    """No event lies in the future; nobody dies or marries before birth, or is older than their mother."""
    civil.happened(day, reported, _AFTER)
    for owner in owners:
        if column != "birth_date":
            notes.after_birth(owner.birth_date, day, _AFTER)
        elif mother := queries.facts_of(owner.mother_nik):
            try:
                rules.mother_older_than_child(mother, day)
                rules.mother_alive_at_birth(mother, day)
            except RuleBroken as broken:
                raise RuleBroken(str(broken), field=_AFTER) from broken


def _people_too(changes: Changes, owners: list[Resident], element: _Element, value: Any) -> Any:
    """The same in the rows of whose akta it is; the family whose card is made anew, or None."""
    family = None
    for owner in owners if element.column else []:
        column = Resident._meta.get_field(element.column)
        changes.change(owner, **{element.column: column.to_python(value)})
        family = make_anew(changes, owner, "Pembetulan akta") or family
    return family
