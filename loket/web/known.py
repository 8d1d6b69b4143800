"""What the register knows of somebody whose NIK an official typed, in the fields that were left empty.

For the doors of staff alone: a citizen's NIK is not verified, and an empty form would read the register to
anybody (ADR 0022). `pelapor_nik` belongs with `pelapor_nama`, and the `nik` of a row with its `nama`.
"""

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from loket.audit.actions import record_look
from loket.cases.models import Case
from loket.cases.rules.answers import cell_key, row_name
from loket.catalogue.rules import FormField, FormPart, applies
from loket.core.actors import Actor
from loket.register import queries as register
from loket.register.models import Family, Resident

Choices = Mapping[str, Mapping[str, str]]
# The hidden field of a page that was filled in: whose data, and which fields.
MARK = "dari_register"
_MARK = re.compile(r"([a-z0-9_-]{3,120}):([0-9]{16}):([a-z_,]{0,200})")
_WORDS: dict[str, Callable[[Resident, Family | None], str]] = {
    "nama": lambda person, family: person.name,
    "nomor_kk": lambda person, family: family.number if family else "",
    "tempat_lahir": lambda person, family: person.birth_place,
    "tanggal_lahir": lambda person, family: person.birth_date.isoformat(),
    "jenis_kelamin": lambda person, family: {"L": "LAKI-LAKI", "P": "PEREMPUAN"}[person.sex],
    "kewarganegaraan": lambda person, family: "WNI" if person.nationality == "WNI" else "WNA",
    "alamat": lambda person, family: family.address if family else "",
}


@dataclass(frozen=True)
class _Place:
    """Where a page says something of one person: its NIK's field, the fields beside it, their answers."""

    key: str
    prefix: str
    fields: Mapping[str, FormField]
    answers: MutableMapping[str, Any]
    shown_as: Callable[[FormField], FormField]

    @property
    def nik(self) -> str:
        return str(self.answers.get(f"{self.prefix}nik") or "")

    def beside(self) -> Iterator[tuple[str, FormField]]:
        """What else the page asks of this person and the register knows, as (what, field)."""
        for what in _WORDS:
            if entry := self.fields.get(self.prefix + what):
                yield what, entry


@dataclass
class Filled:
    """A page with what the register knows: the answers, the fields that were filled in, the marks of it."""

    values: dict[str, Any]
    fields: list[FormField] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)


def _places(part: FormPart, page: dict[str, Any], earlier: Mapping[str, Any]) -> Iterator[_Place]:
    """Everybody of whom a page says something; what is written into their answers goes into `page`."""
    answers = ChainMap(page, dict(earlier))
    asked = {entry.key: entry for entry in part.fields if applies(entry.when, dict(answers))}
    for entry in asked.values():
        if entry.type == "nik":
            yield _Place(entry.key, entry.key.removesuffix("nik"), asked, answers, lambda found: found)
        elif entry.type == "rows":
            columns = {column.key: column for column in entry.columns}
            for index, row in enumerate(answers.get(entry.key) or []):
                for column in entry.columns:
                    if column.type == "nik":
                        prefix, key = column.key.removesuffix("nik"), cell_key(entry, index, column.key)
                        yield _Place(key, prefix, columns, row, _cell(entry, index))


def _cell(table: FormField, index: int) -> Callable[[FormField], FormField]:
    """A column of a row as a field of its own, as the page names it."""
    name = row_name(table, index)
    return lambda column: column.model_copy(
        update={"key": cell_key(table, index, column.key), "label": f"{name}, {column.label}"}
    )


def _said(entry: FormField, what: str, person: Resident, family: Family | None, choices: Choices) -> str:
    """What the register says, as the field holds it; empty where the field has no such answer."""
    words = _WORDS[what](person, family)
    if not entry.choice_list:
        return words
    return next((code for code, label in choices.get(entry.choice_list, {}).items() if label == words), "")


