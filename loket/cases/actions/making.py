"""What the steps around a document do: it is printed, sent out under a berita acara, activated, reported."""

from datetime import date

from django.db import IntegrityError, transaction

from loket.cases.actions import messages, products
from loket.cases.actions.common import Given
from loket.cases.models import Case, CaseProduct, HandoverItem, HandoverRecord
from loket.cases.rules import checks
from loket.catalogue.rules import Step, Variant
from loket.catalogue.rules.books import HANDOVER
from loket.core import clock
from loket.core.actors import Actor
from loket.core.errors import ConflictError, LoketError
from loket.core.identity import InvalidNumber, Nik
from loket.offices import queries as offices
from loket.offices.models import Office
from loket.register import actions as register
from loket.register import queries as residents

REPORT = "laporan"
REPORT_LENGTH = 8000
SAID_LENGTH = 1000


class CardsNotMade(ConflictError):
    """Kartu permohonan ini belum dicatat sebagai tercetak di ruang cetak."""


class NotPresent(LoketError):
    """Nyatakan dahulu bahwa orangnya sendiri yang hadir; langkah ini tidak dapat diwakilkan."""


class NothingWritten(LoketError):
    """Tulis dahulu hasilnya."""


class NoResult(LoketError):
    """Pilih hasil pemeriksaan biometrik."""


class NotANik(LoketError):
    """Tulis NIK yang ditemukan: 16 angka."""


class NobodyNamed(ConflictError):
    """Permohonan ini tidak menyebut orang yang tercatat di register kantor ini."""


def release(case: Case) -> None:
    """Let the print room see the cards of a case."""
    CaseProduct.objects.filter(case=case, released_at__isnull=True).update(released_at=clock.now())


def print_products(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The documents are on paper; cards count as made when the print room has noted their blanko.

    Raises CardsNotMade.
    """
    if CaseProduct.objects.filter(case=case, medium="card", made_at__isnull=True).exists():
        raise CardsNotMade()


def note_made(*, product: CaseProduct) -> None:
    """Note that a card was made: what the print room tells of it."""
    CaseProduct.objects.filter(pk=product.pk, made_at__isnull=True).update(made_at=clock.now())


def destination(case: Case, variant: Variant) -> str:
    """Where the documents go next: who outside takes them on, or the office's place in the kecamatan."""
    following = variant.handed_out_at(case.step)
    roles = {role.role: role for role in offices.definition(case.office).roles}
    role = roles.get(following.actor) if following else None
    if role is not None and role.outside:
        return role.name
    # Whoever sent for others brings them home; otherwise they go to where the family lives.
    family = None if case.mandate else residents.family_of_case(case.ref)
    village = case.mandate.village_id if case.mandate else family.village_id if family else None
    site = offices.site_of_area(case.office, village) if village else None
    return site.name if site else case.office.name


def record_handover(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Put the case on the berita acara of the day for the place to which its documents go."""
    # After the book of the day is closed, what leaves goes on a berita acara of the next one.
    to, day = destination(case, variant), register.open_day(case.office, HANDOVER)
    current = _open_record(case.office, day, to) or _begin_record(case.office, day, to, by)
    HandoverItem.objects.get_or_create(record=current, case=case, defaults={"added_at": clock.now()})


def _open_record(office: Office, day: date, to: str) -> HandoverRecord | None:
    found = HandoverRecord.objects.select_for_update()
    return found.filter(office=office, day=day, destination=to, closed_at__isnull=True).first()


def _begin_record(office: Office, day: date, to: str, by: Actor) -> HandoverRecord:
    """The next berita acara of the year, or the one that somebody else began a moment earlier."""
    try:
        with transaction.atomic():  # also the number is given back
            line = register.take_number(office=office, book=HANDOVER, ref="", by=by, day=day)
            return HandoverRecord.objects.create(
                office=office,
                number=line.number,
                destination=to,
                day=day,
                opened_at=clock.now(),
                opened_by=by.ref,
            )
    except IntegrityError:
        if (begun := _open_record(office, day, to)) is None:
            raise
        return begun


def announce(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Tell the applicant that the document can be fetched."""
    messages.tell(case, "ready")


def _require_present(given: Given) -> None:
    if not given.present:
        raise NotPresent(field="present")


def _subject(case: Case, variant: Variant) -> str:
    """The NIK of the person whom the case is about. Raises NobodyNamed."""
    nik = str(case.answers.get(variant.subject or "", ""))
    if not nik or not residents.people_by_nik(case.office, [nik]):
        raise NobodyNamed()
    return nik


def record_biometrics(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The person was recorded for the KTP-el; only that is kept. Raises NotPresent, NobodyNamed."""
    _require_present(given)
    register.note_biometrics(office=case.office, nik=_subject(case, variant), case_ref=case.ref, by=by)


def check_biometrics(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Somebody's biometrics were compared with the national data; only the answer is kept.

    Permendagri 96/2019. Raises NoResult, NotANik.
    """
    nik = ""
    if given.checked not in checks.RESULTS:
        raise NoResult(field="checked")
    if given.checked == "found":
        try:
            nik = Nik.parse(given.found_nik).digits
        except InvalidNumber as error:
            raise NotANik(f"NIK yang ditemukan: {error}", field="found_nik") from error
    case.answers = {**case.answers, checks.RESULT: given.checked, checks.NIK: nik}


def activate(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The holder activated the card in person. Raises NotPresent."""
    _require_present(given)


def interview(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """The person was interviewed; what they said goes into the history. Raises NotPresent, NothingWritten."""
    _require_present(given)
    _written(given, SAID_LENGTH)


def said(step: Step, given: Given) -> str:
    """What the history of the case keeps of an interview, and of a comparison of biometrics."""
    if step.kind == "check_biometrics":
        return f"Biometrik: {checks.RESULTS[given.checked].lower()}."
    return _written(given, SAID_LENGTH) if step.kind == "interview" else ""


def _written(given: Given, longest: int) -> str:
    text = given.text.strip()
    if not text:
        raise NothingWritten(field="text")
    if len(text) > longest:
        raise LoketError(f"Paling panjang {longest:,} huruf.".replace(",", "."), field="text")
    return text


def report(case: Case, variant: Variant, by: Actor, given: Given) -> None:
    """Write the report of the work; it becomes the case's document. Raises NothingWritten."""
    case.answers = {**case.answers, REPORT: _written(given, REPORT_LENGTH)}
    products.prepare(case, variant, by)
