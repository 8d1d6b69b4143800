"""The shape of a published standard: what a service file may say and what it means.

Pydantic models, no database. `loader` turns the files under `standards/` into these; a revision stores
them as JSON; everybody above reads them through `queries`.
"""

from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

# Slugs stand in addresses, keys in forms and conditions.
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=50)]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=50)]
Condition = dict[str, str | bool | list[str]]
FieldType = Literal[
    "text",
    "paragraph",
    "name",
    "nik",
    "nomor_kk",
    "date",
    "time",
    "integer",
    "decimal",
    "choice",
    "village",
    "phone",
    "email",
    "rows",
]
# The list of choices that a revision captures for its `village` fields; no code list can be named so.
VILLAGES = "areas/villages"
# A page of rows stays within what is kept while somebody signs in again, and within a phone's patience.
MAX_ROWS, MAX_CELLS = 30, 90
StepKind = Literal[
    "apply",
    "receive",
    "check",
    "register",
    "forward",
    "verify",
    "paraf",
    "enter_data",
    "sign",
    "stamp",
    "send",
    "hand_over",
    "acknowledge",
    "archive",
]
Signature = Literal["electronic", "wet"]
# A paper over the counter: an original is given back in the end, a form or a letter to the office and a copy
# stay, a shown one is only looked at.
Nature = Literal["original", "letter", "copy", "shown"]
Medium = Literal["pdf", "card"]
Channel = Literal["online", "counter", "whatsapp"]
# What the register can record; each is implemented once in code.
Event = Literal["birth", "family_card"]

# The 14 components of a Standar Pelayanan (UU 25/2009 art. 21). The first three come from the variants, the
# others are texts of the office or of the service.
TextComponent = Literal[
    "fee",
    "product",
    "complaints",
    "legal_basis",
    "facilities",
    "competence",
    "supervision",
    "staffing",
    "service_guarantee",
    "safety_guarantee",
    "evaluation",
]
Component = Literal["requirements", "procedure", "deadline", TextComponent]
StandardText = str | list[str]
COMPONENT_NAMES: dict[Component, str] = {
    "requirements": "Persyaratan",
    "procedure": "Sistem, mekanisme, dan prosedur",
    "deadline": "Jangka waktu pelayanan",
    "fee": "Biaya/tarif",
    "product": "Produk pelayanan",
    "complaints": "Penanganan pengaduan, saran, dan masukan",
    "legal_basis": "Dasar hukum",
    "facilities": "Sarana, prasarana, dan/atau fasilitas",
    "competence": "Kompetensi pelaksana",
    "supervision": "Pengawasan internal",
    "staffing": "Jumlah pelaksana",
    "service_guarantee": "Jaminan pelayanan",
    "safety_guarantee": "Jaminan keamanan dan keselamatan pelayanan",
    "evaluation": "Evaluasi kinerja pelaksana",
}
TEXT_COMPONENTS: tuple[TextComponent, ...] = get_args(TextComponent)

# Steps that nobody has to press a button for.
AUTOMATIC_KINDS: frozenset[StepKind] = frozenset({"send"})
# What the applicant does; the second is confirmed by the desk that took the application in.
APPLICANT_KINDS: frozenset[StepKind] = frozenset({"apply", "acknowledge"})
APPLICANT = "pemohon"
SYSTEM = "sistem"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _empty(value: Any) -> bool:
    return value in (None, [])


def applies(when: Condition | None, answers: dict[str, Any]) -> bool:
    """Whether a condition (`{cause: hilang}`) holds for the answers; no condition always holds.

    All named answers must match; a list means one of its values.
    """
    for key, wanted in (when or {}).items():
        given = answers.get(key)
        if given not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


class Source(_Part):
    """Where the office published this: file of the seed and its heading."""

    file: str
    heading: str


class Question(_Part):
    """Something asked before the checklist because requirements depend on it."""

    key: Key
    text: str
    options: dict[str, str] = Field(min_length=1)


class FormUse(_Part):
    """Which parts of a national form a service asks for."""

    form: str
    parts: list[str]


class Requirement(_Part):
    """One line of Persyaratan, in the office's own words."""

    key: Key
    text: str
    kind: Literal["upload", "paper", "form"] = "upload"
    nature: Nature | None = None
    label: str = ""
    when: Condition | None = None
    note: str = ""
    forms: list[FormUse] = []


class PublishedLine(_Part):
    """One line of Sistem, Mekanisme dan Prosedur; `step` is the engine's step it stands for.

    None means that the applicant does it alone. `{menu}` in a procedure stands for the variant's menu; in a
    resolved service it is filled in.
    """

    text: str
    step: str | None = None


class Step(_Part):
    """One row of the SOP: an actor, a kind, a time, an output."""

    step: Slug
    name: str
    kind: StepKind
    actor: str
    minutes: int | None = Field(default=None, ge=1)
    output: str = ""
    returns_to: list[str] = []
    can_reject: bool = False
    signature: Signature | None = None
    send_by: list[Literal["email", "history"]] = []
    note: str = ""


