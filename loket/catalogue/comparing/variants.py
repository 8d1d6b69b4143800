"""What changed in a variant of a service: requirements, questions, deadline, products."""

from collections.abc import Iterator

from loket.catalogue.comparing.forms import form_changes, rule_changes
from loket.catalogue.comparing.steps import Roles, procedure_changes
from loket.catalogue.comparing.words import (
    CHANNEL_NAMES,
    EVENT_NAMES,
    MEDIUM_NAMES,
    NATURE_NAMES,
    OPENING_NAMES,
    REQUIREMENT_KINDS,
    SOURCE_NAMES,
    Teller,
    became,
    condition_words,
    listed,
    matched,
    quoted,
    reordered,
    stated,
    told,
)
from loket.catalogue.rules import Deadline, FormUse, Product, Question, Requirement, Variant

STARTS = {
    "complete": "sejak berkas lengkap dikirim",
    "registered": "sejak permohonan didaftarkan dan resinya diberikan",
}
STOPS = {
    "sent": "sampai dokumen dikirim",
    "ready": "sampai dokumen siap diambil",
    "handed_over": "sampai dokumen diserahkan",
    "done": "sampai langkah terakhir selesai",
}


def variant_changes(old: Variant, new: Variant, roles: Roles) -> Iterator[str]:
    """What changed between two states of a variant."""
    yield from told(VARIANT_FIELDS, old, new, "Keterangan lain pada varian ini berubah.", roles)


