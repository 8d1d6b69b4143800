"""A letter of a move counts once its office has signed it; which case gave it, only cases know."""

from loket.cases.actions import products
from loket.cases.models import Case
from loket.register.actions.moveletters import normal
from loket.register.models import MoveLetter
from loket.register.rules import RuleBroken


class LetterNotSigned(RuleBroken):
    """Surat pindah ini belum ditandatangani kantor asal. Tunggu sampai suratnya terbit, lalu lanjutkan."""


def require_signed(number: str, field: str) -> None:
    """A letter that an office of this installation gave is signed. Nothing is known here of other letters.

    Raises LetterNotSigned. Up to four queries.
    """
    letter = MoveLetter.objects.filter(number=normal(number), office__isnull=False).first()
    if letter is None or not letter.case_ref.startswith("case:"):
        return
    case = Case.objects.filter(pk=letter.case_ref.removeprefix("case:")).first()
    if case is not None and not products.all_signed(case):
        raise LetterNotSigned(field=field)
