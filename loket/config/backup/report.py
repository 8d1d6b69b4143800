"""The record (berita acara) of numbers that a restore lost, as text to print and sign."""

from collections.abc import Iterable, Iterator

from loket.offices.queries import zone
from loket.register.models import NumberGap
from loket.register.rules import is_personal_counter

_KINDS = {"nik": "NIK", "kk": "nomor KK"}
_SERIES = {
    "akta": "akta {1}, {2}",
    "berita-acara": "berita acara, {1}",
    "book": "urutan buku {1}, {2}",
    "letter": "surat {1}, {2}",
    "paper-pack": "blok resi kertas",
    "print-ticket": "tiket ruang cetak",
    "resi": "resi, {1}",
}
_MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()


def lines(gaps: Iterable[NumberGap]) -> list[str]:
    """The record of each office, one after the other; a sentence where there is none."""
    by_office: dict[str, list[NumberGap]] = {}
    for gap in gaps:
        by_office.setdefault(gap.office_id, []).append(gap)
    found = [line for group in by_office.values() for line in _record(group)]
    return found or ["Tidak ada nomor yang hilang karena pemulihan."]


def series(key: str) -> str:
    """What a counter counts, in words; its key where there are none."""
    parts = [_period(part) for part in key.split(":")]
    try:
        return _SERIES[parts[0]].format(*parts)
    except LookupError:
        return key


def _period(part: str) -> str:
    """The day, month or year in which a serial counts, in words; anything else as it is."""
    numbers = part.split("-")
    if not all(number.isdigit() for number in numbers):
        return part or "selamanya"
    year, *rest = numbers
    if not rest:
        return f"tahun {year}"
    month = f"{_MONTHS[int(rest[0]) - 1]} {year}"
    return f"tanggal {int(rest[1])} {month}" if len(rest) > 1 else f"bulan {month}"


def _when(gap: NumberGap, name: str) -> str:
    at = getattr(gap, name).astimezone(zone(gap.office))
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year} pukul {at:%H.%M}"


def _record(gaps: list[NumberGap]) -> Iterator[str]:
    yield from ("BERITA ACARA", "NOMOR YANG TIDAK TERDAPAT DALAM BASIS DATA SETELAH PEMULIHAN", "")
    yield gaps[0].office.name
    yield ""
    yield "Nomor berikut sudah diberikan sebelum pemulihan, tetapi datanya tidak ada dalam cadangan."
    yield "Nomor itu tidak diberikan lagi. Dokumen yang telanjur terbit dicatat kembali dari arsip."
    yield ""
    personal: dict[tuple[str, str], int] = {}
    for gap in gaps:
        moment = _when(gap, "restored_at")
        if is_personal_counter(gap.key):
            kind = _KINDS[gap.key.partition(":")[0]]
            personal[kind, moment] = personal.get((kind, moment), 0) + gap.last - gap.first + 1
            continue
        yield f"- {series(gap.key)}: nomor {gap.first} sampai {gap.last} ({gap.last - gap.first + 1} nomor)"
        yield f"  terakhir diberikan {_when(gap, 'last_issued_at')}; dipulihkan {moment}"
        yield f"  sebab: {gap.reason}; oleh: {gap.by}"
    for (kind, moment), count in personal.items():
        yield f"- {kind}: {count} nomor dilewati; dipulihkan {moment}"
    yield from ("", "Mengetahui,", "", "", "", "(nama, jabatan, tanda tangan)", "")
