"""Lists of field teams, and their lines."""

from django.db.models import Count, Q

from loket.cases.models import FieldLine, FieldList
from loket.core.errors import NotFoundError
from loket.offices.models import Office

PAGE = 30
_STANDING = Q(lines__struck_at__isnull=True)


def field_lists(office: Office, *, page: int = 1) -> tuple[list[FieldList], bool]:
    """A page of an office's lists, the newest first, each with `people` and `cases`; and whether it goes on.

    One query.
    """
    start = (page - 1) * PAGE
    people = Count("lines", filter=_STANDING)
    cases = Count("lines", filter=_STANDING & Q(lines__case__isnull=False))
    found = FieldList.objects.filter(office=office).annotate(people=people, cases=cases)
    rows = list(found.select_related("village").order_by("-opened_at", "-pk")[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def field_list(office: Office, list_id: int) -> FieldList:
    """One list of an office. Raises NotFoundError."""
    found = FieldList.objects.filter(office=office, pk=list_id).select_related("village").first()
    if found is None:
        raise NotFoundError("Daftar pendataan ini tidak ditemukan.")
    return found


def field_lines(field_list: FieldList, *, page: int = 1) -> tuple[list[FieldLine], bool]:
    """A page of the lines of a list, the last one first; and whether it goes on. One query."""
    start = (page - 1) * PAGE
    rows = list(field_list.lines.select_related("case").order_by("-number")[start : start + PAGE + 1])
    return rows[:PAGE], len(rows) > PAGE


def field_line(office: Office, line_id: int) -> FieldLine:
    """One line of a list of an office. Raises NotFoundError."""
    rows = FieldLine.objects.filter(field_list__office=office, pk=line_id)
    found = rows.select_related("field_list__office", "field_list__village", "case").first()
    if found is None:
        raise NotFoundError("Baris pendataan ini tidak ditemukan.")
    return found
