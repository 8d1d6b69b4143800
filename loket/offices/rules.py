"""The shape of `office.yaml`, and what a role's rights mean. Plain Python."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from loket.core.numbering import BadPattern, Reset, read_pattern
from loket.core.worktime import Interval

# What a role may open besides the steps that name it as their actor.
Right = Literal[
    "sign", "register", "print_room", "calendar", "signatures", "intake", "stop_clock", "people",
    "population", "books", "supervise",
]  # fmt: skip
RIGHT_NAMES: dict[Right, str] = {
    "sign": "menandatangani dokumen secara elektronik",
    "register": "melihat buku register",
    "print_room": "melayani ruang cetak",
    "calendar": "mengubah hari libur kantor",
    "signatures": "memutuskan tanda tangan yang diragukan",
    "intake": "menerima permohonan di loket atau titik layanan",
    "stop_clock": "menyetujui dan mengakhiri waktu berhenti",
    "people": "meminta dan memutuskan perubahan akun pegawai",
    "population": "mengekspor data seluruh penduduk kantor",
    "books": "menutup buku dan membatalkan nomor yang rusak",
    "supervise": "memutuskan nomor yang tidak mungkin dan penggabungan data ganda",
}
SiteKind = Literal["kecamatan", "mpp", "kupt", "keliling"]
WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoleFile(_Part):
    """A role as the office calls it, with its rights; `title` stands under signatures (else the name).

    `at` is the kind of site where it is held, where that is not the main place. Who is `outside` the office
    (a vendor, the post) has no account.
    """

    role: str
    name: str
    title: str = ""
    at: SiteKind | None = None
    outside: bool = False
    rights: list[Right] = []


class SiteFile(_Part):
    """A place of the office besides its main one, where papers are taken in or handed over."""

    site: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=50)
    name: str = Field(max_length=100)
    kind: SiteKind
    area: str = Field(default="", pattern=r"^([0-9]{2}\.[0-9]{2}(\.[0-9]{2})?)?$")


class StopReason(_Part):
    """Why the clock may stand: of one case (`case`), or of the whole office or a service (`office`)."""

    reason: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)
    name: str = Field(max_length=120)
    scope: Literal["case", "office"]


class NumberRule(_Part):
    """How the numbers of a book look from a day on (`loket.core.numbering`).

    `book` is the code of one (LU, SKPWNI), or all of a kind: `akta`, `surat`.
    """

    book: str = Field(max_length=20)
    pattern: str
    reset: Reset
    effective_from: date

    @model_validator(mode="after")
    def _never_twice(self) -> Self:
        try:
            read_pattern(self.pattern, self.reset)
        except BadPattern as error:
            raise ValueError(str(error)) from error
        return self


class CardRules(_Part):
    """What an office sets about cards and permits, where the texts that we hold leave it open. [G]

    Ages in years: from which biometrics are recorded (`record_from`), at which the first KIA ends
    (`child_first_until`), from which a KIA shows a photo (`child_photo_from`). `sktt_with_itap`: the office's
    own standard gives a SKTT also with an ITAP. `warn_days`: so long before its end a permit is listed.
    """

    record_from: int = Field(default=16, ge=0, le=17)
    child_first_until: int = Field(default=5, ge=1, le=16)
    child_photo_from: int = Field(default=5, ge=0, le=17)
    sktt_with_itap: bool = False
    warn_days: int = Field(default=60, ge=1, le=366)


class LetterPeriod(_Part):
    """From which day of issue on a SKPWNI counts for how many days."""

    since: date
    days: int = Field(ge=1, le=3660)


# [G] No text of a regulation that we hold says it. Offices tell people 30 days (as Perpres 25/2008 did)
# and, of letters in the forms of 2019, 100 days; an office that knows better writes its own.
LETTER_DAYS = [
    LetterPeriod(since=date(2008, 4, 4), days=30),
    LetterPeriod(since=date(2020, 1, 1), days=100),
]


class OfficeFile(_Part):
    """What `office.yaml` says of one office."""

    office: str = Field(pattern=r"^[0-9]{4}$")
    area: str = Field(pattern=r"^[0-9]{2}\.[0-9]{2}$")
    slug: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    name: str
    short_name: str
    region: str
    place: str
    address: str = ""
    zone: Literal["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]
    village_word: str
    hours: dict[Literal["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"], list[str]]
    closed_on_joint_leave: bool = True
    register_source: Literal["own", "siak"] = "own"
    answer_days: int = Field(default=14, ge=1)
    remind_days: int = Field(default=7, ge=1)
    complaints: list[str] = []
    # Services that the office has named without publishing their standard.
    announced: list[str] = []
    # What an applicant gets where the office is late; who is entitled is computed.
    compensation: str = Field(default="", max_length=500)
    # The law gives a KTP-el at 17 or to whoever has married; whether the second opens a case by itself.
    id_card_when_married: bool = True
    cards: CardRules = CardRules()
    # How long somebody may report their arrival with a SKPWNI: the last period begun when it was issued.
    move_letter_days: list[LetterPeriod] = Field(default=LETTER_DAYS, min_length=1)
    # [G] Whether a declaration (SPTJM) is proof enough of a marriage for a Kartu Keluarga: Permendagri
    # 109/2019 has the status "kawin belum tercatat", some offices want the isbat nikah first.
    card_by_declaration: bool = True
    # [G] Whether a child heads the card where only children stay; else the death or move waits for a
    # guardian.
    children_may_head: bool = True
    # [G] Whether who leaves a card for one of their own must hold a KTP-el; some offices publish it.
    split_needs_id_card: bool = False
    # Rules whose text was not at hand, or which are the regency's own: what an office says of them counts.
    # Fines in rupiah by event (perda), none where none is named; a late report is always taken and marked.
    late_fines: dict[str, int] = {}
    # Whether old papers and two witnesses prove the death of somebody who is in no database.
    old_deaths_by_papers: bool = True
    # For how many working days a marriage is announced before the ceremony.
    announcement_days: int = Field(default=10, ge=0)
    receipt_number: str = Field(default="{serial:05d}/RESI/{year}", max_length=40)
    # Numbers that look another way than usual, and from when; a change leaves older numbers as they are.
    numbers: list[NumberRule] = []
    # Books (or kinds of books) in which every number is accounted for, and only two people spoil one.
    gapless: list[str] = ["akta", "surat", "berita-acara"]
    # Who closes the books of a day: somebody on a page, or the daily job after the office has closed.
    close_books: Literal["by_hand", "after_hours"] = "by_hand"
    sites: list[SiteFile] = []
    # Where the office names none, the national ones of national/stop-reasons.yaml.
    stop_reasons: list[StopReason] = []
    roles: list[RoleFile]

    @field_validator("receipt_number")
    @classmethod
    def _numbered(cls, shape: str) -> str:
        try:
            alike = shape.format(serial=1, year=2026) == shape.format(serial=2, year=2026)
            alike = alike or shape.format(serial=1, year=2026) == shape.format(serial=1, year=2027)
        except (LookupError, ValueError) as error:
            raise ValueError("nomor resi hanya mengenal {serial}, {serial:05d}, dan {year}") from error
        if alike:
            raise ValueError("nomor resi harus memuat {serial} dan {year}, supaya tidak pernah berulang")
        if re.match(r"K\d", shape.format(serial=1, year=2026), re.IGNORECASE):
            raise ValueError("nomor resi tidak boleh dimulai dengan K dan angka; itu milik resi kertas")
        return shape

    @field_validator("move_letter_days")
    @classmethod
    def _in_order(cls, periods: list[LetterPeriod]) -> list[LetterPeriod]:
        if any(later.since <= earlier.since for earlier, later in pairwise(periods)):
            raise ValueError("move_letter_days harus berurutan menurut since, tanpa tanggal yang sama")
        return periods

    def letter_days(self, issued: date) -> int:
        """For how many days a SKPWNI of this day counts; before the first period as in the first."""
        begun = [period.days for period in self.move_letter_days if period.since <= issued]
        return begun[-1] if begun else self.move_letter_days[0].days

    @field_validator("hours")
    @classmethod
    def _readable_hours(cls, hours: dict[str, list[str]]) -> dict[str, list[str]]:
        require_hours(hours)
        return hours


def parse_interval(text: str) -> Interval:
    """`08.00-12.00` (or with colons) as two times. Raises ValueError with an Indonesian sentence."""
    try:
        opens, closes = (time.fromisoformat(part.strip().replace(".", ":")) for part in text.split("-"))
    except ValueError as error:
        raise ValueError(f"jam {text!r} tidak terbaca; tulis seperti 08.00-12.00") from error
    if opens >= closes:
        raise ValueError(f"jam {text!r} berakhir sebelum dimulai")
    return opens, closes


def require_hours(hours: Mapping[str, Sequence[str]]) -> None:
    """Refuse hours that cannot be read or overlap: ValueError with an Indonesian sentence."""
    for day, spans in hours.items():
        found = [parse_interval(span) for span in spans]
        if any(later[0] < earlier[1] for earlier, later in pairwise(found)):
            raise ValueError(f"jam buka {day} harus berurutan dan tidak bertumpuk")


def weekly_hours(hours: dict[str, list[str]]) -> dict[int, tuple[Interval, ...]]:
    """The hours of `office.yaml` by weekday number, Monday 0, as the working-time clock wants them."""
    return {WEEKDAYS.index(day): tuple(map(parse_interval, spans)) for day, spans in hours.items()}


def special_days(first: date, last: date, hours: dict[str, list[str]]) -> dict[date, tuple[Interval, ...]]:
    """The hours of every day of a period, for a calendar; a weekday that `hours` does not name is closed."""
    week = weekly_hours(hours)
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return {day: week.get(day.weekday(), ()) for day in days}
