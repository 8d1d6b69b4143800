"""The books: a line for each number that was ever given, and the closing of their days and years.

Lines stay. The triggers of migration `books` refuse a line for a day that is closed, a gap that nobody told
of, and every change but that a number was spoiled; they keep what an entry of a closed day said before it
was corrected, and derive how far a book is closed from its closes.
"""

from django.db import models
from django.db.models import F, Q

from loket.offices.models import Office
from loket.register.models.elsewhere import Origin


class InForce(models.Manager[models.Model]):
    """Entries whose number was not spoiled."""

    def get_queryset(self) -> models.QuerySet[models.Model]:
        """Without the spoiled ones."""
        return super().get_queryset().filter(spoiled_at__isnull=True)


class RegisterBook(models.Model):
    """A book of an office. Its row is locked by whoever takes a number or closes a day.

    `closed_through`: the last day that is closed, kept by a trigger.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="register_books")
    book = models.CharField(max_length=20)
    closed_through = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["office", "book"], name="register_book_once")]


class BookLine(models.Model):
    """A number as it stands in its book: its place in the year, its day, to what it was given.

    `ref` is the application, "" for a number that was taken to be marked as spoiled. What a line is about is
    read from the row that bears its number.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="book_lines")
    book = models.CharField(max_length=20)
    year = models.PositiveSmallIntegerField()
    entry = models.PositiveIntegerField()
    number = models.CharField(max_length=60)
    source = models.CharField(max_length=4, choices=Origin.choices, default=Origin.OWN, db_default=Origin.OWN)
    day = models.DateField()
    ref = models.CharField(max_length=60, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=60)
    spoiled_at = models.DateTimeField(null=True)
    spoiled_by = models.CharField(max_length=60, blank=True)
    spoiled_reason = models.CharField(max_length=300, blank=True)
    # The number that the application got in its place.
    replaced_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "book", "year", "entry"], name="register_line_place_once"
            ),
            models.UniqueConstraint(fields=["office", "book", "number"], name="register_line_number_once"),
            models.CheckConstraint(
                condition=Q(spoiled_at__isnull=True, spoiled_by="", spoiled_reason="", replaced_by="")
                | (Q(spoiled_at__isnull=False) & ~Q(spoiled_by="") & ~Q(spoiled_reason="")),
                name="register_line_spoiled_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "book", "day"], name="register_line_day"),
            models.Index(fields=["office", "ref"], name="register_line_ref"),
            models.Index(
                fields=["office", "spoiled_at"],
                condition=Q(spoiled_at__isnull=False),
                name="register_line_spoiled",
            ),
        ]


class BookNote(models.Model):
    """What an entry of a closed day said before it was corrected; written by a trigger, never changed."""

    line = models.ForeignKey(BookLine, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    before = models.JSONField()


class BookRequest(models.Model):
    """What takes two people: spoiling a number of a gapless book, opening a closed day or year again."""

    class Kind(models.TextChoices):
        SPOIL = "spoil", "Membatalkan nomor yang rusak"
        BLANK = "blank", "Mencatat nomor kosong yang rusak"
        REOPEN = "reopen", "Membuka lagi buku yang ditutup"

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu keputusan"
        APPROVED = "approved", "Disetujui"
        REFUSED = "refused", "Ditolak"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="book_requests")
    book = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    line = models.ForeignKey(BookLine, on_delete=models.PROTECT, null=True, related_name="requests")
    close = models.ForeignKey("BookClose", on_delete=models.PROTECT, null=True, related_name="requests")
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.CharField(max_length=60)
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at__isnull=True)
                | (
                    Q(state__in=["approved", "refused"], decided_at__isnull=False)
                    & ~Q(decided_by="")
                    & ~Q(decided_by=F("asked_by"))
                ),
                name="register_request_two_people",
            ),
            models.CheckConstraint(
                condition=Q(kind="spoil", line__isnull=False, close__isnull=True)
                | Q(kind="blank", line__isnull=True, close__isnull=True)
                | Q(kind="reopen", line__isnull=True, close__isnull=False),
                name="register_request_whole",
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(state="waiting"), name="register_request_line_once"
            ),
            models.UniqueConstraint(
                fields=["close"], condition=Q(state="waiting"), name="register_request_close_once"
            ),
        ]


class BookClose(models.Model):
    """A day or a year of a book as it was closed: what stood in it, and the journal's head at that moment.

    Closing a day closes all days before it. `details` tells the numbers that were spoiled or whose event was
    undone on that day, and the gaps that a restore left. Rows stay; only an approved request of two people
    opens one again.
    """

    class Kind(models.TextChoices):
        DAY = "day", "harian"
        YEAR = "year", "tahunan"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="book_closes")
    book = models.CharField(max_length=20)
    kind = models.CharField(max_length=4, choices=Kind.choices)
    day = models.DateField()
    entries = models.PositiveIntegerField()
    first_entry = models.PositiveIntegerField(null=True)
    last_entry = models.PositiveIntegerField(null=True)
    first_number = models.CharField(max_length=60, blank=True)
    last_number = models.CharField(max_length=60, blank=True)
    # Of the year, up to and with this day.
    entries_of_year = models.PositiveIntegerField()
    details = models.JSONField(default=dict)
    journal_seq = models.PositiveBigIntegerField()
    journal_hash = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by = models.CharField(max_length=60)
    closed_by_name = models.CharField(max_length=100)
    reopened_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "book", "kind", "day"],
                condition=Q(reopened_at__isnull=True),
                name="register_close_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="day") | Q(kind="year", day__month=12, day__day=31),
                name="register_close_kind",
            ),
            models.CheckConstraint(
                condition=Q(entries=0, first_entry__isnull=True, last_entry__isnull=True)
                | Q(entries__gt=0, first_entry__isnull=False, last_entry__gte=F("first_entry")),
                name="register_close_counted",
            ),
        ]
        indexes = [models.Index(fields=["office", "day"], name="register_close_of_day")]
