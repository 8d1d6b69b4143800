"""What came of a scenario, and whether it is what was expected."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from loket.cases.queries import products_of
from loket.cases.rules.states import STATE_NAMES
from loket.config.scenario.playing import Attempt, Play, Row
from loket.documents import queries as documents
from loket.documents.models import Document

UNSIGNED = "unsigned"


@dataclass(frozen=True)
class Paper:
    """A document of the case: where its file was put, how it is signed, what its verification says."""

    kind: str
    title: str
    number: str
    path: str | None
    signature: str
    verdict: str


@dataclass(frozen=True)
class Result:
    """One scenario's end. `differences` are sentences; there are none where all is as expected."""

    scenario: str
    file: str
    office: str
    outcome: str
    within_deadline: bool | None
    deadline: datetime | None
    started: datetime
    finished: datetime
    timeline: list[Row]
    documents: list[Paper]
    products: list[str]
    attempts: list[Attempt]
    refused: tuple[str, str] | None
    differences: list[str] = field(default_factory=list)

    @property
    def as_expected(self) -> bool:
        """Whether nothing differs."""
        return not self.differences

    def as_json(self) -> dict[str, Any]:
        """The result for programs."""
        return {
            "scenario": self.scenario,
            "file": self.file,
            "office": self.office,
            "outcome": self.outcome,
            "as_expected": self.as_expected,
            "differences": self.differences,
            "within_deadline": self.within_deadline,
            "deadline": _iso(self.deadline),
            "started": _iso(self.started),
            "finished": _iso(self.finished),
            "timeline": [_row(row) for row in self.timeline],
            "documents": [paper.__dict__ for paper in self.documents],
            "products": self.products,
            "attempts": [attempt.__dict__ for attempt in self.attempts],
            "refused": dict(zip(("step", "sentence"), self.refused, strict=True)) if self.refused else None,
        }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _row(row: Row) -> dict[str, Any]:
    whole = row.working_minutes == int(row.working_minutes)
    return {
        **row.__dict__,
        "working_minutes": int(row.working_minutes) if whole else row.working_minutes,
        "started": _iso(row.started),
        "finished": _iso(row.finished),
        "deadline": _iso(row.deadline),
    }


def _file(document: Document) -> bytes | None:
    """The signed file; of a document signed with a pen the one that was printed, if here."""
    if document.signed_sha256:
        return documents.signed_file(document)
    printed_here = document.signature == "wet" and document.signed_at and document.unsigned_sha256
    return documents.unsigned_file(document) if printed_here else None


def _verdict(document: Document, content: bytes | None) -> str:
    """What anybody is told who brings the file to the verification; on paper only the number says it."""
    if document.signature == "wet":
        return "wet" if documents.verify_number(document.number).verdict == "genuine" else UNSIGNED
    return documents.verify_file(content).verdict if content is not None else UNSIGNED


def _papers(play: Play, out: Path | None) -> list[Paper]:
    """The documents of the case; their files are kept in `out`, where it is given."""
    found = []
    for place, document in enumerate(documents.of_case(play.case.ref) if play.case else [], start=1):
        content = _file(document)
        path = None
        if out is not None and content is not None:
            out.mkdir(parents=True, exist_ok=True)
            file = out / f"{place}-{document.kind}.pdf"
            file.write_bytes(content)
            path = str(file)
        kind, verdict = document.signature, _verdict(document, content)
        found.append(Paper(document.kind, document.title, document.number, path, kind, verdict))
    return found


def _in_time(play: Play) -> bool | None:
    """Whether a case met its deadline; None where it was never sent, or its clock stands still for ever."""
    if play.case is None or play.case.deadline_at is None:
        return None
    if play.case.state not in ("open", "done", "rejected"):
        return None
    ended = play.case.stopped_at or play.case.finished_at or play.time.now
    return ended <= play.case.deadline_at


def result_of(play: Play, out: Path | None) -> Result:
    """The result of a scenario that has been played."""
    scenario = play.plan.scenario
    # A scenario whose application was never opened ends as one that was never sent.
    result = Result(
        scenario=scenario.scenario,
        file=str(play.plan.path),
        office=play.office.code,
        outcome=play.case.state if play.case else "draft",
        within_deadline=_in_time(play),
        deadline=play.case.deadline_at if play.case else None,
        started=play.started,
        finished=play.time.now,
        timeline=play.rows,
        documents=_papers(play, out),
        products=[product.document for product in products_of(play.case)] if play.case else [],
        attempts=play.attempts,
        refused=play.refused,
    )
    result.differences.extend(_differences(play, result))
    return result


def _differences(play: Play, result: Result) -> list[str]:
    wanted = play.plan.scenario.expected
    found = []
    if result.outcome != wanted.state:
        names = STATE_NAMES[result.outcome], STATE_NAMES[wanted.state]
        found.append(f"Keadaan akhir: {names[0]}. Yang diharapkan: {names[1]}.")
    if wanted.products is not None and set(wanted.products) != set(result.products):
        found.append(f"Produk: {_listed(result.products)}. Yang diharapkan: {_listed(wanted.products)}.")
    if wanted.within_deadline is not None and wanted.within_deadline != result.within_deadline:
        words = {True: "tepat waktu", False: "terlambat", None: "tidak ada tenggat"}
        found.append(
            f"Waktu: {words[result.within_deadline]}. Yang diharapkan: {words[wanted.within_deadline]}."
        )
    found += _refusal_differences(wanted.refused, result)
    for place, deviation in enumerate(play.plan.scenario.deviations, start=1):
        if place - 1 not in play.happened:
            what = f"{deviation.do} pada langkah '{deviation.at}'"
            found.append(f"Penyimpangan ke-{place} ({what}) tidak pernah terjadi.")
    found += [
        f"Verifikasi {paper.title}: {paper.verdict}."
        for paper in result.documents
        if result.outcome == "done" and paper.verdict not in ("genuine", "wet")
    ]
    return found


def _refusal_differences(wanted: str | None, result: Result) -> list[str]:
    found = []
    step, said = result.refused or ("", "")
    if result.refused and wanted is None:
        found.append(f"Langkah '{step}' ditolak: {said}")
    elif wanted is not None and wanted not in said:
        got = f"Yang muncul: {said}" if said else "Tidak ada penolakan."
        found.append(f"Penolakan yang diharapkan: {wanted} {got}")
    for attempt in result.attempts:
        who = f"Percobaan oleh '{attempt.by}' pada langkah '{attempt.step}'"
        if not attempt.sentence:
            found.append(f"{who} seharusnya ditolak, tetapi berhasil.")
        elif attempt.wanted not in attempt.sentence:
            found.append(f"{who}: {attempt.sentence} Yang diharapkan: {attempt.wanted}")
    return found


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "tidak ada"
