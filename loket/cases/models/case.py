"""Cases, what happened to them, their papers, what they yield, and the time they waited."""

import uuid

from django.db import models
from django.db.models import Q

from loket.cases.rules.states import STATE_NAMES
from loket.catalogue.models import ServiceRevision
from loket.offices.models import Account, Office, Site


class Case(models.Model):
    """One application (permohonan), opened under one revision of the standard, which it keeps for life.

    `version` grows with every change: a form made from an older one is refused. `create_key` is the
    idempotency key of the form that made it. Every index costs each change of a case: those below are all,
    none of a column that changes often (step, deadline), so that PostgreSQL writes only the row (`InboxRow`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="cases", db_index=False)
    revision = models.ForeignKey(
        ServiceRevision, on_delete=models.PROTECT, related_name="cases", db_index=False
    )
    service = models.SlugField(db_index=False)
    variant = models.SlugField(db_index=False)
    channel = models.CharField(max_length=12)
    # Somebody who came to the counter has no account; the sender is who came in their stead.
    applicant = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )
    applicant_name = models.CharField(max_length=100)
    applicant_phone = models.CharField(max_length=20, blank=True, db_default="")
    applicant_email = models.EmailField(max_length=120, blank=True, db_default="")
    sender_name = models.CharField(max_length=100, blank=True, db_default="")
    sender_phone = models.CharField(max_length=20, blank=True, default="", db_default="")
    # The mandate under which the sender sent it, where the standard wants one.
    mandate = models.ForeignKey(
        "cases.SenderMandate", on_delete=models.PROTECT, null=True, related_name="cases", db_index=False
    )
    # By which of the published ways the document was taken.
    pickup = models.CharField(max_length=60, blank=True, default="", db_default="")
    # Where it was taken in; none is the office's main place.
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="cases")
    receipt_number = models.CharField(max_length=40, null=True)
    state = models.CharField(max_length=10, choices=list(STATE_NAMES.items()), default="draft")
    step = models.SlugField(blank=True, db_index=False)
    # What the revision says of the present step, so that a list need not read revisions.
    step_kind = models.CharField(max_length=20, blank=True)
    step_role = models.SlugField(blank=True, db_index=False)
    tracking_code = models.CharField(max_length=19, unique=True, null=True)
    answers = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    create_key = models.UUIDField(unique=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    complete_at = models.DateTimeField(null=True)
    registered_at = models.DateTimeField(null=True)
    deadline_at = models.DateTimeField(null=True)
    # When the standard's clock stopped: the document sent, ready, or handed over.
    stopped_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    # The register holds the event for good; what it can undo does not count.
    recorded = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATE_NAMES)), name="cases_state_known"),
            models.CheckConstraint(
                condition=Q(state="draft", tracking_code__isnull=True, submitted_at__isnull=True)
                | Q(state="cancelled", tracking_code__isnull=True, submitted_at__isnull=True)
                | (
                    ~Q(state="draft")
                    & Q(tracking_code__isnull=False, submitted_at__isnull=False, deadline_at__isnull=False)
                ),
                name="cases_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "rejected", "cancelled", "expired"], finished_at__isnull=False)
                | (Q(state__in=["draft", "open", "returned"], finished_at__isnull=True)),
                name="cases_finished_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_at__isnull=False) | ~Q(state="returned"),
                name="cases_returned_has_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="open") & ~Q(step="") & ~Q(step_kind="") & ~Q(step_role=""))
                | ~Q(state="open"),
                name="cases_open_has_step",
            ),
            models.CheckConstraint(
                condition=Q(applicant__isnull=False) | ~Q(channel="online"), name="cases_online_has_account"
            ),
            models.UniqueConstraint(fields=["office", "receipt_number"], name="cases_receipt_once"),
            models.CheckConstraint(
                condition=Q(receipt_number__isnull=True) | Q(registered_at__isnull=False),
                name="cases_receipt_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["returned_at"], name="cases_waiting", condition=Q(state="returned")),
            models.Index(fields=["applicant", "-created_at"], name="cases_of_applicant"),
            models.Index(
                fields=["office", "-registered_at"],
                name="cases_registered",
                condition=Q(registered_at__isnull=False),
            ),
            models.Index(fields=["office", "-submitted_at"], name="cases_recent"),
            models.Index(fields=["office", "state", "-submitted_at"], name="cases_recent_of_state"),
        ]

    @property
    def ref(self) -> str:
        """How other packages and the journal name this case."""
        return f"case:{self.pk}"


class CaseEvent(models.Model):
    """Something that happened to a case. Rows are only ever added (trigger of migration 0002).

    `key` is the idempotency key of the form; the same key again finds this row instead of acting twice.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    step = models.SlugField(blank=True)
    next_step = models.SlugField(blank=True)
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=100)
    reason = models.CharField(max_length=1000, blank=True)
    at = models.DateTimeField()
    key = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="cases_event_order"),
            models.UniqueConstraint(fields=["case", "key"], name="cases_event_key_once"),
        ]


class Pause(models.Model):
    """A time in which the clock of a case stood still."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="pauses")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(ended_at__isnull=True), name="cases_one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="cases_pause_forward",
            ),
        ]


class Attachment(models.Model):
    """A paper uploaded for one requirement. Replaced ones stay, with the moment they were taken away.

    `sha256`, `media_type` and `size` are of the original, which is kept and never shown; `served_*` of the
    copy that is, empty for papers of a version that made none.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attachments")
    requirement = models.SlugField(max_length=60)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    served_sha256 = models.CharField(max_length=64, default="", db_default="")
    served_type = models.CharField(max_length=20, default="", db_default="")
    uploaded_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "requirement", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="cases_same_file_once",
            ),
        ]


class EventMark(models.Model):
    """A keyed hash of what makes two reports the same event (mother and birth date, say).

    The standard names the fields (`same_event`); no NIK is kept here.
    """

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="mark")
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    mark = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["mark"], name="cases_same_event")]


class CaseProduct(models.Model):
    """What a case yields, by its standard: a document to sign, or a card for the print room."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="products")
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    document = models.SlugField(max_length=60)
    label = models.CharField(max_length=100)
    medium = models.CharField(max_length=5)
    data = models.JSONField(default=dict)
    released_at = models.DateTimeField(null=True)
    # When a card was made, as the print room told it.
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "document"], name="cases_product_once")]
        indexes = [
            models.Index(fields=["released_at"], name="cases_cards_released", condition=Q(medium="card")),
        ]
