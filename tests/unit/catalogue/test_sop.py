"""The drawing plan of an SOP AP, from invented steps to rows, symbols and lines."""

from typing import Any

import pytest

from loket.catalogue.rules import Procedure, Service, Step
from loket.catalogue.sop import (
    Leaving,
    NextLine,
    RefusedLine,
    ReturnLine,
    SopPlan,
    plan,
    sop_plans,
    time_words,
)

NAMES = {"penjaga": "Penjaga Rak", "penilik": "Penilik", "kepala": "Kepala"}


def steps(*drawn: tuple[str, dict[str, Any]]) -> list[Step]:
    """Steps named `s1`, `s2`... by their actors and what else they say."""
    return [
        Step(
            **{
                "step": f"s{at}",
                "name": f"Langkah {at}",
                "kind": "check" if at > 1 else "apply",
                "actor": actor,
                **more,
            }
        )
        for at, (actor, more) in enumerate(drawn, start=1)
    ]


def drawn(*given: tuple[str, dict[str, Any]]) -> SopPlan:
    listed = steps(*given)
    return plan(Procedure(procedure="alur", name="Alur", published=[{"text": "x"}], steps=listed), NAMES)


def test_rows_say_what_the_steps_say() -> None:
    chart = drawn(
        ("pemohon", {"minutes": 5, "needs": "Buku", "output": "Berkas"}),
        ("penjaga", {"returns_to": ["s1"], "can_reject": True, "note": "Di loket."}),
        ("sistem", {"open_ended": True}),
    )
    assert chart.actors == ("Pemohon", "Penjaga Rak", "Sistem")
    assert [(row.number, row.name, row.needs, row.time, row.output, row.remark) for row in chart.rows] == [
        (1, "Langkah 1", "Buku", "5 menit", "Berkas", ""),
        (2, "Langkah 2", "", "", "", "Di loket. Tidak: kembali ke nomor 1 atau ditolak"),
        (3, "Langkah 3", "", "Terbuka", "", ""),
    ]


def test_actors_get_columns_in_the_order_in_which_they_first_act() -> None:
    chart = drawn(("pemohon", {}), ("kepala", {}), ("penjaga", {}), ("kepala", {}), ("pemohon", {}))
    assert chart.actors == ("Pemohon", "Kepala", "Penjaga Rak")
    assert [row.column for row in chart.rows] == [0, 1, 2, 1, 0]


def test_a_role_without_a_name_is_shown_by_its_slug() -> None:
    assert drawn(("pemohon", {}), ("tamu", {})).actors == ("Pemohon", "tamu")


def test_the_symbols() -> None:
    chart = drawn(
        ("pemohon", {}),
        ("penjaga", {}),
        ("penilik", {"returns_to": ["s2"]}),
        ("kepala", {"can_reject": True}),
        ("pemohon", {}),
    )
    assert [row.shape for row in chart.rows] == ["start", "process", "decision", "decision", "end"]
    assert chart.closes is False


def test_a_last_step_that_decides_is_followed_by_a_capsule() -> None:
    chart = drawn(("pemohon", {}), ("penjaga", {"returns_to": ["s1"]}))
    assert [row.shape for row in chart.rows] == ["start", "decision"]
    assert chart.closes is True


def test_lines_onward_leave_towards_the_next_column() -> None:
    chart = drawn(("pemohon", {}), ("penjaga", {}), ("penjaga", {}), ("pemohon", {}))
    assert chart.nexts == (
        NextLine(0, 1, "right", ""),
        NextLine(1, 2, "bottom", ""),
        NextLine(2, 3, "left", ""),
    )
    assert (chart.returns, chart.refused) == ((), ())


def test_a_line_back_leaves_towards_its_target_and_enters_the_facing_side() -> None:
    chart = drawn(
        ("pemohon", {}), ("penjaga", {}), ("penilik", {"returns_to": ["s2"]}), ("kepala", {}), ("kepala", {})
    )
    assert chart.returns == (ReturnLine(1, "right", 0, (Leaving(2, "left"),)),)
    assert chart.nexts[2] == NextLine(2, 3, "right", "Ya")


def test_a_line_onward_gives_way_below_to_a_line_back_on_its_side() -> None:
    chart = drawn(("pemohon", {}), ("penjaga", {}), ("kepala", {"returns_to": ["s2"]}), ("pemohon", {}))
    assert chart.returns[0].origins == (Leaving(2, "left"),)
    assert chart.nexts[2] == NextLine(2, 3, "bottom", "Ya")


def test_a_line_back_to_a_later_column_goes_up_on_the_right() -> None:
    chart = drawn(
        ("pemohon", {}), ("penjaga", {}), ("kepala", {}), ("penjaga", {"returns_to": ["s3"]}), ("pemohon", {})
    )
    assert chart.returns == (ReturnLine(2, "left", 0, (Leaving(3, "right"),)),)


