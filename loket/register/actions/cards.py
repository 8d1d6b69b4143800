"""KTP-el and KIA: whether somebody may have the card. The national application makes it.

Law: UU 24/2013 art. 63-64 (17 or older, or married), Permendagri 2/2016 (KIA under 17 and not married).
"""

from collections.abc import Callable
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.actions.household import known_resident
from loket.register.models import RegisterEvent, Resident
from loket.register.rules import HEAD_AGE, RuleBroken

REASONS = {
    "id_card_new": "Penerbitan baru",
    "id_card_replaced": "Hilang atau rusak",
    "id_card_changed": "Perubahan data",
    "child_card": "Penerbitan baru",
}


class TooYoung(RuleBroken):
    """KTP-el diterbitkan bagi yang berusia 17 tahun ke atas, sudah kawin, atau pernah kawin (UU 24/2013 Pasal
    63)."""


class NotRecordedYet(RuleBroken):
    """Orang ini belum melakukan perekaman KTP-el. Rekam dahulu datanya."""


class HasCard(RuleBroken):
    """KTP-el orang ini sudah pernah diterbitkan. Untuk yang hilang, rusak, atau berubah datanya, ajukan
    penggantian."""


class TooOld(RuleBroken):
    """KIA hanya untuk anak yang berusia kurang dari 17 tahun dan belum kawin (Permendagri 2/2016)."""


class WithoutFamily(RuleBroken):
    """Orang ini belum tercatat dalam Kartu Keluarga, sehingga kartunya belum dapat diterbitkan."""


def record_card(
    *, office: Office, kind: str, nik: str, name: str | None, field: str, case_ref: str, by: Actor
) -> RegisterEvent:
    """Order a KTP-el or KIA for somebody; `kind` is the event. Without `name` it is not compared.

    Raises RuleBroken with the field.
    """
    return record_event(
        office=office,
        kind=kind,
        case_ref=case_ref,
        by=by,
        niks=[nik],
        apply=lambda changes: _order(changes, office, kind, nik, name, field),
    )


def _order(changes: Changes, office: Office, kind: str, nik: str, name: str | None, field: str) -> Outcome:
    known = queries.resident_by_nik(nik)
    person = known_resident(nik, known.name if name is None and known else name or "", office, field)
    family = queries.current_family(person)
    if family is None:
        raise WithoutFamily(field=field)
    day = today_at(office)
    _CHECKS[kind](person, day, field)
    if kind != "child_card":
        changes.change(person, id_card_issued_on=day)
    return Outcome(resident=person, family=family, facts={"reason": REASONS[kind]})


def _is_grown(person: Resident, day: date) -> bool:
    married = person.marital_status != "BELUM KAWIN"
    return rules.age_on(person.birth_date, day) >= HEAD_AGE or married


def _grown(person: Resident, day: date, field: str) -> None:
    if not _is_grown(person, day):
        raise TooYoung(field=field)


def _first(person: Resident, day: date, field: str) -> None:
    _grown(person, day, field)
    if person.id_card_issued_on is not None:
        raise HasCard(field=field)
    if person.biometrics_recorded_on is None:
        raise NotRecordedYet(field=field)


def _child(person: Resident, day: date, field: str) -> None:
    if _is_grown(person, day):
        raise TooOld(field=field)


_CHECKS: dict[str, Callable[[Resident, date, str], None]] = {
    "id_card_new": _first,
    "id_card_replaced": _grown,
    "id_card_changed": _grown,
    "child_card": _child,
}
