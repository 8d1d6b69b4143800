"""Services and their variants: what a service file says."""

import re
from datetime import date
from typing import Any, Literal

from pydantic import Field

from loket.catalogue.rules.forms import FormField, FormPart, FormRule, FormUse
from loket.catalogue.rules.procedures import Deadline, Procedure, Step
from loket.catalogue.rules.words import (
    Channel,
    Component,
    Condition,
    Event,
    Key,
    ListMarks,
    Medium,
    Nature,
    Opening,
    Part,
    RegisterSource,
    Signature,
    Slug,
    StandardText,
    TextComponent,
    applies,
    empty,
)


class Source(Part):
    """Where the office published this: file of the seed and its heading."""

    file: str
    heading: str


class Question(Part):
    """Something asked before the checklist because requirements depend on it."""

    key: Key
    text: str
    options: dict[str, str] = Field(min_length=1)


class Requirement(Part):
    """One line of Persyaratan, in the office's own words."""

    key: Key
    text: str
    # `eligibility` is a line about the person ("telah berusia 17 tahun"): nothing to hand in.
    kind: Literal["upload", "paper", "form", "eligibility"] = "upload"
    nature: Nature | None = None
    label: str = ""
    when: Condition | None = None
    note: str = ""
    forms: list[FormUse] = []


class Product(Part):
    """What comes out: a signed PDF, or a card for which the print room gets a ticket."""

    document: str
    medium: Medium
    label: str = ""


class Variant(Part):
    """One way to need the service, with its own requirements, procedure, deadline and products."""

    variant: Slug
    name: str
    menu: str = ""
    channels: list[Channel] = Field(min_length=1)
    questions: list[Question] = []
    requirements: list[Requirement]
    procedure: Procedure
    deadline: Deadline
    products: list[Product]
    event: Event | None = None
    same_event: list[str] = []
    # What Loket has to know beyond the published lines; no requirement.
    asks: list[FormUse] = Field(default=[], exclude_if=empty)
    # The field with the NIK of the person whom the case is about.
    subject: str | None = Field(default=None, exclude_if=empty)
    # Ways of taking the document, as published; one is named at the hand-over.
    pickup: dict[str, str] = Field(default={}, exclude_if=empty)
    opens: Opening | None = Field(default=None, exclude_if=empty)
    # Where its numbers and documents come from: as the file says, else the service, else the office. In a
    # resolved variant `siak`, or None for our own register.
    register_source: RegisterSource | None = Field(default=None, exclude_if=empty)
    forms: list[FormPart] = []
    form_rules: list[FormRule] = []

    def form_uses(self) -> list[FormUse]:
        """The form parts that are filled in, those of requirements first."""
        return [use for item in self.requirements for use in item.forms] + self.asks

    @property
    def opened_by_office(self) -> bool:
        """Whether nobody applies: the office opens the case, for its own work or by the daily job."""
        return set(self.channels) <= {"internal", "automatic"}

    def role_of(self, step: Step) -> str:
        """The role that carries a step out in Loket, or confirms it for who has no account.

        The desk confirms what the applicant does there.
        """
        if step.confirmed_by:
            return step.confirmed_by
        return self.desk if step.kind == "acknowledge" else step.actor

    @property
    def source(self) -> RegisterSource:
        """Where its numbers and documents come from."""
        return self.register_source or "own"

    def step(self, slug: str) -> Step:
        """The step named `slug`. Raises KeyError."""
        for step in self.procedure.steps:
            if step.step == slug:
                return step
        raise KeyError(slug)

    def step_after(self, slug: str) -> Step | None:
        """The step that follows `slug`, None after the last."""
        steps = self.procedure.steps
        index = steps.index(self.step(slug))
        return steps[index + 1] if index + 1 < len(steps) else None

    def handed_out_at(self, slug: str) -> Step | None:
        """The later step at which the documents reach people, None where no step does so."""
        steps = self.procedure.steps
        later = steps[steps.index(self.step(slug)) :]
        return next((step for step in later if step.kind in ("distribute", "hand_over")), None)

    @property
    def desk(self) -> str:
        """The role that takes applications in: the one of the first step after the applicant's."""
        steps = self.procedure.steps
        first = steps[1] if steps[0].kind == "apply" else steps[0]
        return first.confirmed_by or first.actor

    def operator_awaiting(self, step: Step) -> str:
        """At a signing step whose files come from SIAK, the role that entered the case there; else ""."""
        if self.source == "own" or step.kind != "sign" or step.signature != "electronic":
            return ""
        entering = (item for item in self.procedure.steps if item.kind == "enter_data")
        return next((self.role_of(item) for item in entering), "")

    @property
    def signature(self) -> Signature | None:
        """How the documents are signed, None where no step signs."""
        return next((step.signature for step in self.procedure.steps if step.kind == "sign"), None)

    @property
    def signed_by(self) -> str:
        """The role that signs the documents, "" where no step signs."""
        return next((step.actor for step in self.procedure.steps if step.kind == "sign"), "")

    def uploads(self, answers: dict[str, Any]) -> list[Requirement]:
        """The papers this applicant has to upload, by the answers given."""
        return [item for item in self.requirements if item.kind == "upload" and applies(item.when, answers)]

    def handed(self, answers: dict[str, Any], channel: Channel = "counter") -> list[Requirement]:
        """The papers this applicant has to bring, by the answers given.

        What is uploaded online comes over the counter on paper, and by message as a picture that an official
        attaches.
        """
        kinds = ("upload", "paper") if channel == "counter" else ("paper",)
        return [item for item in self.requirements if item.kind in kinds and applies(item.when, answers)]

    def fields(self) -> list[FormField]:
        """Every field of every form part, in order."""
        return [field for part in self.forms for field in part.fields]

    def choice_lists(self) -> set[str]:
        """The lists that its fields and the columns of its tables are chosen from."""
        asked = [entry for field in self.fields() for entry in (field, *field.columns)]
        return {entry.choice_list for entry in asked if entry.choice_list}


