"""What the shape alone cannot tell: names that exist, steps in order, conditions that can hold."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import (
    APPLICANT,
    APPLICANT_KINDS,
    COMPONENT_NAMES,
    SYSTEM,
    SYSTEM_KINDS,
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

# Nothing is handed in for these; an upload may say what its picture is of.
_WITHOUT_NATURE = ("form", "eligibility")
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
    if step.confirmed_by and roles is not None and step.confirmed_by not in roles:
        yield source.unknown((*here, "confirmed_by"), "peran", step.confirmed_by, roles)
    if step.kind in APPLICANT_KINDS:
        if step.actor != APPLICANT:
            message = f"langkah '{step.step}' berjenis {step.kind}, jadi pelakunya harus '{APPLICANT}'."
            yield source.problem(at, message)
    elif step.actor == SYSTEM and step.kind in SYSTEM_KINDS:
        return
    elif step.actor in (APPLICANT, SYSTEM) and not step.confirmed_by:
        message = f"langkah '{step.step}' berjenis {step.kind} tidak dapat dilakukan oleh '{step.actor}'."
        yield source.problem(at, message)
    elif roles is not None and step.actor not in {*roles, APPLICANT}:
        yield source.unknown(at, "peran", step.actor, roles)
    elif roles is not None:
        yield from _right_problems(source, at, step, roles)


def _right_problems(
    source: SourceFile, at: Path, step: Step, roles: Mapping[str, RoleFile]
) -> Iterator[Problem]:
    """A step whose actor, or whoever confirms it, cannot take it."""
    doer = roles.get(step.confirmed_by or step.actor)
    if doer is None:
        return
    if doer.outside:
        message = f"peran '{doer.role}' di luar kantor; sebutkan siapa yang mencatatnya (confirmed_by)."
        yield source.problem(at, message)
    elif step.kind == "sign" and "sign" not in doer.rights:
        message = f"peran '{doer.role}' tidak berhak menandatangani (rights: [sign]) pada office.yaml."
        yield source.problem(at, message)
    elif step.kind in COUNTER_KINDS and "intake" not in doer.rights:
        message = f"peran '{doer.role}' tidak melayani loket (rights: [intake]) pada office.yaml."
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
        if (item.kind == "paper" and not item.nature) or (item.kind in _WITHOUT_NATURE and item.nature):
            rule = "harus menyebut nature" if item.kind == "paper" else "tidak memakai nature"
            message = f"persyaratan '{item.key}' berjenis {item.kind}, jadi {rule}."
            yield source.problem(here, message)
    if not variant.menu and any(f"{{{MENU}}}" in line.text for line in variant.procedure.published):
        message = f"varian '{variant.variant}' belum menyebut menu yang dipakai oleh alurnya."
        yield source.problem(at, message)
    yield from _product_problems(source, (*at, "products"), variant, documents, cards)


def field_problems(source: SourceFile, at: Path, variant: Variant) -> Iterator[Problem]:
    """Fields that the variant names and no form of it has."""
    types = {entry.key: entry.type for entry in variant.fields()}
    for index, key in enumerate(variant.same_event):
        if key not in types:
            yield source.unknown((*at, "same_event", index), "kolom", key, types)
    for place, name, wanted, word in (
        (("subject",), variant.subject, "nik", "NIK"),
        (("deadline", "until"), variant.deadline.until, "date", "tanggal"),
    ):
        if name is None:
            continue
        if name not in types:
            yield source.unknown((*at, *place), "kolom", name, types)
        elif types[name] != wanted:
            yield source.problem((*at, *place), f"kolom '{name}' bukan {word}.")


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
    source: SourceFile,
    at: Path,
    variant: Variant,
    hours: Mapping[str, Sequence[Interval]] | None,
    *,
    internal: bool = False,
) -> Iterator[Problem]:
    """A deadline in two units or none, one that no step can stop, or one shorter than the steps.

    The office's own work may be measured in days and minutes, or by its steps alone.
    """
    deadline, here = variant.deadline, (*at, "deadline")
    if not internal and [deadline.working_minutes, deadline.working_days, deadline.until].count(None) != 2:
        yield source.problem(
            here, "jangka waktu harus menyebut satu: working_minutes, working_days, atau until."
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
    if not (deadline.working_minutes or deadline.working_days) or (hours is None and deadline.working_days):
        return
    day = max(map(_open_minutes, (hours or {}).values()), default=0)
    needed = sum((step.minutes or 0) + (step.working_days or 0) * day for step in variant.procedure.steps)
    allowed = (deadline.working_minutes or 0) + (deadline.working_days or 0) * day
    if needed > allowed:
        message = f"langkah-langkahnya memakan {needed} menit, lebih lama daripada janji {allowed} menit."
        yield source.problem(here, message, severity="warning")


def _open_minutes(spans: Sequence[Interval]) -> int:
    return sum((closes.hour - opens.hour) * 60 + closes.minute - opens.minute for opens, closes in spans)


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
