"""The sealer."""

from procrastinate.contrib.django import app

from loket.audit import actions, queries
from loket.audit.models import Entry

# The sixth field of a cron line counts seconds.
EVERY_TEN_SECONDS = "* * * * * */10"


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int = 0) -> None:
    """Seal the waiting rows of every office, anchor the heads, and numbers that a crash left unanchored."""
    waiting = Entry.objects.filter(seq__isnull=True).values_list("office_code", flat=True).distinct()
    directories = queries.anchor_directories()
    # An office that was anchored before is looked at too: a crash may have come between seal and anchor.
    offices = sorted(set(waiting).union(*map(queries.anchored_offices, directories)))
    failures: list[Exception] = []
    for directory in directories:
        try:
            for office_code in offices:
                actions.seal_and_anchor(office_code=office_code, directory=directory)
        except OSError as error:  # a disk that was taken out must not keep the others from being written
            failures.append(error)
    actions.anchor_numbers()
    if failures:
        raise failures[0]
