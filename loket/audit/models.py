"""The journal: one row for every state change and every look at a person.

No foreign keys, so that nothing else can change or delete it. Rows are written unsealed in the transaction
of what they tell; the sealer of the office gives them their place in the hash chain shortly after.
The triggers of migration 0002 refuse DELETE, TRUNCATE and any UPDATE but that sealing.
"""

from django.db import models
from django.db.models import Q


class Entry(models.Model):
    """One journal row. `office_code` is empty for what concerns the whole installation."""

    at = models.DateTimeField()
    office_code = models.CharField(max_length=4, blank=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    actor = models.CharField(max_length=60)
    details = models.JSONField(default=dict)
    seq = models.BigIntegerField(null=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office_code", "seq"], name="audit_seq_once"),
            models.CheckConstraint(
                # A CHECK lets NULL pass, so that "is not null" must be said.
                condition=Q(seq__isnull=True, hash="") | (Q(seq__isnull=False, seq__gte=1) & ~Q(hash="")),
                name="audit_sealed_whole",
            ),
        ]
        indexes = [
            models.Index(fields=["office_code", "id"], name="audit_unsealed", condition=Q(seq__isnull=True)),
            models.Index(fields=["subject", "id"], name="audit_subject"),
        ]


class UnanchoredNumber(models.Model):
    """A number that was issued and is not yet written to the anchors outside the database.

    Stored in the transaction that issues it, gone once it is durable in every anchor directory.
    """

    office_code = models.CharField(max_length=4)
    key = models.CharField(max_length=60)
    value = models.PositiveIntegerField()
    at = models.DateTimeField()
