"""The step that notes whether somebody's biometrics are in the national data."""

import pytest

from loket.cases.actions import Given, making
from loket.cases.models import Case
from loket.catalogue.rules import Step, Variant
from loket.core.actors import SYSTEM
from loket.core.errors import LoketError

VARIANT = Variant.model_construct()
NIK = "6471010403909001"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (
            Given(checked="found", found_nik="647101 040390 9001"),
            {"biometrik_hasil": "found", "biometrik_nik": NIK},
        ),
        (Given(checked="not_found", found_nik=NIK), {"biometrik_hasil": "not_found", "biometrik_nik": ""}),
        (Given(checked="not_needed"), {"biometrik_hasil": "not_needed", "biometrik_nik": ""}),
    ],
)
def test_only_the_answer_is_kept(given: Given, kept: dict[str, str]) -> None:
    case = Case(answers={"orang_nama": "UPIK", "biometrik_nik": "1"})
    making.check_biometrics(case, VARIANT, SYSTEM, given)
    assert case.answers == {"orang_nama": "UPIK", **kept}


@pytest.mark.parametrize(
    ("given", "refusal", "field"),
    [
        (Given(), making.NoResult, "checked"),
        (Given(checked="maybe"), making.NoResult, "checked"),
        (Given(checked="found"), making.NotANik, "found_nik"),
        (Given(checked="found", found_nik="12"), making.NotANik, "found_nik"),
    ],
)
def test_without_an_answer_nothing_is_kept(given: Given, refusal: type[LoketError], field: str) -> None:
    case = Case(answers={})
    with pytest.raises(refusal) as caught:
        making.check_biometrics(case, VARIANT, SYSTEM, given)
    assert (caught.value.field, case.answers) == (field, {})


def test_the_history_tells_the_answer_without_the_number() -> None:
    step = Step.model_construct(kind="check_biometrics")
    given = Given(checked="found", found_nik=NIK)
    assert making.said(step, given) == "Biometrik: ditemukan dalam data nasional."
