"""Who may send applications of others, what was sent out under which berita acara, and work items."""

from loket.cases.models import Case, HandoverRecord, SenderMandate
from loket.cases.queries.one import today
from loket.core.errors import NotFoundError
from loket.offices.models import Office

PAGE = 100


def mandates(office: Office, *, in_force: bool = False) -> list[SenderMandate]:
    """The mandates of an office that nobody has ended, by village and name. One query."""
    found = SenderMandate.objects.filter(office=office, ended_at__isnull=True)
    if in_force:
        day = today(office)
        found = found.filter(valid_from__lte=day, valid_until__gte=day)
    return list(found.select_related("village").order_by("village__name", "name"))


def mandate_in_force(office: Office, key: int | None) -> SenderMandate | None:
    """The mandate with this key, where it holds today; or None."""
    return next((mandate for mandate in mandates(office, in_force=True) if mandate.pk == key), None)


def handover_records(office: Office) -> list[HandoverRecord]:
    """The last berita acara of an office with their cases, the newest first. Three queries."""
    found = HandoverRecord.objects.filter(office=office).order_by("-opened_at", "-pk")
    return list(found.prefetch_related("items__case__products")[:PAGE])


def handover_record(office: Office, key: int) -> HandoverRecord:
    """One berita acara of an office. Raises NotFoundError."""
    found = HandoverRecord.objects.filter(office=office, pk=key)
    record = found.prefetch_related("items__case__products").first()
    if record is None:
        raise NotFoundError("Berita acara ini tidak ditemukan.")
    return record


def open_work(office: Office) -> list[Case]:
    """The work items of an office that are not done, by their deadline. One query."""
    found = Case.objects.filter(office=office, state="open", channel="internal")
    return list(
        found.select_related("revision", "office")
        .defer("revision__definition")
        .order_by("deadline_at")[:PAGE]
    )
