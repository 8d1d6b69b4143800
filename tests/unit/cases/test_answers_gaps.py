"""Rules over fields that may stay empty: all or none, one or more."""

from datetime import date
from typing import Any, Literal

import pytest

from loket.cases.rules.answers import Fault, check_answers
from loket.catalogue.rules import FormField, FormPart, FormRule, Service

PART = FormPart(
    part="induk",
    title="Induk",
    fields=[
        FormField(key="nama", label="Nama", type="name", required=False),
        FormField(key="anak", label="Anak", type="integer", required=False),
        FormField(key="lahir", label="Lahir", type="date", required=False),
    ],
)


def found(service: Service, rule: Literal["together", "some"], answers: dict[str, Any]) -> list[Fault]:
    (variant,) = service.variants
    rules = [FormRule(rule=rule, fields=["nama", "anak", "lahir"], message="Periksa.")]
    variant = variant.model_copy(update={"questions": [], "forms": [PART], "form_rules": rules})
    service = service.model_copy(update={"variants": [variant]})
    return check_answers(service, variant, answers, date(2026, 8, 17))


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ({}, []),
        ({"nama": "SITI", "anak": 0, "lahir": "2026-01-02"}, []),
        ({"nama": "SITI"}, ["anak"]),
        ({"anak": 0}, ["nama"]),
        ({"nama": "SITI", "anak": 2}, ["lahir"]),
    ],
)
def test_together_means_all_or_none(service: Service, answers: dict[str, Any], missing: list[str]) -> None:
    assert found(service, "together", answers) == [Fault(key, "Periksa.", "induk") for key in missing]


@pytest.mark.parametrize(
    ("answers", "missing"),
    [({}, ["nama"]), ({"anak": 0}, []), ({"lahir": "2026-01-02"}, []), ({"nama": " "}, ["nama"])],
)
def test_some_means_one_or_more(service: Service, answers: dict[str, Any], missing: list[str]) -> None:
    assert found(service, "some", answers) == [Fault(key, "Periksa.", "induk") for key in missing]
