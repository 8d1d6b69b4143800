"""People whose data come with a form: somebody new, a child with an akta, elements of data that changed.

Law: UU 23/2006 art. 13 and 58, Perpres 96/2018, Permendagri 109/2019 (F-1.01, F-1.06). A NIK that exists is
kept for life; data that are corrected never change it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from loket.core.actors import Actor
from loket.core.identity import Sex
from loket.offices.models import Office
from loket.register import queries, rules
from loket.register.actions.births import UnknownPerson
from loket.register.actions.changes import Changes, Outcome, today_at
from loket.register.actions.family_rules import changed_cards, refuse_second_spouse
from loket.register.actions.household import (
    Applicant,
    NotOfThisFamily,
    Numbers,
    add_member,
    applicant_of,
    family_of,
    known_resident,
    record_household,
)
from loket.register.actions.status_updates import StatusUpdate, refuse_by_hand, update_status
from loket.register.models import Family, RegisterEvent, Resident
from loket.register.rules import HEAD, RuleBroken, civil

ELEMENTS = {
    "NAMA": "name",
    "TEMPAT LAHIR": "birth_place",
    "TANGGAL LAHIR": "birth_date",
    "JENIS KELAMIN": "sex",
    "NAMA AYAH": "father_name",
    "NAMA IBU": "mother_name",
    "NOMOR AKTA KELAHIRAN": "birth_certificate",
    "PENDIDIKAN": "education",
    "PEKERJAAN": "occupation",
    "AGAMA": "religion",
    "GOLONGAN DARAH": "blood_type",
    "STATUS PERKAWINAN": "marital_status",
}
# What a birth akta says of somebody, and what a card prints.
OF_AKTA = frozenset({"name", "birth_place", "birth_date", "sex", "father_name", "mother_name"})
ON_CARD = frozenset(
    {"name", "birth_place", "birth_date", "sex", "religion", "blood_type", "marital_status", "occupation"}
)
_SEXES = {"L": "L", "LAKI-LAKI": "L", "P": "P", "PEREMPUAN": "P"}
_DAYS = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")


class AlreadyKnown(RuleBroken):
    """Orang dengan nama, tanggal lahir, dan jenis kelamin ini sudah tercatat di kantor ini. Periksa dahulu
    datanya."""


class KnownElsewhere(RuleBroken):
    """NIK ini sudah tercatat sebagai penduduk. Periksa kembali NIK-nya."""


class BornLater(RuleBroken):
    """Tanggal lahir tidak boleh sesudah hari ini."""


class HasFamily(RuleBroken):
    """Orang ini sudah tercatat dalam sebuah Kartu Keluarga. Untuk memindahkannya, gunakan layanan numpang
    Kartu Keluarga."""


class SecondHead(RuleBroken):
    """Kartu Keluarga ini sudah punya kepala keluarga."""


class NothingChanges(RuleBroken):
    """Tidak ada data yang berubah. Isi paling sedikit satu perubahan."""


class AlreadySo(RuleBroken):
    """Data ini sudah demikian di register, sehingga tidak ada yang diubah."""


class FollowsTheAkta(RuleBroken):
    """Data ini mengikuti akta kelahirannya di kantor ini, sehingga tidak diubah dengan pernyataan. Nama
    diubah dengan penetapan pengadilan (UU 23/2006 Pasal 52), kesalahan tulis dengan pembetulan akta (Pasal
    71)."""


class NotUnmarriedAgain(RuleBroken):
    """Orang yang tercatat kawin atau pernah kawin tidak menjadi belum kawin dengan pernyataan; perkawinannya
    dibatalkan oleh pengadilan (UU 23/2006 Pasal 38)."""


class NoEvidence(RuleBroken):
    """Tuliskan dasar perubahan ini, misalnya nomor dan tanggal ijazah atau akta (Perpres 96/2018)."""


class UnreadableValue(RuleBroken):
    """Isi perubahan ini tidak dapat dibaca. Tanggal ditulis seperti 17-08-2026, jenis kelamin LAKI-LAKI atau
    PEREMPUAN."""


@dataclass(frozen=True)
class Biodata:
    """One person as F-1.01 describes them; `nik` is empty where there never was one."""

    name: str
    sex: Sex
    birth_place: str
    birth_date: date
    religion: str
    marital_status: str
    education: str
    occupation: str
    nik: str = ""
    blood_type: str = "TIDAK TAHU"
    marriage_date: date | None = None
    nationality: str = "WNI"
    mother_name: str = ""
    mother_nik: str = ""
    father_name: str = ""
    father_nik: str = ""
    birth_certificate: str = ""


@dataclass(frozen=True)
class NewMember:
    """Somebody who is put on the applicant's card: F-1.02 with their biodata.

    `consent` is that of the court and of the earlier wives, where another one comes onto the card.
    """

    applicant: Applicant
    person: Biodata
    relation: str
    consent: str = ""


@dataclass(frozen=True)
class Element:
    """One element of data: whose, which (a key of ELEMENTS), what it becomes and on which proof."""

    nik: str
    name: str
    element: str
    value: str
    basis: str
    field: str


@dataclass(frozen=True)
class DataChange:
    """F-1.06: who declares, and what changes; `status` where others recorded a marriage or a divorce."""

    declarant: Applicant
    elements: tuple[Element, ...]
    status: StatusUpdate | None = None


def enrol(changes: Changes, office: Office, data: Biodata, nik: str, day: date) -> Resident:
    """Add a resident who was not in the register. Raises BornLater, AlreadyKnown, KnownElsewhere."""
    if data.birth_date > day:
        raise BornLater(field="orang_tanggal_lahir")
    if queries.resident_by_nik(nik) is not None:
        raise KnownElsewhere(field="orang_nik")
    values = {name: value for name, value in vars(data).items() if name != "nik"}
    person = Resident(office=office, nik=nik, **values)
    try:
        with transaction.atomic():
            changes.add(person)
    except IntegrityError as error:  # another case was a moment earlier
        raise KnownElsewhere(field="orang_nik") from error
    return person


def refuse_twin(office: Office, data: Biodata) -> None:
    """Somebody who says to have no NIK must not be known already. Raises AlreadyKnown."""
    alike = Resident.objects.filter(
        office=office, birth_date=data.birth_date, sex=data.sex, status=Resident.Status.ALIVE
    )
    for other in alike:
        if rules.same_child((other.name, other.sex), (data.name, data.sex)):
            raise AlreadyKnown(field="orang_nama")


def record_new_member(*, office: Office, report: NewMember, case_ref: str, by: Actor) -> RegisterEvent:
    """Put somebody on the applicant's card who is on none: known by NIK, or new with a new NIK.

    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """
    return record_household(
        office=office,
        kind="family_member_added",
        case_ref=case_ref,
        by=by,
        niks=[report.applicant.nik, report.person.nik],
        apply=lambda changes, numbers: _add(changes, numbers, office, report),
    )


def _add(changes: Changes, numbers: Numbers, office: Office, report: NewMember) -> Outcome:
    day, data = today_at(office), report.person
    family = family_of(applicant_of(report.applicant, office))
    if report.relation == HEAD:
        raise SecondHead(field="orang_shdk")
    refuse_second_spouse(family, report.relation, report.consent, "orang_shdk")
    # An akta of another office brings the NIK that was given there.
    if data.nik and not (data.birth_certificate and queries.resident_by_nik(data.nik) is None):
        person = known_resident(data.nik, data.name, office, "orang_nik")
        if queries.current_family(person) is not None:
            raise HasFamily(field="orang_nik")
    else:
        refuse_twin(office, data)
        district = family.village_id.rpartition(".")[0]
        nik = data.nik or numbers.nik(district, data.birth_date, data.sex)
        person = enrol(changes, office, data, nik, day)
    add_member(changes, family, person, report.relation, day)
    changes.change(family, issued_on=day)
    return Outcome(resident=person, family=family)


def record_data_change(*, office: Office, report: DataChange, case_ref: str, by: Actor) -> RegisterEvent:
    """Change elements of data of members of one family; NIK and nomor KK stay.

    Raises RuleBroken with the field, MovedMeanwhile, ChangedSince.
    """
    return record_household(
        office=office,
        kind="family_data_changed",
        case_ref=case_ref,
        by=by,
        niks=[
            report.declarant.nik,
            *(element.nik for element in report.elements),
            *_couple_of(report.status),
        ],
        # A paper alone tells since when; a statement holds from today.
        on=report.status.day if report.status and not report.elements else None,
        apply=lambda changes, numbers: _change_data(changes, office, report),
    )


def _couple_of(status: StatusUpdate | None) -> list[str]:
    return [status.nik, status.partner_nik] if status else []


def _change_data(changes: Changes, office: Office, report: DataChange) -> Outcome:
    declarant = applicant_of(report.declarant, office)
    family = family_of(declarant, report.declarant.field)
    if not report.elements and report.status is None:
        raise NothingChanges(field="perubahan_pendidikan")
    people: dict[str, Resident] = {}
    notes: list[dict[str, Any]] = []
    for element in report.elements:
        if element.nik not in people:
            people[element.nik] = _member(element, office, family)
        notes.append(_change_one(changes, people[element.nik], element, today_at(office)))
    if report.status is not None:
        notes.append(update_status(changes, office, family, report.status))
    changes.change(family, issued_on=today_at(office))
    first = Resident.objects.get(nik=notes[0]["nik"])
    return Outcome(resident=first, family=family, facts={"elements": notes})


def _member(element: Element, office: Office, family: Family) -> Resident:
    person = known_resident(element.nik, element.name, office, element.field)
    if queries.current_family(person) != family:
        raise NotOfThisFamily(field=element.field)
    return person


def _change_one(changes: Changes, person: Resident, element: Element, day: date) -> dict[str, str]:
    column = ELEMENTS[element.element]
    value = _value(column, element, day)
    before = getattr(person, column)
    if value == before:
        raise AlreadySo(field=element.field)
    _may_change(person, column, value, element)
    if column == "marital_status":
        refuse_by_hand(person, value, element.field)
    changes.change(person, **{column: value})
    if column in ON_CARD:
        changed_cards(changes, [person], "Data berubah")
    return {"nik": person.nik, "element": element.element, "before": str(before), "basis": element.basis}


def _may_change(person: Resident, column: str, value: Any, element: Element) -> None:
    """Raises NoEvidence, FollowsTheAkta, NotUnmarriedAgain."""
    if not element.basis.strip():
        raise NoEvidence(field=element.field)
    if column == "marital_status" and value == civil.UNMARRIED:
        raise NotUnmarriedAgain(field=element.field)
    if column in OF_AKTA and person.civil_records.filter(book__in=civil.BIRTH_BOOKS).exists():
        raise FollowsTheAkta(field=element.field)


def _value(column: str, element: Element, day: date) -> Any:
    """What an element becomes, in the shape of the register. Raises UnreadableValue, BornLater."""
    text = " ".join(element.value.upper().split())
    if column == "birth_date":
        born = _day(text)
        if born is None:
            raise UnreadableValue(field=element.field)
        if born > day:
            raise BornLater(field=element.field)
        return born
    if column == "sex":
        if text not in _SEXES:
            raise UnreadableValue(field=element.field)
        return _SEXES[text]
    if not text or (column.endswith("name") and not _is_name(text)):
        raise UnreadableValue(field=element.field)
    limit = Resident._meta.get_field(column).max_length or 0
    if len(text) > limit:
        raise UnreadableValue(field=element.field)
    return text


def _is_name(text: str) -> bool:
    """The signs that a form lets into names; old ones may have more than letters."""
    allowed = " '’.,/()-"
    return any(sign.isalpha() for sign in text) and all(sign.isalpha() or sign in allowed for sign in text)


def _day(text: str) -> date | None:
    for shape in _DAYS:
        try:
            return datetime.strptime(text, shape).date()  # noqa: DTZ007 (a calendar date has no zone)
        except ValueError:
            continue
    return None


def known_table(rows: Sequence[Biodata]) -> dict[str, Biodata]:
    """Biodata by NIK, of those who have one."""
    return {row.nik: row for row in rows if row.nik}


def require_biodata(known: Mapping[str, Biodata], nik: str, name: str, field: str) -> Biodata:
    """The biodata of somebody whom the register does not know. Raises UnknownPerson."""
    data = known.get(nik)
    if data is None:
        message = "Data orang ini belum ada di register. Isi biodatanya (F-1.01), lalu kirim lagi."
        raise UnknownPerson(message, field=field)
    if "".join(data.name.split()) != "".join(name.split()):
        message = "Nama pada daftar dan pada biodata tidak sama. Periksa kembali."
        raise UnknownPerson(message, field=field)
    return data
