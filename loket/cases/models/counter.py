"""What changes hands at the counter: papers with their traces, documents, receipts printed beforehand."""

from django.db import models
from django.db.models import Q

from loket.cases.models.case import Case
from loket.offices.models import Area, Office, Site


class HandedPaper(models.Model):
    """A paper that came over the counter, and where it is now.

    `requirement` is empty for a paper that the standard does not name. Every change leaves a `PaperMove`.
    """

    class State(models.TextChoices):
        HELD = "held", "Dipegang kantor"
        RETURNED = "returned", "Sudah dikembalikan"
        ARCHIVED = "archived", "Diarsipkan"
        SHOWN = "shown", "Hanya ditunjukkan"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handed")
    office = models.ForeignKey(Office, on_delete=models.PROTECT)
    requirement = models.SlugField(max_length=60, blank=True)
    label = models.CharField(max_length=200)
    nature = models.CharField(max_length=10)
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nature__in=["original", "letter", "copy", "shown"]), name="cases_paper_nature"
            ),
            models.UniqueConstraint(
                fields=["case", "requirement"],
                condition=Q(state="held") & ~Q(requirement=""),
                name="cases_paper_held_once",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "received_at"],
                name="cases_originals_held",
                condition=Q(state="held", nature="original"),
            ),
        ]


class PaperMove(models.Model):
    """What happened to a handed-in paper. Rows are only ever added (trigger of the migration)."""

    class Kind(models.TextChoices):
        RECEIVED = "received", "Diterima"
        SHOWN = "shown", "Ditunjukkan"
        MOVED = "moved", "Dipindahkan"
        RETURNED = "returned", "Dikembalikan"
        ARCHIVED = "archived", "Diarsipkan"

    paper = models.ForeignKey(HandedPaper, on_delete=models.PROTECT, related_name="moves")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, related_name="+")
    person = models.CharField(max_length=100, blank=True)
    actor_ref = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=100)
    at = models.DateTimeField()


class HandOver(models.Model):
    """Who took the finished documents of a case, on what proof, and when they signed for it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="hand_over")
    received_by = models.CharField(max_length=100)
    relation = models.CharField(max_length=60, blank=True)
    # Why they were given without the receipt; empty where it was given back.
    without_receipt = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor_ref = models.CharField(max_length=60)
    acknowledged_at = models.DateTimeField(null=True)


class PaperPack(models.Model):
    """A block of numbered resi printed for a day without power or network.

    `create_key` is the idempotency key of the form that reserved it; `printings` counts how often it was made
    into a file, so that a sheet says which of them it is.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="paper_packs")
    number = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    first = models.CharField(max_length=20)
    last = models.CharField(max_length=20)
    printed_by = models.CharField(max_length=60)
    printed_at = models.DateTimeField()
    create_key = models.UUIDField(unique=True, null=True)
    printings = models.PositiveIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="cases_paper_pack_once"),
            models.CheckConstraint(condition=Q(count__gte=1, count__lte=999), name="cases_paper_pack_size"),
        ]


class PaperReceipt(models.Model):
    """One numbered resi of a pack, and the case that was received on it, once somebody types that in.

    `tracking_code` is printed on it; the case takes it over when it is sent. `received_at` is the true time,
    `entered_at` the one at which it was typed in. `registered_at` is the true time at which it was entered in
    the registration book on paper; none where it still has to be registered on the screen.
    """

    pack = models.ForeignKey(PaperPack, on_delete=models.PROTECT, related_name="receipts")
    number = models.CharField(max_length=20, unique=True)
    tracking_code = models.CharField(max_length=19, unique=True)
    used_by_case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, related_name="paper_receipt"
    )
    received_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    entered_by = models.CharField(max_length=60, blank=True)
    registered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registered_at__isnull=True)
                | Q(registered_at__gte=models.F("received_at"), registered_at__lte=models.F("entered_at")),
                name="cases_paper_receipt_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    used_by_case__isnull=True,
                    received_at__isnull=True,
                    entered_at__isnull=True,
                    entered_by="",
                )
                | (
                    Q(
                        used_by_case__isnull=False,
                        received_at__isnull=False,
                        entered_at__gte=models.F("received_at"),
                    )
                    & ~Q(entered_by="")
                ),
                name="cases_paper_receipt_whole",
            ),
        ]


class HandoverRecord(models.Model):
    """A berita acara: which documents went to one place on one day, until it is closed with its paper."""

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="handover_records")
    number = models.CharField(max_length=40)
    destination = models.CharField(max_length=120)
    day = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=60)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="cases_handover_number_once"),
            models.UniqueConstraint(
                fields=["office", "day", "destination"],
                condition=Q(closed_at__isnull=True),
                name="cases_one_open_handover",
            ),
        ]


class HandoverItem(models.Model):
    """A case on a berita acara."""

    record = models.ForeignKey(HandoverRecord, on_delete=models.PROTECT, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="handover_items")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "case"], name="cases_handover_item_once")]


class SenderMandate(models.Model):
    """Somebody who may send applications of others: a village officer, under an agreement and an order.

    `agreement` is the number of the PKS between the office and the village, `order` that of the SPT of the
    village head; both are papers of their own, valid until `valid_until`.
    """

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="mandates")
    village = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20)
    agreement = models.CharField(max_length=60)
    order = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_until = models.DateField()
    ended_at = models.DateTimeField(null=True)
    recorded_by = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=models.F("valid_from")), name="cases_mandate_forward"
            ),
            models.UniqueConstraint(
                fields=["office", "phone", "village"],
                condition=Q(ended_at__isnull=True),
                name="cases_mandate_phone_once",
            ),
        ]
