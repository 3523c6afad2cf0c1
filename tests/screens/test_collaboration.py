"""Tab 3: the board, the notes, and going between them."""

import pytest
from tests.screens import fakes
from tests.screens.fakes import FakeStore, column, note, task
from tests.screens.tab_app import TabApp, press, settle, shown
from textual.content import Content
from textual.pilot import Pilot

from crm_tui.domain.entities import Kind
from crm_tui.screens.card_tab import Target
from crm_tui.screens.collaboration import CollaborationTab

BOARD = (
    column(
        1,
        "Not started",
        task(1, "Order steel plates, lot 2", 10),
        task(2, "Check crane certificates before the first of March", 55, who="Mikael Korhonen"),
        task(3, "Ask class for new forms"),
    ),
    column(2, "In progress", task(4, "Review class drawings, rev. C", -11), task(5, "Crane load calculation", 0)),
    column(3, "In review"),
    column(4, "Done", task(6, "Measure deck crane foundation", 3, done=-6), is_done=True, count=30),
)
NOTES = (
    note(1, "Class asks for form 7B.\nNot 7A, as before.", days=4, pinned=True),
    *(note(key, f"Note {key}", days=key) for key in range(2, 251)),
)


def app(*, board: object = BOARD, notes: object = NOTES, theme: str = "crm-dark") -> TabApp:
    return TabApp(CollaborationTab, FakeStore(columns=board, note_rows=notes), fakes.card(), theme=theme)  # type: ignore[arg-type] # tuples of either


def opened(pilot: Pilot[None]) -> str:
    tab = pilot.app.screen.query_one(CollaborationTab)
    panel = tab.columns.opened
    assert pilot.app.focused is panel.focus_target
    return Content.from_markup(panel.border_title or "").plain


async def test_the_columns_stand_side_by_side_with_counts_and_what_is_late() -> None:
    async with (board := app()).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        lines = shown(board)
        assert [
            title
            for title in ("Not started 3", "In progress 2  ! 1 late", "In review 0", "Done 30")
            if title in lines[0]
        ]
        assert lines[0].count("╮") == 4
        text = "\n".join(lines)
        assert "Check crane certificates" in text
        assert "before the first of March" in text
        for words in ("! 11 d late", "• today", "✓ 12 Nov", "12 Jan 26", "No tasks here.", "1 in the last 30 days"):
            assert words in text
        row = next(line for line in lines if "12 Jan 26" in line)
        assert row[:30].split() == ["│", "2104", "12", "Jan", "26", "MK", "│"]


async def test_h_and_l_go_between_columns_and_j_and_k_between_tasks() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        seen = []
        for key in ("l", "right", "right", "l", "h"):
            await press(pilot, key)
            seen.append(opened(pilot).split()[0:2])
        assert seen == [["In", "progress"], ["In", "review"], ["Done", "30"], ["Not", "started"], ["Done", "30"]]
        await press(pilot, "l", "j", "j", "j", "k")
        await press(pilot, "y")
        assert "Check crane certificates before" in "\n".join(shown(pilot.app))
        await press(pilot, "enter")
        assert pilot.app.copied == ["Check crane certificates before the first of March"]  # type: ignore[attr-defined]


async def test_on_a_narrow_screen_one_status_is_open_and_the_task_under_the_cursor_is_said_in_full() -> None:
    async with (board := app()).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "l", "j")
        lines = shown(board)
        assert lines[0].startswith("   Not started 3  next: Order steel plates, lot 2, 28 Nov")
        assert lines[1].startswith("╭─ In progress 2  ! 1 late ─")
        assert [line.split()[0] for line in lines[2:4]] == ["│", "│▌Crane"]
        assert "│ Project   2104 Deck crane replacement, MS Juojärvi" in "\n".join(lines)
        assert "│ Due       • today  18 Nov 2025" in "\n".join(lines)
        assert [line.split()[0] for line in lines[-5:-1]] == ["In", "Done", "Collaboration", "Files"]
        assert lines[-3].startswith("   Collaboration notes 250  pinned: Class asks for form 7B. Not 7A")


async def test_a_board_of_many_statuses_shows_those_around_the_cursor() -> None:
    many = tuple(column(key, f"Step {key}", task(key, f"Task {key}")) for key in range(1, 13))
    async with (board := app(board=many)).run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert "7 more ›" in "\n".join(shown(board))
        await press(pilot, *["l"] * 7)
        text = "\n".join(shown(board))
        assert opened(pilot) == "Step 8 1"
        assert "‹ 3 more" in text
        assert "4 more ›" in text
        assert "Task 3" not in text
        await press(pilot, *["l"] * 5)
        assert opened(pilot) == "Step 1 1"


