"""Messages to people: the outbox. The row is the truth; a job only carries it out sooner."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class Notice(models.Model):
    """One e-mail to send, written in the transaction of what it tells.

    `key` makes the same notice impossible twice and is its Message-ID, so that a repeat after a crash can
    be recognised. `attachments` are stored files (`sha256`, `filename`). The body of a `secret` notice
    (a one-time code) is erased once it is sent or given up.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu"
        SENT = "sent", "Terkirim"
        FAILED = "failed", "Gagal"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True)
    key = models.CharField(max_length=100, unique=True)
    case_ref = models.CharField(max_length=60, blank=True, db_index=True)
    to = models.EmailField(max_length=120)
    subject = models.CharField(max_length=150)
    body = models.TextField()
    attachments = models.JSONField(default=list)
    secret = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="sent", sent_at__isnull=False) | ~Q(state="sent")),
                name="notices_sent_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="notices_waiting", condition=Q(state="waiting")),
        ]
