"""The standard printed back: as text in the office's own order and titles, and as data for `--json`."""

import string
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from loket.catalogue.rules import Component, Service, StandardText, Variant

WIDTH = 100


def standard_text(service: Service) -> str:
    """The Standar Pelayanan of a service as its office prints it: headings, 14 components, their texts."""
    lines = [
        f"STANDAR PELAYANAN {service.group.upper()}",
        "",
        f"{service.number}. Jenis Layanan : {service.name.upper()}",
    ]
    number = 0
    for section in service.layout:
        lines += ["", *_wrapped(section.heading, "")]
        for key, title in section.components.items():
            number += 1
            lines += ["", f"{number}. {title}", *_component(service, key)]
    return "\n".join(lines) + "\n"


def _component(service: Service, key: Component) -> list[str]:
    if key == "requirements":
        return _by_variant(
            service, [[item.text for item in variant.requirements] for variant in service.variants]
        )
    if key == "procedure":
        published = [[line.text for line in variant.procedure.published] for variant in service.variants]
        return _by_variant(service, published)
    if key == "deadline":
        texts = list(dict.fromkeys(variant.deadline.text for variant in service.variants))
        return _text(texts[0] if len(texts) == 1 else texts)
    return _text(service.standard.get(key, ""))


def _by_variant(service: Service, contents: Sequence[Sequence[str]]) -> list[str]:
    """Each variant numbered with its lines lettered under it, as the offices print them."""
    lines: list[str] = []
    for number, (variant, items) in enumerate(zip(service.variants, contents, strict=True), start=1):
        lines.append(f"   {number}. {variant.name}")
        for index, item in enumerate(items):
            lines += _wrapped(item, f"      {_letter(index)}. ")
    return lines


def _letter(index: int) -> str:
    """`a` to `z`, then `aa`, `ab`..."""
    beyond, place = divmod(index, len(string.ascii_lowercase))
    return (_letter(beyond - 1) if beyond else "") + string.ascii_lowercase[place]


def _text(text: StandardText) -> list[str]:
    if isinstance(text, str):
        return [line for part in text.splitlines() for line in _wrapped(part, "   ")]
    return [line for at, item in enumerate(text, start=1) for line in _wrapped(item, f"   {at}. ")]


def _wrapped(text: str, mark: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark), break_long_words=False
    )


def listing(services: Iterable[Service]) -> list[dict[str, Any]]:
    """One entry per office, service and variant, for programs that read what is published."""
    return [_listed(service, variant) for service in services for variant in service.variants]


def _listed(service: Service, variant: Variant) -> dict[str, Any]:
    return {
        "office": service.office,
        "service": service.service,
        "variant": variant.variant,
        "requirements": [
            {"text": item.text, "kind": item.kind, "when": item.when} for item in variant.requirements
        ],
        "preconditions": [],
        "channels": list(variant.channels),
        "procedure": [line.text for line in variant.procedure.published],
        "steps": [
            {"actor": step.actor, "kind": step.kind, "minutes": step.minutes}
            for step in variant.procedure.steps
        ],
        "deadline": variant.deadline.model_dump(mode="json"),
        "products": [item.model_dump(mode="json") for item in variant.products],
    }
