"""SIAK hand-off: the national system gives the numbers, an official enters them, our register follows.

An event is recorded by the same function as in our own register. To know beforehand which numbers it will
need, it is carried out once with stand-ins for them and rolled back (`wanted`): so the page asks for exactly
those, and what the law forbids is told before anything is entered in SIAK.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import ClassVar

from django.db import transaction
from django.db.models import Max, Model

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError
from loket.core.identity import Finding, Sex, digits_of, family_card_findings, mask_number, nik_findings
from loket.offices.models import Office
from loket.register.models import CivilRecord, Family, OutsideNumber, RegisterEvent, Resident
from loket.register.rules.numbering import Kind, NumberSource, Wanted, using
from loket.register.sources.base import Source

# [G] The pattern of the numbers of akta and letters as our own register writes them; SIAK's serials may be
# longer. What stands before the last separator is not compared: only SIAK knows the day it was recorded on.
_SHAPES: dict[Kind, re.Pattern[str]] = {
    "record": re.compile(r"[0-9]{4}-[A-Z]{2}-[0-9]{8}-[0-9]{4,6}\Z"),
    "letter": re.compile(r"[A-Z]{2,8}/[0-9]{4}/[0-9]{8}/[0-9]{4,6}\Z"),
}
_EXAMPLES: dict[Kind, str] = {"record": "6471-LU-17082026-0001", "letter": "SKPWNI/6471/17082026/0001"}
NAMES: dict[Kind, str] = {
    "nik": "NIK",
    "family_card": "Nomor KK",
    "record": "Nomor akta",
    "letter": "Nomor surat",
}


class NumberMissing(LoketError):
    """Isi dahulu semua nomor yang diberikan SIAK."""

    status = 422


class WrongNumber(LoketError):
    """Nomor ini tidak dapat diberikan oleh SIAK. Periksa lagi ketikannya."""

    status = 422


class NumberTaken(ConflictError):
    """Nomor ini sudah dipakai oleh orang, keluarga, atau permohonan lain. Periksa lagi ketikannya."""


class SiakHandOff(Source):
    """Numbers as an official read them from SIAK; the documents come back as files signed there."""

    name: ClassVar[str] = "siak"
    issues: ClassVar[bool] = False

    def wanted(self, *, office: Office, case_ref: str, event: Callable[[], None]) -> Sequence[Wanted]:
        """The numbers that the event asks for, with what was entered for them before."""
        earlier = dict(
            OutsideNumber.objects.filter(office=office, case_ref=case_ref).values_list("slot", "number")
        )
        trial = _Trial(earlier)
        with transaction.atomic():
            with using(trial):
                event()
            transaction.set_rollback(True)
        return trial.found

    def numbers(
        self, *, office: Office, case_ref: str, given: Mapping[str, str], by: Actor
    ) -> AbstractContextManager[None]:
        """What was entered, each checked and used once. Raises NumberMissing, WrongNumber, NumberTaken."""
        return _entered(_Entered(office, case_ref, given, by))


class _Slots:
    """Counts the numbers of each kind that an event asks for."""

    def __init__(self) -> None:
        self._count: dict[Kind, int] = {}

    def next(self, kind: Kind) -> str:
        self._count[kind] = self._count.get(kind, 0) + 1
        return f"{kind}-{self._count[kind]}"


class _Trial(NumberSource):
    """Stands in for SIAK while an event is tried out, and notes what it asked for."""

    def __init__(self, earlier: Mapping[str, str]) -> None:
        self._earlier, self._slots = earlier, _Slots()
        self.found: list[Wanted] = []

    def nik(self, prefix: str, birth_date: date, sex: Sex) -> str:
        self._want("nik", prefix, birth_date, sex)
        return prefix + self._free(Resident, "nik", prefix)

    def family_card(self, prefix: str) -> str:
        self._want("family_card", prefix)
        return prefix + self._free(Family, "number", prefix)

    def record(self, prefix: str) -> str:
        self._want("record", prefix)
        return prefix + self._free(CivilRecord, "number", prefix)

    def letter(self, prefix: str) -> str:
        self._want("letter", prefix)
        return prefix + self._free(RegisterEvent, "number", prefix)

    def _want(self, kind: Kind, prefix: str, birth_date: date | None = None, sex: Sex | None = None) -> None:
        slot = self._slots.next(kind)
        self.found.append(Wanted(slot, kind, prefix, birth_date, sex, self._earlier.get(slot, "")))

    def _free(self, model: type[Model], field: str, prefix: str) -> str:
        """A serial that nobody has, for the moment of the trial."""
        known = model._default_manager.filter(
            **{f"{field}__gte": f"{prefix}0000", f"{field}__lte": f"{prefix}9999"}
        )
        last = known.aggregate(last=Max(field))["last"]
        return f"{(int(last[-4:]) if last else 0) + len(self.found):04d}"


class _Entered(NumberSource):
    """The numbers as they were entered for a case."""

    def __init__(self, office: Office, case_ref: str, given: Mapping[str, str], by: Actor) -> None:
        self._office, self._case_ref, self._by = office, case_ref, by
        self._given, self._slots = given, _Slots()
        self._rows = {row.slot: row for row in OutsideNumber.objects.filter(office=office, case_ref=case_ref)}
        self._before = {row.number for row in self._rows.values()}
        self._used: set[str] = set()

    def nik(self, prefix: str, birth_date: date, sex: Sex) -> str:
        slot, number = self._typed("nik")
        _require_none(nik_findings(number, sex=sex, birth_date=birth_date), slot)
        return self._take(slot, "nik", number, Resident.objects.filter(nik=number).exists())

    def family_card(self, prefix: str) -> str:
        slot, number = self._typed("family_card")
        _require_none(family_card_findings(number), slot)
        return self._take(slot, "family_card", number, Family.objects.filter(number=number).exists())

    def record(self, prefix: str) -> str:
        slot, number = self._shaped("record")
        known = CivilRecord.objects.filter(office=self._office, number=number)
        return self._take(slot, "record", number, known.exclude(case_ref=self._case_ref).exists())

    def letter(self, prefix: str) -> str:
        slot, number = self._shaped("letter")
        known = RegisterEvent.objects.filter(office=self._office, number=number)
        return self._take(slot, "letter", number, known.exclude(case_ref=self._case_ref).exists())

    def _typed(self, kind: Kind) -> tuple[str, str]:
        slot = self._slots.next(kind)
        text = self._given.get(slot, "").strip()
        if not text:
            raise NumberMissing(f"{NAMES[kind]} belum diisi.", field=slot)
        return slot, digits_of(text)

    def _shaped(self, kind: Kind) -> tuple[str, str]:
        slot = self._slots.next(kind)
        number = "".join(self._given.get(slot, "").upper().split())
        if not number:
            raise NumberMissing(f"{NAMES[kind]} belum diisi.", field=slot)
        if not _SHAPES[kind].match(number):
            message = f"{NAMES[kind]} ini tidak seperti yang diterbitkan SIAK, misalnya {_EXAMPLES[kind]}."
            raise WrongNumber(message, field=slot)
        return slot, number

    def _take(self, slot: str, kind: Kind, number: str, known: bool) -> str:
        """Note the number under its slot. `known`: somebody or something has it, perhaps this very case."""
        others = OutsideNumber.objects.filter(office=self._office, number=number)
        taken = others.exclude(case_ref=self._case_ref).exists()
        if taken or number in self._used or (known and number not in self._before):
            raise NumberTaken(field=slot)
        self._used.add(number)
        self._note(slot, kind, number)
        return number

    def _note(self, slot: str, kind: Kind, number: str) -> None:
        row = self._rows.get(slot)
        if row is not None and row.number == number:
            return
        # Two numbers of a case may have been entered the wrong way round.
        OutsideNumber.objects.filter(office=self._office, case_ref=self._case_ref, number=number).delete()
        OutsideNumber.objects.update_or_create(
            case_ref=self._case_ref,
            slot=slot,
            defaults={
                "office": self._office,
                "kind": kind,
                "number": number,
                "entered_by": self._by.ref,
                "entered_at": clock.now(),
            },
        )
        record(
            action="register.number_from_siak",
            subject=self._case_ref,
            actor=self._by.ref,
            office_code=self._office.code,
            details={"slot": slot, "number": _shown(number), "instead_of": _shown(row.number) if row else ""},
        )

    def finish(self) -> None:
        """Forget what was entered before for numbers that the event no longer needs."""
        mine = OutsideNumber.objects.filter(office=self._office, case_ref=self._case_ref)
        mine.exclude(number__in=self._used).delete()


def _shown(number: str) -> str:
    """A number as the journal keeps it: of a person or a family without its middle."""
    return mask_number(number) if number.isdigit() else number


def _require_none(findings: list[Finding], slot: str) -> None:
    """SIAK gives new numbers only: what is merely odd of an old one is a slip of the keyboard here.

    Raises WrongNumber. Codes of regions are not compared.
    """
    if findings:
        raise WrongNumber(findings[0].message, field=slot)


@contextmanager
def _entered(source: _Entered) -> Iterator[None]:
    # Together or not at all: a number refused later takes those before it back.
    with transaction.atomic():
        with using(source):
            yield
        source.finish()
