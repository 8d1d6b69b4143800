"""Numbers that cannot have been issued and are accepted all the same."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class AcceptedNumber(models.Model):
    """Why an office takes a NIK or nomor KK that cannot have been issued so; given once by a supervisor.

    `code` is the finding (`core.identity`). Rows stay (trigger of migration numbers_and_merges); without one
    the database refuses a resident or family with such a number. `source` is the case, or the import, in
    which it was met.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="accepted_numbers")
    number = models.CharField(max_length=16)
    code = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    by = models.CharField(max_length=60)
    by_name = models.CharField(max_length=100)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "code", "office"], name="register_accepted_once"),
            models.CheckConstraint(
                condition=Q(code__in=["nik_impossible", "kk_impossible"]), name="register_accepted_code"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9]{16}$") & ~Q(reason=""), name="register_accepted_whole"
            ),
        ]
