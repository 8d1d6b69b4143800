"""From the register to documents: what each product of a case says.

One builder for each kind of document. It knows the register and the template's context, nothing of
offices or services.
"""

from collections.abc import Callable

from loket.cases.actions.products import civil, internal, population
from loket.cases.actions.products.content import Content, NothingRecorded
from loket.cases.models import Case, CaseProduct
from loket.catalogue.rules import Product, Variant
from loket.core.actors import Actor
from loket.documents import actions as documents
from loket.documents import queries as document_queries
from loket.offices.models import Account
from loket.offices.queries import holder_of_role
from loket.register import queries as register

# A card issued by a later case of the family may already have replaced this one.
SIGNED_STATES = {"signed", "superseded"}
BUILDERS: dict[str, Callable[[Case], Content]] = {
    **civil.BUILDERS,
    **population.BUILDERS,
    **internal.BUILDERS,
}

__all__ = ["BUILDERS", "Content", "NothingRecorded", "all_signed", "prepare", "revoke_ended"]


def prepare(case: Case, variant: Variant, by: Actor) -> None:
    """Issue the documents of a case and note its cards; again after a correction, with the new content.

    Raises NothingRecorded, AlreadySigned.
    """
    rows = []
    signer = holder_of_role(case.office, variant.signed_by) if variant.signed_by else None
    for product in variant.products:
        data: dict[str, str] = {}
        if product.medium == "pdf":
            _issue(case, product, variant, signer, by)
        else:
            data = population.card_data(case)
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


def _issue(case: Case, product: Product, variant: Variant, signer: Account | None, by: Actor) -> None:
    """Issue one document, in the name of whoever holds the role that signs it (`signer`)."""
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
        signature=variant.signature or "electronic",
        signer=signer,
        source=variant.source if variant.event else "own",
    )


def revoke_ended(case: Case, by: Actor) -> None:
    """Revoke the kutipan of the akta that this case put an end to.

    Once its note is signed, nobody who verifies one shall read that it is in force.
    """
    event = register.event_of_case(case.ref)
    number = event.facts.get("ends", "") if event else ""
    if number:
        reason = f"Akta {number} sudah tidak berlaku"
        documents.revoke(office_code=case.office_id, subject_key=f"akta:{number}", reason=reason, by=by)


def all_signed(case: Case) -> bool:
    """Whether every PDF product of the case has its signed file."""
    wanted = CaseProduct.objects.filter(case=case, medium="pdf").count()
    states = document_queries.states_of_case(case.ref)
    return len(states) == wanted and set(states) <= SIGNED_STATES
