"""Why somebody looks at whole numbers or papers of a case that is not theirs to work on."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from loket.core.errors import LoketError

SHORTEST, LONGEST = 10, 200
# A NIK, a nomor KK or a telephone number, however it is grouped: the journal keeps the purpose for ever.
_NUMBER = re.compile(r"(?:\d[\s.-]?){8,}")


class PurposeMissing(LoketError):
    """Tulis untuk keperluan apa data lengkap ini Anda perlukan, paling sedikit 10 huruf."""

    status = 422


class PurposeHoldsNumber(LoketError):
    """Tulis keperluannya tanpa NIK, nomor KK, atau nomor telepon; catatan ini disimpan selamanya."""

    status = 422


def stated_purpose(request: HttpRequest) -> str:
    """The purpose that was posted. Raises PurposeMissing, PurposeHoldsNumber."""
    text = " ".join(request.POST.get("purpose", "").split())[:LONGEST]
    if len(text) < SHORTEST:
        raise PurposeMissing(field="purpose")
    if _NUMBER.search(text):
        raise PurposeHoldsNumber(field="purpose")
    return text


def purpose_or_page(request: HttpRequest, *, usual: str, mine: bool, name: str) -> str | HttpResponse:
    """Why a paper is opened: `usual` for whoever has the step, else what was typed; or the page that asks.

    The purpose is posted to the paper's own address and counts for this one answer.
    """
    if mine:
        return usual
    error = ""
    if request.method == "POST":
        try:
            return stated_purpose(request)
        except LoketError as failure:
            error = failure.message
    context = {"name": name, "error": error, "at": "purpose" if error else ""}
    return render(request, "staff/purpose.html", context, status=422 if error else 200)
