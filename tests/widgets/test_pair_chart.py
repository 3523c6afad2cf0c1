"""Bars over the columns of a table: their heights, their scale, and what is below zero."""

from __future__ import annotations

import pytest
from textual.geometry import Size

from crm_tui.widgets.pair_chart import Bar, Scale, draw, scale_for, short_figure


def picture(values: list[tuple[float | None, float | None]], height: int, *, left: int = 7) -> list[str]:
    """Pairs of a forecast and an actual, three cells each."""
    bars = []
    for place, (forecast, actual) in enumerate(values):
        bars += [Bar(left + 2 + place * 8, 3, forecast, False), Bar(left + 6 + place * 8, 3, actual, True)]
    known = [value for pair in values for value in pair if value is not None]
    return [line.plain.rstrip() for line in draw(bars, known, left, Size(left + 2 + 8 * len(values), height))]


def test_bars_end_in_eighths_over_a_scale_of_round_figures() -> None:
    assert picture([(4000, 2500), (1000, None), (10, 0)], 5) == [
        "   4 k ┤ ░░░",
        "   3 k ┤ ░░░ ▄▄▄",
        "   2 k ┤ ░░░ ███",
        "   1 k ┤ ░░░ ███ ░░░     ▁▁▁",
        "     0 └────────────────────────",
    ]


def test_below_zero_bars_hang_from_the_zero_line_in_halves() -> None:
    assert picture([(2000, -1500), (-300, 900)], 6) == [
        " 2.4 k ┤ ▄▄▄",
        " 1.6 k ┤ ░░░         ▁▁▁",
        "   800 ┤ ░░░         ███",
        "     0 ┼────────────────",
        "  −800 ┤     ███ ▀▀▀",
        "−1.6 k ┤     ███",
    ]


def test_with_nothing_to_draw_or_no_room_there_is_no_picture() -> None:
    assert picture([(None, None), (0, None)], 8) == []
    assert picture([(5, 4)], 4) == []


def test_without_room_for_the_scale_its_figures_go() -> None:
    assert picture([(4000, 2500)], 5, left=3)[0] == "   ┤ ░░░"


@pytest.mark.parametrize(
    "values", [[1.0], [0.004], [94_162, 33_264], [-5, 7e11], [-1.0], [9.99e14, -9.99e14], [12, 13]]
)
@pytest.mark.parametrize("room", [4, 5, 6, 12, 30])
def test_every_scale_holds_its_values_in_the_room_there_is(values: list[float], room: int) -> None:
    scale = scale_for(values, room)
    assert (scale.above + scale.below) * scale.lines <= room
    assert scale.above * scale.step >= max(0, *values, 0) * 0.999
    assert scale.below * scale.step >= -min(0, *values, 0) * 0.999


def test_figures_of_the_scale_are_short() -> None:
    assert scale_for([94_162], 12) == Scale(20_000, 5, 0, 2)
    figures = [0.5, 12, 1500, 72_000, 1_200_000, -20_000, 4e9]
    assert [short_figure(value) for value in figures] == ["0.5", "12", "1.5 k", "72 k", "1.2 M", "−20 k", "4 G"]
