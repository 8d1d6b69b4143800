"""Filling in a part of a case's form: the same work behind the applicant's page and the counter's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest

from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.rules.answers import Fault, check_answers, read_part
from loket.catalogue.rules import FormField, FormPart, Variant
from loket.core.errors import NotFoundError
from loket.web import letter
from loket.web.forms import FieldRow, added_line, choices_of, field_rows, parts_of, typed_answers, worded
from loket.web.guards import actor, take_unsent
from loket.web.known import MARK, FromRegister

MAX_DIGITS = 4
# The field of the national forms that says who applies.
_NAME = "pemohon_nama"


@dataclass(frozen=True)
class Filled:
    """A page of the form: what to show, and whether a post was saved without a fault.

    `again` is where to go instead when one more row of a table was asked for. `known` are the fields that
    the register filled in, to be compared and saved; `marks` go along with that page.
    """

    part: FormPart
    parts: list[FormPart]
    rows: list[FieldRow]
    faults: list[Fault]
    saved: bool
    again: str
    status: int
    known: list[FormField] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    @property
    def following(self) -> FormPart | None:
        """The next page of the form, None after the last."""
        index = self.parts.index(self.part)
        return self.parts[index + 1] if index + 1 < len(self.parts) else None


def faults_of(case: Case, variant: Variant) -> list[Fault]:
    """What is still missing or wrong in the answers."""
    service = queries.definition(case.revision)
    return check_answers(service, variant, case.answers, queries.today(case.office))


def _more_lines(request: HttpRequest) -> int:
    """How many rows of a table were asked for with "Tambah baris"."""
    asked = request.GET.get("baris", "")
    return int(asked) if asked.isdecimal() and len(asked) < MAX_DIGITS else 0


def _with_more_lines(request: HttpRequest, table: str, lines: int, keep: Mapping[str, str]) -> str:
    """The address of the same page with one row more, at that row. What was typed is kept already."""
    return f"{request.path}?{urlencode({'baris': str(lines), **keep})}#b-{table}-{lines - 1}"


def begun(case: Case, variant: Variant, name: str) -> bool:
    """Whether a part was saved before: only then is what it lacks a mistake."""
    part = next((item for item in parts_of(variant) if item.part == name), None)
    return part is not None and any(field.key in case.answers for field in part.fields)


def _with_name(case: Case, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers with the name that was written at the counter, so that nobody writes it twice."""
    return {_NAME: case.applicant_name, **answers} if case.applicant_name else dict(answers)


def fill_part(
    request: HttpRequest,
    case: Case,
    variant: Variant,
    name: str,
    *,
    mending: bool,
    keep: Mapping[str, str] | None = None,
    from_register: bool = False,
) -> Filled:
    """Show or save one part; what is typed is kept even while something is wrong with it.

    With `mending` a page that is only looked at already says what is wrong; `keep` goes along in the address
    when a table grows. With `from_register`, never for a citizen, a page on which the register filled in
    something is shown once more before that is saved. Raises NotFoundError for a part that the form does not
    have, and what `save_answers` raises.
    """
    parts = parts_of(variant)
    part = next((item for item in parts if item.part == name), None)
    if part is None:
        raise NotFoundError("Bagian ini tidak ada pada formulir ini.")
    choices = choices_of(queries.definition(case.revision), variant)
    unsent = take_unsent(request)
    if request.method == "POST":
        return _saved(request, case, part, parts, choices, keep or {}, from_register=from_register)
    values: Mapping[str, Any] = _with_name(case, case.answers)
    faults: list[Fault] = []
    if unsent is not None:
        values = {**values, **typed_answers(part, unsent)}
        messages.warning(request, "Sesi Anda sempat berakhir. Isian Anda ada di bawah; kirim sekali lagi.")
    elif mending:
        faults = [fault for fault in faults_of(case, variant) if fault.part == name]
    faults = worded(faults, part.fields)
    rows = field_rows(part, values, faults, choices, _more_lines(request))
    return Filled(part, parts, rows, faults, saved=False, again="", status=200)


def _saved(
    request: HttpRequest,
    case: Case,
    part: FormPart,
    parts: list[FormPart],
    choices: dict[str, dict[str, str]],
    keep: Mapping[str, str],
    *,
    from_register: bool,
) -> Filled:
    """Save what was posted; what the register adds to it is only shown, and saved with the next post."""
    by, today = actor(request), queries.today(case.office)
    typed = typed_answers(part, request.POST.dict())
    known = FromRegister(case, by, request.POST.getlist(MARK)) if from_register else None
    if known:
        typed = known.without_former(part, typed, case.answers, choices)
    values, faults = read_part(part, typed, case.answers, choices, today)
    actions.save_answers(case_id=case.pk, values=values, by=by)
    again, fields, marks = "", [], []
    if added := added_line(part, request.POST.dict(), values):
        again = _with_more_lines(request, *added, keep)
    elif known:
        found = known.complete(part, values, case.answers, choices)
        letter.complete(case, by, part, found, case.answers, choices, request.POST.getlist(MARK))
        fields, marks = found.fields, found.marks
        if fields:
            values, faults = read_part(part, found.values, case.answers, choices, today)
    faults = worded(faults, part.fields)
    rows = field_rows(part, {**case.answers, **values}, faults, choices, _more_lines(request))
    saved = not faults and not fields
    return Filled(part, parts, rows, faults, saved, again, 422 if faults else 200, fields, marks)
