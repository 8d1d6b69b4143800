"""What others recorded: a marriage of the KUA and its end before a Pengadilan Agama, an akta of another
office.

Law: UU 23/2006 art. 8 (2) and 34 (4): marriages of Muslims are recorded by the KUA, their divorces by the
court, and told to this office, which makes no akta of them. It only brings the status up to date, by the buku
nikah or the akta cerai that somebody shows with F-1.06 (Permendagri 109/2019): status, day, and who is joined
to whom.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.offices.models import Office
from loket.register import couples, queries, rules
from loket.register.actions import wedlock
from loket.register.actions.changes import Changes
from loket.register.actions.household import NotOfThisFamily, known_resident
from loket.register.models import Family, Resident
from loket.register.rules import RuleBroken, civil
from loket.register.rules import couples as law

# Papers of the list f106_bukti_status, and what each proves.
BOOK, AKTA = "BUKU NIKAH", "KUTIPAN AKTA PERKAWINAN"
COURT_AKTA, DIVORCE_AKTA = "AKTA CERAI PENGADILAN AGAMA", "KUTIPAN AKTA PERCERAIAN"
DEATH_AKTA, COURT_DECISION = "KUTIPAN AKTA KEMATIAN", "PUTUSAN PENGADILAN AGAMA"
_WEDDINGS = {BOOK: law.BUKU_NIKAH, AKTA: law.AKTA}
# What happened, in the words of the list f106_peristiwa_status, and which papers prove it.
WEDDING, DIVORCE = "PERKAWINAN", "PERCERAIAN"
DEATH, ANNULMENT = "KEMATIAN SUAMI ATAU ISTRI", "PEMBATALAN PERKAWINAN"
PAPERS = {
    WEDDING: {BOOK, AKTA},
    DIVORCE: {COURT_AKTA, DIVORCE_AKTA},
    DEATH: {DEATH_AKTA},
    ANNULMENT: {COURT_DECISION},
}


class WrongPaper(RuleBroken):
    """Bukti ini bukan bukti peristiwa itu: perkawinan dengan buku nikah atau kutipan akta perkawinan,
    perceraian dengan akta cerai atau kutipan akta perceraian, kematian dengan kutipan akta kematian,
    pembatalan dengan putusan Pengadilan Agama."""


class NotMarried(RuleBroken):
    """Orang ini tidak tercatat kawin, sehingga akhir perkawinannya tidak dapat dicatat. Catat dahulu
    perkawinannya."""


class PartnerIsRegistered(RuleBroken):
    """Suami atau istri ini tercatat sebagai penduduk. Catat kematiannya dengan layanan akta kematian; status
    pasangannya lalu ikut berubah (UU 24/2013 Pasal 44)."""


class BoundByMarriage(RuleBroken):
    """Perkawinan orang ini tercatat dan belum putus. Statusnya berubah karena perceraian, pembatalan, atau
    kematian, bukan dengan pernyataan."""


@dataclass(frozen=True)
class StatusUpdate:
    """What the paper says: who of the family, with whom, when, by which paper; `what` is a key of PAPERS."""

    nik: str
    name: str
    partner_nik: str
    partner_name: str
    day: date
    paper: str
    number: str
    what: str
    reported_on: date


def update_status(changes: Changes, office: Office, family: Family, update: StatusUpdate) -> dict[str, Any]:
    """Bring the status of a member and of the partner up to date; what is told of it. Raises RuleBroken."""
    civil.happened(update.day, update.reported_on, "status_tanggal")
    if update.paper not in PAPERS[update.what]:
        raise WrongPaper(field="status_bukti")
    person = known_resident(update.nik, update.name, office, "status_nik")
    if queries.current_family(person) != family:
        raise NotOfThisFamily(field="status_nik")
    partner = _partner(update)
    civil.man_and_woman(*_sexes(person, partner))
    before = person.marital_status
    if update.what == WEDDING:
        _marry(changes, office, person, partner, update)
    else:
        _end(changes, person, partner, update)
    return {
        "nik": person.nik,
        "element": "STATUS PERKAWINAN",
        "before": before,
        "basis": f"{update.paper} {update.number}",
        "day": update.day.isoformat(),
        "partner": {"nik": update.partner_nik, "name": update.partner_name},
    }


def _partner(update: StatusUpdate) -> Resident | None:
    """The other one, at whichever office; None where the register does not know them. Raises RuleBroken."""
    facts = queries.facts_of(update.partner_nik) if update.partner_nik else None
    if facts is None:
        return None
    rules.name_agrees(facts, update.partner_name, "status_pasangan_nik")
    if update.what == WEDDING:
        rules.still_alive(facts, "status_pasangan_nik")
    return Resident.objects.get(nik=update.partner_nik)


def _sexes(person: Resident, partner: Resident | None) -> tuple[str, str]:
    """Of husband and wife, as `man_and_woman` takes them."""
    other = partner.sex if partner else ""
    return (person.sex, other) if person.sex == "L" else (other, person.sex)


def _marry(
    changes: Changes, office: Office, person: Resident, partner: Resident | None, update: StatusUpdate
) -> None:
    """Join the two. That a man has more wives was decided by his court before the KUA wrote its book."""
    husband, wife = wedlock.pair(person, partner)
    row = couples.between(husband, wife)
    recorded = row is not None and row.proof != law.DECLARED
    law.not_married_to_each_other(recorded, "status_nik")
    for one, other, field in ((person, partner, "status_nik"), (partner, person, "status_pasangan_nik")):
        if one is not None and one.sex == "P":
            law.one_husband(couples.bound(one, other), field)
        if one is not None:
            law.after_the_former(couples.last_end(one), update.day, "status_tanggal")
    if husband is not None and wife is not None:
        lines, by_card = (couples.lineage(husband), couples.lineage(wife)), couples.kin_by_card(husband, wife)
        law.not_of_one_blood(*lines, by_card, "status_pasangan_nik")
    names = (update.name, update.partner_name) if person.sex == "L" else (update.partner_name, update.name)
    wedlock.wed(
        changes,
        office,
        husband,
        wife,
        update.day,
        proof=_WEDDINGS[update.paper],
        number=update.number,
        names=names,
    )


def _end(changes: Changes, person: Resident, partner: Resident | None, update: StatusUpdate) -> None:
    """The marriage of the two is over. Raises RuleBroken where the register knows of none."""
    if person.marital_status not in law.WEDDED:
        raise NotMarried(field="status_nik")
    if partner is not None:
        known = couples.spouses(person)
        law.married_to_each_other(bool(known), partner in known, "status_pasangan_nik")
    husband, wife = wedlock.pair(person, partner)
    row = couples.between(husband, wife)
    if row is not None:
        law.ends_after_it_began(row.since, update.day, "status_tanggal")
    if update.what == DIVORCE:
        wedlock.divorce(changes, husband, wife, update.day, number=update.number)
    elif update.what == ANNULMENT:
        wedlock.annul(changes, husband, wife, update.day, number=update.number)
    elif partner is not None:
        raise PartnerIsRegistered(field="status_pasangan_nik")
    else:
        wedlock.outlive(changes, person, husband, wife, update.day, number=update.number)


def refuse_by_hand(person: Resident, status: str, field: str) -> None:
    """A marriage that the register has a row of does not end by a statement. Raises BoundByMarriage."""
    if couples.standing(person) and status not in law.WEDDED:
        raise BoundByMarriage(field=field)