class Procedure(_Part):
    """The published lines and the steps the engine runs."""

    procedure: Slug
    name: str
    published: list[PublishedLine]
    steps: list[Step] = Field(min_length=2)


class Deadline(_Part):
    """How long the office promises, in working minutes or working days.

    It starts when the complete file is sent, or when the office has registered it (`registered`: at the step
    of that kind). It stops when the files are `sent`, when the document is `handed_over`, or when it lies
    `ready` for that.
    """

    text: str
    working_minutes: int | None = Field(default=None, ge=1)
    working_days: int | None = Field(default=None, ge=1)
    starts: Literal["complete", "registered"] = "complete"
    stops: Literal["sent", "ready", "handed_over"] = "sent"


class Product(_Part):
    """What comes out: a signed PDF, or a card for which the print room gets a ticket."""

    document: str
    medium: Medium
    label: str = ""


class FormField(_Part):
    """One field of a form. `rows` is a table: `columns` are its fields, `min` and `max` count its rows."""

    key: Key
    label: str
    type: FieldType
    required: bool = True
    hint: str = ""
    when: Condition | None = None
    options: str | None = None
    min: int | float | None = None
    max: int | float | None = None
    max_length: int = 100
    past: bool = False
    letters_only: bool = False
    min_words: int = Field(default=1, ge=1)
    # Left out of a revision where empty, so that services without rows keep their content.
    columns: list["FormField"] = Field(default=[], exclude_if=_empty)

    @property
    def choice_list(self) -> str:
        """The list that the answer is chosen from, "" for a field that is not chosen."""
        return VILLAGES if self.type == "village" else self.options or ""

    @property
    def most_rows(self) -> int:
        """How many rows a table may have."""
        return int(self.max or MAX_ROWS)

    @property
    def fewest_rows(self) -> int:
        """How many rows a table must have."""
        return int(self.min or 1) if self.required else 0


class FormPart(_Part):
    """A block of a form, shown as one page."""

    part: Key
    title: str
    fields: list[FormField]


class FormRule(_Part):
    """A rule over fields. An empty field breaks none but `together` (all or none) and `some` (at least one).

    `different`: no two fields alike; `not_before`: the first date not before the second; `counts`: the number
    is that of the rows of the second. Over the rows of one field: `exactly_one`, one row whose `column` has
    this `value`; `unique`, no two rows alike in `column`.
    """

    rule: Literal["different", "not_before", "together", "some", "counts", "exactly_one", "unique"]
    fields: list[str] = Field(min_length=1)
    column: str | None = Field(default=None, exclude_if=_empty)
    value: str | None = Field(default=None, exclude_if=_empty)
    message: str


class Form(_Part):
    """A national form as data, versioned by its regulation."""

    form: str
    title: str
    regulation: str
    valid_from: date
    parts: list[FormPart]
    rules: list[FormRule] = []


class Variant(_Part):
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
    forms: list[FormPart] = []
    form_rules: list[FormRule] = []

    def role_of(self, step: Step) -> str:
        """The role that carries a step out in Loket: the desk confirms what the applicant does there."""
        return self.desk if step.kind == "acknowledge" else step.actor

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

    @property
    def desk(self) -> str:
        """The role that takes applications in: the one of the first step after the applicant's."""
        return self.procedure.steps[1].actor

    @property
    def signature(self) -> Signature | None:
        """How the documents are signed, None where no step signs."""
        return next((step.signature for step in self.procedure.steps if step.kind == "sign"), None)

    def uploads(self, answers: dict[str, Any]) -> list[Requirement]:
        """The papers this applicant has to upload, by the answers given."""
        return [item for item in self.requirements if item.kind == "upload" and applies(item.when, answers)]

    def handed(self, answers: dict[str, Any]) -> list[Requirement]:
        """The papers this applicant has to bring to the counter, by the answers given."""
        return [item for item in self.requirements if item.kind != "form" and applies(item.when, answers)]

    def fields(self) -> list[FormField]:
        """Every field of every form part, in order."""
        return [field for part in self.forms for field in part.fields]

    def choice_lists(self) -> set[str]:
        """The lists that its fields and the columns of its tables are chosen from."""
        asked = [entry for field in self.fields() for entry in (field, *field.columns)]
        return {entry.choice_list for entry in asked if entry.choice_list}


class StandardSection(_Part):
    """A heading of the printed standard and the components under it, by key, as the office titles them."""

    heading: str
    components: dict[Component, str]


class Service(_Part):
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
    variants: list[Variant] = Field(min_length=1)
    standard: dict[TextComponent, StandardText] = {}
    layout: list[StandardSection] = []
    choices: dict[str, dict[str, str]] = {}

    def variant(self, slug: str) -> Variant:
        """The variant named `slug`. Raises KeyError."""
        for variant in self.variants:
            if variant.variant == slug:
                return variant
        raise KeyError(slug)
