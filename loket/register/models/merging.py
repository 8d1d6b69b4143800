"""Two residents who are one person: asked by one official, decided by another."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class MergeRequest(models.Model):
    """Asked: that the residents `survivor` and `merged` become one, or that this is undone (`undoes`).

    `survivor` keeps the NIK, `take` names the columns whose values come from `merged`, `place` says whose
    place in a family stays. An agreed one has been carried out: its event of the register has `ref` as its
    case.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu keputusan"
        AGREED = "agreed", "Disetujui"
        REFUSED = "refused", "Ditolak"

    class Place(models.TextChoices):
        SURVIVOR = "survivor", "Keluarga dari NIK yang tetap berlaku"
        MERGED = "merged", "Keluarga dari NIK yang ditutup"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="merge_requests")
    survivor = models.ForeignKey("register.Resident", on_delete=models.PROTECT, related_name="+")
    merged = models.ForeignKey("register.Resident", on_delete=models.PROTECT, related_name="merge_requests")
    undoes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    take = models.JSONField(default=list)
    place = models.CharField(max_length=10, choices=Place.choices, default=Place.SURVIVOR)
    reason = models.CharField(max_length=1000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    key = models.UUIDField(unique=True)
    asked_by = models.CharField(max_length=60)
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=1000, blank=True)

    class Meta:
        indexes = [models.Index(fields=["office", "-asked_at"], name="register_merges_of_office")]
        constraints = [
            models.CheckConstraint(condition=~Q(survivor=models.F("merged")), name="register_merge_of_two"),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=models.F("asked_by")),
                name="register_merge_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by="", decided_at__isnull=True)
                | (Q(state__in=["agreed", "refused"], decided_at__isnull=False) & ~Q(decided_by="")),
                name="register_merge_decided_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(decision=""), name="register_merge_refused_why"
            ),
            models.UniqueConstraint(
                fields=["merged"], condition=Q(state="waiting"), name="register_one_merge_waits"
            ),
            models.UniqueConstraint(
                fields=["undoes"], condition=Q(state="agreed"), name="register_merge_undone_once"
            ),
        ]

    @property
    def ref(self) -> str:
        """How the register's events and the journal name this request."""
        return f"merge:{self.pk}"