@pytest.mark.parametrize(
    ("actor", "onward", "side"),
    [("penjaga", "kepala", "left"), ("penjaga", "pemohon", "right"), ("kepala", "kepala", "left")],
)
def test_within_a_column_a_line_back_takes_the_side_that_is_free(actor: str, onward: str, side: str) -> None:
    chart = drawn(
        ("pemohon", {}),
        ("penjaga", {}),
        ("kepala", {}),
        (actor, {}),
        (actor, {"returns_to": ["s4"]}),
        (onward, {}),
    )
    assert chart.returns == (ReturnLine(3, side, 0, (Leaving(4, side),)),)


def test_lines_to_one_row_share_their_lane() -> None:
    """As with the section heads who all give a file back to the front office."""
    chart = drawn(
        ("pemohon", {}),
        ("penjaga", {}),
        ("penilik", {"returns_to": ["s2"]}),
        ("kepala", {"returns_to": ["s2"]}),
        ("pemohon", {}),
    )
    assert chart.returns == (ReturnLine(1, "right", 0, (Leaving(2, "left"), Leaving(3, "left"))),)


def test_lines_beside_the_same_column_never_run_over_each_other() -> None:
    chart = drawn(
        ("pemohon", {}),
        ("penjaga", {}),
        ("penjaga", {}),
        ("kepala", {"returns_to": ["s3"]}),
        ("kepala", {"returns_to": ["s2"]}),
        ("penjaga", {}),
        ("kepala", {"returns_to": ["s6"]}),
        ("pemohon", {}),
    )
    lanes = {line.target: line.lane for line in chart.returns}
    # The inner lane belongs to the later row; the third is free again further down.
    assert lanes == {1: 1, 2: 0, 5: 0}


def test_lanes_on_different_sides_are_counted_apart() -> None:
    chart = drawn(
        ("pemohon", {}),
        ("penjaga", {}),
        ("penilik", {}),
        ("kepala", {"returns_to": ["s3"]}),
        ("penjaga", {"returns_to": ["s3"]}),
        ("kepala", {}),
    )
    assert [(line.enters, line.lane) for line in chart.returns] == [("left", 0), ("right", 0)]


def test_one_step_may_return_to_several() -> None:
    chart = drawn(("pemohon", {}), ("penjaga", {}), ("kepala", {"returns_to": ["s2", "s1"]}), ("pemohon", {}))
    assert [(line.target, line.origins) for line in chart.returns] == [
        (0, (Leaving(2, "left"),)),
        (1, (Leaving(2, "left"),)),
    ]
    assert chart.rows[2].remark == "Tidak: kembali ke nomor 1 atau 2"


@pytest.mark.parametrize(
    ("actors", "refused", "onward"),
    [
        (("pemohon", "penjaga", "kepala"), "left", "right"),
        (("pemohon", "kepala", "pemohon"), "left", "bottom"),
        (("penjaga", "penjaga", "kepala"), "right", "bottom"),
    ],
)
def test_a_decision_that_only_refuses_ends_in_a_capsule_of_its_own(
    actors: tuple[str, ...], refused: str, onward: str
) -> None:
    chart = drawn((actors[0], {}), (actors[1], {"can_reject": True}), (actors[2], {}))
    assert chart.refused == (RefusedLine(1, refused),)
    assert chart.nexts[1] == NextLine(1, 2, onward, "Ya")
    assert chart.rows[1].remark == "Tidak: ditolak"


def test_thirteen_actors_with_thirteen_steps() -> None:
    chart = drawn(*((f"peran{at}", {"returns_to": [f"s{at - 2}"]} if at % 2 else {}) for at in range(2, 15)))
    assert [row.column for row in chart.rows] == list(range(13))
    assert [line.leaves for line in chart.nexts] == ["right"] * 12
    assert [(line.target, line.enters, line.lane) for line in chart.returns] == [
        (at, "right", 0) for at in range(0, 12, 2)
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, ""),
        ({"minutes": 30}, "30 menit"),
        ({"working_days": 2}, "2 hari kerja"),
        ({"working_days": 1, "minutes": 90}, "1 hari kerja 90 menit"),
        ({"open_ended": True}, "Terbuka"),
    ],
)
def test_times(more: dict[str, Any], words: str) -> None:
    (step,) = steps(("penjaga", more))
    assert time_words(step) == words


def test_variants_with_one_procedure_have_one_chart(library) -> None:
    (service,) = library.load().services
    first = service.variant("baru")
    other = first.procedure.model_copy(update={"procedure": "loket", "name": "Di loket"})
    variants = [
        first,
        first.model_copy(update={"variant": "hilang"}),
        first.model_copy(update={"variant": "rusak", "procedure": other}),
    ]
    several: Service = service.model_copy(update={"variants": variants})
    assert [chart.title for chart in sop_plans(several, {"kepala": "Kepala Perpustakaan"})] == [
        "Daring",
        "Di loket",
    ]
    assert sop_plans(service, {"kepala": "Kepala Perpustakaan"})[0].actors == (
        "Pemohon",
        "petugas_loket",
        "Kepala Perpustakaan",
        "Sistem",
    )
