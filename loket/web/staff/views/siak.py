"""The hand-off to SIAK: copying a case, entering its numbers, dropping signed files back."""

import csv
import io
import json
import re
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from loket.audit.actions import record_look
from loket.cases import actions, queries
from loket.cases.models import Case
from loket.cases.rules.siak import Sheet
from loket.cases.rules.states import possible
from loket.catalogue.rules import Step
from loket.core.actors import Actor
from loket.core.cells import keeping_digits
from loket.core.errors import ConflictError, LoketError, NotFoundError
from loket.core.idempotency import new_key
from loket.core.wording import long_date
from loket.register.sources import Want
from loket.web.files import file_response
from loket.web.forms import form_key
from loket.web.guards import actor, office, staff_required, take_unsent
from loket.web.receiving import takes_files
from loket.web.scripts import COPY, with_copying
from loket.web.staff.purposes import purpose_or_page

_SLOT = re.compile(r"(nik|family_card|record|letter)-[0-9]{1,2}\Z")
_NAMES = {"nik": "NIK", "family_card": "Nomor KK", "record": "Nomor akta", "letter": "Nomor surat"}
_SEXES = {"L": "laki-laki", "P": "perempuan"}
_DONE = "Nomor dari SIAK dicatat; permohonan diteruskan."
_CORRECTED = "Nomor dari SIAK diperbaiki."


class NotHandedOff(ConflictError):
    """Lembar SIAK permohonan ini hanya terbuka bagi petugas yang mengentrinya, pada langkah entri atau selama
    berkasnya ditunggu."""


def _opened(request: HttpRequest, case_id: uuid.UUID) -> tuple[Case, Step, str]:
    """The case, its step, and what the operator may do with its sheet: `enter` or `correct`.

    Raises NotFoundError, NotHandedOff.
    """
    by = actor(request)
    case = queries.case_for(case_id, by)
    variant = queries.variant_of(case)
    can = possible(queries.situation(case, variant), by)
    if case.state == "open" and variant.source != "own":
        step = variant.step(case.step)
        if step.kind == "enter_data" and "complete" in can:
            return case, step, "enter"
        if "correct" in can:
            return case, step, "correct"
    raise NotHandedOff()


def _look(request: HttpRequest, case: Case, why: str) -> None:
    by = actor(request)
    record_look(subject=case.ref, actor=by.ref, office_code=case.office_id, reason=why)


def _label(want: Want) -> str:
    """What a number is called; of a NIK also for whom, since a case may need several."""
    name = _NAMES[want.kind]
    if want.birth_date is None or want.sex is None:
        return name
    return f"{name} {_SEXES[want.sex]} yang lahir {long_date(want.birth_date)}"


def _wanted(case: Case, by: Actor) -> tuple[list[Want], str]:
    """The numbers to bring, or the sentence with which the register refuses the event."""
    try:
        return list(actions.numbers_wanted(case_id=case.pk, by=by)), ""
    except NotFoundError:
        raise
    except LoketError as refusal:
        return [], refusal.message


@staff_required()
def sheet(request: HttpRequest, case_id: uuid.UUID) -> HttpResponse:
    """A case in SIAK's order, to be copied value by value; below, the numbers that SIAK gave. Recorded."""
    case, step, may = _opened(request, case_id)
    error: LoketError | None = None
    if request.method == "POST":
        try:
            return _entered(request, case, step, may)
        except NotFoundError:
            raise
        except LoketError as refusal:
            error = refusal
            case, step, may = _opened(request, case_id)
    _look(request, case, "menyalin data ke SIAK")
    typed = request.POST if request.method == "POST" else take_unsent(request) or {}
    wants, refused = _wanted(case, actor(request))
    context: dict[str, Any] = {
        "case": case,
        "step": step,
        "may": may,
        "sheet": queries.sheet(case),
        "numbers": [(want, _label(want), typed.get(want.slot, want.given)) for want in wants],
        "refused": refused,
        "error": error.message if error else "",
        "at": (error.field or "") if error else "",
        "reason": typed.get("reason", ""),
        "key": new_key(),
        "script": COPY,
    }
    return with_copying(
        render(request, "staff/siak_sheet.html", context, status=error.status if error else 200)
    )


def _entered(request: HttpRequest, case: Case, step: Step, may: str) -> HttpResponse:
    """Record the case with the numbers that were posted, or correct them. Raises what is refused."""
    posted = request.POST
    version = posted.get("version", "")
    once = {
        "case_id": case.pk,
        "by": actor(request),
        "version": int(version) if version.isdigit() and len(version) < 9 else 0,
        "key": form_key(request),
    }
    numbers = {name: value[:60] for name, value in posted.items() if _SLOT.match(name)}
    if may == "correct":
        actions.correct_numbers(**once, numbers=numbers, reason=posted.get("reason", ""))
        messages.success(request, _CORRECTED)
        return redirect("staff:case", case_id=case.pk)
    actions.take_step(**once, step=step.step, given=actions.Given(numbers=numbers))
    messages.success(request, _DONE)
    return redirect("staff:inbox")


