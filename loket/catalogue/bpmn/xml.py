"""Processes and their pictures written as BPMN 2.0 (ISO/IEC 19510) with diagram interchange."""

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from loket.catalogue.bpmn.graph import DECISION, Flow, Node, Process, process_of
from loket.catalogue.bpmn.layout import BETWEEN_POOLS, Box, Picture, draw
from loket.catalogue.rules import Service, Variant

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
for _prefix, _address in {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "xsi": XSI}.items():
    register_namespace(_prefix, _address)


def bpmn_xml(
    service: Service, variants: Sequence[Variant] | None = None, roles: Mapping[str, str] | None = None
) -> str:
    """Variants of a service (all where none are named) as one BPMN file: a pool and a process for each.

    `roles` names the office's roles for the lanes. Conditions compare the variable `keputusan` with the step
    to go back to, or with "tolak permohonan"; going on is the default.
    """
    processes = [process_of(service, variant, roles or {}) for variant in variants or service.variants]
    name = f"loket.{service.office}.{service.service}"
    root = Element(
        _bpmn("definitions"),
        {
            "id": name,
            "name": service.name,
            "targetNamespace": f"urn:{name.replace('.', ':')}",
            "expressionLanguage": "https://www.python.org/",
            "exporter": "Loket",
        },
    )
    collaboration = SubElement(root, _bpmn("collaboration"), {"id": f"kolaborasi.{name}"})
    for process in processes:
        attributes = {"id": f"{process.id}.kolam", "name": process.name, "processRef": process.id}
        SubElement(collaboration, _bpmn("participant"), attributes)
    for process in processes:
        _add_process(root, process)
    _add_diagram(root, collaboration.attrib["id"], processes)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _bpmn(tag: str) -> str:
    return f"{{{BPMN}}}{tag}"


def _add_process(root: Element, process: Process) -> None:
    attributes = {"id": process.id, "name": process.name, "isExecutable": "true"}
    element = SubElement(root, _bpmn("process"), attributes)
    _document(element, process.documentation)
    lanes = SubElement(element, _bpmn("laneSet"), {"id": f"{process.id}.lajur"})
    for lane, name in process.lanes.items():
        mine = SubElement(lanes, _bpmn("lane"), {"id": _lane_id(process, lane), "name": name})
        for node in process.nodes:
            if node.lane == lane:
                SubElement(mine, _bpmn("flowNodeRef")).text = node.id
    for node in process.nodes:
        _add_node(element, node, process.flows)
    for flow in process.flows:
        _add_flow(element, flow)


def _lane_id(process: Process, lane: str) -> str:
    return f"{process.id}.lajur.{lane}"


def _document(element: Element, text: str) -> None:
    if text:
        SubElement(element, _bpmn("documentation")).text = text


def _add_node(process: Element, node: Node, flows: list[Flow]) -> None:
    attributes = {"id": node.id, "name": node.name}
    leaving = [flow for flow in flows if flow.source == node.id]
    if node.kind == "exclusiveGateway":
        attributes["default"] = next(flow.id for flow in leaving if flow.kind == "forward")
    element = SubElement(process, _bpmn(node.kind), attributes)
    _document(element, node.documentation)
    for flow in flows:
        if flow.target == node.id:
            SubElement(element, _bpmn("incoming")).text = flow.id
    for flow in leaving:
        SubElement(element, _bpmn("outgoing")).text = flow.id


def _add_flow(process: Element, flow: Flow) -> None:
    attributes = {"id": flow.id, "sourceRef": flow.source, "targetRef": flow.target}
    if flow.name:
        attributes["name"] = flow.name
    element = SubElement(process, _bpmn("sequenceFlow"), attributes)
    if flow.decision:
        condition = SubElement(
            element, _bpmn("conditionExpression"), {f"{{{XSI}}}type": "bpmn:tFormalExpression"}
        )
        condition.text = f"{DECISION} == '{flow.decision}'"


def _add_diagram(root: Element, collaboration: str, processes: list[Process]) -> None:
    diagram = SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": f"{collaboration}.diagram"})
    attributes = {"id": f"{collaboration}.bidang", "bpmnElement": collaboration}
    plane = SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", attributes)
    top = 0
    for process in processes:
        picture = draw(process, top)
        _add_picture(plane, process, picture)
        top = picture.pool.bottom + BETWEEN_POOLS


def _add_picture(plane: Element, process: Process, picture: Picture) -> None:
    _add_shape(plane, f"{process.id}.kolam", picture.pool, horizontal=True)
    for lane, box in picture.lanes.items():
        _add_shape(plane, _lane_id(process, lane), box, horizontal=True)
    for node in process.nodes:
        _add_shape(plane, node.id, picture.nodes[node.id], label=picture.labels.get(node.id))
    for flow in process.flows:
        attributes = {"id": f"{flow.id}.di", "bpmnElement": flow.id}
        edge = SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", attributes)
        for x, y in picture.lines[flow.id]:
            SubElement(edge, f"{{{DI}}}waypoint", {"x": str(x), "y": str(y)})
        _add_label(edge, picture.labels.get(flow.id))


def _add_shape(
    plane: Element, of: str, box: Box, *, horizontal: bool = False, label: Box | None = None
) -> None:
    attributes = {"id": f"{of}.di", "bpmnElement": of}
    if horizontal:
        attributes["isHorizontal"] = "true"
    shape = SubElement(plane, f"{{{BPMNDI}}}BPMNShape", attributes)
    _add_bounds(shape, box)
    _add_label(shape, label)


def _add_label(element: Element, box: Box | None) -> None:
    if box is not None:
        _add_bounds(SubElement(element, f"{{{BPMNDI}}}BPMNLabel"), box)


def _add_bounds(element: Element, box: Box) -> None:
    values = {"x": box.x, "y": box.y, "width": box.width, "height": box.height}
    SubElement(element, f"{{{DC}}}Bounds", {key: str(value) for key, value in values.items()})
