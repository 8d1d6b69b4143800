"""Imports of a population."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class ImportRun(models.Model):
    """The import of a population file: what it is of the file that is kept, how far it came, what it gave.

    `next_family` is the first family of the file (in the order of its lines) that no chunk has looked at yet.
    The rows wait in a staging table of their own until the run is over (`register.actions.importing`).
    """

    class State(models.TextChoices):
        READING = "reading", "Membaca berkas"
        TAKING = "taking", "Memasukkan keluarga"
        DONE = "done", "Selesai"
        STOPPED = "stopped", "Dihentikan"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="import_runs")
    file_hash = models.CharField(max_length=64)
    file_bytes = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    # Why numbers that cannot have been issued are accepted all the same; empty: they are not.
    override_reason = models.CharField(max_length=300, blank=True)
    by = models.CharField(max_length=60)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(default=0)
    families = models.PositiveIntegerField(default=0)
    next_family = models.PositiveIntegerField(default=1)
    families_taken = models.PositiveIntegerField(default=0)
    residents_taken = models.PositiveIntegerField(default=0)
    families_known = models.PositiveIntegerField(default=0)
    families_rejected = models.PositiveIntegerField(default=0)
    rows_rejected = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=Q(state__in=["reading", "taking"]), name="register_one_import"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reading", "taking"], finished_at__isnull=True)
                | Q(state__in=["done", "stopped"], finished_at__isnull=False),
                name="register_import_ends",
            ),
        ]

    @property
    def ref(self) -> str:
        """How the journal names this import."""
        return f"import:{self.pk}"
