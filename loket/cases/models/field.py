"""Lists of vulnerable people that a team of the office takes down where they are."""

from django.db import models
from django.db.models import Q

from loket.cases.models.case import Case
from loket.offices.models import Area, Office


class FieldList(models.Model):
    """What a field team goes out for: where, on which occasion, who, under which letter of assignment.

    UU 23/2006 art. 25 names whom; Permendagri 96/2019 how. `create_key` is the idempotency key of the form.
    """

    class Occasion(models.TextChoices):
        NATURAL = "natural", "Korban bencana alam"
        SOCIAL = "social", "Korban bencana sosial"
        ABANDONED = "abandoned", "Orang telantar"
        REMOTE = "remote", "Komunitas terpencil"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="field_lists")
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    happened = models.CharField(max_length=120, blank=True)
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=100)
    team = models.CharField(max_length=300)
    order_number = models.CharField(max_length=60)
    day = models.DateField()
    create_key = models.UUIDField(unique=True)
    opened_by = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(occasion__in=["natural", "social", "abandoned", "remote"]),
                name="cases_field_occasion",
            )
        ]
        indexes = [models.Index(fields=["office", "-opened_at"], name="cases_field_lists")]

    @property
    def ref(self) -> str:
        """How the journal names this list."""
        return f"field-list:{self.pk}"


class FieldLine(models.Model):
    """Somebody on a list: what they said, which documents they lost, what the comparison of biometrics gave.

    `alike` is how many residents were like this one when the line was written; who they are is looked up each
    time it is shown. A line is struck out with its reason, never removed; `case` is what became of it, once.
    """

    field_list = models.ForeignKey(FieldList, on_delete=models.PROTECT, related_name="lines")
    number = models.PositiveIntegerField()
    create_key = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    sex = models.CharField(max_length=1)
    birth_place = models.CharField(max_length=60, blank=True)
    birth_date = models.DateField(null=True)
    estimated_age = models.PositiveSmallIntegerField(null=True)
    mother_name = models.CharField(max_length=60, blank=True)
    father_name = models.CharField(max_length=60, blank=True)
    origin = models.CharField(max_length=120, blank=True)
    lost = models.JSONField(default=list)
    # "" is not compared yet; the others as in `rules.checks`.
    checked = models.CharField(max_length=10, blank=True)
    nik = models.CharField(max_length=16, blank=True)
    alike = models.PositiveSmallIntegerField(default=0)
    added_by = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_why = models.CharField(max_length=200, blank=True)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, null=True, related_name="field_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["field_list", "number"], name="cases_field_line_once"),
            models.CheckConstraint(condition=Q(sex__in=["L", "P"]), name="cases_field_sex"),
            models.CheckConstraint(
                condition=Q(birth_date__isnull=True, estimated_age__isnull=False)
                | Q(birth_date__isnull=False, estimated_age__isnull=True),
                name="cases_field_born",
            ),
            models.CheckConstraint(
                condition=Q(checked="found", nik__regex=r"^[0-9]{16}$")
                | Q(checked__in=["", "not_found", "not_needed"], nik=""),
                name="cases_field_checked",
            ),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True, struck_why="")
                | (Q(struck_at__isnull=False, case__isnull=True) & ~Q(struck_why="")),
                name="cases_field_struck",
            ),
        ]
