"""Letters of a move: who may arrive with which, until when, and what became of it."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class MoveLetter(models.Model):
    """A SKPWNI or SKPLN from its number to its end. It counts once: one case uses, replaces or cancels it.

    `office` is the office of this installation that gave it, None for one of another place, of which only
    that it was used is known. `destination` is the kabupaten/kota it is for, empty for another country.
    `family` and what is reserved for those who stay (their new head, a nomor KK where the head leaves) belong
    to a SKPWNI: whoever it names lives there until they arrive. `ended_by` is the case that ended it,
    `used_at` the office where it was used, None where that is elsewhere. From which state to which it may go,
    the database decides (trigger of migration move_letters); undoing a case gives it its state of before.
    """

    class Kind(models.TextChoices):
        SKPWNI = "skpwni", "SKPWNI"
        SKPLN = "skpln", "SKPLN"

    class State(models.TextChoices):
        ISSUED = "issued", "Berlaku"
        USED = "used", "Sudah dipakai"
        CANCELLED = "cancelled", "Dibatalkan"
        REPLACED = "replaced", "Diganti"
        EXPIRED = "expired", "Habis masa berlakunya"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="move_letters")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    number = models.CharField(max_length=60, blank=True)
    case_ref = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField()
    valid_until = models.DateField(null=True)
    destination = models.CharField(max_length=5, blank=True)
    family = models.ForeignKey("register.Family", on_delete=models.PROTECT, null=True, related_name="letters")
    successor_nik = models.CharField(max_length=16, blank=True)
    stayers_number = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ISSUED)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=60, blank=True)
    used_at = models.ForeignKey(Office, on_delete=models.PROTECT, null=True, related_name="used_letters")

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "valid_until"],
                condition=Q(state="issued"),
                name="register_letter_waits",
            ),
            models.Index(
                fields=["destination", "valid_until"],
                condition=Q(state="issued"),
                name="register_letter_comes",
            ),
        ]
        constraints = [
            # The number comes at the end of the transaction that writes the letter.
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="register_letter_number_once"
            ),
            models.UniqueConstraint(
                fields=["case_ref"], condition=~Q(case_ref=""), name="register_letter_case_once"
            ),
            models.UniqueConstraint(
                fields=["ended_by"], condition=Q(state="used"), name="register_letter_used_by_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["skpwni", "skpln"]), name="register_letter_kind"),
            models.CheckConstraint(
                condition=Q(state="issued", ended_on__isnull=True, ended_by="", used_at__isnull=True)
                | Q(state="expired", ended_on__isnull=False, ended_by="", used_at__isnull=True)
                | (Q(state="used", ended_on__isnull=False) & ~Q(ended_by=""))
                | (
                    Q(state__in=["cancelled", "replaced"], ended_on__isnull=False, used_at__isnull=True)
                    & ~Q(ended_by="")
                ),
                name="register_letter_ends",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=models.F("issued_on")),
                name="register_letter_period",
            ),
            # Who stays without a head gets one, under a number: both or neither.
            models.CheckConstraint(
                condition=Q(successor_nik="", stayers_number="")
                | (~Q(successor_nik="") & ~Q(stayers_number="")),
                name="register_letter_stayers",
            ),
        ]


class LetterPerson(models.Model):
    """Somebody whom a letter of a move names, in its order; `waiting` as long as the letter can be used.

    The database keeps `waiting` as the letter's state says, and lets nobody wait with two letters. By the
    days on which they left their office and came to another with it, those who come and go are counted.
    """

    letter = models.ForeignKey(MoveLetter, on_delete=models.CASCADE, related_name="people")
    nik = models.CharField(max_length=16)
    name = models.CharField(max_length=100)
    relation = models.CharField(max_length=20)
    position = models.PositiveSmallIntegerField()
    waiting = models.BooleanField()
    left_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["letter", "nik"], name="register_letter_names_once"),
            models.UniqueConstraint(
                fields=["nik"], condition=Q(waiting=True), name="register_letter_one_each"
            ),
        ]
