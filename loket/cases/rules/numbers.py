"""The NIK and nomor KK in the answers of a form, and what is wrong or odd about them."""

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from loket.cases.rules.answers import cell_key, row_name
from loket.catalogue.rules import FormField, FormPart
from loket.core.identity import Finding, Sex, family_card_findings, impossible, nik_findings

_SEX: dict[str, Sex] = {"LAKI-LAKI": "L", "PEREMPUAN": "P"}
# What stands beside a NIK that says something of the same person.
_BORN, _SEX_FIELD = "tanggal_lahir", "jenis_kelamin"


@dataclass(frozen=True)
class WrittenNumber:
    """A NIK or nomor KK as it stands in the answers: its field (or cell), and what else is said of the
    person."""

    key: str
    label: str
    type: str
    digits: str
    sex: Sex | None = None
    birth_date: date | None = None

    def findings(self, regions: Container[str] | None = None) -> list[Finding]:
        """All that is wrong or odd about it, the gravest first."""
        if self.type == "nomor_kk":
            return family_card_findings(self.digits, regions=regions)
        return nik_findings(self.digits, sex=self.sex, birth_date=self.birth_date, regions=regions)

    @property
    def impossible(self) -> Finding | None:
        """Why it cannot have been issued so, None where it can."""
        return impossible(self.findings())

    @property
    def region_codes(self) -> list[str]:
        """The dotted codes that a known region of issue needs. Never where somebody lives."""
        province, regency, district = self.digits[:2], self.digits[2:4], self.digits[4:6]
        return [province, f"{province}.{regency}", f"{province}.{regency}.{district}"]


def written_numbers(
    parts: Iterable[FormPart], answers: Mapping[str, Any], choices: Mapping[str, Mapping[str, str]]
) -> list[WrittenNumber]:
    """Every NIK and nomor KK of the answers, in the order of the form; what has not 16 digits is left out."""
    found: list[WrittenNumber | None] = []
    for part in parts:
        fields = {field.key: field for field in part.fields}
        for field in part.fields:
            label = f"{part.title}, {field.label}"
            if field.type in ("nik", "nomor_kk"):
                found.append(_written(field, field.key, label, answers, fields, choices))
            elif field.type == "rows":
                found += _written_rows(field, part.title, answers.get(field.key), choices)
    return [number for number in found if number is not None]


def _written_rows(
    table: FormField, title: str, rows: Any, choices: Mapping[str, Mapping[str, str]]
) -> Iterator[WrittenNumber | None]:
    columns = {column.key: column for column in table.columns}
    for index, row in enumerate(rows if isinstance(rows, list) else []):
        for column in table.columns:
            if column.type in ("nik", "nomor_kk"):
                label = f"{title}, {row_name(table, index)}, {column.label}"
                yield _written(column, cell_key(table, index, column.key), label, row, columns, choices)


def _written(
    field: FormField,
    key: str,
    label: str,
    said: Mapping[str, Any],
    fields: Mapping[str, FormField],
    choices: Mapping[str, Mapping[str, str]],
) -> WrittenNumber | None:
    digits = str(said.get(field.key) or "")
    if len(digits) != 16 or not digits.isascii() or not digits.isdigit():
        return None
    if field.type == "nomor_kk":
        return WrittenNumber(key, label, field.type, digits)
    prefix = field.key.removesuffix("nik")
    sex = fields.get(prefix + _SEX_FIELD)
    words = choices.get(sex.choice_list, {}).get(str(said.get(sex.key)), "") if sex else ""
    return WrittenNumber(key, label, field.type, digits, _SEX.get(words), _day(said.get(prefix + _BORN)))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
