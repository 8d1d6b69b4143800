"""KTP-el and KIA: who may have which card, until when, and what becomes of the one before.

Law: UU 24/2013 art. 63-64 (KTP-el from 17 on or once married; one card for one person; for life, that of a
foreigner with a permanent permit until the permit ends; to be renewed when its data change, when it is
damaged or lost), Perpres 96/2018 art. 15-19, Permendagri 2/2016 (two KIA, under 17 and not married). The
national application makes the card; here it is ordered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import queries, rules
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.household import known_resident
from loket.register.actions.permits import Permit, note_permit, permit_of
from loket.register.models import HeldDocument, RegisterEvent, Resident
from loket.register.rules import RuleBroken
from loket.register.rules.cards import ID_CARD_AGE, child_card

# Why a card is made: the first, in place of one lost or damaged, or because what it says has changed.
Cause = Literal["new", "lost", "damaged", "lost_or_damaged", "changed"]
REASONS: dict[Cause, str] = {
    "new": "Penerbitan baru",
    "lost": "Hilang",
    "damaged": "Rusak",
    "lost_or_damaged": "Hilang atau rusak",
    "changed": "Perubahan data",
}
# What each event is about where nothing more is said.
USUAL: dict[str, Cause] = {
    "id_card_new": "new",
    "id_card_replaced": "lost_or_damaged",
    "id_card_changed": "changed",
    "child_card": "new",
}
CITIZEN = "WNI"


class TooYoung(RuleBroken):
    """KTP-el diterbitkan bagi yang berusia 17 tahun ke atas, sudah kawin, atau pernah kawin (UU 24/2013 Pasal
    63)."""


class NotRecordedYet(RuleBroken):
    """Orang ini belum melakukan perekaman KTP-el. Rekam dahulu datanya."""


class RecordInDoubt(RuleBroken):
    """Perekaman orang ini belum siap cetak: masih menunggu hasil pemeriksaan ketunggalan data."""


class RecordedTwice(RuleBroken):
    """Perekaman orang ini dinyatakan ganda. Satu orang hanya memiliki satu KTP-el (UU 24/2013 Pasal 63)."""


class HasCard(RuleBroken):
    """KTP-el orang ini sudah pernah diterbitkan. Untuk yang hilang, rusak, atau berubah datanya, ajukan
    penggantian."""


class NoPermanentPermit(RuleBroken):
    """KTP-el dan KIA bagi orang asing hanya untuk pemegang izin tinggal tetap (ITAP) yang tercatat dan masih
    berlaku (UU 24/2013 Pasal 63)."""


class TooOld(RuleBroken):
    """KIA hanya untuk anak yang berusia kurang dari 17 tahun dan belum kawin (Permendagri 2/2016)."""


class HasChildCard(RuleBroken):
    """KIA anak ini masih berlaku. Untuk yang hilang, rusak, atau berubah datanya, pilih jenis permohonan
    itu."""


class NotTheirChild(RuleBroken):
    """KIA dimohonkan oleh ayah, ibu, atau wali yang ada dalam Kartu Keluarga anak itu."""


class WithoutFamily(RuleBroken):
    """Orang ini belum tercatat dalam Kartu Keluarga, sehingga kartunya belum dapat diterbitkan."""


@dataclass(frozen=True)
class CardOrder:
    """Whose card is asked for and why. Without `name` it is not compared; `field` is where the NIK stands.

    `permit` is what a foreigner shows, `parent` the NIK of who asks for a child's card, where that is known.
    """

    kind: str
    nik: str
    name: str | None
    field: str
    cause: Cause | None = None
    permit: Permit | None = None
    parent: str = ""

    @property
    def why(self) -> Cause:
        """The cause, or what the event is usually about."""
        return self.cause or USUAL[self.kind]


def record_card(*, office: Office, order: CardOrder, case_ref: str, by: Actor) -> RegisterEvent:
    """Order a KTP-el or KIA for somebody; `order.kind` is the event. Raises RuleBroken with the field."""
    return record_event(
        office=office,
        kind=order.kind,
        case_ref=case_ref,
        by=by,
        niks=[order.nik],
        apply=lambda changes: _order(changes, office, order),
    )


def _order(changes: Changes, office: Office, order: CardOrder) -> Outcome:
    known = queries.resident_by_nik(order.nik)
    name = known.name if order.name is None and known else order.name or ""
    person = known_resident(order.nik, name, office, order.field)
    family = queries.current_family(person)
    if family is None:
        raise WithoutFamily(field=order.field)
    day = today_at(office)
    if order.permit is not None:
        note_permit(changes, person, order.permit, day, order.field)
    valid_until, photo = _CHECKS[order.kind](person, office, order, day)
    kind = held.KIA if order.kind == "child_card" else held.KTP_EL
    _instead(changes, person, kind, order.why, day)
    held.give(changes, person, kind, day, valid_until=valid_until, why=_REPLACED[order.why])
    if kind == held.KTP_EL:
        held.end(changes, [person], [held.SKPTI], held.REPLACED, day, "KTP-el diterbitkan")
    facts = {"reason": REASONS[order.why], "valid_until": valid_until.isoformat() if valid_until else ""}
    if kind == held.KIA:
        facts["photo"] = "ya" if photo else "tidak"
    return Outcome(resident=person, family=family, facts=facts)


# What is lost or damaged counts no longer; anything else is replaced by the new card.
_VOID: dict[Cause, str] = {"lost": "Hilang", "damaged": "Rusak", "lost_or_damaged": "Hilang atau rusak"}
_REPLACED: dict[Cause, str] = {
    "new": "Diganti dengan kartu berikutnya",
    "changed": "Perubahan data",
    **_VOID,
}


def _instead(changes: Changes, person: Resident, kind: str, cause: Cause, day: date) -> None:
    if cause in _VOID:
        held.end(changes, [person], [kind], held.VOID, day, _VOID[cause])


_Found = tuple[date | None, bool]


def is_grown(person: Resident, day: date) -> bool:
    """KTP-el is for those of 17 or who are or were married (UU 24/2013 art. 63)."""
    married = person.marital_status != "BELUM KAWIN"
    return rules.age_on(person.birth_date, day) >= ID_CARD_AGE or married


def _grown(person: Resident, office: Office, order: CardOrder, day: date) -> _Found:
    """A card in place of another: its holder is grown; a foreigner's ends with the permit."""
    if not is_grown(person, day):
        raise TooYoung(field=order.field)
    return _permit_end(person, day, order.field), True


