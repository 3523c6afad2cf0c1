"""Plans of panels: where each goes, without a screen."""

from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from crm_tui.widgets.panel_columns import Part, Slot, place, side, stack

PLAN = side(
    stack(Slot("details", fit=True, most=10), Slot("contacts", share=2), Slot("files", size=7), size=60),
    Slot("activities"),
)


def natural(panel: str) -> int:
    return {"details": 8}[panel]


def placed(part: Part, width: int, height: int, opened: str = "contacts") -> dict[str, Region]:
    return place(part, Region(0, 0, width, height), natural, opened)


def test_fixed_and_fitting_sizes_come_first_and_the_rest_is_shared() -> None:
    assert placed(PLAN, 120, 35) == {
        "details": Region(0, 0, 60, 8),
        "contacts": Region(0, 8, 60, 20),
        "files": Region(0, 28, 60, 7),
        "activities": Region(60, 0, 60, 35),
    }


def test_a_low_screen_shrinks_what_is_fixed() -> None:
    heights = {name: region.height for name, region in placed(PLAN, 120, 12).items()}
    assert heights == {"details": 3, "contacts": 3, "files": 6, "activities": 12}


def test_a_stack_without_room_for_all_is_an_accordion() -> None:
    heights = {name: region.height for name, region in placed(PLAN, 120, 8, "files").items()}
    assert heights == {"details": 1, "contacts": 1, "files": 6, "activities": 8}


def test_shares_divide_the_width() -> None:
    board = side(Slot("a"), Slot("b"), Slot("c"), Slot("d", share=2))
    assert [region.width for region in placed(board, 121, 10).values()] == [24, 24, 24, 49]


@given(
    st.integers(110, 220),
    st.integers(12, 80),
    st.sampled_from(["details", "contacts", "files", "activities"]),
)
def test_panels_cover_the_screen_without_overlap(width: int, height: int, opened: str) -> None:
    regions = list(placed(PLAN, width, height, opened).values())
    assert sum(region.area for region in regions) == width * height
    assert all(not a.overlaps(b) for i, a in enumerate(regions) for b in regions[i + 1 :])
