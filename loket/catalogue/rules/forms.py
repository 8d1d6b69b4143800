"""National forms: parts, fields, tables of rows, rules."""

from datetime import date
from typing import Literal

from pydantic import Field

from loket.catalogue.rules.words import MAX_ROWS, VILLAGES, Condition, FieldType, Key, Part, empty


class FormField(Part):
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
    columns: list["FormField"] = Field(default=[], exclude_if=empty)

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


class FormPart(Part):
    """A block of a form, shown as one page."""

    part: Key
    title: str
    fields: list[FormField]


class FormRule(Part):
    """A rule over fields; with `when` it counts for these answers only.

    An empty field breaks none but `together` (all or none) and `some` (at least one).

    `different`: no two fields alike; `not_before`: the first date not before the second; `counts`: the number
    is that of the rows of the second. Over the rows of one field: `exactly_one`, one row whose `column` has
    this `value`; `none`, no row has it; `unique`, no two rows alike in `column`.
    """

    rule: Literal["different", "not_before", "together", "some", "counts", "exactly_one", "none", "unique"]
    fields: list[str] = Field(min_length=1)
    when: Condition | None = Field(default=None, exclude_if=empty)
    column: str | None = Field(default=None, exclude_if=empty)
    value: str | None = Field(default=None, exclude_if=empty)
    message: str


class Form(Part):
    """A national form as data, versioned by its regulation."""

    form: str
    title: str
    regulation: str
    valid_from: date
    parts: list[FormPart]
    rules: list[FormRule] = []


class FormUse(Part):
    """Which parts of a national form a service asks for."""

    form: str
    parts: list[str]
