"""A result as people read it."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from loket.cases.rules.states import STATE_NAMES
from loket.config.scenario.playing import Row
from loket.config.scenario.results import Result
from loket.core.wording import local_moment

_EVENTS = {
    "submit": "dikirim",
    "repair": "diperbaiki",
    "return": "dikembalikan",
    "complete": "selesai",
    "reject": "ditolak",
    "cancel": "dibatalkan",
    "remind": "diingatkan",
    "expire": "ditutup",
}
_VERDICTS = {
    "genuine": "asli dan berlaku",
    "superseded": "asli, sudah digantikan",
    "revoked": "dicabut",
    "mismatch": "tidak cocok",
    "unknown": "tidak dikenal",
    "unsigned": "belum ditandatangani",
    "wet": "tanda tangan basah, tanpa berkas elektronik",
}
_IN_TIME = {True: "ya", False: "TIDAK", None: "-"}
_HEADINGS = ("Langkah", "Oleh", "Mulai", "Selesai", "Menit kerja", "Menit SOP", "Sesuai")


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows with columns as wide as their longest text."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return [f"  {line.rstrip()}" for line in lines]


def _number(minutes: float) -> str:
    return f"{minutes:g}".replace(".", ",")


def _cells(row: Row, zone: ZoneInfo) -> tuple[str, ...]:
    def at(moment: object) -> str:
        return f"{moment:%d-%m-%Y %H.%M}"

    return (
        f"{row.step} ({_EVENTS.get(row.event, row.event)})",
        f"{row.actor}: {row.actor_name}" if row.actor_name.lower() != row.actor else row.actor,
        at(row.started.astimezone(zone)),
        at(row.finished.astimezone(zone)),
        _number(row.working_minutes),
        str(row.sop_minutes or "-"),
        _IN_TIME[row.within_time],
    )


def printed(result: Result, zone: ZoneInfo) -> str:
    """The timeline, the documents, and what differs from what was expected."""
    verdict = "sesuai harapan" if result.as_expected else "TIDAK sesuai harapan"
    lines = [f"{result.scenario} ({result.file})", f"Hasil: {STATE_NAMES[result.outcome]}, {verdict}."]
    if result.deadline:
        kept = {True: "tepat waktu", False: "TERLAMBAT", None: "-"}[result.within_deadline]
        lines.append(f"Tenggat: {local_moment(result.deadline, zone)} ({kept})")
    if result.timeline:
        lines += ["", *_table([_HEADINGS, *(_cells(row, zone) for row in result.timeline)])]
        lines += [f"  Alasan pada {row.step}: {row.reason}" for row in result.timeline if row.reason]
    for attempt in result.attempts:
        said = f"ditolak: {attempt.sentence}" if attempt.sentence else "TIDAK ditolak"
        lines.append(f"  Percobaan oleh {attempt.by} pada {attempt.step}: {said}")
    if result.refused:
        lines += ["", f"Berhenti pada langkah '{result.refused[0]}': {result.refused[1]}"]
    if result.documents:
        lines += ["", "Dokumen:"]
    for paper in result.documents:
        where = f"  {paper.path}" if paper.path else ""
        lines.append(f"  {paper.title} {paper.number}: {_VERDICTS[paper.verdict]}{where}")
    if result.differences:
        lines += ["", "Berbeda dari harapan:", *(f"  - {text}" for text in result.differences)]
    return "\n".join(lines)
