"""Published standards as papers: the Standar Pelayanan as a page and a PDF, the SOP AP as a PDF.

What stands where comes from the catalogue; the templates are two more documents of `national/documents`.
Nobody signs these files: they are what the head of the office signs when the standard is laid down.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string

from loket.catalogue.bpmn import bpmn_xml
from loket.catalogue.listing import as_data
from loket.catalogue.printing import Block, contents, standard_text
from loket.catalogue.rules import Service, StandardText
from loket.catalogue.sop import SopPlan, sop_plans
from loket.core.wording import long_date
from loket.documents.queries import template
from loket.documents.rendering import Frame, render
from loket.offices.rules import OfficeFile

STANDARD, SOP = "standar-pelayanan", "sop-ap"


@dataclass(frozen=True)
class Form:
    """A way to print a standard: what makes it, and what kind of file it is."""

    make: Callable[[Service, OfficeFile], bytes]
    media_type: str
    suffix: str

    @property
    def is_text(self) -> bool:
        """Whether it can be shown in a terminal."""
        return self.media_type != "application/pdf"


def standard_pdf(service: Service, office: OfficeFile) -> bytes:
    """The Standar Pelayanan as the office lays it down, A4; the same standard gives the same bytes.

    Raises RenderingError for a letter that no embedded font has.
    """
    context = {
        "group": service.group,
        "name": service.name,
        "effective": service.effective_from,
        "sections": [
            {
                "heading": section.heading,
                "components": [
                    {
                        "number": str(component.number),
                        "title": component.title,
                        "blocks": [_block(block) for block in component.blocks],
                    }
                    for component in section.components
                ],
            }
            for section in contents(service)
        ],
    }
    return render(template(STANDARD), context, frame=_frame(service, office))


def _block(block: Block) -> dict[str, Any]:
    return {
        "number": f"{block.number}." if block.number is not None else "",
        "heading": block.heading,
        "lines": [{"mark": mark, "text": _one_line(line)} for mark, line in block.marked],
    }


def standard_html(service: Service, office: OfficeFile) -> bytes:
    """The Standar Pelayanan as one page that needs no other file."""
    context = {
        "service": service,
        "office": office,
        "sections": contents(service),
        "effective": long_date(service.effective_from),
        "head": head_of(office),
    }
    return render_to_string("documents/standard.html", context).encode()


def sop_pdf(service: Service, office: OfficeFile) -> bytes:
    """The SOP AP of a service by PermenPAN-RB 35/2012, A4 landscape: identity, then a chart per procedure.

    Raises RenderingError for a letter that no embedded font has.
    """
    sop, texts = service.sop, service.standard
    plans = sop_plans(service, {role.role: role.name for role in office.roles})
    context = {
        "name": sop.name or service.name,
        "number": sop.number,
        "created": sop.created,
        "revised": sop.revised,
        "effective": sop.effective,
        "approved_by": sop.approved_by or head_of(office),
        "legal_basis": _lines(sop.legal_basis or texts.get("legal_basis", "")),
        "qualification": _lines(sop.qualification or texts.get("competence", "")),
        "related": _lines(sop.related),
        "equipment": _lines(sop.equipment or texts.get("facilities", "")),
        "warnings": _lines(sop.warnings),
        "recording": _lines(sop.recording),
        "charts": [_chart(item, named=len(plans) > 1) for item in plans],
    }
    return render(template(SOP), context, frame=_frame(service, office))


def _chart(plan: SopPlan, *, named: bool) -> dict[str, Any]:
    """A plan as the template takes it."""
    return {
        "title": plan.title if named else "",
        "closes": "yes" if plan.closes else "no",
        "actors": [{"name": name} for name in plan.actors],
        "rows": [
            {
                "column": row.column,
                "shape": row.shape,
                **{
                    key: _one_line(getattr(row, key)) for key in ("name", "needs", "time", "output", "remark")
                },
            }
            for row in plan.rows
        ],
        "nexts": [{"origin": line.origin, "leaves": line.leaves, "label": line.label} for line in plan.nexts],
        "returns": [
            {
                "target": line.target,
                "enters": line.enters,
                "lane": line.lane,
                "origins": [{"row": item.row, "leaves": item.leaves} for item in line.origins],
            }
            for line in plan.returns
        ],
        "refused": [{"origin": line.origin, "leaves": line.leaves} for line in plan.refused],
    }


def _lines(text: StandardText) -> list[dict[str, str]]:
    lines = text.splitlines() if isinstance(text, str) else text
    return [{"text": _one_line(line)} for line in lines if line.strip()]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def head_of(office: OfficeFile) -> str:
    """Who lays the standards of an office down, by title and never by name: who signs its documents."""
    signers = [role for role in office.roles if "sign" in role.rights]
    titled = [role.title for role in signers if role.title]
    return (titled or [role.name for role in signers] or [f"Kepala {office.name}"])[0]


def _frame(service: Service, office: OfficeFile) -> Frame:
    """The frame of a standard; its date is the one from which it is in force, so that a file repeats."""
    return Frame(
        document_id=f"{service.office}/{service.service}",
        number=service.number,
        verify_url="",
        office_name=office.name,
        region=office.region,
        place=office.place,
        issued_on=service.effective_from,
        issued_at=datetime.combine(service.effective_from, time.min, tzinfo=UTC),
        signer_name="",
        signer_title=head_of(office),
        signer_id="",
        specimen=False,
        signed_electronically=False,
    )


def _text(service: Service, _: OfficeFile) -> bytes:
    return standard_text(service).encode()


def _json(service: Service, _: OfficeFile) -> bytes:
    return (json.dumps(as_data(service), ensure_ascii=False, indent=1) + "\n").encode()


def _bpmn(service: Service, office: OfficeFile) -> bytes:
    return bpmn_xml(service, roles={role.role: role.name for role in office.roles}).encode()


FORMS: Mapping[str, Form] = {
    "text": Form(_text, "text/plain; charset=utf-8", "txt"),
    "json": Form(_json, "application/json", "json"),
    "html": Form(standard_html, "text/html; charset=utf-8", "html"),
    "pdf": Form(standard_pdf, "application/pdf", "pdf"),
    "sop": Form(sop_pdf, "application/pdf", "pdf"),
    "bpmn": Form(_bpmn, "application/xml", "bpmn"),
}


@lru_cache(maxsize=128)
def published_file(form: str, definition: str, office: str) -> bytes:
    """One of `FORMS` of a published revision, kept because anybody may ask for it again and again.

    `definition` and `office` are the JSON of the revision and of its office's file.
    """
    found = Service.model_validate_json(definition), OfficeFile.model_validate_json(office)
    return FORMS[form].make(*found)