def _written(said: str) -> tuple[str, ...]:
    """An answer as it is stored, and as people find it in its field."""
    try:
        return said, f"{date.fromisoformat(said):%d-%m-%Y}"
    except ValueError:
        return (said,)


def _copied(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: [dict(row) for row in value] if isinstance(value, list) else value
        for key, value in answers.items()
    }


def _group(key: str) -> str:
    """The field of a NIK, the same for all rows of a table."""
    return re.sub(r"-\d+-", "-", key)


class FromRegister:
    """What the register adds to a page that an official saves; each look at somebody is journaled.

    `marks` are those of the page: what was filled in there once is not filled in again, so that a field can
    be left empty on purpose.
    """

    def __init__(self, case: Case, by: Actor, marks: Iterable[str]) -> None:
        """A damaged mark counts as none."""
        self._case, self._by = case, by
        self._marks = [found.groups() for mark in marks if (found := _MARK.fullmatch(mark))]

    def without_former(
        self, part: FormPart, typed: Mapping[str, Any], answers: Mapping[str, Any], choices: Choices
    ) -> dict[str, Any]:
        """What was typed, without what the page had filled in for a NIK that was changed since.

        No query where none was.
        """
        kept = _copied(typed)
        places = {place.key: place for place in _places(part, kept, answers)}
        changed = [
            (place, nik, names.split(","))
            for key, nik, names in self._marks
            if (place := places.get(key)) and re.sub(r"\D", "", place.nik) != nik
        ]
        people, families = self._known([nik for _, nik, _ in changed])
        for place, nik, names in changed:
            if person := people.get(nik):
                for what, entry in place.beside():
                    was = _said(entry, what, person, families.get(nik), choices)
                    if what in names and place.answers.get(entry.key) in _written(was):
                        place.answers[entry.key] = ""
        return kept

    def complete(
        self, part: FormPart, values: Mapping[str, Any], answers: Mapping[str, Any], choices: Choices
    ) -> Filled:
        """The page with what the register knows in the fields left empty; nothing typed is overwritten.

        Two queries where a NIK is on the page, and a row of the journal for each person whose data it shows.
        """
        found = Filled(_copied(values))
        done = {(_group(key), nik) for key, nik, _ in self._marks}
        everybody = [place for place in _places(part, found.values, answers) if place.nik]
        places = [place for place in everybody if (_group(place.key), place.nik) not in done]
        there = {place.key: place.nik for place in everybody}
        found.marks = [":".join(mark) for mark in self._marks if there.get(mark[0]) == mark[1]]
        people, families = self._known([place.nik for place in places])
        looked: dict[str, Resident] = {}
        for place in places:
            person = people.get(place.nik)
            names = self._fill(found, place, person, families, choices) if person else []
            if person and names:
                looked[person.nik] = person
                found.marks.append(f"{place.key}:{person.nik}:{','.join(names)}")
        for person in looked.values():
            record_look(
                subject=f"resident:{person.pk}",
                actor=self._by.ref,
                office_code=self._case.office_id,
                reason=f"melengkapi isian {self._case.ref}",
            )
        return found

    def _known(self, niks: list[str]) -> tuple[dict[str, Resident], dict[str, Family]]:
        if not any(niks):
            return {}, {}
        found = register.people_by_nik(self._case.office, niks)
        # A closed NIK fills in nothing: the case's page names the one in force.
        people = {nik: person for nik, person in found.items() if person.merged_into_id is None}
        return people, register.families_of_people(people.values())

    @staticmethod
    def _fill(
        found: Filled, place: _Place, person: Resident, families: Mapping[str, Family], choices: Choices
    ) -> list[str]:
        """Put what is known of one person into the empty fields beside the NIK; which ones these are."""
        names = []
        for what, entry in place.beside():
            if place.answers.get(entry.key) in (None, ""):
                said = _said(entry, what, person, families.get(person.nik), choices)
                if said:
                    place.answers[entry.key] = said
                    found.fields.append(place.shown_as(entry))
                    names.append(what)
        return names
