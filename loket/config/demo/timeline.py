"""What happened to a case, printed: step, who, when, working minutes; the documents and their verdicts."""

from pathlib import Path

from loket.cases import queries
from loket.core.wording import local_moment
from loket.documents.queries import verify_file
from loket.offices.queries import calendar, zone

_KINDS = {"submit": "dikirim", "repair": "diperbaiki", "return": "dikembalikan", "complete": "selesai"}


def timeline(case_id: str, files: list[Path]) -> str:
    """The timeline of one case as text."""
    case = queries.case_by_ref(f"case:{case_id}")
    if case is None:
        raise ValueError(f"no case {case_id}")
    here, hours, variant = zone(case.office), calendar(case.office), queries.variant_of(case)
    names = {step.step: step.name for step in variant.procedure.steps}
    lines = [
        f"{queries.definition(case.revision).name}: {variant.name}",
        f"{case.office.name}",
        f"Kode pelacakan {case.tracking_code}; tenggat {local_moment(case.deadline_at, here)}",
        "",
        f"{'langkah':<52} {'oleh':<18} {'waktu':<44} menit kerja",
    ]
    before = None
    for event in queries.events_of(case):
        minutes = hours.minutes_between(before, event.at) if before else 0
        what = f"{names.get(event.step, event.step)} ({_KINDS.get(event.kind, event.kind)})"
        lines.append(f"{what:<52} {event.actor_name:<18} {local_moment(event.at, here):<44} {minutes:.1f}")
        before = event.at
    lines += ["", f"Keadaan: {case.get_state_display()}", "", "Dokumen:"]
    for path in files:
        found = verify_file(path.read_bytes())
        number = found.document.number if found.document else "-"
        lines.append(f"  {path.name:<36} {number:<28} {found.verdict}")
    return "\n".join(lines) + "\n"
