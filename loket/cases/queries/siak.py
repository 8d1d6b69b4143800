"""Cases that are handed to SIAK: what is entered there, and what has not come back."""

from collections.abc import Iterator
from typing import Any

from loket.cases.models import Case, SiakFile
from loket.cases.queries.one import cases_by_refs, variant_of
from loket.cases.rules.siak import Expected, Group, Line, Sheet, niks_in
from loket.catalogue.queries import definition, siak_screen
from loket.catalogue.rules import FormField, Service, SiakSection, Variant, applies
from loket.documents.models import Document
from loket.documents.queries import waiting_for_siak
from loket.offices.models import Office

LISTED = 200
REST = "Isian lain"


def sheet(case: Case) -> Sheet:
    """What an operator enters in SIAK, in its order; what its screen does not name comes last. No query.

    Questions before the form are left out: they decide the requirements, not the register.
    """
    variant, service = variant_of(case), definition(case.revision)
    screen = siak_screen(variant.event or "")
    fields = {field.key: field for field in variant.fields() if applies(field.when, case.answers)}
    sections = list(screen.sections) if screen else []
    named = {key for section in sections for key in section.fields}
    if rest := {key: field.label for key, field in fields.items() if key not in named}:
        sections.append(SiakSection(title=REST, fields=rest))
    groups = [
        Group(
            section.title,
            tuple(
                line
                for key, label in section.fields.items()
                if key in fields
                for line in _lines(fields[key], label, case, service, variant)
            ),
        )
        for section in sections
    ]
    return Sheet(screen.menu if screen else "", tuple(group for group in groups if group.lines))


def _lines(field: FormField, label: str, case: Case, service: Service, variant: Variant) -> Iterator[Line]:
    """The value of a field, each cell of a table one line; nothing where it was left empty."""
    value = case.answers.get(field.key)
    if field.type != "rows":
        if text := _text(field, value, service, variant):
            yield Line(label, text)
        return
    for number, row in enumerate(value if isinstance(value, list) else [], start=1):
        for column in field.columns:
            if text := _text(column, row.get(column.key), service, variant):
                yield Line(f"{label} {number}: {column.label}", text)


def _text(field: FormField, value: Any, service: Service, variant: Variant) -> str:
    """A value as it is typed: the words of a code, a date with the day first."""
    if value in (None, ""):
        return ""
    if field.choice_list:
        return str(service.choices.get(field.choice_list, {}).get(str(value), value))
    if field.type == "date":
        year, month, day = str(value).split("-")
        return f"{day}-{month}-{year}"
    return str(value)


def expected(document: Document) -> Expected:
    """What the file of a document has to show."""
    niks = niks_in(document.context) - {document.number}
    return Expected(document.number, document.subject_name, niks)


def siak_files(office: Office) -> list[SiakFile]:
    """The files of which a person has to say whose they are, oldest first. One query."""
    waiting = SiakFile.objects.filter(office=office, state=SiakFile.State.WAITING)
    return list(waiting.select_related("document").order_by("received_at", "pk")[:LISTED])


def siak_awaited(office: Office) -> list[tuple[Document, Case | None]]:
    """The documents that have not come back yet, oldest first, each with its case. Two queries."""
    documents = list(waiting_for_siak(office).defer("context")[:LISTED])
    cases = {case.ref: case for case in cases_by_refs(office, [item.case_ref for item in documents])}
    return [(document, cases.get(document.case_ref)) for document in documents]
