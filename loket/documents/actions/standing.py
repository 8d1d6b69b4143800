"""Which document of a subject is in force: the newest signed one alone; none once they are revoked."""

from django.db import connection

from loket.audit.actions import record
from loket.core.actors import Actor
from loket.documents.models import Document
from loket.offices.models import Account

_LOCK_NAMESPACE = 0x5B7


def lock_subject(document: Document) -> None:
    """Let nobody else put a document of this subject in force until the transaction ends.

    Of two documents of one subject signed at once, the second must see the first to replace it.
    """
    subject = f"{document.office_id}:{document.kind}:{document.subject_key}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_NAMESPACE, subject])


def supersede_older(document: Document, by: Account | Actor) -> None:
    """End the document that this one replaces: the one in force of the same kind and subject.

    `by` is who signed this one, or took it over from SIAK.
    """
    older = Document.objects.select_for_update().filter(
        office_id=document.office_id,
        kind=document.kind,
        subject_key=document.subject_key,
        state=Document.State.SIGNED,
    )
    for old in older:
        old.state, old.superseded_by = Document.State.SUPERSEDED, document
        old.save(update_fields=["state", "superseded_by"])
        record(
            action="document.supersede",
            subject=f"document:{old.pk}",
            actor=by.ref,
            office_code=old.office_id,
            details={"by": document.pk},
        )


def revoke(*, office_code: str, subject_key: str, reason: str, by: Actor) -> int:
    """End what is in force of a subject for good, of whatever kind; gives how many documents that were.

    `reason` is shown to whoever verifies one of them: no personal data.
    """
    in_force = Document.objects.select_for_update().filter(
        office_id=office_code, subject_key=subject_key, state=Document.State.SIGNED
    )
    ended = list(in_force.order_by("pk"))
    for document in ended:
        document.state, document.revoked_reason = Document.State.REVOKED, reason
        document.save(update_fields=["state", "revoked_reason"])
        record(
            action="document.revoke",
            subject=f"document:{document.pk}",
            actor=by.ref,
            office_code=office_code,
            details={"reason": reason},
        )
    return len(ended)