class StandardSection(Part):
    """A heading of the printed standard and the components under it, by key, as the office titles them."""

    heading: str
    components: dict[Component, str]
    # The office begins again at 1 in this section.
    restart: bool = Field(default=False, exclude_if=empty)
    # How lists that stand alone are marked, where not as usual: lines lettered, texts numbered.
    marks: dict[Component, ListMarks] = Field(default={}, exclude_if=empty)


class Sop(Part):
    """What the identity block of the SOP AP says beyond the standard (PermenPAN-RB 35/2012).

    Texts as published: an office may give a month without a day, and what it left blank stays blank for the
    pen. `legal_basis`, `qualification` and `equipment` are those of the standard where not said here.
    """

    name: str = Field(default="", max_length=2000)
    number: str = ""
    created: str = ""
    revised: str = ""
    effective: str = ""
    approved_by: str = ""
    legal_basis: list[str] = []
    qualification: list[str] = []
    related: list[str] = []
    equipment: list[str] = []
    warnings: list[str] = []
    recording: list[str] = []


def _nothing_said(sop: Sop) -> bool:
    return sop == Sop()


class Service(Part):
    """A whole service as published: what one revision holds.

    `choices` are the code lists that its forms use, as `{list: {code: label}}`, so that a revision means
    the same for ever. `standard` holds the remaining components of the 14, by key; `layout` is the order
    and the titles under which this office prints all 14.
    """

    service: Slug
    office: str
    number: str = Field(max_length=20)
    name: str = Field(max_length=200)
    group: str = Field(max_length=200)
    source: Source
    effective_from: date
    # An internal SOP: the office's own work, not offered to anybody.
    internal: bool = Field(default=False, exclude_if=empty)
    # For all its variants, where it is not that of the office.
    register_source: RegisterSource | None = Field(default=None, exclude_if=empty)
    variants: list[Variant] = Field(min_length=1)
    standard: dict[TextComponent, StandardText] = {}
    layout: list[StandardSection] = []
    sop: Sop = Field(default=Sop(), exclude_if=_nothing_said)
    choices: dict[str, dict[str, str]] = {}

    def variant(self, slug: str) -> Variant:
        """The variant named `slug`. Raises KeyError."""
        for variant in self.variants:
            if variant.variant == slug:
                return variant
        raise KeyError(slug)


def in_number_order(number: str) -> tuple[list[int], str]:
    """By what to sort the numbers that an office gives its services: `8.10` after `8.9`."""
    return [int(digits) for digits in re.findall(r"[0-9]+", number)], number
