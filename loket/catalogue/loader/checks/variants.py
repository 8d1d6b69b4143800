"""What is wrong with a variant: requirements, fields, products, and what they need of its procedure."""

from collections.abc import Collection, Iterator, Mapping

from loket.catalogue.loader.checks.shared import MENU, condition_problems, repeated
from loket.catalogue.loader.problems import Path, Problem
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import WRITING_KINDS, Variant
from loket.offices.rules import RoleFile

# When the print room gets to see the cards of a case.
_RELEASING_KINDS = frozenset({"print", "send", "hand_over"})
# Nothing is handed in for these; an upload may say what its picture is of.
_WITHOUT_NATURE = ("form", "eligibility")


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


def making_problems(
    source: SourceFile, at: Path, variant: Variant, roles: Mapping[str, RoleFile] | None
) -> Iterator[Problem]:
    """What a variant promises and its procedure never does. Without `roles` their rights are not checked."""
    kinds = {step.kind for step in variant.procedure.steps}
    writing = " atau ".join(sorted(WRITING_KINDS))
    if variant.products and not kinds & WRITING_KINDS:
        message = f"produknya tidak pernah dibuat: alurnya tidak punya langkah {writing}."
        yield source.problem((*at, "products"), message)
    if variant.event and "enter_data" not in kinds:
        message = f"peristiwa '{variant.event}' tidak pernah dicatat: alurnya tidak punya langkah enter_data."
        yield source.problem((*at, "event"), message)
    if "record_biometrics" in kinds and variant.subject is None:
        message = "langkah record_biometrics tidak pernah selesai: sebutkan kolom NIK orangnya (subject)."
        yield source.problem(at, message)
    if variant.pickup and "hand_over" not in kinds:
        message = "cara pengambilan tidak pernah ditanyakan: alurnya tidak punya langkah hand_over."
        yield source.problem((*at, "pickup"), message)
    for index, item in enumerate(variant.products):
        if item.medium != "card":
            continue
        here = (*at, "products", index, "document")
        if not kinds & _RELEASING_KINDS:
            words = ", ".join(sorted(_RELEASING_KINDS))
            message = f"kartu '{item.document}' tidak pernah dicetak: alurnya tidak punya langkah {words}."
            yield source.problem(here, message)
        if roles is not None and not any("print_room" in role.rights for role in roles.values()):
            message = f"kartu '{item.document}' tidak pernah dicetak: tidak ada peran dengan hak print_room."
            yield source.problem(here, message)


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
