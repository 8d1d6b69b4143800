"""What Kartu Keluarga events refuse or do besides moving people: second spouses, parting, cards that change.

Law: UU 1/1974 art. 3-5 (one wife, one husband; another wife by permission of the court and with the consent
of the earlier ones), UU 24/2013 art. 63-64 (KTP-el), Perpres 96/2018, the lists of Semarang and Lampung
Timur that offices follow [G].
"""

from collections.abc import Iterable
from datetime import date

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.offices.queries import definition
from loket.register import queries
from loket.register.actions import held
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.household import (
    Address,
    Applicant,
    NotOfThisFamily,
    Numbers,
    applicant_of,
    family_of,
    known_resident,
    record_household,
    succeed,
)
from loket.register.models import Family, HeldDocument, RegisterEvent, Resident
from loket.register.rules import HEAD, HUSBAND, WIFE, RuleBroken

_ID_CARD, _CHILD_CARD = str(HeldDocument.Kind.KTP_EL), str(HeldDocument.Kind.KIA)
_VOID, _WITHDRAWN = str(HeldDocument.State.VOID), str(HeldDocument.State.WITHDRAWN)


class ConsentMissing(RuleBroken):
    """Kartu Keluarga ini sudah memuat seorang istri. Istri berikutnya dicantumkan dengan izin pengadilan dan
    persetujuan istri terdahulu (UU 1/1974 Pasal 4 dan 5)."""


class SecondHusband(RuleBroken):
    """Kartu Keluarga ini sudah memuat seorang suami; seorang wanita hanya boleh bersuami satu orang (UU
    1/1974 Pasal 3)."""


class AnotherAddress(RuleBroken):
    """Pisah Kartu Keluarga dicatat dalam satu alamat. Untuk alamat di desa atau kelurahan lain, gunakan
    layanan pindah (Perpres 96/2018)."""


class NoIdCard(RuleBroken):
    """Kepala keluarga yang baru belum punya KTP-el menurut register, sedangkan kantor ini mensyaratkannya
    untuk pisah Kartu Keluarga."""


class DeclarationNotAccepted(RuleBroken):
    """Kantor ini tidak menerima SPTJM sebagai bukti perkawinan untuk Kartu Keluarga. Perkawinannya dicatatkan
    dahulu, bagi yang beragama Islam dengan isbat nikah (UU 23/2006 Pasal 34 dan 36)."""


class AlreadyHead(RuleBroken):
    """Orang ini sudah kepala keluarga."""


def refuse_second_spouse(family: Family, relation: str, consent: str, field: str) -> None:
    """Another wife or husband on a card that has one. Raises ConsentMissing, SecondHusband."""
    if relation not in (WIFE, HUSBAND):
        return
    if any(row.relation == relation for row in queries.members(family)):
        if relation == HUSBAND:
            raise SecondHusband(field=field)
        if not consent:
            raise ConsentMissing(field=field)


def check_parting(
    office: Office, address: Address, members: Iterable[Resident], head: Resident, fields: tuple[str, str]
) -> None:
    """Members part in one place, the new head with a KTP-el where the office wants it.

    `fields` are those of the village and of the head. Raises AnotherAddress, NoIdCard.
    """
    homes = {family.village_id for family in map(queries.current_family, members) if family is not None}
    if homes and homes != {address.village}:
        raise AnotherAddress(field=fields[0])
    if definition(office).split_needs_id_card and not held.in_force([head], [_ID_CARD]):
        raise NoIdCard(field=fields[1])


def check_declaration(office: Office, *, recorded: bool, field: str) -> None:
    """A marriage without a buku nikah or akta, where the office takes none. Raises DeclarationNotAccepted."""
    if not recorded and not definition(office).card_by_declaration:
        raise DeclarationNotAccepted(field=field)


def married_cards(changes: Changes, couple: Iterable[Resident], day: date) -> None:
    """What a marriage does to cards: the KTP-el says another status, a KIA is for the unmarried."""
    people = list(couple)
    held.end(changes, people, [_CHILD_CARD], _VOID, day, "Kawin")
    held.outdate(changes, people, [_ID_CARD], "Status perkawinan berubah")


def gone_cards(changes: Changes, people: Iterable[Resident], day: date, *, died: bool) -> None:
    """Cards of the dead are void, those of who moved away are withdrawn."""
    state = _VOID if died else _WITHDRAWN
    held.end(changes, people, held.CARDS, state, day, "Meninggal" if died else "Pindah")


def changed_cards(changes: Changes, people: Iterable[Resident], why: str) -> None:
    """What a card says is no longer so; it counts until it is made anew."""
    held.outdate(changes, people, held.CARDS, why)


def record_new_head(
    *, office: Office, applicant: Applicant, head: Applicant, basis: str, case_ref: str, by: Actor
) -> RegisterEvent:
    """Another member becomes head of the family: a card with a new nomor KK (F-1.02, box I.A.2).

    The former head, if still there, stays as what he is to the new one; `basis` is the proof. Where the head
    died or moved, that event names the successor itself. Raises RuleBroken with the field, MovedMeanwhile,
    ChangedSince.
    """
    return record_household(
        office=office,
        kind="family_head_changed",
        case_ref=case_ref,
        by=by,
        niks=[applicant.nik, head.nik],
        apply=lambda changes, numbers: _new_head(changes, numbers, office, applicant, head, basis),
    )


def _new_head(
    changes: Changes, numbers: Numbers, office: Office, asking: Applicant, head: Applicant, basis: str
) -> Outcome:
    day = today_at(office)
    person = applicant_of(asking, office)
    family = family_of(person)
    following = known_resident(head.nik, head.name, office, head.field)
    rows = queries.members(family)
    row = next((row for row in rows if row.resident_id == following.pk), None)
    if row is None:
        raise NotOfThisFamily(field=head.field)
    if row.relation == HEAD:
        raise AlreadyHead(field=head.field)
    now = succeed(changes, numbers, rows, day, head.nik, head.field)
    return Outcome(resident=following, family=now, facts={"basis": basis, "former_number": family.number})


def record_replacement(*, office: Office, applicant: Applicant, case_ref: str, by: Actor) -> RegisterEvent:
    """A card that was lost or damaged: the same again, with its number.

    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """

    def again(changes: Changes, numbers: Numbers) -> Outcome:
        person = applicant_of(applicant, office)
        family = family_of(person)
        changes.change(family, issued_on=today_at(office))
        return Outcome(resident=person, family=family)

    return record_household(
        office=office,
        kind="family_replaced",
        case_ref=case_ref,
        by=by,
        niks=[applicant.nik],
        apply=again,
    )
