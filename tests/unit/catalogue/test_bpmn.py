"""Procedures as BPMN 2.0: right by its schema, drawn without overlaps, run to the end by another engine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnValidator

from loket.catalogue.bpmn import bpmn_xml
from loket.catalogue.bpmn.layout import Box
from loket.catalogue.loader import Loaded, load
from loket.catalogue.rules import SYSTEM, Service, Variant

STANDARDS = Path(__file__).parents[3] / "standards"
OFFICES = sorted(path.name[:4] for path in (STANDARDS / "offices").iterdir())
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
}
Point = tuple[int, int]


@dataclass
class Drawn:
    """What a file says: elements by id, the shape and the line of each, and places of names."""

    elements: dict[str, Element]
    shapes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)

    def tagged(self, *tags: str) -> dict[str, Element]:
        wanted = {f"{{{NAMES['bpmn']}}}{tag}" for tag in tags}
        return {key: element for key, element in self.elements.items() if element.tag in wanted}

    @property
    def flows(self) -> dict[str, Element]:
        return self.tagged("sequenceFlow")

    @property
    def nodes(self) -> dict[str, Element]:
        return self.tagged("startEvent", "endEvent", "userTask", "serviceTask", "exclusiveGateway")


def drawn(text: str) -> Drawn:
    root = fromstring(text)  # noqa: S314 - our own text
    identified = [element for element in root.iter() if "id" in element.attrib]
    assert len({element.attrib["id"] for element in identified}) == len(identified)
    found = Drawn({element.attrib["id"]: element for element in identified})
    for element in root.iterfind(".//bpmndi:BPMNShape", NAMES):
        found.shapes[element.attrib["bpmnElement"]] = box(element.find("dc:Bounds", NAMES))
    for element in root.iterfind(".//bpmndi:BPMNEdge", NAMES):
        points = [(int(at.attrib["x"]), int(at.attrib["y"])) for at in element.iterfind("di:waypoint", NAMES)]
        found.lines[element.attrib["bpmnElement"]] = points
    for element in root.iterfind(".//bpmndi:BPMNPlane/*", NAMES):
        bounds = element.find("bpmndi:BPMNLabel/dc:Bounds", NAMES)
        if bounds is not None:
            found.labels[element.attrib["bpmnElement"]] = box(bounds)
    return found


def box(bounds: Element | None) -> Box:
    assert bounds is not None
    return Box(*(int(bounds.attrib[key]) for key in ("x", "y", "width", "height")))


def overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.right and other.x < one.right and one.y < other.bottom and other.y < one.bottom
    )  # touching is no overlap


def inside(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.right <= outer.right
        and inner.bottom <= outer.bottom
    )


def stretches(line: list[Point]) -> list[Box]:
    """The straight pieces of a line as boxes without breadth."""
    return [
        Box(min(x1, x2), min(y1, y2), abs(x1 - x2), abs(y1 - y2)) for (x1, y1), (x2, y2) in pairwise(line)
    ]


def flaws(text: str) -> list[str]:
    """Everything that is wrong with a file: loose ends, undrawn elements, overlaps."""
    it = drawn(text)
    return [*loose_ends(it), *undrawn(it), *overlaps(it)]


def loose_ends(it: Drawn) -> Iterator[str]:
    for key, flow in it.flows.items():
        source, target = flow.attrib["sourceRef"], flow.attrib["targetRef"]
        yield from (f"{key} ends nowhere" for end in (source, target) if end not in it.nodes)
        for end, tag in ((source, "outgoing"), (target, "incoming")):
            named = [item.text for item in it.elements[end].iterfind(f"bpmn:{tag}", NAMES)]
            if key not in named:
                yield f"{end} does not name {key} as {tag}"
    placed = [ref.text for lane in it.tagged("lane").values() for ref in lane]
    if sorted(placed, key=str) != sorted(it.nodes):
        yield "the lanes do not hold every node once"


def undrawn(it: Drawn) -> Iterator[str]:
    drawable = {*it.nodes, *it.tagged("lane"), *it.tagged("participant")}
    yield from (f"{key} has no shape, or a shape nothing" for key in drawable ^ set(it.shapes))
    yield from (f"{key} has no line, or a line nothing" for key in set(it.flows) ^ set(it.lines))


def overlaps(it: Drawn) -> Iterator[str]:
    boxes = {key: it.shapes[key] for key in it.nodes}
    names = {f"name of {key}": place for key, place in it.labels.items()}
    for (one, first), (other, second) in combinations({**boxes, **names}.items(), 2):
        if overlap(first, second):
            yield f"{one} lies on {other}"
    for lane, element in it.tagged("lane").items():
        yield from (
            f"{ref.text} outside its lane"
            for ref in element
            if not inside(boxes[str(ref.text)], it.shapes[lane])
        )
    for one, other in combinations([it.shapes[key] for key in it.tagged("lane")], 2):
        if overlap(one, other):
            yield f"lanes {one} and {other} overlap"
    yield from crossings(it, boxes)


def crossings(it: Drawn, boxes: dict[str, Box]) -> Iterator[str]:
    """Lines that run through a node, do not begin or end at theirs, or run upon another line."""
    pieces = {key: stretches(line) for key, line in it.lines.items()}
    for key, line in it.lines.items():
        ends = (it.flows[key].attrib["sourceRef"], it.flows[key].attrib["targetRef"])
        for end, point in zip(ends, (line[0], line[-1]), strict=True):
            if not touches(point, it.nodes[end].tag, boxes[end]):
                yield f"{key} does not touch {end}"
        for piece in pieces[key]:
            grown = Box(piece.x, piece.y, max(piece.width, 1), max(piece.height, 1))
            others = [node for node in boxes if node not in ends]
            yield from (f"{key} runs through {node}" for node in others if overlap(grown, boxes[node]))
    for (one, mine), (other, theirs) in combinations(pieces.items(), 2):
        if any(upon(first, second) for first in mine for second in theirs):
            yield f"{one} runs upon {other}"


def touches(point: Point, tag: str, place: Box) -> bool:
    """Whether a point is on the edge of a task or event, or of the diamond of a gateway."""
    (x, y), (middle_x, middle_y) = point, place.middle
    if tag.endswith("exclusiveGateway"):
        return abs(x - middle_x) + abs(y - middle_y) == place.width // 2
    on_side = x in (place.x, place.right) and y == middle_y
    return on_side or (y in (place.y, place.bottom) and place.x < x < place.right)


def upon(one: Box, other: Box) -> bool:
    if one.x == other.x and one.width == other.width == 0:
        return one.y < other.bottom and other.y < one.bottom
    if one.y == other.y and one.height == other.height == 0:
        return one.x < other.right and other.x < one.right
    return False


def names_of(loaded: Loaded, office: str) -> dict[str, str]:
    (file,) = [item for item in loaded.offices if item.office == office]
    return {role.role: role.name for role in file.roles}


def decisions(variant: Variant) -> Iterator[dict[str, str]]:
    """For every way back, and for every refusal, where which decision is taken the first time."""
    for step in variant.procedure.steps:
        yield from ({step.step: target} for target in step.returns_to)
        if step.can_reject:
            yield {step.step: "tolak permohonan"}


@lru_cache
def validator() -> BpmnValidator:
    """The official schema of BPMN 2.0, read once."""
    return BpmnValidator()


def run(text: str, process: str, decided: dict[str, str]) -> list[str]:
    """The steps in the order in which SpiffWorkflow takes them, up to the end event; each decision once."""
    parser = BpmnParser(validator=validator())
    parser.add_bpmn_str(text.encode())
    workflow = BpmnWorkflow(parser.get_spec(process))
    open_decisions, taken = dict(decided), []
    for _ in range(200):
        workflow.do_engine_steps()
        # A service task waits as STARTED for whoever carries it out.
        waiting = workflow.get_tasks(state=TaskState.READY | TaskState.STARTED, manual=None)
        if not waiting:
            break
        (task,) = waiting
        step = task.task_spec.name.rpartition(".")[2]
        taken.append(step)
        task.data["keputusan"] = open_decisions.pop(step, "")
        task.complete() if task.state == TaskState.STARTED else task.run()
    assert workflow.is_completed()
    done = [task.task_spec.name for task in workflow.get_tasks(state=TaskState.COMPLETED)]
    (end,) = [name for name in done if re.match(rf"{process}\.(selesai$|ditolak\.)", name)]
    return [*taken, end.removeprefix(f"{process}.")]


def expected(variant: Variant, decided: dict[str, str]) -> list[str]:
    """The steps that the procedure itself prescribes for those decisions."""
    steps = [step.step for step in variant.procedure.steps]
    ((at, decision),) = decided.items() or (("", ""),)
    if not at:
        return [*steps, "selesai"]
    before = steps[: steps.index(at) + 1]
    if decision not in steps:
        return [*before, f"ditolak.{at}"]
    return [*before, *steps[steps.index(decision) :], "selesai"]


@pytest.mark.parametrize("office", OFFICES)
def test_every_published_variant_is_a_whole_drawing(office: str) -> None:
    loaded = load(STANDARDS, {office})
    roles = names_of(loaded, office)
    found = {item.service: flaws(bpmn_xml(item, roles=roles)) for item in loaded.services}
    assert {service: flawed for service, flawed in found.items() if flawed} == {}


@pytest.mark.parametrize("office", OFFICES)
def test_every_published_variant_runs_to_its_end_with_one_return(office: str) -> None:
    """Straight on, with its first return, and with its first refusal."""
    wrong = []
    for service in load(STANDARDS, {office}).services:
        for variant in service.variants:
            text, process = (
                bpmn_xml(service, [variant]),
                f"loket.{office}.{service.service}.{variant.variant}",
            )
            for decided in ({}, *first_of_each(variant)):
                if run(text, process, decided) != expected(variant, decided):
                    wrong.append((process, decided))
    assert wrong == []


def first_of_each(variant: Variant) -> list[dict[str, str]]:
    ways = list(decisions(variant))
    back = [way for way in ways if set(way.values()) != {"tolak permohonan"}]
    return [*back[:1], *[way for way in ways if way not in back][:1]]


# Steps with every way back and every refusal that a procedure can have, over four lanes.
CROOKED = """\
procedure: daring
name: Daring
published: [{text: Pemohon memilih menu {menu}}]
steps:
  - {step: mulai, name: Mengajukan, kind: apply, actor: pemohon}
  - step: selesai
    name: Memeriksa
    kind: verify
    actor: petugas_loket
    minutes: 10
    output: Berkas
    returns_to: [mulai]
    can_reject: true
  - {step: paraf, name: Memaraf, kind: paraf, actor: kepala, returns_to: [mulai, selesai], can_reject: true}
  - {step: data, name: Mengentri, kind: enter_data, actor: petugas_loket, returns_to: [mulai, selesai, paraf]}
  - {step: alir, name: Menandatangani, kind: sign, actor: kepala, signature: wet, returns_to: [data, selesai]}
  - {step: kirim, name: Mengirim, kind: send, actor: sistem, send_by: [email], note: Ke surel}
