"""Reasons for which the clock stands, and deadlines computed anew."""

from django.db import models
from django.db.models import Q

from loket.cases.models.case import Case
from loket.offices.models import Office


class ClockStop(models.Model):
    """A reason for which the clock stands, asked for by one official and approved by another.

    For one case (adjudication pending), or without a case for a whole office or one `service` of it (SIAK
    down, blanko out). Waiting until `decided_at`; then running from `started_at`, or refused with a reason;
    over at `ended_at`. Only an approved one moves deadlines. `reason_name` is the reason as it was called.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="clock_stops")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="clock_stops")
    service = models.CharField(max_length=50, blank=True)
    reason = models.CharField(max_length=50)
    reason_name = models.CharField(max_length=120)
    note = models.CharField(max_length=1000, blank=True)
    key = models.UUIDField(unique=True)
    asked_by = models.CharField(max_length=60)
    asked_by_name = models.CharField(max_length=100)
    asked_at = models.DateTimeField()
    decided_by = models.CharField(max_length=60, blank=True)
    decided_by_name = models.CharField(max_length=100, blank=True)
    decided_at = models.DateTimeField(null=True)
    refused_reason = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=True) | Q(service=""), name="cases_stop_of_case_or_service"
            ),
            models.CheckConstraint(
                condition=Q(decided_by="") | ~Q(decided_by=models.F("asked_by")), name="cases_stop_two_people"
            ),
            models.CheckConstraint(
                condition=Q(
                    decided_at__isnull=True, decided_by="", started_at__isnull=True, refused_reason=""
                )
                | (
                    Q(decided_at__isnull=False, started_at__isnull=False, refused_reason="")
                    & ~Q(decided_by="")
                )
                | (
                    Q(decided_at__isnull=False, started_at__isnull=True)
                    & ~Q(decided_by="")
                    & ~Q(refused_reason="")
                ),
                name="cases_stop_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(started_at__isnull=True)
                | Q(started_at__gte=models.F("asked_at"), started_at__lte=models.F("decided_at")),
                name="cases_stop_not_before_asked",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")),
                name="cases_stop_forward",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(started_at__isnull=False), name="cases_stop_ended_ran"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(case__isnull=False, ended_at__isnull=True, refused_reason=""),
                name="cases_one_stop_of_case",
            ),
            models.UniqueConstraint(
                fields=["office", "service"],
                condition=Q(case__isnull=True, ended_at__isnull=True, refused_reason=""),
                name="cases_one_stop_of_service",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "started_at"], name="cases_stops_of_office", condition=Q(case__isnull=True)
            ),
            models.Index(
                fields=["office"],
                name="cases_stops_live",
                condition=Q(ended_at__isnull=True, refused_reason=""),
            ),
        ]

    @property
    def ref(self) -> str:
        """How the journal names this stop."""
        return f"clockstop:{self.pk}"


class Recompute(models.Model):
    """A change after which deadlines of an office are computed anew, and how far that is.

    Written in the transaction of the change, so that no crash forgets it; may be carried out more than once.
    Only cases under way between the two days are looked at (without days: all of the office or service).
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="recomputes")
    cause = models.CharField(max_length=20)
    service = models.CharField(max_length=50, blank=True)
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    asked_by = models.CharField(max_length=60)
    asked_at = models.DateTimeField()
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["asked_at"], name="cases_recompute_open", condition=Q(finished_at__isnull=True)
            ),
            models.Index(fields=["office", "-asked_at"], name="cases_recompute_last"),
        ]
