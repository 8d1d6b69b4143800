"""A variant's procedure as a BPMN process: events, tasks, gateways, and the flows between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from loket.catalogue.rules import APPLICANT, SYSTEM, Service, Step, Variant

NodeKind = Literal["startEvent", "userTask", "serviceTask", "exclusiveGateway", "endEvent"]
FlowKind = Literal["forward", "return", "reject"]
# The variable that a gateway reads, and what it says besides the slug of a step to go back to.
DECISION = "keputusan"
# A slug has no blank, so no step can be called so.
REJECT = "tolak permohonan"


@dataclass(frozen=True)
class Node:
    """An event, a task or a gateway. `column` is the place of its step in the procedure, 0 for the start."""

    id: str
    kind: NodeKind
    name: str
    lane: str
    column: int
    documentation: str = ""


@dataclass(frozen=True)
class Flow:
    """A sequence flow; `decision` is what the gateway's variable must be, "" where nothing is asked."""

    id: str
    source: str
    target: str
    kind: FlowKind = "forward"
    name: str = ""
    decision: str = ""


@dataclass(frozen=True)
class Process:
    """One variant as a process: `lanes` by actor in the order in which they first act, with their names."""

    id: str
    name: str
    documentation: str
    lanes: dict[str, str]
    nodes: list[Node]
    flows: list[Flow]


def process_of(service: Service, variant: Variant, roles: Mapping[str, str]) -> Process:
    """The process of a variant. `roles` names the roles of the office; an unknown one keeps its slug."""
    names = {APPLICANT: "Pemohon", SYSTEM: "Sistem", **roles}
    graph = _Graph(f"loket.{service.office}.{service.service}.{variant.variant}", variant, names)
    graph.draw()
    return Process(
        id=graph.prefix,
        name=f"{service.name}: {variant.name}" if variant.name != service.name else service.name,
        documentation=_about(service, variant),
        lanes={node.lane: names.get(node.lane, node.lane) for node in graph.nodes},
        nodes=graph.nodes,
        flows=graph.flows,
    )


class _Graph:
    """Collects nodes and flows. An id says what it is before it names the step, so that none can be alike."""

    def __init__(self, prefix: str, variant: Variant, names: Mapping[str, str]) -> None:
        self.prefix, self.variant, self.names = prefix, variant, names
        self.nodes: list[Node] = []
        self.flows: list[Flow] = []

    def draw(self) -> None:
        """Start, each step with the gateway after it, end."""
        steps = self.variant.procedure.steps
        leaving, name = self._node("mulai", "startEvent", "Mulai", steps[0].actor, 0), ""
        for column, step in enumerate(steps, start=1):
            task = self._task(step, column)
            self._flow(leaving, task, name=name)
            leaving, name = task, ""
            if step.returns_to or step.can_reject:
                leaving, name = self._decide(step, task, column), "Ya"
        end = self._node("selesai", "endEvent", "Selesai", steps[-1].actor, len(steps) + 1)
        self._flow(leaving, end, name=name)

    def _task(self, step: Step, column: int) -> str:
        kind: NodeKind = "serviceTask" if step.actor == SYSTEM else "userTask"
        return self._node(
            f"langkah.{step.step}", kind, step.name, step.actor, column, _facts(step, self.names)
        )

    def _decide(self, step: Step, task: str, column: int) -> str:
        """The gateway after a step that may give back or refuse; going on is its default."""
        gateway = self._node(f"hasil.{step.step}", "exclusiveGateway", "Lanjut?", step.actor, column)
        self._flow(task, gateway)
        for target in step.returns_to:
            self._flow(gateway, f"{self.prefix}.langkah.{target}", "return", "Dikembalikan", target)
        if step.can_reject:
            refused = self._node(f"ditolak.{step.step}", "endEvent", "Ditolak", step.actor, column)
            self._flow(gateway, refused, "reject", "Tidak", REJECT)
        return gateway

    def _node(
        self, name: str, kind: NodeKind, label: str, lane: str, column: int, documentation: str = ""
    ) -> str:
        found = Node(f"{self.prefix}.{name}", kind, label, lane, column, documentation)
        self.nodes.append(found)
        return found.id

    def _flow(
        self, source: str, target: str, kind: FlowKind = "forward", name: str = "", decision: str = ""
    ) -> None:
        mine = f"{self.prefix}.alir.{len(self.flows) + 1}"
        self.flows.append(Flow(mine, source, target, kind, name, decision))


def _facts(step: Step, names: Mapping[str, str]) -> str:
    """What the SOP row says besides its name: what it needs, its time, its output, a note."""
    time = [f"{step.working_days} hari kerja"] if step.working_days else []
    time += [f"{step.minutes} menit"] if step.minutes else []
    time += ["terbuka"] if step.open_ended else []
    said = {
        "Kelengkapan": step.needs,
        "Waktu": " ".join(time),
        "Keluaran": step.output,
        "Dicatat oleh": names.get(step.confirmed_by, step.confirmed_by),
        "Catatan": step.note,
    }
    return "\n".join(f"{title}: {text}" for title, text in said.items() if text)


def _about(service: Service, variant: Variant) -> str:
    lines = [f"Standar {service.number}, berlaku sejak {service.effective_from.isoformat()}."]
    if variant.deadline.text:
        lines.append(f"Jangka waktu: {variant.deadline.text}")
    lines.append(f"Sumber: {service.source.file}, {service.source.heading}")
    return "\n".join(lines)
