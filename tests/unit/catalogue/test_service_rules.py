"""Conditions, and finding one's way in a service."""

import pytest

from loket.catalogue.rules import applies


@pytest.mark.parametrize(
    ("when", "answers", "expected"),
    [
        (None, {}, True),
        ({"sebab": "hilang"}, {"sebab": "hilang"}, True),
        ({"sebab": "hilang"}, {"sebab": "rusak"}, False),
        ({"sebab": "hilang"}, {}, False),
        ({"sebab": ["hilang", "rusak"]}, {"sebab": "rusak"}, True),
        ({"sebab": "hilang", "anak": True}, {"sebab": "hilang", "anak": False}, False),
    ],
)
def test_condition(when, answers, expected) -> None:
    assert applies(when, answers) is expected


def test_steps_follow_each_other(library) -> None:
    (service,) = library.load().services
    variant = service.variant("baru")
    assert variant.step_after("periksa") == variant.step("tanda-tangan")
    assert variant.step_after("kirim") is None
    with pytest.raises(KeyError):
        variant.step("tidak-ada")
    with pytest.raises(KeyError):
        service.variant("tidak-ada")


def test_uploads_are_the_papers_that_the_answers_ask_for(library) -> None:
    (service,) = library.load().services
    variant = service.variant("baru")
    assert [item.key for item in variant.uploads({"pelajar": "ya"})] == ["kartu_pelajar"]
    assert variant.uploads({"pelajar": "tidak"}) == []
