"""Published revisions of services. Once written, a revision never changes."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class ServiceRevision(models.Model):
    """One published state of a service: what a case opened under it keeps for life.

    `definition` is the canonical JSON of the resolved `rules.Service` as text, because `jsonb` would lose the
    order of options and components; `content_hash` is its SHA-256, which the database checks itself.
    `number` counts the revisions of this service; `service_number` is the office's own ("15").
    The trigger of migration 0001 refuses UPDATE, DELETE and TRUNCATE.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="service_revisions")
    service = models.CharField(max_length=50)
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    service_number = models.CharField(max_length=20)
    group = models.CharField(max_length=200)
    effective_from = models.DateField()
    content_hash = models.CharField(max_length=64)
    definition = models.TextField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office", "service", "number"], name="catalogue_revision_number_once"
            ),
            models.UniqueConstraint(
                fields=["office", "service", "content_hash"], name="catalogue_revision_content_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="catalogue_revision_number_from_one"),
        ]
        indexes = [
            # The revision in force on a date is the first row of this order.
            models.Index(
                fields=["office", "service", "-effective_from", "-number"], name="catalogue_revision_in_force"
            )
        ]

    def __str__(self) -> str:
        return f"{self.office_id}/{self.service} revisi {self.number}"
