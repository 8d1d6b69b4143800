"""Reading the register. Who looked is recorded by the caller, who knows why."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, When

from loket.catalogue.loader import read_code_lists
from loket.core.errors import NotFoundError
from loket.core.identity import Sex, mask_number
from loket.offices.models import Office
from loket.offices.queries import area_chain
from loket.register.models import (
    AcceptedNumber,
    CivilRecord,
    DataAccess,
    Family,
    FamilyChange,
    HeldDocument,
    Membership,
    RegisterEvent,
    Resident,
)
from loket.register.rules import HEAD, PersonFacts, RuleBroken, civil

# Asked for everybody whom a report names.
_FACTS = """
SELECT p.nik, p.name, p.sex, p.birth_date, p.status, p.death_date, p.marital_status, p.office_id, f.number,
       s.nik
  FROM register_resident p LEFT JOIN register_membership m ON m.resident_id = p.id AND m.until IS NULL
  LEFT JOIN register_family f ON f.id = m.family_id
  LEFT JOIN register_resident s ON s.id = p.merged_into_id
 WHERE p.nik = ANY(%s)
"""
# What the case changed of a family decides alone, also where it was undone.
_FAMILY_OF_CASE = """
SELECT CASE WHEN c.id IS NULL THEN coalesce(e.family_id, m.family_id)
            WHEN c.reverted_at IS NULL THEN c.family_id END
  FROM (SELECT %s AS case_ref) AS given LEFT JOIN register_familychange c USING (case_ref)
  LEFT JOIN register_registerevent e ON e.case_ref = given.case_ref AND e.reverted_at IS NULL
  LEFT JOIN register_civilrecord r ON r.case_ref = given.case_ref
  LEFT JOIN register_membership m ON m.resident_id = r.resident_id AND m.until IS NULL
 ORDER BY r.id LIMIT 1
"""


class ClosedNik(RuleBroken):
    """NIK ini sudah ditutup karena pemiliknya juga tercatat dengan NIK lain. Pakai NIK yang masih berlaku
    (UU 24/2013 Pasal 13: setiap penduduk hanya memiliki satu NIK)."""


def resident_by_nik(nik: str) -> Resident | None:
    """The resident with this NIK, or None; a closed one's `merged_into` has the NIK in force."""
    return Resident.objects.filter(nik=nik).first()


def current_family(resident: Resident) -> Family | None:
    """The family a resident belongs to now, or None."""
    membership = (
        Membership.objects.filter(resident=resident, until__isnull=True).select_related("family").first()
    )
    return membership.family if membership else None


def facts_of(nik: str) -> PersonFacts | None:
    """What the rules need to know of a person, or None for an unknown NIK. One query."""
    return facts_of_all([nik]).get(nik)


