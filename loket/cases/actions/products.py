"""From the register to documents: what each product of a case says.

One builder for each kind of document. It knows the register and the template's context, nothing of
offices or services.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loket.cases.models import Case, CaseProduct
from loket.catalogue.rules import Product, Signature, Variant
from loket.core.actors import Actor
from loket.core.errors import LoketError
from loket.core.identity import mask_name, mask_number
from loket.documents import actions as documents
from loket.documents import queries as document_queries
from loket.register import queries as register
from loket.register.models import CivilRecord, Family, Resident

# A card issued by a later case of the family may already have replaced this one.
SIGNED_STATES = {"signed", "superseded"}


class NothingRecorded(LoketError):
    """Peristiwa permohonan ini belum tercatat di register, sehingga dokumennya belum dapat dibuat."""

    status = 409


@dataclass(frozen=True)
class Content:
    """What a document says: number, whose it is, what about, the template's context, what /v/ may show."""

    number: str
    subject_name: str
    subject_key: str
    context: dict[str, Any]
    shown: dict[str, str]


def _recorded(case: Case) -> tuple[CivilRecord, Family]:
    entry = register.record_of_case(case.ref)
    family = register.current_family(entry.resident) if entry else None
    if entry is None or family is None:
        raise NothingRecorded()
    return entry, family


def _birth_certificate(case: Case) -> Content:
    entry, _ = _recorded(case)
    child, facts = entry.resident, entry.facts
    kind = facts["parents_kind"]
    context = {
        "nik": child.nik,
        "name": child.name,
        "sex": child.sex,
        "birth_place": child.birth_place,
        "birth_date": child.birth_date.isoformat(),
        "citizenship": "WARGA NEGARA INDONESIA" if child.nationality == "WNI" else "",
        "parents_kind": kind,
        "child_order": facts["birth_order"],
        "mother_name": child.mother_name,
    }
    if kind != "mother_only":
        context["father_name"] = child.father_name
    shown = {
        "Nama": mask_name(child.name),
        "NIK": mask_number(child.nik),
        "Tahun lahir": str(child.birth_date.year),
    }
    return Content(entry.number, child.name, f"akta:{entry.number}", context, shown)


def _member(relation: str, person: Resident) -> dict[str, Any]:
    row: dict[str, Any] = {
        "name": person.name,
        "nik": person.nik,
        "sex": person.sex,
        "birth_place": person.birth_place,
        "birth_date": person.birth_date.isoformat(),
        "religion": person.religion,
        "education": person.education,
        "occupation": person.occupation,
        "blood_type": person.blood_type,
        "marital_status": person.marital_status,
        "relationship": relation,
        "citizenship": person.nationality,
        "father_name": person.father_name,
        "mother_name": person.mother_name,
    }
    if person.marriage_date:
        row["marriage_date"] = person.marriage_date.isoformat()
    return row


def _family_card(case: Case) -> Content:
    family = register.family_of_case(case.ref)
    if family is None:
        raise NothingRecorded()
    card = register.family_card(family)
    context = {
        "head_name": card["head"],
        "address": card["address"],
        "rt": card["rt"],
        "rw": card["rw"],
        "postal_code": card["postal_code"],
        "village": card["village"].upper(),
        "district": card["district"].upper(),
        "regency": card["regency"].upper(),
        "province": card["province"].upper(),
        "members": [_member(relation, person) for relation, person in card["members"]],
    }
    shown = {
        "Kepala keluarga": mask_name(card["head"]),
        "Jumlah anggota": str(len(card["members"])),
        "Kecamatan": card["district"],
    }
    return Content(card["number"], card["head"], f"kk:{card['number']}", context, shown)


BUILDERS: dict[str, Callable[[Case], Content]] = {
    "kutipan-akta-kelahiran": _birth_certificate,
    "kartu-keluarga": _family_card,
}


def card_data(case: Case) -> dict[str, str]:
    """What the print room needs to find the card's person in the national application."""
    entry, family = _recorded(case)
    return {
        "nik": entry.resident.nik,
        "family_card_number": family.number,
        "birth_certificate_number": entry.number,
    }


def prepare(case: Case, variant: Variant, by: Actor) -> None:
    """Issue the documents of a case and note its cards; again after a correction, with the new content.

    Raises NothingRecorded, AlreadySigned.
    """
    rows = []
    for product in variant.products:
        data: dict[str, str] = {}
        if product.medium == "pdf":
            _issue(case, product, variant.signature or "electronic", by)
        else:
            data = card_data(case)
        rows.append(
            CaseProduct(
                case=case,
                office_id=case.office_id,
                document=product.document,
                medium=product.medium,
                label=product.label or product.document,
                data=data,
            )
        )
    CaseProduct.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["case", "document"],
        update_fields=["office", "medium", "label", "data"],
    )


def _issue(case: Case, product: Product, signature: Signature, by: Actor) -> None:
    content = BUILDERS[product.document](case)
    documents.issue(
        office=case.office,
        kind=product.document,
        title=document_queries.template(product.document).title,
        number=content.number,
        subject_name=content.subject_name,
        subject_key=content.subject_key,
        context=content.context,
        shown=content.shown,
        case_ref=case.ref,
        by=by,
        signature=signature,
    )


def all_signed(case: Case) -> bool:
    """Whether every PDF product of the case has its signed file."""
    wanted = CaseProduct.objects.filter(case=case, medium="pdf").count()
    states = document_queries.states_of_case(case.ref)
    return len(states) == wanted and set(states) <= SIGNED_STATES
