"""Procedures: the published lines, the steps that the engine runs, and how long they may take."""

from typing import Literal

from pydantic import Field

from loket.catalogue.rules.words import (
    SYSTEM,
    SYSTEM_KINDS,
    Part,
    Signature,
    Slug,
    StepKind,
    by_applicant,
    empty,
)


class PublishedLine(Part):
    """One line of Sistem, Mekanisme dan Prosedur; `step` is the engine's step it stands for.

    None means that the applicant does it alone. `{menu}` in a procedure stands for the variant's menu; in a
    resolved service it is filled in.
    """

    text: str
    step: str | None = None


class Step(Part):
    """One row of the SOP: an actor, a kind, a time, an output.

    `needs` is its kelengkapan; `open_ended` a time published as "Terbuka". What an actor outside the office
    did (a vendor, the post) is confirmed by the role `confirmed_by`.
    """

    step: Slug
    name: str
    kind: StepKind
    actor: str
    confirmed_by: str = Field(default="", exclude_if=empty)
    needs: str = Field(default="", exclude_if=empty)
    minutes: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1, exclude_if=empty)
    open_ended: bool = Field(default=False, exclude_if=empty)
    output: str = ""
    returns_to: list[str] = []
    can_reject: bool = False
    signature: Signature | None = None
    send_by: list[Literal["email", "history"]] = []
    note: str = ""

    @property
    def automatic(self) -> bool:
        """Whether the system carries it out by itself."""
        return self.kind in SYSTEM_KINDS and self.actor == SYSTEM


class Procedure(Part):
    """The published lines and the steps the engine runs.

    `sender: mandated` means that somebody else sends for the applicant, under an agreement with their village
    and an order of its head; `preconditions` are those, as published. They are no requirements.
    """

    procedure: Slug
    name: str
    sender: Literal["applicant", "mandated"] = Field(default="applicant", exclude_if=by_applicant)
    preconditions: list[str] = Field(default=[], exclude_if=empty)
    published: list[PublishedLine]
    steps: list[Step] = Field(min_length=2)


class Deadline(Part):
    """How long the office promises: working days, working minutes after them, or until a day of the form.

    An internal service that promises nothing is measured by the times of its steps, put in when it is loaded.
    It starts when the complete file is sent, or when the office has registered it (`registered`: at the step
    of that kind). It stops when the files are `sent`, when the document is `handed_over`, when it lies
    `ready` for that, or when the last step is `done`.
    """

    text: str = ""
    working_minutes: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    until: str | None = Field(default=None, exclude_if=empty)
    starts: Literal["complete", "registered"] = "complete"
    stops: Literal["sent", "ready", "handed_over", "done"] = "sent"

    @property
    def promised(self) -> bool:
        """Whether a time is promised that can be computed."""
        return bool(self.working_minutes or self.working_days or self.until)