async def test_another_customer_with_fewer_statuses_takes_the_others_away() -> None:
    store = FakeStore(columns=BOARD)
    board = TabApp(CollaborationTab, store, fakes.card())
    async with board.run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "h")
        store.columns = BOARD[:2]
        pilot.app.screen.query_one(CollaborationTab).show(fakes.card(2))
        await settle(pilot)
        assert shown(board)[0].count("╮") == 2
        assert opened(pilot) == "Not started 3"
        store.columns = ()
        pilot.app.screen.query_one(CollaborationTab).show(fakes.card(3))
        await settle(pilot)
        assert "No task statuses yet" in "\n".join(shown(board))


async def test_what_was_found_elsewhere_gets_the_cursor() -> None:
    async with app().run_test(size=(120, 30)) as pilot:
        tab = pilot.app.screen.query_one(CollaborationTab)
        await pilot.pause()
        tab.put_cursor_on(Target(Kind.ACTIVITY, 5))
        await settle(pilot)
        assert opened(pilot).startswith("In progress")
        await press(pilot, "y", "enter")
        assert pilot.app.copied == ["Crane load calculation"]  # type: ignore[attr-defined]
        tab.put_cursor_on(Target(Kind.NOTE, 3))
        await settle(pilot)
        assert opened(pilot).startswith("Collaboration notes")
        await press(pilot, "y", "enter")
        assert pilot.app.copied[-1] == "Note 3"  # type: ignore[attr-defined]


async def test_notes_come_in_pages_and_the_one_under_the_cursor_is_shown_whole() -> None:
    async with (board := app()).run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "shift+tab", "shift+tab")
        text = "\n".join(shown(board))
        assert "│ Class asks for form 7B.   " in text
        assert "│ Not 7A, as before.   " in text
        assert "2104 Deck crane replacement, MS Juojärvi  Tuva Nilsen, 14 Nov 2025 10:00" in text
        await press(pilot, "G")
        assert "Note 250" in "\n".join(shown(board))
        await press(pilot, "k")
        assert "│▌" in next(line for line in shown(board) if "Note 249" in line)


async def test_enter_reads_a_task_and_a_note_in_full() -> None:
    async with (board := app()).run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await press(pilot, "enter")
        text = "\n".join(shown(board))
        for words in (
            "Second line.",
            "Assignee     Tuva Nilsen",
            "2104 Deck crane replacement, MS Juojärvi",
            "Created 18 Nov",
        ):
            assert words in text
        await press(pilot, "escape", "shift+tab", "shift+tab", "enter")
        assert "Not 7A, as before." in "\n".join(shown(board))


async def test_nothing_there_is_said() -> None:
    empty = tuple(column(key, name) for key, name in ((1, "Not started"), (2, "Done")))
    async with (board := app(board=empty, notes=())).run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        text = "\n".join(shown(board))
        for words in ("No tasks here.", "No collaboration notes on the projects yet.", "No files or links yet."):
            assert words in text


async def test_only_commands_that_exist_are_in_the_footer() -> None:
    async with (board := app()).run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        assert shown(board)[-1].startswith(
            " Enter Open  a Add  > Move right  e Edit  Space Done  h l Column  Tab Next panel "
        )


async def test_a_click_puts_the_cursor_on_a_card() -> None:
    async with (board := app()).run_test(size=(120, 30)) as pilot:
        await settle(pilot)
        await pilot.click(offset=(5, 5))
        await press(pilot, "y", "enter")
        assert board.copied == ["Check crane certificates before the first of March"]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])
def test_how_it_looks(size: tuple[int, int], snap_compare) -> None:  # type: ignore[no-untyped-def] # the plugin's
    assert snap_compare(app(), terminal_size=size, run_before=_second_column)


def test_how_it_looks_in_16_colours(snap_compare) -> None:  # type: ignore[no-untyped-def] # the plugin's
    assert snap_compare(app(theme="ansi-dark"), terminal_size=(80, 24), run_before=_second_column)


async def _second_column(pilot: Pilot[None]) -> None:
    await settle(pilot)
    await press(pilot, "l")
