"""What changed in a procedure: who does what, how long it takes, where it may go back to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from loket.catalogue.comparing.words import (
    KIND_NAMES,
    SEND_NAMES,
    SIGNATURE_NAMES,
    Teller,
    actor_name,
    lines_changed,
    listed,
    matched,
    quoted,
    reordered,
    stated,
    told,
)
from loket.catalogue.rules import Procedure, Step


@dataclass(frozen=True)
class Roles:
    """The names of the roles before and now."""

    old: Mapping[str, str]
    new: Mapping[str, str]


@dataclass(frozen=True)
class _Around:
    """What the words about a step need besides it: `slugs` of the steps that stayed, before and now."""

    roles: Roles
    old: Procedure
    new: Procedure
    slugs: Mapping[str, str]


def procedure_changes(old: Procedure, new: Procedure, roles: Roles) -> Iterator[str]:
    """What changed between two procedures."""
    yield from told(PROCEDURE_FIELDS, old, new, "Alur kerjanya berubah dalam hal lain.", roles)


def duration(step: Step) -> str:
    """How long a step takes by the SOP, in words."""
    parts = [f"{step.working_days} hari kerja"] if step.working_days else []
    parts += [f"{step.minutes} menit"] if step.minutes else []
    parts += ["terbuka"] if step.open_ended else []
    return listed(parts) if parts else "tidak ditentukan"


def _name(old: Procedure, new: Procedure, _: Roles) -> Iterator[str]:
    yield f"Alur kerja {quoted(old.name)} sekarang bernama {quoted(new.name)}."


def _sender(old: Procedure, new: Procedure, _: Roles) -> Iterator[str]:
    if new.sender == "mandated":
        yield "Permohonan sekarang dikirim oleh aparat yang diberi tugas, tidak lagi oleh pemohon sendiri."
    else:
        yield "Permohonan sekarang dikirim oleh pemohon sendiri, tidak lagi oleh aparat yang diberi tugas."


def _preconditions(old: Procedure, new: Procedure, _: Roles) -> Iterator[str]:
    yield from lines_changed("Prasyarat pengiriman", old.preconditions, new.preconditions)


def _published(old: Procedure, new: Procedure, _: Roles) -> Iterator[str]:
    before, now = [line.text for line in old.published], [line.text for line in new.published]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            for one, other in zip(before[i1:i2], now[j1:j2], strict=True):
                yield f"Bunyi prosedur berubah dari {quoted(one)} menjadi {quoted(other)}."
        elif tag != "equal":
            yield from (f"Tidak lagi tertulis dalam prosedur: {stated(line)}" for line in before[i1:i2])
            yield from (f"Baru tertulis dalam prosedur: {stated(line)}" for line in now[j1:j2])


def _steps(old: Procedure, new: Procedure, roles: Roles) -> Iterator[str]:
    came, gone, stayed = matched(
        old.steps, new.steps, lambda step: step.step, lambda step: (step.name, step.kind)
    )
    for step in came:
        at, actor = new.steps.index(step), actor_name(step.actor, roles.new)
        place = f"setelah {quoted(new.steps[at - 1].name)}" if at else "paling awal"
        yield f"Langkah baru: {quoted(step.name)}, dikerjakan oleh {actor}, {place}."
    for step in gone:
        yield f"Tidak lagi ada langkah {quoted(step.name)} oleh {actor_name(step.actor, roles.old)}."
    around = _Around(roles, old, new, {before.step: now.step for before, now in stayed})
    for before, now in stayed:
        rest = f"Keterangan lain pada langkah {quoted(now.name)} berubah."
        yield from told(STEP_FIELDS, before, now, rest, around)
    if reordered(old.steps, stayed):
        yield f"Urutan langkah sekarang: {listed([quoted(step.name) for step in new.steps])}."


def _step_name(old: Step, new: Step, *_: object) -> Iterator[str]:
    yield f"Langkah {quoted(old.name)} sekarang bernama {quoted(new.name)}."


def _kind(old: Step, new: Step, *_: object) -> Iterator[str]:
    before, now = KIND_NAMES[old.kind], KIND_NAMES[new.kind]
    yield f"Langkah {quoted(new.name)} sekarang berarti {now}, sebelumnya {before}."


def _actor(old: Step, new: Step, around: _Around) -> Iterator[str]:
    before, now = actor_name(old.actor, around.roles.old), actor_name(new.actor, around.roles.new)
    if before != now:
        yield f"Langkah {quoted(new.name)} sekarang dikerjakan oleh {now}, sebelumnya oleh {before}."


def _confirmed_by(old: Step, new: Step, around: _Around) -> Iterator[str]:
    if new.confirmed_by:
        now = actor_name(new.confirmed_by, around.roles.new)
        yield f"Langkah {quoted(new.name)} sekarang dicatat oleh {now}."
    else:
        before = actor_name(old.confirmed_by, around.roles.old)
        yield f"Langkah {quoted(new.name)} tidak lagi dicatat oleh {before}."


def _time(old: Step, new: Step, *_: object) -> Iterator[str]:
    yield f"Waktu langkah {quoted(new.name)} berubah dari {duration(old)} menjadi {duration(new)}."


def _text(what: str, name: str) -> Teller:
    def words(old: Step, new: Step, *_: object) -> Iterator[str]:
        before, now = getattr(old, name), getattr(new, name)
        if before and now:
            yield f"{what} langkah {quoted(new.name)} berubah dari {quoted(before)} menjadi {quoted(now)}."
        elif now:
            yield f"{what} langkah {quoted(new.name)} sekarang ditulis: {stated(now)}"
        else:
            yield f"{what} langkah {quoted(new.name)} tidak lagi ditulis (sebelumnya {quoted(before)})."

    return words


def _returns_to(old: Step, new: Step, around: _Around) -> Iterator[str]:
    earlier = {step.step: step.name for step in around.old.steps}
    later = {step.step: step.name for step in around.new.steps}
    kept = [around.slugs.get(target) for target in old.returns_to]
    for target in new.returns_to:
        if target not in kept:
            yield f"Langkah {quoted(new.name)} sekarang dapat mengembalikan ke {quoted(later[target])}."
    for target in old.returns_to:
        if around.slugs.get(target) not in new.returns_to:
            yield f"Langkah {quoted(new.name)} tidak lagi dapat mengembalikan ke {quoted(earlier[target])}."


def _can_reject(_: Step, new: Step, *__: object) -> Iterator[str]:
    now = "sekarang dapat" if new.can_reject else "tidak lagi dapat"
    yield f"Langkah {quoted(new.name)} {now} menolak permohonan."


def _signature(old: Step, new: Step, *_: object) -> Iterator[str]:
    if new.signature:
        before = f", sebelumnya {SIGNATURE_NAMES[old.signature]}" if old.signature else ""
        yield f"Dokumen sekarang ditandatangani {SIGNATURE_NAMES[new.signature]}{before}."
    else:
        yield f"Langkah {quoted(new.name)} tidak lagi menandatangani dokumen."


def _send_by(old: Step, new: Step, *_: object) -> Iterator[str]:
    for way in new.send_by:
        if way not in old.send_by:
            yield f"Dokumen sekarang juga dikirim lewat {SEND_NAMES[way]}."
    for way in old.send_by:
        if way not in new.send_by:
            yield f"Dokumen tidak lagi dikirim lewat {SEND_NAMES[way]}."


PROCEDURE_FIELDS: dict[str, Teller | None] = {
    "procedure": None,
    "name": _name,
    "sender": _sender,
    "preconditions": _preconditions,
    "published": _published,
    "steps": _steps,
}
STEP_FIELDS: dict[str, Teller | None] = {
    "step": None,
    "name": _step_name,
    "kind": _kind,
    "actor": _actor,
    "confirmed_by": _confirmed_by,
    "needs": _text("Kelengkapan", "needs"),
    "minutes": _time,
    "working_days": _time,
    "open_ended": _time,
    "output": _text("Keluaran", "output"),
    "returns_to": _returns_to,
    "can_reject": _can_reject,
    "signature": _signature,
    "send_by": _send_by,
    "note": _text("Catatan", "note"),
}
