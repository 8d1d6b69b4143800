"""Field teams: lists of vulnerable people, taken down where they are; each line becomes a case once.

Law: UU 23/2006 art. 25 (the office takes down the data of the vulnerable), Permendagri 96/2019.
"""

import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from loket.audit.actions import record
from loket.cases import queries
from loket.cases.actions.common import required_text
from loket.cases.actions.counter import Contact, start_at_counter
from loket.cases.models import Case, FieldLine, FieldList
from loket.cases.rules import checks
from loket.cases.rules.field import LOST, Said, Unclear
from loket.catalogue.models import ServiceRevision
from loket.catalogue.queries import services_of
from loket.catalogue.rules import Variant
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, NotFoundError
from loket.documents.queries import template, working_frame
from loket.documents.rendering import render
from loket.offices.models import Office
from loket.offices.queries import definition, villages
from loket.register import finding

DOCUMENT = "daftar-pendataan"
EVENT = "identity_substitute"
_SPACE = uuid.UUID("0f2e7a52-3f0b-5d5c-8f0a-3c9b6f7d1e24")


class ListClosed(ConflictError):
    """Daftar pendataan ini sudah ditutup, sehingga tidak dapat ditambah atau diubah."""


class LineSettled(ConflictError):
    """Baris ini sudah menjadi permohonan atau sudah dicoret, sehingga tidak dapat diubah lagi."""


class NoSuchService(ConflictError):
    """Kantor ini belum menerbitkan layanan surat keterangan pengganti tanda identitas yang diterima di
    loket."""


@dataclass(frozen=True)
class Outing:
    """Where a team goes and why, as typed; `village` is an area code."""

    occasion: str
    happened: str
    village: str
    place: str
    team: str
    order_number: str
    day: date


def _check_may(office: Office, by: Actor) -> None:
    if not by.may("intake", office.code):
        raise NotFoundError("Daftar pendataan dibuat oleh petugas yang menerima permohonan.")


@transaction.atomic
def open_field_list(*, office: Office, outing: Outing, by: Actor, key: uuid.UUID) -> FieldList:
    """Open a list; the same `key` again gives the same one. Raises Unclear, LoketError, NotFoundError."""
    _check_may(office, by)
    if existing := FieldList.objects.filter(create_key=key, office=office).first():
        return existing
    here = definition(office)
    if outing.occasion not in FieldList.Occasion.values:
        raise Unclear("Pilih keadaan penduduk yang didata.", field="occasion")
    if outing.village not in {area.code for area in villages(here.area)}:
        raise Unclear(f"Pilih {here.village_word} dari wilayah kantor ini.", field="village")
    opened = FieldList(
        office=office,
        create_key=key,
        occasion=outing.occasion,
        happened=" ".join(outing.happened.split())[:120],
        village_id=outing.village,
        place=required_text(outing.place, "Tulis tempat pendataan.", field="place")[:100],
        team=_team(outing.team),
        order_number=required_text(outing.order_number, "Tulis nomor surat tugas.", field="order_number")[
            :60
        ],
        day=outing.day,
        opened_by=by.ref,
        opened_at=clock.now(),
    )
    try:
        with transaction.atomic():
            opened.save(force_insert=True)
    except IntegrityError:  # the same form arrived twice at once
        return FieldList.objects.get(create_key=key, office=office)
    record(action="field.open", subject=opened.ref, actor=by.ref, office_code=office.code)
    return opened


def _team(text: str) -> str:
    names = " ".join(text.split())[:300]
    if not names:
        raise Unclear("Tulis nama petugas yang mendata.", field="team")
    return names


def _locked(office: Office, list_id: int, by: Actor) -> FieldList:
    """A list that can be written, locked. Raises NotFoundError, ListClosed."""
    _check_may(office, by)
    found = FieldList.objects.select_for_update().filter(office=office, pk=list_id).first()
    if found is None:
        raise NotFoundError("Daftar pendataan ini tidak ditemukan.")
    if found.closed_at is not None:
        raise ListClosed()
    return found


def _alike(office: Office, said: Said) -> int:
    day = queries.today(office)
    found = finding.alike(office, said.born(day), name=said.name, mother=said.mother_name, nik=said.nik)
    return len(found)


@transaction.atomic
def add_field_line(*, office: Office, list_id: int, said: Said, by: Actor, key: uuid.UUID) -> FieldLine:
    """Write somebody down; the same `key` again gives the same line. Raises NotFoundError, ListClosed."""
    found = _locked(office, list_id, by)
    if existing := FieldLine.objects.filter(create_key=key, field_list=found).first():
        return existing
    line = FieldLine.objects.create(
        field_list=found,
        number=found.lines.count() + 1,
        create_key=key,
        alike=_alike(office, said),
        added_by=by.ref,
        added_at=clock.now(),
        **_columns(said),
    )
    _note("field.add", line, by)
    return line


def _columns(said: Said) -> dict[str, Any]:
    return asdict(said) | {"lost": list(said.lost)}


def _note(action: str, line: FieldLine, by: Actor) -> None:
    found = line.field_list
    details = {"line": line.number}
    record(action=action, subject=found.ref, actor=by.ref, office_code=found.office_id, details=details)


def _line(office: Office, line_id: int, by: Actor) -> FieldLine:
    """A line that can be changed, its list locked. Raises NotFoundError, ListClosed, LineSettled."""
    line = queries.field_line(office, line_id)
    _locked(office, line.field_list_id, by)
    line.refresh_from_db()
    if line.case_id is not None or line.struck_at is not None:
        raise LineSettled()
    return line


