"""What is wrong with a service as a whole, and between the services of an office."""

from collections.abc import Collection, Iterator, Mapping, Sequence

from loket.catalogue.loader.checks.shared import repeated
from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import (
    COMPONENT_NAMES,
    TEXT_COMPONENTS,
    Component,
    Service,
    StandardSection,
    Variant,
)


def service_problems(source: SourceFile, service: Service) -> Iterator[Problem]:
    """Variants named twice, a first step that does not fit, one of the first three components left empty."""
    named = [(item.variant, ("variants", at, "variant")) for at, item in enumerate(service.variants)]
    yield from repeated(source, "varian", named)
    for at, variant in enumerate(service.variants):
        here = ("variants", at)
        yield from _opening_problems(source, here, service, variant)
        if not variant.procedure.published:
            yield _missing(source, (*here, "procedure"), "procedure")
        if service.internal:
            continue
        if not variant.requirements:
            yield _missing(source, (*here, "requirements"), "requirements")
        if not variant.deadline.text:
            yield _missing(source, (*here, "deadline"), "deadline")


def _opening_problems(
    source: SourceFile, here: Path, service: Service, variant: Variant
) -> Iterator[Problem]:
    """Channels and a first step that do not belong together: the office's own cases have no applicant."""
    for index, channel in enumerate(variant.channels):
        if (channel == "internal") != service.internal:
            what = "hanya memakai saluran internal" if service.internal else "tidak memakai saluran internal"
            yield source.problem((*here, "channels", index), f"layanan ini {what}.")
    first = variant.procedure.steps[0]
    if variant.opened_by_office == (first.kind == "apply"):
        rule = "tidak boleh" if variant.opened_by_office else "harus"
        message = f"langkah pertama '{first.step}' {rule} berjenis apply pada saluran ini."
        yield source.problem((*here, "procedure"), message)
    if (variant.opens is not None) != ("automatic" in variant.channels) and not service.internal:
        yield source.problem((*here, "opens"), "opens dan saluran automatic harus disebut bersama-sama.")


def text_problems(source: SourceFile, service: Service) -> Iterator[Problem]:
    """Components of the 14 that neither the office nor the service has filled in.

    The office's own work is published with those that its source has.
    """
    for key in TEXT_COMPONENTS:
        if not service.standard.get(key) and not service.internal:
            yield _missing(source, ("standard", key), key)
    if not service.layout:
        yield source.problem((), "susunan 14 komponen belum ada: kantor ini belum punya standard.yaml.")


def _missing(source: SourceFile, at: Path, key: Component) -> Problem:
    return source.problem(at, f"komponen '{COMPONENT_NAMES[key]}' ({key}) belum diisi.")


def layout_problems(source: SourceFile, layout: list[StandardSection]) -> Iterator[Problem]:
    """A printed standard that names a component twice or leaves one out."""
    named = [
        (key, ("layout", at, "components", key))
        for at, section in enumerate(layout)
        for key in section.components
    ]
    yield from repeated(source, "komponen", named)
    for key, name in COMPONENT_NAMES.items():
        if key not in {found for found, _ in named}:
            yield source.problem(("layout",), f"komponen '{name}' ({key}) belum ada dalam susunan.")


def shared_menus(files: Sequence[tuple[SourceFile, Service]]) -> Iterator[Problem]:
    """Menus under which the office offers more than one variant: people choose among them by name only."""
    found: dict[str, list[tuple[SourceFile, Path, str, str]]] = {}
    for source, service in files:
        for at, variant in enumerate(service.variants):
            menu = " ".join(variant.menu.split())
            title = f"{service.number} {service.name} ({variant.name})"
            if menu:
                use = (source, ("variants", at, "menu"), menu, title)
                found.setdefault(menu.casefold(), []).append(use)
    for uses in found.values():
        if len(uses) > 1:
            source, path, menu, _ = uses[0]
            message = f"menu '{menu}' dipakai oleh {len(uses)} varian: {'; '.join(use[3] for use in uses)}."
            yield source.problem(path, message, severity="warning")


def unused_procedures(sources: Mapping[str, SourceFile], used: Collection[str]) -> Iterator[Problem]:
    """Procedures that no service of the office runs."""
    for slug, source in sources.items():
        if slug not in used:
            message = f"alur '{slug}' tidak dipakai oleh satu layanan pun."
            yield source.problem(("procedure",), message, severity="warning")