def _first(person: Resident, office: Office, order: CardOrder, day: date) -> _Found:
    """The first card, after a recording that is nobody else's; also after a foreigner's has ended."""
    found = _grown(person, office, order, day)
    cards = held.in_force([person], [held.KTP_EL])
    if any(not card.expired(day) for card in cards) or (not cards and person.id_card_issued_on is not None):
        raise HasCard(field=order.field)
    if person.biometrics_recorded_on is None:
        raise NotRecordedYet(field=order.field)
    if person.biometrics_doubt == Resident.Doubt.DUPLICATE:
        raise RecordedTwice(field=order.field)
    if person.biometrics_doubt:
        raise RecordInDoubt(field=order.field)
    return found


def _child(person: Resident, office: Office, order: CardOrder, day: date) -> _Found:
    """The KIA of the child's age; the next only when the one before has ended, is lost, damaged or untrue."""
    if is_grown(person, day):
        raise TooOld(field=order.field)
    if order.parent and not _parent_of(order.parent, person):
        raise NotTheirChild(field="pemohon_nik")
    ages = definition(office).cards
    card = child_card(
        person.birth_date, day, first_until=ages.child_first_until, photo_from=ages.child_photo_from
    )
    ends = [end for end in (card.valid_until, _permit_end(person, day, order.field)) if end]
    if order.why == "new" and any(_still_good(one, day) for one in held.in_force([person], [held.KIA])):
        raise HasChildCard(field=order.field)
    return min(ends), card.photo


def _still_good(card: HeldDocument, day: date) -> bool:
    """The first KIA ends on the birthday itself: from that day on the next one is due."""
    return not card.renew_why and (card.valid_until is None or card.valid_until > day)


def _parent_of(nik: str, child: Resident) -> bool:
    """Whether this is a parent of the child, or somebody grown who lives with it."""
    if nik in (child.father_nik, child.mother_nik):
        return True
    applicant, family = queries.resident_by_nik(nik), queries.current_family(child)
    return applicant is not None and applicant != child and queries.current_family(applicant) == family


def _permit_end(person: Resident, day: date, field: str) -> date | None:
    """Until when a foreigner may stay for good; None for a citizen. Raises NoPermanentPermit."""
    if person.nationality == CITIZEN:
        return None
    permit = permit_of(person)
    if permit is None or permit.kind != held.ITAP or permit.expired(day):
        raise NoPermanentPermit(field=field)
    return permit.valid_until


_CHECKS: dict[str, Callable[[Resident, Office, CardOrder, date], _Found]] = {
    "id_card_new": _first,
    "id_card_replaced": _grown,
    "id_card_changed": _grown,
    "child_card": _child,
}
