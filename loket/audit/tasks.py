"""The sealer."""

from django.conf import settings
from procrastinate.contrib.django import app

from loket.audit import actions, queries
from loket.audit.models import Entry

# The sixth field of a cron line counts seconds.
EVERY_TEN_SECONDS = "* * * * * */10"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int = 0) -> None:
    """Seal the waiting rows of every office and anchor the heads."""
    waiting = Entry.objects.filter(seq__isnull=True).values_list("office_code", flat=True).distinct()
    # An office that was anchored before is looked at too: a crash may have come between seal and anchor.
    for office_code in sorted({*waiting, *queries.anchored_offices(settings.ANCHORS_DIR)}):
        actions.seal_and_anchor(office_code=office_code, directory=settings.ANCHORS_DIR)
