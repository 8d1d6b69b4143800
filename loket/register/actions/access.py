"""Hak akses data: an agency that may use population data under a MoU and a PKS, and until when.

Law: UU 23/2006 jo. 24/2013 art. 58, Permendagri 102/2019. No password is kept here.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from loket.core.actors import Actor
from loket.offices.models import Office
from loket.register.actions.changes import Changes, Outcome, record_event, today_at
from loket.register.models import DataAccess, RegisterEvent
from loket.register.rules import RuleBroken

LETTER = "BA-AKSES"


class AgreementOver(RuleBroken):
    """Perjanjian Kerja Sama ini sudah berakhir, sehingga hak akses tidak dapat diberikan."""


class AgreementKnown(RuleBroken):
    """Hak akses menurut Perjanjian Kerja Sama ini sudah pernah diberikan. Periksa kembali nomornya."""


@dataclass(frozen=True)
class AccessRequest:
    """What an agency is given: its agreements, until when, and categories of data with their users."""

    institution: str
    institution_kind: str
    address: str
    person_name: str
    person_title: str
    phone: str
    email: str
    kind: str
    purpose: str
    mou_number: str
    mou_date: date
    agreement_number: str
    agreement_date: date
    valid_until: date
    categories: tuple[dict[str, Any], ...]


def record_access(*, office: Office, report: AccessRequest, case_ref: str, by: Actor) -> RegisterEvent:
    """Give an agency access, with the number of the berita acara. Raises AgreementOver, AgreementKnown."""
    return record_event(
        office=office,
        kind="data_access",
        case_ref=case_ref,
        by=by,
        apply=lambda changes: _give(changes, office, report, case_ref),
        letter=LETTER,
    )


def _give(changes: Changes, office: Office, report: AccessRequest, case_ref: str) -> Outcome:
    if report.valid_until < today_at(office):
        raise AgreementOver(field="pks_berakhir")
    values = vars(report) | {"categories": list(report.categories)}
    try:
        with transaction.atomic():
            changes.add(DataAccess(office=office, case_ref=case_ref, **values))
    except IntegrityError as error:  # one access for each agreement
        raise AgreementKnown(field="pks_nomor") from error
    return Outcome()
