"""Documents that residents hold: cards, letters, permits."""

from datetime import date

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class HeldDocument(models.Model):
    """A document that a resident holds, or held: cards, letters, permits, and until when they count.

    What ends one is an event of the register (`register.actions.held`), so undoing the event brings it back.
    A period that ran out is no event: such a document stays in force until it is replaced; `expired` tells.
    """

    class Kind(models.TextChoices):
        KTP_EL = "ktp_el", "KTP-el"
        KIA = "kia", "KIA"
        SKTT = "sktt", "SKTT"
        SKPWNI = "skpwni", "SKPWNI"
        SKDWNI = "skdwni", "SKDWNI"
        SKPLN = "skpln", "SKPLN"
        SKDLN = "skdln", "SKDLN"
        SKPTI = "skpti", "Surat keterangan pengganti tanda identitas"
        ITAP = "itap", "ITAP"
        ITAS = "itas", "ITAS"
        PASSPORT = "passport", "Paspor"

    class State(models.TextChoices):
        IN_FORCE = "in_force", "Berlaku"
        VOID = "void", "Tidak berlaku"
        WITHDRAWN = "withdrawn", "Ditarik"
        REPLACED = "replaced", "Diganti"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="held_documents")
    resident = models.ForeignKey("register.Resident", on_delete=models.PROTECT, related_name="held")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_FORCE)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=60, blank=True)
    # Why one in force has to be made anew, "" where it need not: what it says is no longer true.
    renew_why = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "valid_until"],
                condition=Q(state="in_force", valid_until__isnull=False),
                name="register_held_runs_out",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "ktp_el",
                        "kia",
                        "sktt",
                        "skpwni",
                        "skdwni",
                        "skpln",
                        "skdln",
                        "skpti",
                        "itap",
                        "itas",
                        "passport",
                    ]  # fmt: skip
                ),
                name="register_held_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", ended_on__isnull=True, ended_why="")
                | (Q(state__in=["void", "withdrawn", "replaced"], ended_on__isnull=False) & ~Q(ended_why="")),
                name="register_held_ends",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("issued_on")),
                name="register_held_period",
            ),
            models.UniqueConstraint(
                fields=["resident", "kind"], condition=Q(state="in_force"), name="register_held_once"
            ),
            # A KTP-el or a KIA: one card for one person.
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(state="in_force", kind__in=["ktp_el", "kia"]),
                name="register_one_card_each",
            ),
            models.UniqueConstraint(
                fields=["resident"],
                condition=Q(state="in_force", kind__in=["itap", "itas"]),
                name="register_one_permit_each",
            ),
        ]

    def expired(self, day: date) -> bool:
        """Whether its period was over before this day."""
        return self.valid_until is not None and self.valid_until < day
