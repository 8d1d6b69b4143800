"""Filling in a part of a case's form: the same work behind the applicant's page and the counter's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest

from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.rules.answers import Fault, check_answers, read_part
from loket.catalogue.rules import FormField, FormPart, Variant, applies
from loket.core.errors import NotFoundError
from loket.web.forms import choices_of, parts_of, typed_answers, worded
from loket.web.guards import actor, take_unsent


@dataclass(frozen=True)
class Filled:
    """A page of the form: what to show, and whether a post was saved without a fault."""

    part: FormPart
    parts: list[FormPart]
    rows: list[tuple[FormField, Any, str | None, dict[str, str]]]
    faults: list[Fault]
    saved: bool
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


def field_rows(
    part: FormPart, values: Mapping[str, Any], faults: list[Fault], choices: dict[str, dict[str, str]]
) -> list[tuple[FormField, Any, str | None, dict[str, str]]]:
    """The fields of a page that apply, each with its value, its error and what can be chosen."""
    errors = {fault.key: fault.message for fault in faults}
    return [
        (field, values.get(field.key, ""), errors.get(field.key), choices.get(field.options or "", {}))
        for field in part.fields
        if applies(field.when, values)
    ]


def fill_part(request: HttpRequest, case: Case, variant: Variant, name: str, *, mending: bool) -> Filled:
    """Show or save one part; what is typed is kept even while something is wrong with it.

    With `mending` a page that is only looked at already says what is wrong. Raises NotFoundError for a part
    that the form does not have, and what `save_answers` raises.
    """
    parts = parts_of(variant)
    part = next((item for item in parts if item.part == name), None)
    if part is None:
        raise NotFoundError("Bagian ini tidak ada pada formulir ini.")
    choices = choices_of(queries.definition(case.revision), variant)
    values: Mapping[str, Any] = case.answers
    faults: list[Fault] = []
    saved, unsent = False, take_unsent(request)
    if request.method == "POST":
        typed = typed_answers(part, request.POST.dict())
        values, faults = read_part(part, typed, case.answers, choices, queries.today(case.office))
        actions.save_answers(case_id=case.pk, values=values, by=actor(request))
        saved = not faults
    elif unsent is not None:
        values = {**values, **unsent}
        messages.warning(request, "Sesi Anda sempat berakhir. Isian Anda ada di bawah; kirim sekali lagi.")
    elif mending:
        faults = [fault for fault in faults_of(case, variant) if fault.part == name]
    faults = worded(faults, part.fields)
    rows = field_rows(part, {**case.answers, **values}, faults, choices)
    status = 422 if faults and request.method == "POST" else 200
    return Filled(part, parts, rows, faults, saved, status)
