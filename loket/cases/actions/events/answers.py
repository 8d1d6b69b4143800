"""Reading the answers of a case as the register wants them."""

from datetime import date

from loket.cases.models import Case
from loket.catalogue.queries import definition
from loket.catalogue.rules import FormField, Variant
from loket.core import clock
from loket.core.identity import Sex
from loket.offices.queries import zone
from loket.register.actions.parties import Decision, Party

SEX: dict[str, Sex] = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}


def label(case: Case, variant: Variant, key: str) -> str:
    """The words of a chosen code, from the lists of the case's own revision."""
    field = next(item for item in variant.fields() if item.key == key)
    return choices(case, field)[case.answers[key]]


def column(variant: Variant, table: str, key: str) -> FormField:
    """The column of a table of the form, which the variant must ask for."""
    field = next(item for item in variant.fields() if item.key == table)
    return next(item for item in field.columns if item.key == key)


def choices(case: Case, field: FormField) -> dict[str, str]:
    """The words of a field's codes, from the lists of the case's own revision."""
    return definition(case.revision).choices[field.choice_list]


def optional_date(text: str | None) -> date | None:
    """A date that may have been left empty."""
    return date.fromisoformat(text) if text else None


def area_number(number: int) -> str:
    """RT and RW as a card prints them: `003`; nothing where there is none."""
    return f"{number:03d}" if number else ""


def label_if(case: Case, variant: Variant, key: str) -> str:
    """The words of a chosen code, "" where it was left empty or is not asked for."""
    asked = any(item.key == key for item in variant.fields())
    return label(case, variant, key) if asked and case.answers.get(key) else ""


def reported_on(case: Case) -> date:
    """The office's day on which the report was complete: what the office took longer for is not late."""
    return (case.complete_at or clock.now()).astimezone(zone(case.office)).date()


def witnesses(case: Case) -> tuple[str, ...]:
    """The NIK of the witnesses that the form asks for."""
    found = (case.answers.get(f"saksi{place}_nik", "") for place in (1, 2))
    return tuple(nik for nik in found if nik)


def party(case: Case, who: str, *, citizenship: str) -> Party:
    """Somebody an akta is about, whose fields begin with `who`."""
    answers = case.answers
    return Party(
        name=answers[f"{who}_nama"],
        nik=answers.get(f"{who}_nik", ""),
        citizenship=citizenship,
        travel_document=answers.get(f"{who}_dokumen_perjalanan", ""),
        birth_place=answers.get(f"{who}_tempat_lahir", ""),
        birth_date=optional_date(answers.get(f"{who}_tanggal_lahir")),
    )


def decision(
    case: Case, part: str, *, number: str = "nomor_putusan", day: str = "tanggal_putusan"
) -> Decision:
    """The decision of a court in a part of the form; empty where there is none."""
    answers = case.answers
    return Decision(
        court=answers.get(f"{part}_pengadilan", ""),
        number=answers.get(f"{part}_{number}", ""),
        day=optional_date(answers.get(f"{part}_{day}")),
    )