"""


@pytest.fixture
def crooked(library) -> Service:
    library.path("procedure").write_text(CROOKED.replace("{text: Pemohon memilih menu {menu}}", "{text: x}"))
    loaded = library.load()
    assert [str(problem) for problem in loaded.errors] == []
    (service,) = loaded.services
    return service


def test_every_way_back_and_every_refusal_is_gone(crooked: Service) -> None:
    (variant,) = crooked.variants
    text, process = bpmn_xml(crooked), "loket.9901.kartu-anggota.baru"
    ways = [{}, *decisions(variant)]
    assert len(ways) == 11
    assert [run(text, process, way) for way in ways] == [expected(variant, way) for way in ways]


def test_many_returns_are_drawn_without_overlaps(crooked: Service) -> None:
    assert (
        flaws(bpmn_xml(crooked, roles={"petugas_loket": "Petugas loket dengan nama yang sangat panjang"}))
        == []
    )


def test_several_variants_are_several_pools_in_one_file(crooked: Service) -> None:
    second = crooked.variants[0].model_copy(update={"variant": "lagi", "name": "Anggota Lama"})
    both = crooked.model_copy(update={"variants": [crooked.variants[0], second]})
    text = bpmn_xml(both)
    assert flaws(text) == []
    it = drawn(text)
    assert [element.attrib["name"] for element in it.tagged("participant").values()] == [
        "Kartu Anggota: Anggota Baru",
        "Kartu Anggota: Anggota Lama",
    ]
    one, other = (it.shapes[key] for key in it.tagged("participant"))
    assert one.bottom < other.y
    assert run(text, "loket.9901.kartu-anggota.lagi", {})[-1] == "selesai"


def test_lanes_are_named_as_the_office_names_its_roles(crooked: Service) -> None:
    it = drawn(bpmn_xml(crooked, roles={"petugas_loket": "Petugas loket", "kepala": "Kepala <&> dinas"}))
    lanes = [lane.attrib["name"] for lane in it.tagged("lane").values()]
    assert lanes == ["Pemohon", "Petugas loket", "Kepala <&> dinas", "Sistem"]


def test_tasks_tell_time_output_and_who_acts(crooked: Service) -> None:
    it = drawn(bpmn_xml(crooked))
    said = {
        key.rpartition(".")[2]: element.findtext("bpmn:documentation", namespaces=NAMES)
        for key, element in it.tagged("userTask", "serviceTask").items()
    }
    assert said["selesai"] == "Waktu: 10 menit\nKeluaran: Berkas"
    assert said["kirim"] == "Catatan: Ke surel"
    assert said["paraf"] is None
    automatic = [key.rpartition(".")[2] for key in it.tagged("serviceTask")]
    assert automatic == [step.step for step in crooked.variants[0].procedure.steps if step.actor == SYSTEM]
