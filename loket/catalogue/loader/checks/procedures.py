"""What is wrong with a procedure: who acts, where steps go back to, steps that can never be taken."""

import re
from collections.abc import Iterator, Mapping, Sequence

from loket.catalogue.loader.checks.shared import MENU, repeated
from loket.catalogue.loader.problems import Path, Problem, nearest
from loket.catalogue.loader.source import SourceFile
from loket.catalogue.rules import (
    APPLICANT,
    APPLICANT_KINDS,
    SYSTEM,
    SYSTEM_KINDS,
    WRITING_KINDS,
    Procedure,
    Step,
    StepKind,
)
from loket.offices.rules import RoleFile

# Steps that are done at the counter, with the papers and the person there.
COUNTER_KINDS = frozenset({"register", "hand_over"})
# Kinds that can never be completed unless one of those has gone before, and why.
_AFTER: dict[StepKind, tuple[frozenset[StepKind], str]] = {
    "sign": (WRITING_KINDS, "belum ada dokumen untuk ditandatangani"),
    "acknowledge": (frozenset({"hand_over"}), "belum ada dokumen yang diserahkan"),
}
_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


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
        yield from _order_problems(source, here, step, steps[:index])
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
        yield source.unknown(at, "peran", step.actor, {*roles, APPLICANT, SYSTEM})
    elif roles is not None:
        yield from _right_problems(source, at, step, roles)


def _right_problems(
    source: SourceFile, at: Path, step: Step, roles: Mapping[str, RoleFile]
) -> Iterator[Problem]:
    """A step whose actor, or whoever confirms it, cannot take it."""
    doer, actor = roles.get(step.confirmed_by or step.actor), roles.get(step.actor)
    if doer is None:
        return
    if step.confirmed_by and actor is not None and not actor.outside:
        message = f"peran '{step.actor}' pegawai kantor dan mencatat sendiri; confirmed_by tidak dipakai."
        yield source.problem((*at[:-1], "confirmed_by"), message)
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
            yield source.problem(at, message, nearest(target, slugs[:index]))
    yield from repeated(
        source,
        "tujuan pengembalian",
        [(slug, (*here, "returns_to", n)) for n, slug in enumerate(step.returns_to)],
    )


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


def _order_problems(source: SourceFile, here: Path, step: Step, earlier: Sequence[Step]) -> Iterator[Problem]:
    """A step that no case can reach, or at which every case would stop for ever."""
    needed, why = _AFTER.get(step.kind, (frozenset(), ""))
    if needed and not any(before.kind in needed for before in earlier):
        kinds = " atau ".join(sorted(needed))
        message = (
            f"langkah '{step.step}' tidak pernah dapat dilakukan: {why}. Letakkan sesudah langkah {kinds}."
        )
        yield source.problem((*here, "kind"), message)
    closed = next((before for before in earlier if before.kind == "archive"), None)
    if closed is not None:
        message = (
            f"langkah '{step.step}' tidak pernah tercapai: berkasnya sudah diarsipkan pada '{closed.step}'."
        )
        yield source.problem((*here, "step"), message)
    if step.automatic and (step.returns_to or step.can_reject):
        key = "returns_to" if step.returns_to else "can_reject"
        message = f"langkah '{step.step}' dilakukan oleh sistem, yang tidak mengembalikan atau menolak."
        yield source.problem((*here, key), message)
    if step.kind == "apply" and step.can_reject:
        message = f"langkah '{step.step}' dilakukan oleh pemohon, yang tidak menolak permohonannya sendiri."
        yield source.problem((*here, "can_reject"), message)
    automatic = {before.step for before in earlier if before.automatic}
    for place, target in enumerate(step.returns_to):
        if target in automatic:
            message = (
                f"langkah '{step.step}' tidak dapat kembali ke '{target}': sistem langsung meneruskannya."
            )
            yield source.problem((*here, "returns_to", place), message)
