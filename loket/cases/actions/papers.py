"""Papers that change hands at the counter: each has a trace from the applicant's hand and back."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.common import NotPossible, locked, required_text
from loket.cases.models import Case, HandedPaper, PaperMove
from loket.cases.rules.states import FINAL
from loket.catalogue.rules import Nature, Requirement
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotFoundError

OTHER_MAX = 20


class PapersMissing(LoketError):
    """Berkas belum lengkap. Catat berkas yang sudah diterima, atau kembalikan permohonan."""

    status = 409


class TooManyPapers(LoketError):
    """Paling banyak 20 berkas di luar daftar persyaratan untuk satu permohonan."""


class NoPaperChosen(LoketError):
    """Pilih paling sedikit satu berkas."""


@dataclass(frozen=True)
class Handed:
    """One paper as it comes over the counter; without a `requirement` it has only its name."""

    nature: Nature
    requirement: str = ""
    label: str = ""


def _move(papers: Iterable[HandedPaper], kind: str, by: Actor, person: str = "") -> None:
    """Write the trace of papers that were just changed, and save them."""
    now = clock.now()
    rows = list(papers)
    HandedPaper.objects.bulk_update(rows, ["state", "site"])
    PaperMove.objects.bulk_create(
        PaperMove(
            paper=paper,
            kind=kind,
            site_id=paper.site_id,
            person=person,
            actor_ref=by.ref,
            actor_name=by.name,
            at=now,
        )
        for paper in rows
    )
    if rows:
        record(
            action=f"paper.{kind}",
            subject=rows[0].case.ref,
            actor=by.ref,
            office_code=rows[0].office_id,
            details={"papers": [paper.pk for paper in rows], "site": by.site or 0},
        )


def _desk(case: Case, by: Actor) -> None:
    """Only those at the counter handle papers. Raises NotFoundError, NotPossible."""
    if not queries.visible(case, by):
        raise NotFoundError("Permohonan ini tidak ditemukan.")
    if not queries.at_desk(case, by):
        raise NotPossible("Hanya petugas loket permohonan ini yang mencatat berkasnya.")


@transaction.atomic
def receive_papers(*, case_id: uuid.UUID, papers: Iterable[Handed], by: Actor) -> list[HandedPaper]:
    """Note papers handed in, where `by` works; one already held for the same requirement is not noted twice.

    Raises NotFoundError, NotPossible, TooManyPapers, LoketError for a paper without a name.
    """
    case = locked(case_id)
    _desk(case, by)
    if case.state in FINAL:
        raise NotPossible("Permohonan ini sudah ditutup, jadi berkas baru tidak dapat dicatat.")
    here = HandedPaper.objects.filter(case=case).exclude(state=HandedPaper.State.RETURNED)
    noted = set(here.exclude(requirement="").values_list("requirement", flat=True))
    asked = {item.key: item for item in queries.variant_of(case).handed(case.answers, case.channel)}
    new = []
    for paper in papers:
        if paper.requirement and paper.requirement not in asked:
            raise NotFoundError("Persyaratan ini tidak ada pada permohonan ini.")
        if paper.requirement not in noted:
            new.append(_row(case, paper, asked.get(paper.requirement), by))
            noted |= {paper.requirement} - {""}
    HandedPaper.objects.bulk_create(new)
    if here.filter(requirement="").count() > OTHER_MAX:
        raise TooManyPapers()
    person = case.sender_name or case.applicant_name
    _move([paper for paper in new if paper.nature != "shown"], "received", by, person)
    _move([paper for paper in new if paper.nature == "shown"], "shown", by, person)
    return new


def _row(case: Case, paper: Handed, item: Requirement | None, by: Actor) -> HandedPaper:
    label = (item.label or item.text) if item else required_text(paper.label, "Tulis nama berkasnya.")
    shown = paper.nature == "shown"
    return HandedPaper(
        case=case,
        office=case.office,
        requirement=paper.requirement,
        label=label[:200],
        nature=paper.nature,
        state=HandedPaper.State.SHOWN if shown else HandedPaper.State.HELD,
        site_id=None if shown else by.site,
        received_at=clock.now(),
    )


@transaction.atomic
def give_back(*, case_id: uuid.UUID, paper_ids: Iterable[int], to: str, by: Actor) -> list[HandedPaper]:
    """Give held papers back to a person. Those already given back stay as they are.

    Raises NotFoundError, NotPossible, LoketError without a name.
    """
    case = locked(case_id)
    _desk(case, by)
    person = required_text(to, "Tulis nama orang yang menerima berkasnya.", field="to")
    return _settle(case, by, frozenset(paper_ids), person)


def _settle(case: Case, by: Actor, returned: frozenset[int], person: str) -> list[HandedPaper]:
    held = HandedPaper.objects.select_for_update(of=("self",)).filter(case=case, state="held")
    papers = list(held.filter(pk__in=returned).select_related("case"))
    for paper in papers:
        paper.state, paper.site_id = HandedPaper.State.RETURNED, None
    _move(papers, "returned", by, person)
    return papers


def settle_papers(case: Case, *, keep: frozenset[int], to: str, by: Actor) -> None:
    """At the end of a case: originals go back to `to` but for those to `keep`; the rest is archived."""
    held = list(HandedPaper.objects.filter(case=case, state="held").values_list("pk", "nature"))
    back = frozenset(pk for pk, nature in held if nature == "original" and pk not in keep)
    _settle(case, by, back, to)
    rest = list(HandedPaper.objects.filter(case=case, state="held").select_related("case"))
    for paper in rest:
        paper.state = HandedPaper.State.ARCHIVED
    _move(rest, "archived", by)


def bring_here(case: Case, by: Actor) -> None:
    """Papers of the case that lie elsewhere have arrived where `by` works."""
    away = HandedPaper.objects.filter(case=case, state="held").select_related("case")
    papers = [paper for paper in away if paper.site_id != by.site]
    for paper in papers:
        paper.site_id = by.site
    _move(papers, "moved", by)


def require_papers(case: Case) -> None:
    """Refuse to register a case whose papers are not all here. Raises PapersMissing naming them."""
    missing = queries.papers_missing(case)
    if missing:
        names = "; ".join(item.label or item.text for item in missing)
        raise PapersMissing(
            f"Berkas belum lengkap: {names}. Catat berkas yang sudah diterima, atau kembalikan permohonan "
            "kepada pemohon."
        )
