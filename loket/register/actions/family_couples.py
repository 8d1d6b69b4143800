"""Couples on a Kartu Keluarga: the proof with which two begin a card together, or one of them leaves it.

Law: UU 1/1974, UU 23/2006 art. 34 and 36, Perpres 96/2018: a buku nikah or an akta, or a declaration where
the office takes one. What it changes of the two goes through `wedlock`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loket.offices.models import Office
from loket.register import couples, queries
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes, today_at
from loket.register.actions.families import FamilyMember
from loket.register.actions.family_rules import married_cards
from loket.register.actions.household import known_resident
from loket.register.models import Resident
from loket.register.rules import HEAD, HUSBAND, WIFE, RuleBroken, civil
from loket.register.rules import couples as law

MEMBERS, BOOK = "keluarga_anggota", "BUKU NIKAH"


class NoCouple(RuleBroken):
    """Kartu Keluarga karena perkawinan harus memuat suami dan istri, salah satunya kepala keluarga."""


class MarriedToAnother(RuleBroken):
    """Orang ini tercatat kawin dan masih satu Kartu Keluarga dengan suami atau istrinya. Periksa kembali
    NIK-nya."""


class NeverMarried(RuleBroken):
    """Orang ini tercatat belum kawin, sehingga perceraiannya tidak dapat dicatat. Periksa kembali NIK-nya."""


class StillTogether(RuleBroken):
    """Bekas suami dan istri tidak dapat dicantumkan dalam satu Kartu Keluarga."""


@dataclass(frozen=True)
class Marriage:
    """What the proof of a marriage says; `recorded` where it is a buku nikah (`paper`) or an akta."""

    day: date
    recorded: bool
    number: str
    paper: str = ""

    @property
    def proof(self) -> str:
        """What stands behind the marriage in the register."""
        if not self.recorded:
            return law.DECLARED
        return law.BUKU_NIKAH if self.paper == BOOK else law.AKTA


@dataclass(frozen=True)
class Divorce:
    """What the proof of a divorce says, and from whom."""

    partner_nik: str
    partner_name: str
    day: date
    recorded: bool
    number: str


def marry(
    changes: Changes,
    office: Office,
    lines: Sequence[FamilyMember],
    people: dict[str, Resident],
    marriage: Marriage,
) -> dict[str, object]:
    """Both become married, unless an akta has said so already. Raises NoCouple, MarriedToAnother,
    RuleBroken."""
    couple = [people[line.nik] for line in lines if line.relation in (HEAD, HUSBAND, WIFE)]
    if len(couple) != 2 or {person.sex for person in couple} != {"L", "P"}:
        raise NoCouple(field=MEMBERS)
    civil.happened(marriage.day, today_at(office), "kawin_tanggal")
    husband, wife = sorted(couple, key=lambda person: person.sex)
    if couples.bound(husband, wife) or couples.bound(wife, husband):
        raise MarriedToAnother(field=MEMBERS)
    by_card = couples.kin_by_card(husband, wife)
    law.not_of_one_blood(couples.lineage(husband), couples.lineage(wife), by_card, MEMBERS)
    wedlock.wed(changes, office, husband, wife, marriage.day, proof=marriage.proof, number=marriage.number)
    married_cards(changes, couple, marriage.day)
    return {"day": marriage.day.isoformat(), "recorded": marriage.recorded, "number": marriage.number}


def part(
    changes: Changes, applicant: Resident, people: dict[str, Resident], divorce: Divorce, office: Office
) -> dict[str, object]:
    """Both become divorced, a former partner at another office where the register knows them as a couple."""
    partner = queries.resident_by_nik(divorce.partner_nik)
    if divorce.partner_nik in people:
        raise StillTogether(field="cerai_nik")
    if partner is not None and partner.office_id == office.code:
        partner = known_resident(divorce.partner_nik, divorce.partner_name, office, "cerai_nik")
    elif partner not in couples.spouses(applicant):
        partner = None
    civil.happened(divorce.day, today_at(office), "cerai_tanggal")
    for person, field in ((applicant, "pemohon_nik"), (partner, "cerai_nik")):
        if person is not None and person.marital_status == "BELUM KAWIN":
            raise NeverMarried(field=field)
    husband, wife = wedlock.pair(applicant, partner)
    recorded, number = divorce.recorded, divorce.number
    wedlock.divorce(changes, husband, wife, divorce.day, number=number, recorded=recorded)
    return {"day": divorce.day.isoformat(), "recorded": divorce.recorded, "number": divorce.number}