def facts_of_all(niks: Iterable[str]) -> dict[str, PersonFacts]:
    """What the rules need to know of these people, by NIK; whoever is unknown is left out. One query.

    Raises ClosedNik, which names the NIK that is in force in its stead.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FACTS, [list(niks)])
        rows = cursor.fetchall()
    for *_, instead in rows:
        if instead is not None:
            raise ClosedNik(
                f"NIK ini sudah ditutup karena pemiliknya juga tercatat dengan NIK {mask_number(instead)}. "
                "Pakai NIK yang masih berlaku (UU 24/2013 Pasal 13)."
            )
    return {row[0]: _facts(*row[:-1]) for row in rows}


def _facts(
    nik: str,
    name: str,
    sex: Sex,
    birth_date: date,
    status: str,
    death_date: date | None,
    marital_status: str,
    office: str,
    family_number: str | None,
) -> PersonFacts:
    return PersonFacts(
        nik=nik,
        name=name,
        sex=sex,
        birth_date=birth_date,
        alive=status != Resident.Status.DEAD,
        death_date=death_date,
        ever_married=marital_status != "BELUM KAWIN",
        family_number=family_number,
        office=office,
        moved_away=status in (Resident.Status.MOVED, Resident.Status.ABROAD),
        marital_status=marital_status,
    )


def people_by_nik(office: Office, niks: list[str]) -> dict[str, Resident]:
    """The residents of an office with these NIKs. One query."""
    known = Resident.objects.filter(office=office, nik__in=[nik for nik in niks if nik])
    return {person.nik: person for person in known.select_related("merged_into")}


def family_numbers(people: Iterable[Resident]) -> dict[str, str]:
    """The nomor KK that each of these residents belongs to now, by NIK. One query."""
    rows = Membership.objects.filter(resident__in=list(people), until__isnull=True)
    return dict(rows.values_list("resident__nik", "family__number"))


def families_of_people(people: Iterable[Resident]) -> dict[str, Family]:
    """The family that each of these residents belongs to now, by NIK. One query."""
    rows = Membership.objects.filter(resident__in=list(people), until__isnull=True)
    return {row.resident.nik: row.family for row in rows.select_related("resident", "family")}


def accepted_numbers(office: Office, numbers: Collection[str]) -> dict[tuple[str, str], AcceptedNumber]:
    """Those of these numbers that the office has accepted, by number and finding. One query."""
    rows = AcceptedNumber.objects.filter(office=office, number__in=numbers)
    return {(row.number, row.code): row for row in rows}


def children_born(mother_nik: str, birth_date: object, father_nik: str) -> list[Resident]:
    """Children of a mother born on a day: twins, or the same birth reported before.

    Of the father, where she has no NIK.
    """
    parent = {"mother_nik": mother_nik} if mother_nik else {"mother_nik": "", "father_nik": father_nik}
    return list(Resident.objects.filter(birth_date=birth_date, **parent))


def children_of(parent: Resident) -> int:
    """How many residents name somebody's NIK as that of their mother or father. One query."""
    return Resident.objects.filter(Q(mother_nik=parent.nik) | Q(father_nik=parent.nik)).count()


def family_by_number(office: Office, number: str) -> Family:
    """A family of this office by its nomor KK. Raises NotFoundError."""
    family = Family.objects.filter(office=office, number=number).select_related("village").first()
    if family is None:
        raise NotFoundError("Nomor KK ini tidak tercatat di kantor ini.")
    return family


def members(family: Family) -> list[Membership]:
    """The present members of a family in the order of its card. One query."""
    return list(
        Membership.objects.filter(family=family, until__isnull=True)
        .select_related("resident")
        .order_by("position", "pk")
    )


def members_by_number(number: str) -> list[Membership]:
    """The present members of the family with this nomor KK, with the family itself. One query."""
    rows = Membership.objects.filter(family__number=number, until__isnull=True)
    return list(rows.select_related("resident", "family").order_by("position", "pk"))


@lru_cache(maxsize=1)
def _card_statuses() -> dict[str, str]:
    """What a KTP-el prints for each civil status of the register, from the national code lists."""
    names = ("status_kawin_f101", "status_kawin_ktp_el")
    recorded, printed = read_code_lists(settings.STANDARDS_DIR, names).values()
    return {label: printed[code] for code, label in recorded.items()}


def card_status(marital_status: str) -> str:
    """The civil status as a KTP-el prints it: the six values of F-1.01 are four there."""
    return _card_statuses().get(marital_status, marital_status)


def family_card(family: Family) -> dict[str, Any]:
    """Everything a kartu keluarga shows, as plain data."""
    rows = members(family)
    head = next((row.resident for row in rows if row.relation == HEAD), None)
    areas = area_chain(family.village_id)
    return {
        "number": family.number,
        "head": head.name if head else "",
        "address": family.address,
        "rt": family.rt,
        "rw": family.rw,
        "postal_code": family.postal_code,
        "village": areas["village"].name if "village" in areas else "",
        "district": areas["district"].name if "district" in areas else "",
        "regency": areas["regency"].name if "regency" in areas else "",
        "province": areas["province"].name if "province" in areas else "",
        "members": [(row.relation, row.resident) for row in rows],
    }


def record_of_case(case_ref: str) -> CivilRecord | None:
    """The civil record that a case led to, or None."""
    return CivilRecord.objects.filter(case_ref=case_ref).select_related("resident").first()


def record_by_number(office: Office, number: str) -> CivilRecord | None:
    """The akta with this number in the books of an office, or None."""
    known = CivilRecord.objects.filter(office=office, number=number.replace(" ", "").upper())
    return known.select_related("resident").first()


