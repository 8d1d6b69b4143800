"""A supervisor takes a number that cannot have been issued so, with a reason that is kept."""

from loket.audit.actions import record
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import LoketError, NotAllowedError
from loket.core.identity import family_card_findings, impossible, nik_findings
from loket.offices.models import Office
from loket.register.models import AcceptedNumber

RIGHT = "supervise"
SHORTEST, LONGEST = 10, 300


class ReasonTooShort(LoketError):
    """Tulis alasannya, paling sedikit 10 huruf, tanpa NIK atau nomor KK."""

    status = 422


class NothingToAccept(LoketError):
    """Nomor ini tidak memerlukan alasan atasan."""

    status = 422


def accept_number(
    *, office: Office, number: str, code: str, reason: str, source: str, by: Actor
) -> AcceptedNumber:
    """Keep why the office takes an impossible NIK or nomor KK; once given, the first reason stays.

    Raises NotAllowedError without the right, NothingToAccept, ReasonTooShort.
    """
    if not by.may(RIGHT, office.code):
        raise NotAllowedError()
    findings = nik_findings(number) if code.startswith("nik") else family_card_findings(number)
    found = impossible(findings)
    if found is None or found.code != code:
        raise NothingToAccept()
    text = " ".join(reason.split())[:LONGEST]
    if len(text) < SHORTEST or any(len(word) > 7 and word.isdigit() for word in text.split()):
        raise ReasonTooShort(field="accept_reason")
    accepted, new = AcceptedNumber.objects.get_or_create(
        office=office,
        number=number,
        code=code,
        defaults={
            "reason": text,
            "source": source,
            "by": by.ref,
            "by_name": by.name,
            "at": clock.now(),
        },
    )
    if new:
        record(
            action="register.accept_number",
            subject=source,
            actor=by.ref,
            office_code=office.code,
            details={"code": code, "accepted": accepted.pk},
        )
    return accepted
