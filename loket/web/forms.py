"""Forms of a standard as pages: their parts, their choices, the answers in words; keys of posted forms."""

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from loket.cases.actions import NotPossible
from loket.cases.models import Case
from loket.cases.rules.answers import Fault
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


def typed_answers(part: FormPart, posted: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with dates and times that people write without the usual signs put into shape.

    A keyboard of digits has no dash: `17082026` is a date and `0730` or `07,30` a time.
    """
    typed = dict(posted)
    for field in part.fields:
        text = typed.get(field.key, "").strip()
        if field.type == "date":
            typed[field.key] = re.sub(r"^(\d\d)[ ]?(\d\d)[ ]?(\d{4})$", r"\1-\2-\3", text)
        elif field.type == "time":
            typed[field.key] = re.sub(r"^(\d{1,2})[,.: ]?(\d\d)$", r"\1.\2", text)
    return typed


def worded(faults: Iterable[Fault], fields: Iterable[FormField]) -> list[Fault]:
    """The faults in the words of a page: a list is chosen from, and a question keeps its question mark."""
    kinds = {field.key: field.type for field in fields}
    found = []
    for fault in faults:
        message = fault.message
        if kinds.get(fault.key) == "choice":
            message = message.replace(": wajib diisi.", ": pilih salah satu.").replace("?: p", "? P")
        found.append(replace(fault, message=message))
    return found


def closed(request: HttpRequest, case: Case) -> HttpResponse:
    """The answer to whoever opens a page of a case that can no longer be changed. Raises NotPossible."""
    sentence = "Permohonan ini sudah dikirim atau ditutup, jadi isian dan berkasnya tidak dapat diubah lagi."
    if request.method == "POST":
        raise NotPossible(sentence)
    messages.warning(request, sentence)
    return redirect("public:case", case_id=case.pk)


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
