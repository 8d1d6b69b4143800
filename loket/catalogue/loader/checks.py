"""What the shape alone cannot tell: names that exist, steps in order, conditions that can hold."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import (
    APPLICANT,
    APPLICANT_KINDS,
    AUTOMATIC_KINDS,
    COMPONENT_NAMES,
    SYSTEM,
    TEXT_COMPONENTS,
    Component,
    Condition,
    Procedure,
    Service,
    StandardSection,
    Step,
    Variant,
)
from loket.core.worktime import Interval
from loket.offices.rules import RoleFile

# Steps that are done at the counter, with the papers and the person there.
COUNTER_KINDS = frozenset({"register", "hand_over"})
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")
MENU = "menu"


def repeated(source: SourceFile, what: str, named: Sequence[tuple[str, Path]]) -> Iterator[Problem]:
    """Names that must be unique and are not, each at its second place."""
    seen: set[str] = set()
    for name, path in named:
        if name in seen:
            yield source.problem(path, f"{what} '{name}' ditulis dua kali.")
        seen.add(name)


def condition_problems(
    source: SourceFile, path: Path, when: Condition | None, targets: Mapping[str, Collection[str] | None]
) -> Iterator[Problem]:
    """Conditions on something unknown, on an option that is not there, or that can never hold.

    `targets` are the questions and fields with their options; None where any answer is possible.
    """
    for key, wanted in (when or {}).items():
        here = (*path, key)
        if key not in targets:
            yield source.unknown(here, "pertanyaan", key, targets)
            continue
        if wanted == []:
            yield source.problem(here, f"tidak pernah berlaku: daftar jawaban '{key}' kosong.")
        options = targets[key]
        for value in wanted if isinstance(wanted, list) else [wanted]:
            if options is not None and value not in options:
                given = str(value).lower() if isinstance(value, bool) else value
                yield source.unknown(here, f"jawaban untuk '{key}'", given, options)


def procedure_problems(
    source: SourceFile, procedure: Procedure, roles: Mapping[str, RoleFile] | None
) -> Iterator[Problem]:
    """What is wrong with a procedure. Without `roles` (office.yaml is broken) actors are not checked."""
    steps = procedure.steps
    slugs = [step.step for step in steps]
    named = [(slug, ("steps", index, "step")) for index, slug in enumerate(slugs)]
    yield from repeated(source, "langkah", named)
    if steps[0].kind != "apply":
        yield source.problem(("steps", 0, "kind"), "langkah pertama harus berjenis apply.")
    for index, step in enumerate(steps):
        here = ("steps", index)
        if index and step.kind == "apply":
            yield source.problem((*here, "kind"), "hanya langkah pertama yang berjenis apply.")
        yield from _actor_problems(source, here, step, roles)
        yield from _return_problems(source, here, step, slugs, index)
        yield from _kind_problems(source, here, step)
    for index, line in enumerate(procedure.published):
        here = ("published", index)
        if line.step is not None and line.step not in slugs:
            yield source.unknown((*here, "step"), "langkah", line.step, slugs)
        for name in _PLACEHOLDER.findall(line.text):
            if name != MENU:
                yield source.unknown((*here, "text"), "sisipan", name, [MENU])


def _actor_problems(
    source: SourceFile, here: Path, step: Step, roles: Mapping[str, RoleFile] | None
) -> Iterator[Problem]:
    at = (*here, "actor")
    only = APPLICANT if step.kind in APPLICANT_KINDS else SYSTEM if step.kind in AUTOMATIC_KINDS else None
    if only is not None:
        if step.actor != only:
            message = f"langkah '{step.step}' berjenis {step.kind}, jadi pelakunya harus '{only}'."
            yield source.problem(at, message)
    elif step.actor in (APPLICANT, SYSTEM):
        message = f"langkah '{step.step}' berjenis {step.kind} tidak dapat dilakukan oleh '{step.actor}'."
        yield source.problem(at, message)
    elif roles is not None and step.actor not in roles:
        yield source.unknown(at, "peran", step.actor, roles)
    elif roles is not None and step.kind == "sign" and "sign" not in roles[step.actor].rights:
        message = f"peran '{step.actor}' tidak berhak menandatangani (rights: [sign]) pada office.yaml."
        yield source.problem(at, message)
    elif roles is not None and step.kind in COUNTER_KINDS and "intake" not in roles[step.actor].rights:
        message = f"peran '{step.actor}' tidak melayani loket (rights: [intake]) pada office.yaml."
        yield source.problem(at, message)


def _return_problems(
    source: SourceFile, here: Path, step: Step, slugs: list[str], index: int
) -> Iterator[Problem]:
    for place, target in enumerate(step.returns_to):
        at = (*here, "returns_to", place)
        if target not in slugs:
            yield source.unknown(at, "langkah", target, slugs)
        elif target not in slugs[:index]:
            message = f"langkah '{step.step}' tidak dapat kembali ke '{target}': bukan langkah sebelumnya."
            yield source.problem(at, message)


def _kind_problems(source: SourceFile, here: Path, step: Step) -> Iterator[Problem]:
    if step.kind == "sign" and step.signature is None:
        yield source.problem(here, f"langkah '{step.step}' berjenis sign, jadi harus menyebut signature.")
    if step.kind != "sign" and step.signature is not None:
        message = f"langkah '{step.step}' berjenis {step.kind}, jadi tidak memakai signature."
        yield source.problem((*here, "signature"), message)
    if step.kind == "send" and not step.send_by:
        yield source.problem(here, f"langkah '{step.step}' berjenis send, jadi harus menyebut send_by.")
    if step.kind != "send" and step.send_by:
        message = f"langkah '{step.step}' berjenis {step.kind}, jadi tidak memakai send_by."
        yield source.problem((*here, "send_by"), message)


def variant_problems(
    source: SourceFile, at: Path, variant: Variant, documents: Collection[str], cards: Collection[str]
) -> Iterator[Problem]:
    """What is wrong with a variant whose forms and procedure are in place."""
    questions = [(item.key, (*at, "questions", n, "key")) for n, item in enumerate(variant.questions)]
    yield from repeated(source, "pertanyaan", questions)
    needed = [(item.key, (*at, "requirements", n, "key")) for n, item in enumerate(variant.requirements)]
    yield from repeated(source, "persyaratan", needed)
    targets = {question.key: list(question.options) for question in variant.questions}
    for index, item in enumerate(variant.requirements):
        here = (*at, "requirements", index)
        yield from condition_problems(source, (*here, "when"), item.when, targets)
        if (item.kind == "form") != bool(item.forms):
            rule = "harus menyebut forms" if item.kind == "form" else "tidak memakai forms"
            message = f"persyaratan '{item.key}' berjenis {item.kind}, jadi {rule}."
            yield source.problem(here, message)
        if (item.kind == "paper") != bool(item.nature):
            rule = "harus menyebut nature" if item.kind == "paper" else "tidak memakai nature"
            message = f"persyaratan '{item.key}' berjenis {item.kind}, jadi {rule}."
            yield source.problem(here, message)
    if not variant.menu and any(f"{{{MENU}}}" in line.text for line in variant.procedure.published):
        message = f"varian '{variant.variant}' belum menyebut menu yang dipakai oleh alurnya."
        yield source.problem(at, message)
    yield from _product_problems(source, (*at, "products"), variant, documents, cards)


def same_event_problems(source: SourceFile, at: Path, variant: Variant) -> Iterator[Problem]:
    """Fields of `same_event` that no form of the variant has."""
    keys = [entry.key for entry in variant.fields()]
    for index, key in enumerate(variant.same_event):
        if key not in keys:
            yield source.unknown((*at, "same_event", index), "kolom", key, keys)


def _product_problems(
    source: SourceFile, at: Path, variant: Variant, documents: Collection[str], cards: Collection[str]
) -> Iterator[Problem]:
    products = [(item.document, (*at, index, "document")) for index, item in enumerate(variant.products)]
    yield from repeated(source, "produk", products)
    for index, item in enumerate(variant.products):
        if item.document not in {*documents, *cards}:
            yield source.unknown((*at, index, "document"), "dokumen", item.document, {*documents, *cards})
        elif (item.document in cards) != (item.medium == "card"):
            right = "card" if item.document in cards else "pdf"
            yield source.problem((*at, index, "medium"), f"'{item.document}' harus bermedium {right}.")


def deadline_problems(
    source: SourceFile, at: Path, variant: Variant, hours: Mapping[str, Sequence[Interval]] | None
) -> Iterator[Problem]:
    """A deadline in two units or none, one that no step can stop, or one shorter than the steps."""
    deadline, here = variant.deadline, (*at, "deadline")
    if (deadline.working_minutes is None) == (deadline.working_days is None):
        yield source.problem(
            here, "jangka waktu harus menyebut salah satu: working_minutes atau working_days."
        )
        return
    kinds = {step.kind for step in variant.procedure.steps}
    for key, value, kind in (
        ("stops", "sent", "send"),
        ("stops", "ready", "hand_over"),
        ("stops", "handed_over", "hand_over"),
        ("starts", "registered", "register"),
    ):
        if getattr(deadline, key) == value and kind not in kinds:
            message = f"jangka waktu memakai {key}: {value}, tetapi alurnya tidak punya langkah {kind}."
            yield source.problem((*here, key), message)
    needed = sum(step.minutes or 0 for step in variant.procedure.steps)
    allowed = deadline.working_minutes
    if allowed is None and hours is not None:
        allowed = (deadline.working_days or 0) * max(map(_open_minutes, hours.values()), default=0)
    if allowed is not None and needed > allowed:
        message = f"langkah-langkahnya memakan {needed} menit, lebih lama daripada janji {allowed} menit."
        yield source.problem(here, message, severity="warning")


def _open_minutes(spans: Sequence[Interval]) -> int:
    return sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans)


def service_problems(source: SourceFile, service: Service) -> Iterator[Problem]:
    """Variants named twice, and variants that leave one of the first three components empty."""
    named = [(item.variant, ("variants", at, "variant")) for at, item in enumerate(service.variants)]
    yield from repeated(source, "varian", named)
    for at, variant in enumerate(service.variants):
        here = ("variants", at)
        if not variant.requirements:
            yield _missing(source, (*here, "requirements"), "requirements")
        if not variant.procedure.published:
            yield _missing(source, (*here, "procedure"), "procedure")
        if not variant.deadline.text:
            yield _missing(source, (*here, "deadline"), "deadline")


def text_problems(source: SourceFile, service: Service) -> Iterator[Problem]:
    """Components of the 14 that neither the office nor the service has filled in."""
    for key in TEXT_COMPONENTS:
        if not service.standard.get(key):
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