@transaction.atomic
def change_field_line(*, office: Office, line_id: int, said: Said, by: Actor) -> FieldLine:
    """Correct a line, or add what became known later. Raises NotFoundError, ListClosed, LineSettled."""
    line = _line(office, line_id, by)
    for name, value in _columns(said).items():
        setattr(line, name, value)
    line.alike = _alike(office, said)
    line.save()
    _note("field.change", line, by)
    return line


@transaction.atomic
def strike_field_line(*, office: Office, line_id: int, why: str, by: Actor) -> FieldLine:
    """Strike a line out, with the reason; it stays readable. Raises LoketError without one, as above."""
    line = _line(office, line_id, by)
    line.struck_why = required_text(why, "Tulis alasan mencoret.", field="why")[:200]
    line.struck_at = clock.now()
    line.save(update_fields=["struck_why", "struck_at"])
    _note("field.strike", line, by)
    return line


@transaction.atomic
def close_field_list(*, office: Office, list_id: int, by: Actor) -> FieldList:
    """Nothing is added any more; lines still become cases. Again, it does nothing. Raises NotFoundError."""
    _check_may(office, by)
    found = queries.field_list(office, list_id)
    if found.closed_at is None:
        found.closed_at = clock.now()
        found.save(update_fields=["closed_at"])
        record(action="field.close", subject=found.ref, actor=by.ref, office_code=office.code)
    return found


def _services(office: Office) -> Iterator[tuple[ServiceRevision, Variant]]:
    """What gives the vulnerable their letter and is taken in at the counter."""
    for revision in services_of(office, queries.today(office)):
        for variant in queries.definition(revision).variants:
            if variant.event == EVENT and "counter" in variant.channels:
                yield revision, variant


def gives_letters(office: Office) -> bool:
    """Whether a line can become a case at this office."""
    return next(_services(office), None) is not None


@transaction.atomic
def make_field_case(*, office: Office, line_id: int, by: Actor) -> Case:
    """Turn a line into a draft at the counter with what is known filled in; again, it gives the same case.

    Raises NotFoundError, NoSuchService, LineSettled for one that was struck out.
    """
    _check_may(office, by)
    line = queries.field_line(office, line_id)
    FieldList.objects.select_for_update().get(pk=line.field_list_id)
    line.refresh_from_db()
    if line.case_id is not None:
        return Case.objects.get(pk=line.case_id)
    if line.struck_at is not None:
        raise LineSettled()
    chosen = next(_services(office), None)
    if chosen is None:
        raise NoSuchService()
    revision, variant = chosen
    case = start_at_counter(
        revision=revision,
        variant=variant.variant,
        contact=Contact(applicant_name=line.name),
        by=by,
        key=uuid.uuid5(_SPACE, f"{line.pk}"),
    )
    case.answers = {**case.answers, **_answers(revision, variant, line)}
    case.save(update_fields=["answers"])
    line.case = case
    line.save(update_fields=["case"])
    _note("field.case", line, by)
    return case


def _answers(revision: ServiceRevision, variant: Variant, line: FieldLine) -> dict[str, Any]:
    """What the form asks and the line knows, and the comparison of biometrics."""
    lists = queries.definition(revision).choices
    known: dict[str, Any] = {
        "orang_nama": line.name,
        "orang_nik": line.nik,
        "orang_tempat_lahir": line.birth_place,
        "orang_tanggal_lahir": line.birth_date.isoformat() if line.birth_date else "",
        "orang_ibu_nama": line.mother_name,
        "orang_ayah_nama": line.father_name,
        "pemohon_nama": line.name,
        "pemohon_nik": line.nik,
        "tiba_alamat": line.field_list.place,
        "tiba_desa": line.field_list.village_id,
    }
    sexes = {"L": "LAKI-LAKI", "P": "PEREMPUAN"}
    fields = {field.key: field for field in variant.fields()}
    if sex := fields.get("orang_jenis_kelamin"):
        words = {label: code for code, label in lists.get(sex.choice_list or "", {}).items()}
        known["orang_jenis_kelamin"] = words.get(sexes[line.sex], "")
    answers = {key: value for key, value in known.items() if value and key in fields}
    return answers | ({checks.RESULT: line.checked, checks.NIK: line.nik} if line.checked else {})


def field_pdf(*, office: Office, list_id: int, by: Actor) -> bytes:
    """The list on paper: full names, since the team compares it with the people, and no NIK.

    Raises NotFoundError.
    """
    _check_may(office, by)
    found = queries.field_list(office, list_id)
    frame = working_frame(office, f"{found.pk}", found.opened_at)
    return render(template(DOCUMENT), _context(found), frame=frame)


def _context(found: FieldList) -> dict[str, Any]:
    lines = list(found.lines.filter(struck_at__isnull=True).select_related("case").order_by("number"))
    return {
        "occasion": found.get_occasion_display(),
        "happened": found.happened or "-",
        "place": found.place,
        "village": found.village.name,
        "team": found.team,
        "order_number": found.order_number,
        "day": found.day.isoformat(),
        "count": len(lines),
        "lines": [_row(line) for line in lines],
    }


def _row(line: FieldLine) -> dict[str, str]:
    born = f"{line.birth_date:%d-%m-%Y}" if line.birth_date else f"kira-kira {line.estimated_age} tahun"
    parents = " / ".join(name for name in (line.mother_name, line.father_name) if name)
    return {
        "number": str(line.number),
        "name": line.name,
        "sex": line.sex,
        "born": ", ".join(part for part in (line.birth_place, born) if part),
        "parents": parents or "-",
        "origin": line.origin or "-",
        "lost": ", ".join(LOST[key] for key in line.lost if key in LOST) or "-",
        "checked": checks.RESULTS.get(line.checked, "Belum diperiksa"),
        "case": (line.case.tracking_code or "Draf") if line.case else "-",
    }
