"""One scenario under way: its people, its simulated time, its case, and what has happened so far."""

import asyncio
import io
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import procrastinate
from PIL import Image, ImageDraw
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from loket.cases import actions, queries
from loket.cases.models import Case, CaseEvent
from loket.catalogue.rules import APPLICANT, SYSTEM, Requirement, Step
from loket.config.scenario.format import SAMPLE, Deviation, Files
from loket.config.scenario.preparing import People, let_sign
from loket.config.scenario.reading import Planned
from loket.config.scenario.siak import StandIn
from loket.config.scenario.surroundings import SignerProcess
from loket.core import clock
from loket.core.actors import SYSTEM as SYSTEM_ACTOR
from loket.core.actors import Actor
from loket.core.errors import LoketError
from loket.core.worktime import WorkCalendar
from loket.delivery import actions as delivery
from loket.delivery.models import PrintTicket
from loket.offices.models import Area, Office
from loket.offices.queries import actor_of, calendar

# Of whoever sends a message; invented.
SENDER_PHONE = "081200009001"


class JobFailed(LoketError):
    """Sebuah pekerjaan latar (misalnya membuat PDF) gagal. Periksa templat dokumen dan log."""


class Time:
    """The simulated moment. Work moves it by working minutes of the office, waiting by any time."""

    def __init__(self, start: datetime) -> None:
        self.now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self.now

    def work(self, minutes: int, hours: WorkCalendar) -> None:
        """Let an office work for some minutes; what is left at closing time goes on at the next opening."""
        self.now = hours.add_minutes(self.now, minutes)

    def pass_(self, **parts: float) -> None:
        """Let time pass, whether the office is open or not."""
        self.now += timedelta(**parts)


@dataclass(frozen=True)
class Row:
    """One event of the case: who did what at which step, and how long the case had stood there."""

    step: str
    name: str
    kind: str
    actor: str
    actor_name: str
    event: str
    started: datetime
    finished: datetime
    working_minutes: float
    sop_minutes: int | None
    within_time: bool | None
    deadline: datetime | None
    reason: str


@dataclass(frozen=True)
class Attempt:
    """Somebody tried what the table forbids: the sentence they read, empty where they were let through."""

    step: str
    by: str
    sentence: str
    wanted: str


