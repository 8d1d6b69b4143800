"""What leaves the house on paper or plastic: for now the print room's tickets for cards."""

from django.db import models
from django.db.models import Q

from loket.cases.models import CaseProduct
from loket.offices.models import Office


class PrintTicket(models.Model):
    """A card that the print room has to make in the national application, on a numbered blanko.

    Loket never makes the card itself; it says for whom, and accounts for the blanko used.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Menunggu dicetak"
        PRINTED = "printed", "Sudah dicetak, siap diambil"
        HANDED_OVER = "handed_over", "Sudah diserahkan"

    office = models.ForeignKey(Office, on_delete=models.PROTECT, related_name="print_tickets")
    number = models.PositiveIntegerField()
    product = models.OneToOneField(CaseProduct, on_delete=models.PROTECT, related_name="ticket")
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    blanko = models.CharField(max_length=30, blank=True)
    opened_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)
    printed_by = models.CharField(max_length=60, blank=True)
    handed_over_at = models.DateTimeField(null=True)
    handed_over_by = models.CharField(max_length=60, blank=True)
    received_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "number"], name="delivery_ticket_number_once"),
            models.UniqueConstraint(
                fields=["office", "blanko"], condition=~Q(blanko=""), name="delivery_blanko_once"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", blanko="", printed_at__isnull=True)
                | (~Q(state="waiting") & ~Q(blanko="") & Q(printed_at__isnull=False)),
                name="delivery_printed_whole",
            ),
        ]
        indexes = [models.Index(fields=["office", "state", "opened_at"], name="delivery_queue")]
