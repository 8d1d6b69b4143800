"""Files that came back from SIAK and could not be put in their place by themselves."""

from django.db import models
from django.db.models import Q

from loket.documents.models import Document
from loket.offices.models import Office


class SiakFile(models.Model):
    """A well-signed file of which a person has to say whose it is; each file of an office once.

    `why` is what did not agree, as the page said it; `document` the one that it resembles, in the end the one
    that it became; `reason` why the person matched it or put it away.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu dicocokkan"
        MATCHED = "matched", "Sudah dicocokkan"
        DISCARDED = "discarded", "Tidak dipakai"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="siak_files")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=500)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="+")
    # Whether it only came before its case was ready for it: then nobody has to decide anything.
    early = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=60)
    reason = models.CharField(max_length=300, blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "sha256"], name="cases_siak_file_once"),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at__isnull=True)
                | Q(state="matched", settled_at__isnull=False, document__isnull=False)
                | Q(state="discarded", settled_at__isnull=False),
                name="cases_siak_file_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "received_at"],
                name="cases_siak_files_waiting",
                condition=Q(state="waiting"),
            ),
        ]