@dataclass
class Play:
    """The state of one run. Everything that changes the case goes through the actions of `cases`."""

    plan: Planned
    office: Office
    people: People
    time: Time
    signer: SignerProcess
    siak: StandIn
    case: Case | None = None
    rows: list[Row] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)
    refused: tuple[str, str] | None = None
    happened: set[int] = field(default_factory=set)
    visits: Counter[str] = field(default_factory=Counter)
    arrived: datetime = field(init=False)
    repaired_with: Deviation | None = None
    started: datetime = field(init=False)
    last_code: int = 0
    # Of the authenticators of the officials, by role.
    seeds: dict[str, str] = field(default_factory=dict)
    _samples: int = 0

    def __post_init__(self) -> None:
        """The clock stands at the start."""
        self.started = self.arrived = self.time.now

    @property
    def hours(self) -> WorkCalendar:
        """When the office is open, as it stands now: a holiday may have been declared meanwhile."""
        return calendar(self.office)

    @property
    def opened(self) -> Case:
        """The case. Only to be asked for once it exists."""
        if self.case is None:
            raise RuntimeError("the scenario has no case yet")
        return self.case

    def actor(self, role: str) -> Actor:
        """Whoever takes the steps of a role, or the applicant."""
        return actor_of(self.people.applicant if role == APPLICANT else self.people.staff[role])

    @property
    def writer(self) -> Actor:
        """Who writes the application: the applicant, or at the counter the desk where they stand."""
        if self.plan.scenario.channel == "online":
            return self.actor(APPLICANT)
        return actor_of(self.people.desk)

    def mandate(self) -> int | None:
        """The key of the sender's mandate, where the standard wants one; noted once."""
        if self.plan.variant.procedure.sender != "mandated":
            return None
        held = [one for one in queries.mandates(self.office, in_force=True) if one.phone == SENDER_PHONE]
        if held:
            return held[0].pk
        day = self.time.now.date()
        area = self.office.definition["area"]
        villages = Area.objects.filter(code__startswith=f"{area}.", level__in=("desa", "kelurahan"))
        village = villages.filter(retired=False).first()
        noted = actions.note_mandate(
            office=self.office,
            mandate=actions.Mandate(
                name=self.plan.scenario.applicant.sender or "APARAT REKAAN",
                phone=SENDER_PHONE,
                village=village.code if village else "",
                agreement="PKS/9001/REKAAN",
                order="SPT/9001/REKAAN",
                valid_from=day,
                valid_until=day + timedelta(days=365),
            ),
            by=self.writer,
        )
        return noted.pk

    def make_cards(self) -> None:
        """The print room prints the tickets of the case, each on a blanko of its own."""
        delivery.open_tickets()
        printer = next(
            (who for who in map(self.actor, self.people.staff) if who.may("print_room", self.office.code)),
            None,
        )
        tickets = PrintTicket.objects.filter(
            product__case=self.opened, state=PrintTicket.State.WAITING
        ).order_by("pk")
        for ticket in tickets:
            if printer is not None:
                delivery.mark_printed(ticket_id=ticket.pk, blanko=f"REKAAN{ticket.pk:06d}", by=printer)

    def seed(self, role: str) -> str:
        """What the authenticator of a role's official holds; made with their key when they first sign."""
        if role not in self.seeds:
            # Valid from the start on, where the clock of the signer stands.
            with clock.use(self.started):
                self.seeds[role] = let_sign(self.people.staff[role], self.office)
        return self.seeds[role]

    def minutes(self, step: Step, deviation: Deviation | None = None) -> int:
        """How long this step takes: as the scenario says, else as the SOP does."""
        if deviation is not None and deviation.minutes is not None:
            return deviation.minutes
        return self.plan.scenario.takes.get(step.step) or step.minutes or self.plan.scenario.default_minutes

    def look(self) -> None:
        """Read the case anew and note what has happened to it; then do the jobs that are due."""
        seen = len(self.rows)
        self.case = Case.objects.select_related("office", "revision", "applicant").get(pk=self.opened.pk)
        for event in queries.events_of(self.case)[seen:]:
            self.rows.append(self._row(event))
            self.arrived = event.at
        self.do_jobs()

    def _doer(self, event: CaseEvent, step: Step) -> str:
        """Who did it, as the standard names them; applicant and system act at the steps of others too."""
        others = {SYSTEM_ACTOR.ref: SYSTEM, self.people.applicant.ref: APPLICANT}
        return others.get(event.actor_ref, step.actor)

    def _row(self, event: CaseEvent) -> Row:
        # A draft stands at no step yet.
        steps = self.plan.variant.procedure.steps
        step = self.plan.variant.step(event.step) if event.step else steps[0]
        minutes = self.hours.minutes_between(self.arrived, event.at)
        deadline = self.opened.deadline_at
        in_time = None
        if step.minutes is not None:
            in_time = minutes <= step.minutes and (deadline is None or event.at <= deadline)
        return Row(
            step=step.step,
            name=step.name,
            kind=step.kind,
            actor=self._doer(event, step),
            actor_name=event.actor_name,
            event=event.kind,
            started=self.arrived,
            finished=event.at,
            working_minutes=round(minutes, 1),
            sop_minutes=step.minutes,
            within_time=in_time,
            deadline=deadline,
            reason=event.reason,
        )

    def do_jobs(self) -> None:
        """What waits in the queue, by a real worker in this process. Raises JobFailed."""
        if ProcrastinateJob.objects.filter(status="todo").exists():
            asyncio.run(_work_off())
        if ProcrastinateJob.objects.filter(status="failed").exists():
            raise JobFailed()

    def answer(self, values: Mapping[str, Any]) -> None:
        """Fill in the form."""
        self.case = actions.save_answers(case_id=self.opened.pk, values=values, by=self.writer)

    def hand_over_papers(self, *, without: Iterable[str], originals: Iterable[str] = ()) -> None:
        """Put the papers that the answers ask for on the counter, but some; and originals besides."""
        case, left = Case.objects.get(pk=self.opened.pk), set(without)
        papers = [
            actions.Handed(item.nature or "copy", item.key)
            for item in queries.papers_missing(case)
            if item.key not in left
        ]
        papers += [actions.Handed("original", label=label) for label in originals]
        actions.receive_papers(case_id=case.pk, papers=papers, by=self.writer)

    def hand_in(self, given: Mapping[str, Files], *, only: bool = False) -> None:
        """Upload the papers that the answers ask for; with `only`, just those given, in place of the old."""
        by, present = self.writer, queries.attachments_of(self.opened)
        for paper in self.plan.variant.uploads(self.opened.answers):
            if paper.key in present and paper.key not in given or (only and paper.key not in given):
                continue
            for old in present.get(paper.key, []):
                actions.detach(case_id=self.opened.pk, attachment_id=old.pk, by=by)
            files = given.get(paper.key, SAMPLE)
            for name in [files] if isinstance(files, str) else files:
                actions.attach(
                    case_id=self.opened.pk, requirement=paper.key, content=self._content(name, paper), by=by
                )

    def _content(self, name: str, paper: Requirement) -> bytes:
        if name != SAMPLE:
            return (self.plan.path.parent / name).read_bytes()
        self._samples += 1
        return _sample(f"CONTOH {self._samples}\n{paper.label or paper.key}")

    def once(self) -> dict[str, Any]:
        """What an official's form carries: the version they saw and a key of its own."""
        return {"case_id": self.opened.pk, "version": self.opened.version, "key": uuid.uuid4()}


async def _work_off() -> None:
    # An application of its own without periodic jobs: they go by the real clock, the scenario does not.
    worker = procrastinate.App(connector=app.connector.get_worker_connector())
    worker.tasks = app.tasks
    async with worker.open_async():
        await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)


def _sample(text: str) -> bytes:
    """A picture of a paper, as a phone would send it."""
    picture = Image.new("RGB", (420, 594), "white")
    ImageDraw.Draw(picture).text((30, 30), text, fill="black")
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()