@staff_required()
def sheet_file(request: HttpRequest, case_id: uuid.UUID, form: str) -> HttpResponse:
    """The same as a file, for a SIAK computer that is apart. The look is recorded."""
    case, _, _ = _opened(request, case_id)
    if form not in _WRITERS:
        raise NotFoundError()
    write, media_type = _WRITERS[form]
    _look(request, case, f"mengunduh data untuk SIAK ({form})")
    return file_response(write(queries.sheet(case)).encode(), media_type, f"{case.tracking_code}.{form}")


def _csv(found: Sheet) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["bagian", "kolom", "isi"])
    for group in found.groups:
        for line in group.lines:
            writer.writerow([keeping_digits(cell) for cell in (group.title, line.label, line.value)])
    return "\ufeff" + out.getvalue()  # so that a spreadsheet reads it as UTF-8


def _json(found: Sheet) -> str:
    groups = [
        {
            "bagian": group.title,
            "isian": [{"kolom": line.label, "isi": line.value} for line in group.lines],
        }
        for group in found.groups
    ]
    return json.dumps({"menu": found.menu, "data": groups}, ensure_ascii=False, indent=1)


def _text(found: Sheet) -> str:
    lines = [found.menu]
    for group in found.groups:
        lines += ["", group.title, *(f"{line.label}: {line.value}" for line in group.lines)]
    return "\r\n".join(lines) + "\r\n"


_WRITERS = {
    "csv": (_csv, "text/csv; charset=utf-8"),
    "json": (_json, "application/json; charset=utf-8"),
    "txt": (_text, "text/plain; charset=utf-8"),
}


@takes_files
@staff_required()
def files(request: HttpRequest) -> HttpResponse:
    """Where signed files are dropped, one or many; what is awaited, and what a person has to match."""
    taken: list[actions.Taken] = []
    error = ""
    if request.method == "POST":
        uploads = request.FILES.getlist("file")
        if not uploads:
            error = "Pilih paling sedikit satu berkas PDF dari SIAK."
        else:
            contents = [upload.read() for upload in uploads]
            taken = actions.take_files(office=office(request), contents=contents, by=actor(request))
    _look_at_list(request)
    here = office(request)
    context = {
        "taken": taken,
        "awaited": queries.siak_awaited(here),
        "kept": queries.siak_files(here),
        "error": error,
        "at": "file" if error else "",
        "zone": here.definition["zone"],
    }
    return render(request, "staff/siak.html", context, status=422 if error else 200)


def _look_at_list(request: HttpRequest) -> None:
    by = actor(request)
    record_look(subject=f"office:{by.office}", actor=by.ref, office_code=by.office, reason="berkas dari SIAK")


@staff_required()
def kept_file(request: HttpRequest, file_id: int) -> HttpResponse:
    """A file that nobody's case took by itself, to be read; like a paper. The look is recorded."""
    by = actor(request)
    row, content = actions.file_for(office=office(request), file_id=file_id)
    mine = row.document is not None and actions.may_bring(document=row.document, by=by)
    purpose = purpose_or_page(request, usual="mencocokkan berkas dari SIAK", mine=mine, name="berkas ini")
    if isinstance(purpose, HttpResponse):
        return purpose
    record_look(
        subject=f"siak-file:{row.pk}", actor=by.ref, office_code=by.office, reason=purpose, stated=not mine
    )
    return file_response(content, "application/pdf", f"siak-{row.pk}.pdf", inline=True)


@staff_required(back="staff:siak")
@require_POST
def settle(request: HttpRequest, file_id: int) -> HttpResponse:
    """Say whose a file is, or that it is nobody's here, and why."""
    here, by, posted = office(request), actor(request), request.POST
    try:
        if posted.get("do") == "discard":
            actions.discard_file(office=here, file_id=file_id, reason=posted.get("reason", ""), by=by)
            messages.success(request, "Berkas disisihkan.")
        else:
            actions.match_file(
                office=here,
                file_id=file_id,
                document_id=posted.get("document", "")[:26],
                reason=posted.get("reason", ""),
                by=by,
            )
            messages.success(request, "Berkas dicocokkan; permohonannya diteruskan.")
    except NotFoundError:
        raise
    except LoketError as error:
        _look_at_list(request)
        context = {
            "awaited": queries.siak_awaited(here),
            "kept": queries.siak_files(here),
            "failed": file_id,
            "sentence": error.message,
            "place": error.field or "",
            "typed": posted,
            "zone": here.definition["zone"],
        }
        return render(request, "staff/siak.html", context, status=error.status)
    return redirect("staff:siak")
