"""Filters of the pages."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template

from loket.catalogue.rules import FormField
from loket.core.identity import mask_number
from loket.core.wording import local_moment, long_date

register = template.Library()
_HINTS = {
    "nik": "16 angka, seperti pada KTP-el atau Kartu Keluarga.",
    "nomor_kk": "16 angka, di bagian atas Kartu Keluarga.",
    "date": "Contoh: 17-08-2026",
    "time": "Contoh: 07.30",
    "phone": "Contoh: 0812 3456 7890",
}


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """A moment in an office's zone, in words."""
    return local_moment(value, ZoneInfo(zone)) if value else ""


def _iso_date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return None


@register.filter
def day(value: date | str | None) -> str:
    """A date in words; also an ISO text. A text that is no date stays as it is."""
    found = value if isinstance(value, date) else _iso_date(value)
    return long_date(found) if found else str(value or "")


@register.filter
def entered(value: Any, kind: str) -> Any:
    """A stored answer as people write it into a field: `17-08-2026`, `07.30`."""
    if kind == "date" and (found := _iso_date(value)):
        return f"{found:%d-%m-%Y}"
    if kind == "time" and isinstance(value, str):
        return value.replace(":", ".")
    return value


@register.filter
def answer(value: Any, field: FormField) -> Any:
    """A stored answer as people read it; a dash where there is none."""
    if field.type == "date":
        return day(value) or "-"
    return "-" if value in ("", None) else entered(value, field.type)


@register.filter
def hint(field: FormField) -> str:
    """The field's own hint, or the usual one of its type."""
    return field.hint or _HINTS.get(field.type, "")


@register.filter
def below(message: str, label: str) -> str:
    """An error sentence as it stands under its label, which it need not repeat."""
    rest = message.removeprefix(label).lstrip(": ")
    return rest[:1].upper() + rest[1:]


@register.filter
def masked(value: str) -> str:
    """A NIK or nomor KK with its middle hidden."""
    return mask_number(value)


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """`mapping[key]`, or None."""
    return mapping.get(key)


@register.filter
def reason_field(stop_id: int) -> str:
    """The field in which the refusal of a stop gives its reason."""
    return f"r-{stop_id}"


@register.filter
def reopen_field(close_id: int) -> str:
    """The field in which somebody says why a close is to be opened again."""
    return f"reopen-{close_id}"


@register.filter
def as_list(value: Any) -> list[Any]:
    """A list as it is, anything else as a list of one."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


# What the button of a step says, by its kind.
_DEEDS = {
    "receive": "Berkas sudah diterima",
    "register": "Lengkap, daftarkan dan beri resi",
    "paraf": "Paraf, teruskan",
    "sign": "Sudah ditandatangani, teruskan",
    "stamp": "Sudah diregistrasi dan dicap",
    "hand_over": "Serahkan kepada penerima",
    "acknowledge": "Selesai",
    "check": "Sudah diperiksa, teruskan",
    "verify": "Lengkap dan benar, teruskan",
    "enter_data": "Catat dan siapkan dokumen",
    "lift": "Berkas sudah diangkat",
    "print_file": "Berkas sudah dicetak",
    "print": "Dokumen sudah dicetak",
    "sort": "Sudah dipilah",
    "handover_record": "Masukkan ke berita acara",
    "distribute": "Sudah diserahkan",
    "announce": "Beri tahu pemohon",
    "interview": "Simpan hasil wawancara",
    "check_biometrics": "Simpan hasil pemeriksaan",
    "record_biometrics": "Sudah direkam",
    "activate": "Kartu sudah diaktifkan",
    "send": "Kirim dokumen",
    "archive": "Berkas sudah diarsipkan",
    "report": "Simpan laporan",
    "number_and_send": "Sudah diberi nomor dan dikirim",
    "inspect": "Sudah diperiksa, teruskan",
    "repair": "Sudah diperbaiki",
}


@register.filter
def deed(kind: str) -> str:
    """What the button of a step of this kind says."""
    return _DEEDS.get(kind, "Selesai, teruskan")


@register.filter
def at(words: Mapping[str, str], key: str) -> str:
    """The words under a key; the key itself where there are none."""
    return words.get(key, key)
