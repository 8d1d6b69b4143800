"""Printing the paper kit: a form for each service, and a block of numbered resi."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.paper import reserve_pack
from loket.cases.models import PaperPack
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import services_of
from loket.catalogue.rules import FormField, Requirement, Service, Variant
from loket.core import clock
from loket.documents.queries import signs_in_law, template
from loket.documents.rendering import Frame, render
from loket.offices.models import Office
from loket.offices.queries import definition

FORM, RECEIPTS = "formulir-kertas", "resi-kertas"
# Boxes for each digit; everything else is written on a line.
_BOXES = {"nik": 16, "nomor_kk": 16, "date": 8, "time": 4, "phone": 13}
# A longer list is looked up on the screen; on paper one writes the answer.
MOST_OPTIONS = 12


@transaction.atomic
def print_kit(*, office: Office, count: int, by: str) -> tuple[PaperPack, dict[str, bytes]]:
    """Reserve a block of resi and render the kit: files by name.

    Raises LoketError for a count out of range, RenderingError; then nothing is reserved.
    """
    pack = reserve_pack(office=office, count=count, by=by)
    files = {f"resi-{pack.number:04d}.pdf": receipts_pdf(pack)}
    for revision in services_of(office, queries.today(office)):
        service = queries.definition(revision)
        for variant in service.variants:
            name = f"formulir-{service.service}-{variant.variant}.pdf"
            files[name] = form_pdf(office, revision, service, variant)
    record(
        action="paper.print",
        subject=f"paper-pack:{pack.pk}",
        actor=by,
        office_code=office.code,
        details={"files": len(files)},
    )
    return pack, files


def receipts_pdf(pack: PaperPack) -> bytes:
    """The numbered resi of a pack and the list on which they are noted."""
    receipts = [
        {
            "number": receipt.number,
            "tracking_code": receipt.tracking_code,
            "tracking": f"{settings.BASE_URL}/lacak/?kode={receipt.tracking_code}",
        }
        for receipt in pack.receipts.order_by("number")
    ]
    context = {"first": pack.first, "last": pack.last, "receipts": receipts}
    return render(template(RECEIPTS), context, frame=_frame(pack.office, f"{pack.number}"))


def form_pdf(office: Office, revision: ServiceRevision, service: Service, variant: Variant) -> bytes:
    """The checklist and form of one variant, to be filled in by hand."""
    context = {
        "service": service.name,
        "variant": variant.name if len(service.variants) > 1 else "",
        "deadline": variant.deadline.text,
        "days": settings.PAPER_DAYS,
        "questions": [
            {"text": question.text, "options": _labels(question.options.values())}
            for question in variant.questions
        ],
        "requirements": [_requirement(item, variant) for item in variant.requirements],
        "parts": [
            {"title": part.title, "fields": [_field(field, service) for field in part.fields]}
            for part in variant.forms
        ],
    }
    frame = _frame(office, f"{service.number}, revisi {revision.number}")
    return render(template(FORM), context, frame=frame)


def _labels(words: Any) -> list[dict[str, str]]:
    return [{"label": word} for word in words]


def _requirement(item: Requirement, variant: Variant) -> dict[str, str]:
    return {"text": item.text, "only": _when(item, variant), "note": item.note}


def _when(item: Requirement, variant: Variant) -> str:
    """For which answers a requirement is asked, in the words of the questions."""
    words = []
    for key, wanted in (item.when or {}).items():
        options = {question.key: question.options for question in variant.questions}.get(key, {})
        values = wanted if isinstance(wanted, list) else [wanted]
        words.append(" atau ".join(options.get(str(value), str(value)) for value in values))
    return f"untuk: {'; '.join(words)}" if words else ""


def _field(field: FormField, service: Service) -> dict[str, Any]:
    choices = service.choices.get(field.options or "", {}) if field.type == "choice" else {}
    return {
        "label": field.label,
        "hint": " ".join(_hints(field)),
        "optional": "" if field.required else "(boleh kosong)",
        "boxes": _BOXES.get(field.type, 0),
        "lines": 3 if field.type == "paragraph" else 1,
        "options": _labels(choices.values()) if len(choices) <= MOST_OPTIONS else [],
    }


def _hints(field: FormField) -> Iterator[str]:
    if field.hint:
        yield field.hint
    if field.type == "date":
        yield "Tanggal, bulan, tahun"
    if field.when:
        yield "Bila berlaku"


def _frame(office: Office, number: str) -> Frame:
    file = definition(office)
    return Frame(
        document_id="kertas",
        number=number,
        verify_url="",
        office_name=file.name,
        region=file.region,
        place=file.place,
        issued_on=queries.today(office),
        issued_at=clock.now(),
        signer_name="",
        signer_title="",
        signer_id="",
        specimen=not signs_in_law(),
        signed_electronically=False,
    )
