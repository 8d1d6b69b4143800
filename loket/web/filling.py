"""Filling in a part of a case's form: the same work behind the applicant's page and the counter's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest

from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.rules.answers import Fault, check_answers, read_part
from loket.catalogue.rules import FormPart, Variant
from loket.core.errors import NotFoundError
from loket.web.forms import FieldRow, added_line, choices_of, field_rows, parts_of, typed_answers, worded
from loket.web.guards import actor, take_unsent

MAX_DIGITS = 4


@dataclass(frozen=True)
class Filled:
    """A page of the form: what to show, and whether a post was saved without a fault.

    `again` is where to go instead when one more row of a table was asked for.
    """

    part: FormPart
    parts: list[FormPart]
    rows: list[FieldRow]
    faults: list[Fault]
    saved: bool
    again: str
    status: int

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


def fill_part(
    request: HttpRequest,
    case: Case,
    variant: Variant,
    name: str,
    *,
    mending: bool,
    keep: Mapping[str, str] | None = None,
) -> Filled:
    """Show or save one part; what is typed is kept even while something is wrong with it.

    With `mending` a page that is only looked at already says what is wrong; `keep` goes along in the address
    when a table grows. Raises NotFoundError for a part
    that the form does not have, and what `save_answers` raises.
    """
    parts = parts_of(variant)
    part = next((item for item in parts if item.part == name), None)
    if part is None:
        raise NotFoundError("Bagian ini tidak ada pada formulir ini.")
    choices = choices_of(queries.definition(case.revision), variant)
    values: Mapping[str, Any] = case.answers
    faults: list[Fault] = []
    saved, again, unsent = False, "", take_unsent(request)
    if request.method == "POST":
        typed = typed_answers(part, request.POST.dict())
        values, faults = read_part(part, typed, case.answers, choices, queries.today(case.office))
        actions.save_answers(case_id=case.pk, values=values, by=actor(request))
        saved = not faults
        if added := added_line(part, request.POST.dict(), values):
            again = _with_more_lines(request, *added, keep or {})
    elif unsent is not None:
        values = {**values, **typed_answers(part, unsent)}
        messages.warning(request, "Sesi Anda sempat berakhir. Isian Anda ada di bawah; kirim sekali lagi.")
    elif mending:
        faults = [fault for fault in faults_of(case, variant) if fault.part == name]
    faults = worded(faults, part.fields)
    rows = field_rows(part, {**case.answers, **values}, faults, choices, _more_lines(request))
    status = 422 if faults and request.method == "POST" else 200
    return Filled(part, parts, rows, faults, saved, again, status)
