"""Who comes into the register from elsewhere: back from another office, or new with their biodata (F-1.01).

Law: UU 23/2006 jo. 24/2013 art. 15, Perpres 96/2018: with the letter of the place that they left.
"""

from collections.abc import Mapping
from datetime import date

from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.biodata import Biodata, enrol, require_biodata
from loket.register.actions.changes import Changes
from loket.register.actions.families import FamilyMember
from loket.register.models import MoveLetter, Resident
from loket.register.rules import RuleBroken


class LivesHere(RuleBroken):
    """Orang ini masih tercatat sebagai penduduk kantor ini, sehingga kedatangannya tidak dapat dicatat."""


class NotGone(RuleBroken):
    """Orang ini masih tercatat sebagai penduduk kantor asalnya dan belum dilaporkan pindah dari sana."""


def lives_elsewhere(nik: str, office: Office) -> bool:
    """Whether this office has no living place for them: unknown, gone, or of another office."""
    facts = queries.facts_of(nik)
    return facts is None or facts.moved_away or facts.office != office.code


def take_in(
    changes: Changes,
    office: Office,
    line: FamilyMember,
    biodata: Mapping[str, Biodata],
    field: str,
    day: date,
    letter: MoveLetter,
) -> Resident:
    """Somebody who comes: from the office whose `letter` let them go, back from elsewhere, or new here.

    `field` is the cell with their NIK. Raises LivesHere, NotGone, UnknownPerson, RuleBroken.
    """
    facts = queries.facts_of(line.nik)
    if facts is None:
        data = require_biodata(biodata, line.nik, line.name, field)
        return enrol(changes, office, data, line.nik, day)
    rules.still_alive(facts, field)
    rules.name_agrees(facts, line.name, field)
    if not facts.moved_away and (facts.office == office.code or facts.office != letter.office_id):
        raise (LivesHere if facts.office == office.code else NotGone)(field=field)
    person = Resident.objects.get(nik=line.nik)
    changes.change(person, office=office, status=Resident.Status.ALIVE)
    return person
