"""The standard printed back in the office's own order and titles: its contents, and the same as plain text.

`contents` is the one answer to what stands where; text, page and PDF only set it.
"""

import string
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from loket.catalogue.rules import Component, ListMarks, Service, StandardText

WIDTH = 100
Marks = ListMarks | Literal["none"]


@dataclass(frozen=True)
class Block:
    """Lines of one component; `number` and `heading` are those of the variant they belong to, if to one."""

    lines: tuple[str, ...]
    marks: Marks
    number: int | None = None
    heading: str = ""

    @property
    def marked(self) -> list[tuple[str, str]]:
        """Each line after its mark: `a.`, `1.` or nothing."""
        return [(_mark(self.marks, at), line) for at, line in enumerate(self.lines)]


@dataclass(frozen=True)
class PrintedComponent:
    """One row of the printed table: No, Komponen, Uraian."""

    number: int
    key: Component
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PrintedSection:
    """A heading of the printed standard with its rows."""

    heading: str
    components: tuple[PrintedComponent, ...]


def contents(service: Service) -> list[PrintedSection]:
    """What the Standar Pelayanan of a service says, in print order.

    A component without any text (only an internal service may lack one) takes no row and no number.
    """
    sections: list[PrintedSection] = []
    number = 0
    for section in service.layout:
        number = 0 if section.restart else number
        rows: list[PrintedComponent] = []
        for key, title in section.components.items():
            blocks = [_as_printed(block, section.marks.get(key)) for block in _component(service, key)]
            if blocks:
                number += 1
                rows.append(PrintedComponent(number, key, title, tuple(blocks)))
        if rows:
            sections.append(PrintedSection(section.heading, tuple(rows)))
    return sections


def _as_printed(block: Block, marks: ListMarks | None) -> Block:
    """A list that stands alone has the marks of the office; lines of a variant keep their letters."""
    if marks is None or block.number is not None or block.marks == "none":
        return block
    return replace(block, marks=marks)


def _component(service: Service, key: Component) -> list[Block]:
    variants = service.variants
    if key == "requirements":
        return _requirements(service)
    if key == "procedure":
        published = [tuple(line.text for line in item.procedure.published) for item in variants]
        if len(set(published)) == 1:
            return _lettered(published[0])
        return _by_variant(service, published, first=1)
    if key == "deadline":
        texts = list(dict.fromkeys(item.deadline.text for item in variants if item.deadline.text))
        return _text(texts[0] if len(texts) == 1 else texts)
    return _text(service.standard.get(key, ""))


def _requirements(service: Service) -> list[Block]:
    """The variants numbered with their lines lettered; a single variant needs no name.

    What must be agreed beforehand (PKS, SPT) is numbered first, as the offices print it, and the variants go
    on from there.
    """
    agreed = list(dict.fromkeys(text for item in service.variants for text in item.procedure.preconditions))
    needed = [tuple(item.text for item in variant.requirements) for variant in service.variants]
    if len(needed) > 1:
        before = [Block((), "none", at, text) for at, text in enumerate(agreed, start=1)]
        return before + _by_variant(service, needed, first=len(agreed) + 1)
    if agreed:
        return [Block((*agreed, *needed[0]), "numbers")]
    return _lettered(needed[0])


def _by_variant(service: Service, lines: Sequence[tuple[str, ...]], *, first: int) -> list[Block]:
    together = zip(service.variants, lines, strict=True)
    return [
        Block(each, "letters", number, variant.name)
        for number, (variant, each) in enumerate(together, start=first)
        if each
    ]


def _lettered(lines: tuple[str, ...]) -> list[Block]:
    return [Block(lines, "letters")] if lines else []


def _text(text: StandardText) -> list[Block]:
    if isinstance(text, str):
        lines = tuple(line for line in text.splitlines() if line.strip())
        return [Block(lines, "none")] if lines else []
    return [Block(tuple(text), "numbers")] if text else []


def _mark(marks: Marks, index: int) -> str:
    if marks == "none":
        return ""
    return f"{letter(index) if marks == 'letters' else index + 1}."


def letter(index: int) -> str:
    """`a` to `z`, then `aa`, `ab`..."""
    beyond, place = divmod(index, len(string.ascii_lowercase))
    return (letter(beyond - 1) if beyond else "") + string.ascii_lowercase[place]


def standard_text(service: Service) -> str:
    """The Standar Pelayanan of a service as its office prints it: headings, components, their texts."""
    lines = [
        f"STANDAR PELAYANAN {service.group.upper()}",
        "",
        f"{service.number}. Jenis Layanan : {service.name.upper()}",
    ]
    for section in contents(service):
        lines += ["", *_wrapped(section.heading, "")]
        for component in section.components:
            lines += ["", f"{component.number}. {component.title}"]
            for block in component.blocks:
                lines += _block_text(block)
    return "\n".join(lines) + "\n"


def _block_text(block: Block) -> list[str]:
    lines = [] if block.number is None else _wrapped(block.heading, f"   {block.number}. ")
    before = "   " if block.number is None else "      "
    for mark, line in block.marked:
        lines += _wrapped(line, f"{before}{mark} " if mark else before)
    return lines


def _wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False
    )
