"""What changed in the forms that an applicant fills in."""

from collections.abc import Iterator, Sequence

from loket.catalogue.comparing.words import Teller, condition_words, matched, quoted, reordered, stated, told
from loket.catalogue.rules import FormField, FormPart, FormRule, Question, Variant


def form_changes(old: Variant, new: Variant) -> Iterator[str]:
    """Parts and fields that came, went or changed."""
    came, gone, stayed = matched(old.forms, new.forms, lambda part: part.part)
    known = [entry.key for entry in old.fields()]
    for part in came:
        fresh = [entry for entry in part.fields if entry.key not in known]
        yield f"Bagian formulir baru: {quoted(part.title)} ({len(fresh)} isian)."
    for part in gone:
        yield f"Bagian formulir tidak lagi diisi: {stated(part.title)}"
    for before, now in stayed:
        rest = f"Bagian formulir {quoted(now.title)} berubah."
        yield from told(PART_FIELDS, before, now, rest, new.questions, new.fields())
    if reordered(old.forms, stayed):
        yield "Urutan bagian formulir berubah."


def rule_changes(old: Variant, new: Variant) -> Iterator[str]:
    """Rules over several fields that came, went or changed."""
    came, gone, stayed = matched(old.form_rules, new.form_rules, lambda rule: (rule.rule, rule.fields))
    yield from (f"Aturan isian baru: {stated(rule.message)}" for rule in came)
    yield from (f"Aturan isian tidak lagi berlaku: {stated(rule.message)}" for rule in gone)
    for before, now in stayed:
        if before != now:
            yield from _rule(before, now)


def _rule(old: FormRule, new: FormRule) -> Iterator[str]:
    if old.message != new.message:
        yield f"Bunyi aturan isian berubah dari {quoted(old.message)} menjadi {quoted(new.message)}."
    else:
        yield f"Aturan isian berubah: {stated(new.message)}"


def _title(old: FormPart, new: FormPart, *_: object) -> Iterator[str]:
    yield f"Bagian formulir {quoted(old.title)} sekarang berjudul {quoted(new.title)}."


def _fields(
    old: FormPart, new: FormPart, questions: Sequence[Question], fields: Sequence[FormField]
) -> Iterator[str]:
    yield from _field_changes(old.fields, new.fields, "", questions, fields)


def _field_changes(
    old: Sequence[FormField],
    new: Sequence[FormField],
    table: str,
    questions: Sequence[Question],
    fields: Sequence[FormField],
) -> Iterator[str]:
    """Fields of a part, or columns of the table named `table`."""
    came, gone, stayed = matched(old, new, lambda entry: entry.key)
    where = f" dalam tabel {quoted(table)}" if table else ""
    for entry in came:
        must = "wajib" if entry.required else "boleh kosong"
        yield f"Isian baru pada formulir{where}: {quoted(entry.label)} ({must})."
    yield from (f"Tidak lagi diisi pada formulir{where}: {stated(entry.label)}" for entry in gone)
    for before, now in stayed:
        rest = f"Cara mengisi {quoted(now.label)}{where} berubah."
        yield from told(FIELD_FIELDS, before, now, rest, questions, fields)
    if reordered(old, stayed):
        yield "Urutan isian pada formulir berubah."


def _label(old: FormField, new: FormField, *_: object) -> Iterator[str]:
    yield f"Isian {quoted(old.label)} sekarang berbunyi {quoted(new.label)}."


def _required(_: FormField, new: FormField, *__: object) -> Iterator[str]:
    now = "sekarang wajib" if new.required else "tidak lagi wajib"
    yield f"Isian {quoted(new.label)} {now} diisi."


def _when(
    old: FormField, new: FormField, questions: Sequence[Question], fields: Sequence[FormField]
) -> Iterator[str]:
    when = condition_words(new.when, questions, fields)
    now = f"sekarang hanya diisi {when}" if when else "sekarang diisi oleh semua pemohon"
    yield f"Isian {quoted(new.label)} {now}."


def _bounds(_: FormField, new: FormField, *__: object) -> Iterator[str]:
    yield f"Batas isian {quoted(new.label)} berubah."


def _way(_: FormField, new: FormField, *__: object) -> Iterator[str]:
    yield f"Cara mengisi {quoted(new.label)} berubah."


def _hint(_: FormField, new: FormField, *__: object) -> Iterator[str]:
    yield f"Petunjuk isian {quoted(new.label)} berubah."


def _columns(
    old: FormField, new: FormField, questions: Sequence[Question], fields: Sequence[FormField]
) -> Iterator[str]:
    yield from _field_changes(old.columns, new.columns, new.label, questions, fields)


PART_FIELDS: dict[str, Teller | None] = {"part": None, "title": _title, "fields": _fields}
FIELD_FIELDS: dict[str, Teller | None] = {
    "key": None,
    "label": _label,
    "type": _way,
    "required": _required,
    "hint": _hint,
    "when": _when,
    "options": _way,
    "min": _bounds,
    "max": _bounds,
    "max_length": _bounds,
    "past": _bounds,
    "letters_only": _bounds,
    "min_words": _bounds,
    "columns": _columns,
}
