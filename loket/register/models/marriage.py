"""Who is married to whom."""

from django.db import models
from django.db.models import Q

from loket.offices.models import Office


class Marriage(models.Model):
    """Who is married to whom, since when and on what proof, until when and why no longer.

    One of the two may be nobody of the register: then only the name stands here. A woman has one husband, a
    man may have more wives by leave of a court (UU 1/1974 art. 3-5). What came in by an import has no row:
    then the family card tells who the couple is (`couples`).
    """

    class Proof(models.TextChoices):
        AKTA = "akta", "Akta perkawinan"
        KUA = "buku_nikah", "Buku nikah"
        DECLARED = "sptjm", "Pernyataan, belum tercatat"

    class Ended(models.TextChoices):
        DEATH = "death", "Cerai mati"
        DIVORCE = "divorce", "Cerai hidup"
        ANNULLED = "annulled", "Dibatalkan"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="marriages")
    husband = models.ForeignKey(
        "register.Resident", on_delete=models.PROTECT, null=True, related_name="marriages_as_husband"
    )
    wife = models.ForeignKey(
        "register.Resident", on_delete=models.PROTECT, null=True, related_name="marriages_as_wife"
    )
    husband_name = models.CharField(max_length=100)
    wife_name = models.CharField(max_length=100)
    since = models.DateField()
    proof = models.CharField(max_length=10, choices=Proof.choices)
    number = models.CharField(max_length=60, blank=True)
    until = models.DateField(null=True)
    ended_why = models.CharField(max_length=10, choices=Ended.choices, blank=True)
    ended_number = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["wife"], condition=Q(until__isnull=True), name="register_one_husband_each"
            ),
            models.UniqueConstraint(
                fields=["husband", "wife"], condition=Q(until__isnull=True), name="register_marriage_once"
            ),
            models.CheckConstraint(
                condition=Q(husband__isnull=False) | Q(wife__isnull=False), name="register_marriage_known"
            ),
            models.CheckConstraint(condition=~Q(husband=models.F("wife")), name="register_marriage_two"),
            models.CheckConstraint(
                condition=Q(until__isnull=True, ended_why="", ended_number="")
                | Q(until__gte=models.F("since"), ended_why__in=["death", "divorce", "annulled"]),
                name="register_marriage_ends",
            ),
            models.CheckConstraint(
                condition=Q(proof__in=["akta", "buku_nikah", "sptjm"]), name="register_marriage_proof"
            ),
        ]