def has_death_akta(people: Iterable[int], but_case: str) -> bool:
    """Whether a book of any office has an akta kematian of one of these residents that stands, besides that
    of a case."""
    entries = CivilRecord.objects.filter(resident__in=list(people), book=civil.BOOKS["death"])
    stands = Q(facts__ended__isnull=True) | Q(facts__ended="")
    return entries.filter(stands).exclude(case_ref=but_case).exists()


def family_change_of_case(case_ref: str) -> FamilyChange | None:
    """What a case changed of a family, also after it was undone; or None."""
    return FamilyChange.objects.filter(case_ref=case_ref).select_related("family").first()


def event_of_case(case_ref: str) -> RegisterEvent | None:
    """The event that a case recorded and that stands, with its person and family; or None."""
    found = RegisterEvent.objects.filter(case_ref=case_ref, reverted_at__isnull=True)
    return found.select_related("resident", "family").first()


def family_of_case(case_ref: str) -> Family | None:
    """The family that a case is about: the one whose card it changed, or that of the resident it recorded.

    Two queries.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY_OF_CASE, [case_ref])
        (family_id,) = cursor.fetchone()
    return Family.objects.filter(pk=family_id).first() if family_id else None


def last_membership(resident: Resident) -> Membership | None:
    """Where a resident belongs now, or belonged last."""
    rows = Membership.objects.filter(resident=resident).select_related("family")
    return rows.order_by(F("until").desc(nulls_first=True), "-pk").first()


def held(person: Resident) -> list[HeldDocument]:
    """The documents that somebody holds and held: those in force first, then the newest. One query."""
    rows = HeldDocument.objects.filter(resident=person)
    rank = Case(When(state=HeldDocument.State.IN_FORCE, then=0), default=1)
    return list(rows.order_by(rank, "-issued_on", "-pk"))


def running_out(office: Office, until: date) -> list[HeldDocument]:
    """What foreigners of an office hold that ends by a day, or ended and was not renewed; by end. One query.

    UU 23/2006 jo. 24/2013: a SKTT and a foreigner's KTP-el count no longer than the permit.
    """
    rows = HeldDocument.objects.filter(
        office=office,
        state=HeldDocument.State.IN_FORCE,
        valid_until__lte=until,
        resident__status=Resident.Status.ALIVE,
    )
    foreign = rows.exclude(resident__nationality="WNI").exclude(kind=HeldDocument.Kind.KIA)
    return list(foreign.select_related("resident").order_by("valid_until", "pk"))


def data_access_of_case(case_ref: str) -> DataAccess | None:
    """The access that a case gave an agency and that stands, or None."""
    return DataAccess.objects.filter(case_ref=case_ref).first()


ID_CARD_AGE = 17


def id_card_ready(office: Office, day: date, *, married: bool, limit: int, skip: int = 0) -> list[Resident]:
    """Residents who were recorded, may have a KTP-el today and never got one; the oldest first. One query.

    UU 24/2013 art. 63: from 17 on, or, where the office counts it (`married`), married before. Whoever is in
    no family has no address to print: the register would refuse their card.
    """
    born = day.replace(year=day.year - ID_CARD_AGE) if (day.month, day.day) != (2, 29) else _leap(day)
    entitled = Q(birth_date__lte=born)
    if married:
        entitled |= ~Q(marital_status="BELUM KAWIN")
    families = Membership.objects.filter(resident=OuterRef("pk"), until__isnull=True)
    found = Resident.objects.filter(
        entitled,
        Exists(families),
        office=office,
        status=Resident.Status.ALIVE,
        # A foreigner's card needs a permit, which is looked at when they apply.
        nationality="WNI",
        biometrics_recorded_on__isnull=False,
        biometrics_doubt="",
        id_card_issued_on__isnull=True,
    )
    return list(found.order_by("birth_date", "pk")[skip : skip + limit])


def _leap(day: date) -> date:
    """29 February, so many years ago that there was none: who was born on the 28th has completed the year."""
    return date(day.year - ID_CARD_AGE, 2, 28)
