"""Where the shapes and lines of a process are drawn: a row for each lane, a column for each step.

Every step has its own column, so a line that goes straight up or down meets nothing of another step. Flows
forward turn between two columns. Returns run in a band that is kept free at the top of a lane, each on a
track of its own.
"""

from dataclasses import dataclass, field

from loket.catalogue.bpmn.graph import Flow, Node, NodeKind, Process

# Viewers draw the names of pool and lane upright in strips of 30.
HEADER, MARGIN, GAP, TRACK = 30, 30, 60, 24
SIZES: dict[NodeKind, tuple[int, int]] = {
    "startEvent": (36, 36),
    "endEvent": (36, 36),
    "userTask": (140, 80),
    "serviceTask": (140, 80),
    "exclusiveGateway": (50, 50),
}
TASK_HEIGHT = 80
# A refusal is drawn under its gateway, with its name under it.
BELOW_REFUSAL = 120
BETWEEN_POOLS = 60


@dataclass(frozen=True)
class Box:
    """A rectangle; x and y are its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> tuple[int, int]:
        """Its middle."""
        return self.x + self.width // 2, self.y + self.height // 2


@dataclass
class Picture:
    """A pool with its lanes, nodes by id, lines by the id of their flow, and the places of names outside."""

    pool: Box
    lanes: dict[str, Box] = field(default_factory=dict)
    nodes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)


def draw(process: Process, top: int) -> Picture:
    """The picture of a process whose pool begins at the height `top`."""
    return _Drawing(process, top).draw()


class _Drawing:
    def __init__(self, process: Process, top: int) -> None:
        self.process, self.top = process, top
        self.by_id = {node.id: node for node in process.nodes}
        self.order = list(process.lanes)
        # The farthest first: it gets the outermost track, so that returns enclose each other.
        self.returns = sorted(
            (flow for flow in process.flows if flow.kind == "return"),
            key=lambda flow: (-self.by_id[flow.source].column, self.by_id[flow.target].column),
        )
        self.tracks: dict[str, list[Flow]] = {lane: [] for lane in self.order}
        for flow in self.returns:
            self.tracks[self._track_lane(flow)].append(flow)

    def draw(self) -> Picture:
        """Lanes from their contents, nodes into their lanes, lines between the nodes."""
        centres, lanes, bottom = self._rows()
        nodes, right = self._columns(centres)
        width = right + MARGIN
        picture = Picture(Box(0, self.top, width, bottom - self.top), nodes=nodes)
        picture.lanes = {lane: Box(HEADER, y, width - HEADER, height) for lane, (y, height) in lanes.items()}
        for node in self.process.nodes:
            if "Task" not in node.kind:
                picture.labels[node.id] = _label(node, nodes[node.id])
        for flow in self.process.flows:
            picture.lines[flow.id] = self._line(flow, picture)
            if flow.name:
                picture.labels[flow.id] = _flow_label(flow, picture.lines[flow.id])
        return picture

    def _track_lane(self, flow: Flow) -> str:
        """Returns run in the upper one of the two lanes that they join."""
        joined = {self.by_id[flow.source].lane, self.by_id[flow.target].lane}
        return next(lane for lane in self.order if lane in joined)

    def _rows(self) -> tuple[dict[str, int], dict[str, tuple[int, int]], int]:
        """The line on which a lane's nodes stand, the lane's top and height, and where the last one ends."""
        refusing = {node.lane for node in self.process.nodes if _is_refusal(node)}
        centres: dict[str, int] = {}
        rows: dict[str, tuple[int, int]] = {}
        y = self.top
        for lane, name in self.process.lanes.items():
            band = TRACK * (len(self.tracks[lane]) + 1)
            below = BELOW_REFUSAL if lane in refusing else TASK_HEIGHT // 2 + MARGIN
            # Its name stands upright and must fit.
            height = max(band + TASK_HEIGHT // 2 + below, 7 * len(name) + 20)
            centres[lane] = y + band + TASK_HEIGHT // 2
            rows[lane] = (y, height)
            y += height
        return centres, rows, y

    def _columns(self, centres: dict[str, int]) -> tuple[dict[str, Box], int]:
        """The nodes from left to right, and where the last one ends."""
        nodes: dict[str, Box] = {}
        x = 2 * HEADER + MARGIN
        gateway = Box(0, 0, 0, 0)
        for node in self.process.nodes:
            width, height = SIZES[node.kind]
            if _is_refusal(node):
                middle, _ = gateway.middle
                nodes[node.id] = Box(middle - width // 2, gateway.bottom + 35, width, height)
                continue
            nodes[node.id] = Box(x, centres[node.lane] - height // 2, width, height)
            gateway = nodes[node.id]
            x += width + GAP
        return nodes, x - GAP

    def _line(self, flow: Flow, picture: Picture) -> list[tuple[int, int]]:
        source, target = picture.nodes[flow.source], picture.nodes[flow.target]
        if flow.kind == "reject":
            return [(source.middle[0], source.bottom), (target.middle[0], target.y)]
        if flow.kind == "return":
            return self._return(flow, source, target, picture)
        (_, y1), (_, y2) = source.middle, target.middle
        turn = target.x - GAP // 2
        between = [] if y1 == y2 else [(turn, y1), (turn, y2)]
        return [(source.right, y1), *between, (target.x, y2)]

    def _return(self, flow: Flow, source: Box, target: Box, picture: Picture) -> list[tuple[int, int]]:
        """Up from the gateway, left on its track, down to the step; no two lines on the same way."""
        lane = self._track_lane(flow)
        track = picture.lanes[lane].y + TRACK * (self.tracks[lane].index(flow) + 1)
        leaving = [other for other in self.returns if other.source == flow.source]
        arriving = [other for other in self.returns if other.target == flow.target]
        aside = -_spread(leaving.index(flow), len(leaving), source.width // 2)
        x1 = source.middle[0] + aside
        x2 = target.middle[0] + _spread(arriving.index(flow), len(arriving), target.width - 20)
        return [(x1, source.y + abs(aside)), (x1, track), (x2, track), (x2, target.y)]


def _is_refusal(node: Node) -> bool:
    return ".ditolak." in node.id


def _spread(place: int, count: int, width: int) -> int:
    """How far from the middle the `place`-th of `count` lines lies, when they share `width` evenly."""
    return (2 * place + 1 - count) * width // (2 * count)


def _label(node: Node, box: Box) -> Box:
    """The name of an event under it, that of a gateway at its lower left, where no line leaves."""
    if node.kind == "exclusiveGateway":
        return Box(box.x - 36, box.bottom + 1, 52, 14)
    return Box(box.middle[0] - 30, box.bottom + 5, 60, 14)


def _flow_label(flow: Flow, line: list[tuple[int, int]]) -> Box:
    """The name of a return over its track beside the gateway, others at the gateway's corners."""
    if flow.kind == "return":
        x, y = line[1]
        return Box(x - 92, y - 17, 86, 14)
    x, y = line[0]
    return Box(x + 6, y + 8, 40, 14) if flow.kind == "reject" else Box(x + 4, y - 18, 20, 14)
