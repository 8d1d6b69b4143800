"""What the inbox sorts by, in a narrow table beside the wide one of cases."""

from django.db import models

from loket.cases.models.case import Case
from loket.offices.models import Office


class InboxRow(models.Model):
    """An open case as the inbox finds and sorts it: a row exactly while the case is open.

    Kept by triggers of `cases_case` (migration 0009), whoever changes a case; nobody else writes it but the
    computing of very many deadlines. With `deadline_at` indexed here, a changed deadline or step writes none
    of the many indexes of cases.
    """

    case = models.OneToOneField(Case, on_delete=models.DO_NOTHING, primary_key=True, related_name="inbox_row")
    office = models.ForeignKey(
        Office, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    step_role = models.SlugField(db_index=False)
    step_kind = models.CharField(max_length=20)
    deadline_at = models.DateTimeField()
    submitted_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["office", "step_role", "deadline_at", "submitted_at"], name="cases_inbox_order"
            ),
        ]
