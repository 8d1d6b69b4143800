"""The seed bank's counter: short ways to bring an application there to a step."""

import uuid
from dataclasses import replace
from typing import Any

from loket.cases import actions, queries
from loket.cases.actions import Given, Handed, OnPaper
from loket.cases.models import Case, HandedPaper
from loket.core.actors import Actor
from tests.integration.cases.world import ANSWERS, World, fresh

ALL_PAPERS = [
    Handed("letter", "surat_desa"),
    Handed("original", "buku_kebun"),
    Handed("shown", "kartu_tani"),
]


class Counter:
    """The seed bank's counter: short ways to bring a case somewhere."""

    def __init__(self, world: World) -> None:
        self.world = world

    def start(
        self,
        *,
        by: Actor | None = None,
        paper: OnPaper | None = None,
        variant: str = "loket",
        **changes: Any,
    ) -> Case:
        given = {"applicant_name": "Siti Aminah", "phone": "", "email": "", "sender_name": ""} | changes
        key = given.pop("key", uuid.uuid4())
        return actions.start_at_counter(
            revision=self.world.revision,
            variant=variant,
            by=by or self.world.actor("penerima"),
            key=key,
            contact=actions.Contact(**given),
            paper=paper,
        )

    def fill(self, case: Case, **changes: Any) -> Case:
        values = {**ANSWERS, "titipan": "tidak", **changes}
        return actions.save_answers(case_id=case.pk, values=values, by=self.world.actor("penerima"))

    def papers(self, case: Case, *papers: Handed, by: Actor | None = None) -> list[HandedPaper]:
        who = by or self.world.actor("penerima")
        return actions.receive_papers(case_id=case.pk, papers=papers or ALL_PAPERS, by=who)

    def send(self, case: Case) -> Case:
        return actions.submit(case_id=case.pk, by=self.world.actor("penerima"), key=uuid.uuid4())

    def registered(self, **changes: Any) -> Case:
        case = self.fill(self.start(**changes))
        self.papers(case)
        return self.world.work(self.world.work(self.send(case)))

    def at_step(self, step: str, **changes: Any) -> Case:
        case = self.registered(**changes)
        while case.step != step:
            if case.step == "tanda-tangan":
                self.world.render(case)
            case = self.work(case)
        return case

    def work(self, case: Case, **given: Any) -> Case:
        """The present step with what its kind asks for."""
        case = fresh(case)
        usual = Given(
            signed_on_paper=True,
            receipt=case.receipt_number or "",
            received_by="Siti Aminah",
            acknowledged=True,
        )
        role = queries.variant_of(case).role_of(queries.variant_of(case).step(case.step))
        by = self.world.actor(role)
        return self.world.work(case, given=replace(usual, **given), by=by)