def _channels(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    for channel in new.channels:
        if channel not in old.channels:
            yield f"Sekarang juga dilayani {CHANNEL_NAMES[channel]}."
    for channel in old.channels:
        if channel not in new.channels:
            yield f"Tidak lagi dilayani {CHANNEL_NAMES[channel]}."
    if sorted(old.channels) == sorted(new.channels):
        yield f"Urutan saluran sekarang: {listed([CHANNEL_NAMES[channel] for channel in new.channels])}."


def _questions(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    came, gone, stayed = matched(
        old.questions, new.questions, lambda question: question.key, lambda question: question.text
    )
    for question in came:
        answers = listed([quoted(text) for text in question.options.values()], "atau")
        yield f"Pertanyaan baru: {quoted(question.text)} dengan jawaban {answers}."
    yield from (f"Tidak lagi ditanyakan: {quoted(question.text)}." for question in gone)
    for before, now in stayed:
        yield from told(QUESTION_FIELDS, before, now, f"Pertanyaan {quoted(now.text)} berubah.")
    if reordered(old.questions, stayed):
        yield "Urutan pertanyaan berubah."


def _question_text(old: Question, new: Question) -> Iterator[str]:
    yield f"Pertanyaan {quoted(old.text)} sekarang berbunyi {quoted(new.text)}."


def _options(old: Question, new: Question) -> Iterator[str]:
    for key, text in new.options.items():
        if key not in old.options:
            yield f"Jawaban baru untuk {quoted(new.text)}: {quoted(text)}."
        elif old.options[key] != text:
            yield f"Jawaban {quoted(old.options[key])} sekarang berbunyi {quoted(text)}."
    for key, text in old.options.items():
        if key not in new.options:
            yield f"Jawaban {quoted(text)} untuk {quoted(new.text)} tidak ada lagi."


def _requirements(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    came, gone, stayed = matched(
        old.requirements, new.requirements, lambda item: item.key, lambda item: (item.text, item.kind)
    )
    for item in came:
        when = condition_words(item.when, new.questions)
        how = _how(item)
        yield f"Persyaratan baru: {quoted(item.text)} ({f'{how}, hanya {when}' if when else how})."
    yield from (f"Tidak lagi disyaratkan: {stated(item.text)}" for item in gone)
    for before, now in stayed:
        rest = f"Keterangan lain pada persyaratan {quoted(now.text)} berubah."
        yield from told(REQUIREMENT_FIELDS, before, now, rest, old, new)
    if reordered(old.requirements, stayed):
        yield "Urutan persyaratan berubah."


def _how(item: Requirement) -> str:
    """How a requirement is met: `dibawa ke loket, fotokopi`."""
    nature = f", {NATURE_NAMES[item.nature]}" if item.nature else ""
    return REQUIREMENT_KINDS[item.kind] + nature


def _requirement_text(old: Requirement, new: Requirement, *_: object) -> Iterator[str]:
    yield f"Bunyi persyaratan berubah dari {quoted(old.text)} menjadi {quoted(new.text)}."


def _requirement_way(old: Requirement, new: Requirement, *_: object) -> Iterator[str]:
    yield f"Persyaratan {quoted(new.text)} sekarang {_how(new)}; sebelumnya {_how(old)}."


def _requirement_label(old: Requirement, new: Requirement, *_: object) -> Iterator[str]:
    yield f"Nama pendek persyaratan {quoted(new.text)} sekarang {quoted(new.label or new.text)}."


def _requirement_when(old: Requirement, new: Requirement, before: Variant, now: Variant) -> Iterator[str]:
    when = condition_words(new.when, now.questions)
    earlier = condition_words(old.when, before.questions)
    if not when:
        yield f"Persyaratan {quoted(new.text)} sekarang berlaku bagi semua; sebelumnya hanya {earlier}."
    elif not earlier:
        yield f"Persyaratan {quoted(new.text)} sekarang hanya berlaku {when}."
    else:
        yield f"Persyaratan {quoted(new.text)} sekarang berlaku {when}; sebelumnya {earlier}."


def _requirement_forms(_: Requirement, new: Requirement, *__: object) -> Iterator[str]:
    uses = [f"{use.form.upper()} ({len(use.parts)} bagian)" for use in new.forms]
    if uses:
        yield f"Persyaratan {quoted(new.text)} sekarang memakai formulir {listed(uses)}."


def _asks(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    def named(uses: list[FormUse]) -> set[str]:
        return {f"{use.form.upper()} bagian {part}" for use in uses for part in use.parts}

    before, now = named(old.asks), named(new.asks)
    if now - before:
        yield f"Loket sekarang juga menanyakan {listed(sorted(now - before))}."
    if before - now:
        yield f"Loket tidak lagi menanyakan {listed(sorted(before - now))}."


def promise(deadline: Deadline) -> str:
    """What is promised, in units: `3 hari kerja`."""
    parts = [f"{deadline.working_days} hari kerja"] if deadline.working_days else []
    parts += [f"{deadline.working_minutes} menit kerja"] if deadline.working_minutes else []
    parts += ["sampai tanggal pada formulir"] if deadline.until else []
    return listed(parts) if parts else "tanpa janji"


def _deadline(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    yield from told(DEADLINE_FIELDS, old.deadline, new.deadline, "Cara menghitung jangka waktu berubah.")


def _promise(old: Deadline, new: Deadline) -> Iterator[str]:
    if promise(old) != promise(new):
        yield f"Jangka waktu berubah dari {promise(old)} menjadi {promise(new)}."


def _deadline_starts(old: Deadline, new: Deadline) -> Iterator[str]:
    yield f"Jangka waktu sekarang dihitung {STARTS[new.starts]}; sebelumnya {STARTS[old.starts]}."


def _deadline_stops(old: Deadline, new: Deadline) -> Iterator[str]:
    yield f"Jangka waktu sekarang dihitung {STOPS[new.stops]}; sebelumnya {STOPS[old.stops]}."


def _products(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    came, gone, stayed = matched(old.products, new.products, lambda product: product.document)
    yield from (f"Produk baru: {_product_name(item)} ({MEDIUM_NAMES[item.medium]})." for item in came)
    yield from (f"Tidak lagi menghasilkan {stated(_product_name(item))}" for item in gone)
    for before, now in stayed:
        if before.medium != now.medium:
            was, new_one = MEDIUM_NAMES[before.medium], MEDIUM_NAMES[now.medium]
            yield f"{_product_name(now)} sekarang berupa {new_one}, sebelumnya {was}."
        if before.label != now.label:
            yield f"Produk {quoted(_product_name(before))} sekarang disebut {quoted(_product_name(now))}."
    if reordered(old.products, stayed):
        yield "Urutan produk berubah."


def _product_name(product: Product) -> str:
    return product.label or product.document.replace("-", " ")


def _procedure(old: Variant, new: Variant, roles: Roles) -> Iterator[str]:
    yield from procedure_changes(old.procedure, new.procedure, roles)


def _same_event(_: Variant, new: Variant, __: Roles) -> Iterator[str]:
    labels = {entry.key: entry.label for entry in new.fields()}
    if new.same_event:
        named = listed([quoted(labels.get(key, key)) for key in new.same_event])
        yield f"Dua permohonan sekarang dianggap tentang peristiwa yang sama bila sama dalam {named}."
    else:
        yield "Permohonan yang sama tidak lagi dikenali dari isian formulir."


def _subject(_: Variant, new: Variant, __: Roles) -> Iterator[str]:
    labels = {entry.key: entry.label for entry in new.fields()}
    if new.subject:
        label = quoted(labels.get(new.subject, new.subject))
        yield f"Orang yang dilayani sekarang dikenali dari isian {label}."


def _pickup(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    for key, text in new.pickup.items():
        if key not in old.pickup:
            yield f"Cara pengambilan baru: {stated(text)}"
        elif old.pickup[key] != text:
            yield f"Cara pengambilan berubah dari {quoted(old.pickup[key])} menjadi {quoted(text)}."
    for key, text in old.pickup.items():
        if key not in new.pickup:
            yield f"Tidak lagi dapat diambil dengan cara: {stated(text)}"


def _forms(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    yield from form_changes(old, new)


def _form_rules(old: Variant, new: Variant, _: Roles) -> Iterator[str]:
    yield from rule_changes(old, new)


VARIANT_FIELDS: dict[str, Teller | None] = {
    "variant": None,
    "name": became("Nama varian", "name", quoted),
    "menu": became("Menu", "menu", quoted),
    "channels": _channels,
    "opens": became("Saat permohonan dibuka sendiri oleh sistem", "opens", OPENING_NAMES.__getitem__),
    "questions": _questions,
    "requirements": _requirements,
    "asks": _asks,
    "deadline": _deadline,
    "procedure": _procedure,
    "products": _products,
    "pickup": _pickup,
    "event": became("Yang dicatat dalam register", "event", EVENT_NAMES.__getitem__),
    "register_source": became("Sumber nomor dan dokumennya", "register_source", SOURCE_NAMES.__getitem__),
    "same_event": _same_event,
    "subject": _subject,
    "forms": _forms,
    "form_rules": _form_rules,
}
QUESTION_FIELDS: dict[str, Teller | None] = {"key": None, "text": _question_text, "options": _options}
REQUIREMENT_FIELDS: dict[str, Teller | None] = {
    "key": None,
    "text": _requirement_text,
    "kind": _requirement_way,
    "nature": _requirement_way,
    "label": _requirement_label,
    "when": _requirement_when,
    "forms": _requirement_forms,
    "note": lambda old, new, *_: became(f"Catatan persyaratan {quoted(new.text)}", "note", quoted)(old, new),
}
DEADLINE_FIELDS: dict[str, Teller | None] = {
    "working_minutes": _promise,
    "working_days": _promise,
    "until": _promise,
    "text": became("Bunyi jangka waktu", "text", quoted),
    "starts": _deadline_starts,
    "stops": _deadline_stops,
}
