"""Forms of a standard as pages: their parts, their choices, the answers in words; keys of posted forms."""

import uuid
from typing import Any

from django.http import HttpRequest

from loket.cases.models import Case
from loket.catalogue.rules import FormField, FormPart, Service, Variant, applies
from loket.core.errors import NotFoundError
from loket.core.idempotency import parse_key

QUESTIONS = "pertanyaan"


def form_key(request: HttpRequest) -> uuid.UUID:
    """The idempotency key of a posted form. Raises NotFoundError for a form we did not make."""
    key = parse_key(request.POST.get("key", ""))
    if key is None:
        raise NotFoundError("Formulir ini tidak lengkap. Muat ulang halaman, lalu kirim lagi.")
    return key


def question_part(variant: Variant) -> FormPart | None:
    """The questions before the checklist as a form part of their own."""
    if not variant.questions:
        return None
    fields = [
        FormField(key=item.key, label=item.text, type="choice", options=item.key)
        for item in variant.questions
    ]
    return FormPart(part=QUESTIONS, title="Pertanyaan awal", fields=fields)


def parts_of(variant: Variant) -> list[FormPart]:
    """All pages of the form: the questions first."""
    first = question_part(variant)
    return ([first] if first else []) + list(variant.forms)


def choices_of(service: Service, variant: Variant) -> dict[str, dict[str, str]]:
    """The code lists of the form, with the questions' options as lists of their own."""
    return {**service.choices, **{item.key: item.options for item in variant.questions}}


def _words(field: FormField, value: Any, choices: dict[str, dict[str, str]]) -> Any:
    return choices[field.options].get(value, "") if field.options else value


def shown_answers(
    case: Case, service: Service, variant: Variant
) -> list[tuple[FormPart, list[tuple[FormField, Any]]]]:
    """The answers as people read them, page by page, with words in place of codes."""
    choices = choices_of(service, variant)
    return [
        (
            part,
            [
                (field, _words(field, case.answers.get(field.key, ""), choices))
                for field in part.fields
                if applies(field.when, case.answers)
            ],
        )
        for part in parts_of(variant)
    ]
