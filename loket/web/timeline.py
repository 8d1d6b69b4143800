"""What happened to a case, as its pages tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from loket.cases.models import CaseEvent
from loket.catalogue.rules import Variant

_TITLES = {
    "submit": "Permohonan dikirim",
    "repair": "Perbaikan dikirim",
    "reject": "Ditolak",
    "cancel": "Dibatalkan oleh pemohon",
    "remind": "Pengingat dikirim",
    "expire": "Ditutup karena tidak ada jawaban",
    "stop_ask": "Diminta agar waktu pelayanan berhenti",
    "stop_refuse": "Waktu pelayanan tidak dihentikan",
    "stop_start": "Waktu pelayanan berhenti sementara",
    "stop_end": "Waktu pelayanan berjalan lagi",
    "correct": "Nomor dari SIAK diperbaiki",
}
# Between officials only.
_INTERNAL = {"stop_ask", "stop_refuse", "correct"}
# What happens to a case without moving it.
_BESIDE = {"stop_ask", "stop_refuse", "stop_start", "stop_end", "remind", "correct"}


@dataclass(frozen=True)
class Line:
    """One thing that happened; `by` and `reason` are empty where the reader has no need of them."""

    title: str
    at: datetime
    by: str = ""
    reason: str = ""


def to_applicant(event: CaseEvent, variant: Variant) -> bool:
    """Whether the event's reason was written for the applicant."""
    first = variant.procedure.steps[0].step
    return event.kind == "reject" or (event.kind == "return" and event.next_step == first)


def _shown(event: CaseEvent, variant: Variant) -> bool:
    """Why the clock stands is a reason of the office's list, so the applicant may know it too."""
    return event.kind == "stop_start" or to_applicant(event, variant) or event.kind == "submit"


def _title(event: CaseEvent, variant: Variant) -> str:
    if event.kind == "return":
        mended = to_applicant(event, variant)
        return "Dikembalikan untuk diperbaiki" if mended else "Diperiksa ulang oleh petugas"
    if event.kind == "submit" and event.case.channel == "internal":
        return "Pekerjaan dibuka"
    if event.kind == "submit" and event.case.channel == "automatic":
        return "Dibuka tanpa permohonan, menurut data kependudukan"
    if event.kind == "submit" and event.reason:
        return "Dimasukkan dari resi kertas"
    if event.kind in _TITLES:
        return _TITLES[event.kind]
    names = {step.step: step.name for step in variant.procedure.steps}
    return f"{names.get(event.step, event.step)}: selesai"


def for_everybody(events: Iterable[CaseEvent], variant: Variant) -> list[Line]:
    """Without names and reasons: whoever has the tracking code reads this.

    That it was entered from paper, and when it was received there, explains a clock that began earlier.
    """
    return [
        Line(_title(event, variant), event.at, reason=event.reason if event.kind == "submit" else "")
        for event in events
        if event.kind not in _INTERNAL
    ]


def for_applicant(events: Iterable[CaseEvent], variant: Variant) -> list[Line]:
    """With the reasons that were written for the applicant; what officials wrote to each other stays."""
    return [
        Line(_title(event, variant), event.at, reason=event.reason if _shown(event, variant) else "")
        for event in events
        if event.kind not in _INTERNAL
    ]


def sent_back(events: Iterable[CaseEvent], variant: Variant) -> Line | None:
    """Why the case is back where it stands now; None where it came here by going forward."""
    for event in reversed(list(events)):
        if event.kind == "return":
            return Line(_title(event, variant), event.at, event.actor_name, event.reason)
        if event.kind not in _BESIDE:
            return None
    return None


def for_staff(events: Iterable[CaseEvent], variant: Variant) -> list[Line]:
    """Everything, with names."""
    return [Line(_title(event, variant), event.at, event.actor_name, event.reason) for event in events]
