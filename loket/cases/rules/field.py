"""A line of a field list as somebody types it on a phone. Plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.cases.rules import checks
from loket.cases.rules.answers import Unreadable, read_field
from loket.catalogue.rules import FormField
from loket.core.errors import LoketError
from loket.core.identity import Sex

# What somebody may have lost, as F-1.04 and the services name it.
LOST = {
    "kk": "Kartu Keluarga",
    "ktp_el": "KTP-el",
    "kia": "KIA",
    "akta_kelahiran": "Akta kelahiran",
    "akta_lain": "Akta lain atau buku nikah",
    "tidak_pernah": "Tidak pernah punya",
}
SEXES: Mapping[str, Sex] = {"L": "L", "P": "P"}
OLDEST = 130
_FIELDS = {
    field.key: field
    for field in (
        FormField(key="name", label="Nama", type="name", max_length=60),
        FormField(key="birth_place", label="Tempat lahir", type="text", max_length=60, required=False),
        FormField(key="birth_date", label="Tanggal lahir", type="date", past=True, required=False),
        FormField(
            key="estimated_age", label="Umur kira-kira", type="integer", min=0, max=OLDEST, required=False
        ),
        FormField(key="mother_name", label="Nama ibu", type="name", max_length=60, required=False),
        FormField(key="father_name", label="Nama ayah", type="name", max_length=60, required=False),
        FormField(key="origin", label="Asal", type="text", max_length=120, required=False),
        FormField(key="nik", label="NIK yang ditemukan", type="nik", required=False),
    )
}


class Unclear(LoketError):
    """Isian ini belum benar."""

    status = 422


@dataclass(frozen=True)
class Said:
    """What the team wrote of one person; either the birth date or an estimated age."""

    name: str
    sex: Sex
    birth_place: str
    birth_date: date | None
    estimated_age: int | None
    mother_name: str
    father_name: str
    origin: str
    lost: tuple[str, ...]
    checked: str
    nik: str

    def born(self, day: date) -> tuple[date, date]:
        """Between which days they were born; an estimated age may be wrong by five years."""
        if self.birth_date is not None:
            return self.birth_date, self.birth_date
        age = self.estimated_age or 0
        return date(max(1, day.year - age - 6), 1, 1), date(min(day.year, day.year - age + 5), 12, 31)


def read_said(typed: Mapping[str, str], lost: Sequence[str], today: date) -> Said:
    """A line as typed. Raises Unclear with the field that is to be mended."""
    found = {key: _read(field, typed.get(key, ""), today) for key, field in _FIELDS.items()}
    if not found["name"]:
        raise Unclear("Tulis namanya.", field="name")
    sex = SEXES.get(typed.get("sex", ""))
    if sex is None:
        raise Unclear("Pilih jenis kelaminnya.", field="sex")
    if found["birth_date"] and found["estimated_age"] is not None:
        raise Unclear("Isi tanggal lahir atau umur kira-kira, tidak keduanya.", field="estimated_age")
    if not found["birth_date"] and found["estimated_age"] is None:
        raise Unclear("Isi tanggal lahir, atau umur kira-kira bila tidak diketahui.", field="birth_date")
    checked, nik = typed.get("checked", ""), str(found["nik"] or "")
    if checked not in ("", *checks.RESULTS):
        raise Unclear("Pilih hasil pemeriksaan biometrik.", field="checked")
    if (checked == "found") != bool(nik):
        raise Unclear("Tulis NIK bila biometriknya ditemukan, dan hanya bila ditemukan.", field="nik")
    born = found["birth_date"]
    return Said(
        name=found["name"].upper(),
        sex=sex,
        birth_place=_upper(found["birth_place"]),
        birth_date=date.fromisoformat(born) if born else None,
        estimated_age=found["estimated_age"],
        mother_name=_upper(found["mother_name"]),
        father_name=_upper(found["father_name"]),
        origin=found["origin"] or "",
        lost=tuple(key for key in LOST if key in lost),
        checked=checked,
        nik=nik,
    )


def _upper(text: Any) -> str:
    return str(text or "").upper()


def _read(field: FormField, raw: str, today: date) -> Any:
    """What was typed, None where nothing was. Raises Unclear."""
    if not raw.strip():
        return None
    try:
        return read_field(field, raw, {}, today)
    except Unreadable as error:
        raise Unclear(str(error), field=field.key) from error
