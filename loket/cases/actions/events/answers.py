"""Reading the answers of a case as the register wants them."""

from datetime import date

from loket.cases.models import Case
from loket.catalogue.queries import definition
from loket.catalogue.rules import FormField, Variant

SEX = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}


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
