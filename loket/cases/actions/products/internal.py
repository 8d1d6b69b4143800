"""What the office writes for itself: the report of a work item."""

from collections.abc import Callable

from loket.cases import queries
from loket.cases.actions.products.content import Content, NothingRecorded
from loket.cases.models import Case
from loket.cases.rules.answers import clean_text
from loket.core.wording import long_date


def _report(case: Case) -> Content:
    text = case.answers.get("laporan", "")
    if not text:
        raise NothingRecorded("Laporan pekerjaan ini belum ditulis.")
    service = queries.definition(case.revision)
    opened = queries.today(case.office)
    # A browser ends lines with CR LF, and what is pasted brings signs that no paper shows.
    paragraphs = [{"text": line} for part in text.splitlines() if (line := clean_text(part))]
    context = {"work": service.name, "period": long_date(opened), "paragraphs": paragraphs}
    number = f"LAP/{case.office_id}/{case.tracking_code}"
    return Content(number, service.name, f"report:{case.pk}", context, {"Laporan": service.name})


BUILDERS: dict[str, Callable[[Case], Content]] = {"laporan-internal": _report}
