"""Printing the paper kit: a form for each service, and a block of numbered resi."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.conf import settings
from django.db import transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.paper import reserve_pack
from loket.cases.models import PaperPack, PaperReceipt
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import services_of
from loket.catalogue.rules import FormField, Requirement, Service, Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotAllowedError
from loket.documents.queries import template, working_frame
from loket.documents.rendering import render
from loket.offices.models import Office

FORM, RECEIPTS = "formulir-kertas", "resi-kertas"
# Boxes for each digit; everything else is written on a line.
_BOXES = {"nik": 16, "nomor_kk": 16, "date": 8, "time": 4, "phone": 13}
_LINES = {"paragraph": 3}
# A longer table goes on on another sheet.
ROWS_ON_PAPER = 10
# A longer list is looked up on the screen; on paper one writes the answer.
MOST_OPTIONS = 12


class NothingToPrint(ConflictError):
    """Semua resi pada blok ini sudah dipakai. Buat blok resi yang baru."""


@transaction.atomic
def print_kit(*, office: Office, count: int, by: str) -> tuple[PaperPack, dict[str, bytes]]:
    """Reserve a block of resi and render the kit: files by name.

    Raises LoketError for a count out of range, RenderingError; then nothing is reserved.
    """
    pack = reserve_pack(office=office, count=count, by=by)
    files = {f"resi-{pack.number:04d}.pdf": _printed(pack, by)}
    for revision, service, variant in _variants(office):
        files[f"formulir-{service.service}-{variant.variant}.pdf"] = form_pdf(
            office, revision, service, variant
        )
    return pack, files


@transaction.atomic
def print_receipts(*, pack: PaperPack, by: Actor) -> bytes:
    """The resi of a block as a file: all of them at first, later those that no case has yet.

    The same numbers are never reserved twice; each sheet says from which printing it is. Raises
    NotAllowedError, NothingToPrint.
    """
    if not by.may("intake", pack.office_id):
        raise NotAllowedError()
    return _printed(PaperPack.objects.select_for_update().get(pk=pack.pk), by.ref)


def _printed(pack: PaperPack, by: str) -> bytes:
    receipts = list(pack.receipts.filter(used_by_case__isnull=True).order_by("number"))
    if not receipts:
        raise NothingToPrint()
    pack.printings += 1
    pack.save(update_fields=["printings"])
    record(
        action="paper.print",
        subject=f"paper-pack:{pack.pk}",
        actor=by,
        office_code=pack.office_id,
        details={"printing": pack.printings, "receipts": len(receipts)},
    )
    return _receipts_pdf(pack, receipts)


def _receipts_pdf(pack: PaperPack, receipts: list[PaperReceipt]) -> bytes:
    """Numbered resi and the list on which they are noted."""
    rows = [
        {
            "number": receipt.number,
            "tracking_code": receipt.tracking_code,
            "tracking": f"{settings.BASE_URL}/lacak/?kode={receipt.tracking_code}",
        }
        for receipt in receipts
    ]
    context = {"first": rows[0]["number"], "last": rows[-1]["number"], "receipts": rows}
    again = f", cetakan ke-{pack.printings}" if pack.printings > 1 else ""
    frame = working_frame(pack.office, f"{pack.number}{again}", clock.now())
    return render(template(RECEIPTS), context, frame=frame)


def _variants(office: Office) -> Iterator[tuple[ServiceRevision, Service, Variant]]:
    """What somebody applies for; the office's own work has no form."""
    for revision in services_of(office, queries.today(office)):
        service = queries.definition(revision)
        for variant in service.variants:
            if not variant.opened_by_office:
                yield revision, service, variant


def forms_pdf(office: Office) -> bytes:
    """The forms of everything that the office takes in at the counter, one after the other."""
    # A large library that a process of the office seldom needs.
    import pikepdf  # noqa: PLC0415 (as above)

    whole = pikepdf.new()
    for revision, service, variant in _variants(office):
        if "counter" in variant.channels:
            with pikepdf.open(BytesIO(form_pdf(office, revision, service, variant))) as form:
                whole.pages.extend(form.pages)
    out = BytesIO()
    whole.save(out)
    return out.getvalue()


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
    frame = working_frame(office, f"{service.number}, revisi {revision.number}", clock.now())
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
        "lines": min(field.most_rows, ROWS_ON_PAPER) if field.columns else _LINES.get(field.type, 1),
        "columns": _labels(column.label for column in field.columns),
        "options": _labels(choices.values()) if len(choices) <= MOST_OPTIONS else [],
    }


def _hints(field: FormField) -> Iterator[str]:
    if field.hint:
        yield field.hint
    if field.type == "date":
        yield "Tanggal, bulan, tahun"
    if field.when:
        yield "Bila berlaku"
    if field.columns and field.most_rows > ROWS_ON_PAPER:
        yield "Lebih banyak baris: sambung di lembar lain."
