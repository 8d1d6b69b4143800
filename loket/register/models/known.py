"""When a row is true, and what was known of it before."""

from django.db import models
from django.db.models import Q


class Known(models.Model):
    """A live row: true from `valid_from` on, as the register knows since `recorded_from`.

    The database sets both, and keeps in `Version` what was known before and what is known of the past
    (trigger of migration versions); `register.past` reads it.
    """

    valid_from = models.DateField(db_default=models.Func(function="register_valid_day"))
    recorded_from = models.DateTimeField(db_default=models.Func(function="register_moment"))

    class Meta:
        abstract = True


class Version(models.Model):
    """A resident, family or membership (`kind`) as it was in a time that is past, or as it was once known.

    True on the days from `valid_from` until before `valid_to` (None: on), as known from `recorded_from`
    until `recorded_to` (None: still). Written by the trigger alone; no two of a row overlap.
    """

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=12)
    row_id = models.BigIntegerField()
    data = models.JSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_from = models.DateTimeField()
    recorded_to = models.DateTimeField(null=True)

    class Meta:
        db_table = "register_version"
        indexes = [models.Index(fields=["kind", "row_id"], name="register_version_row")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["resident", "family", "membership"]), name="register_version_kind"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=models.F("valid_to")),
                name="register_version_days",
            ),
            models.CheckConstraint(
                condition=Q(recorded_to__isnull=True) | Q(recorded_from__lt=models.F("recorded_to")),
                name="register_version_moments",
            ),
        ]
