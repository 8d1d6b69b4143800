"""What the register keeps of numbers that another system gave."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class Origin(models.TextChoices):
    """Who gave the number of an entry or a letter."""

    OWN = "own", "Loket"
    SIAK = "siak", "SIAK"


class OutsideNumber(models.Model):
    """A number that another system gave to a case and an official entered: which, by whom, when.

    `slot` is which of the numbers that the event of the case needs. A wrong one is corrected in place, as
    long as the document is not here; the journal keeps what it was.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="outside_numbers")
    case_ref = models.CharField(max_length=60)
    slot = models.CharField(max_length=20)
    kind = models.CharField(max_length=12)
    number = models.CharField(max_length=40)
    entered_by = models.CharField(max_length=60)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_ref", "slot"], name="register_outside_slot_once"),
            models.UniqueConstraint(fields=["office", "number"], name="register_outside_number_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["nik", "family_card"], number__regex=r"^[0-9]{16}$")
                | Q(kind__in=["record", "letter"], number__regex=r"^[0-9A-Z][0-9A-Z/.-]+$"),
                name="register_outside_shape",
            ),
        ]
