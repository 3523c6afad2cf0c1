"""What is asked of the activity feed and the files, sentence by sentence: done by keys, seen on the screen,
and kept in the store."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from tests.screens.conftest import Start
from tests.screens.kallavesi import ALL, NUMBER, TODAY, case_of, cursor_on, customer_of, feed, store_of

from crm_tui.domain.activities import ActivityKind, NewActivity
from crm_tui.domain.errors import Denied
from crm_tui.domain.files import FileChange, FileKind, NewFile
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.store.activities import FeedPart
from crm_tui.store.cases import CaseLife
from crm_tui.store.sql.store import SqlStore
from crm_tui.widgets.tab_strip import TabStrip

# -- activities -------------------------------------------------------------------------------------------------------


async def test_a_note_is_added_quickly(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("contacts")
        await crm.press("down")
        row = crm.row
        await crm.press("n")
        await crm.type("Call back")
        await crm.press("ctrl+s")
        await crm.see("now", "Call back")
        assert crm.row == row
        newest = feed(crm, FeedPart.PAST)[0]
        assert (newest.kind, newest.name, newest.case) == ("note", "Call back", None)
        assert store_of(crm).notes.get(newest.id).created_by == store_of(crm).users.me().user.id


async def test_a_task_is_added_quickly_in_one_line_with_its_date_and_its_project(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.press("t")
        await crm.type("Call Eeva fri 14:00")
        await crm.see("to-do, due")
        await crm.press("enter")
        await crm.see("Call Eeva")
        row = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Call Eeva")
        stored = store_of(crm).activities.get(row.id)
        assert stored.kind is ActivityKind.TODO
        assert str(stored.due) == "2026-11-20"
        assert stored.starts_at is not None
        assert stored.starts_at.isoformat() == "2026-11-20T12:00:00+00:00"
        await crm.press("t")
        await crm.type("Grease winch @2104")
        await crm.see("task of 2104 Deck crane replacement")
        await crm.press("enter")
        task = next(row for row in feed(crm, FeedPart.PLANNED) if row.name == "Grease winch")
        assert (task.kind, task.case_number, str(task.on)) == ("task", 2104, "2026-11-18")


async def test_what_is_done_moves_from_planned_to_past(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        await crm.see("Planned  18", "Past ")
        cursor_on(crm, "Call Eeva about crane")
        await crm.press("space")
        await crm.expect_toast("Call Eeva about crane dates is done")
        await crm.see("Planned  17")
        past = next(place for place, row in enumerate(crm.rows) if row.startswith("Past"))
        assert past < next(place for place, row in enumerate(crm.rows) if "Call Eeva about crane" in row)
        assert not any("Call Eeva about crane" in row.name for row in feed(crm, FeedPart.PLANNED))
        done = next(row for row in feed(crm, FeedPart.PAST) if "Call Eeva about crane" in row.name)
        assert done.is_done
        cursor_on(crm, "Call Eeva about crane")
        await crm.press("space")
        await crm.see("Planned  18")
        assert not store_of(crm).activities.get(done.id).is_done


@pytest.mark.parametrize(
    ("line", "case"),
    [("Agree the docking window", 2240), ("Crane load calculation", 2104)],
    ids=["sales case", "project"],
)
async def test_the_feed_leads_to_the_connected_sales_case_and_project(line: str, case: int, start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        cursor_on(crm, line)
        await crm.press("c")
        assert isinstance(crm.app.screen, CustomerCardScreen)
        assert crm.app.screen.query_one(TabStrip).active == 2
        await crm.see_row(str(case))
        assert crm.focused_panel is not None
        assert crm.focused_panel.id == "cases"
        assert case_of(crm, case).case.name in crm.row


# -- files and links --------------------------------------------------------------------------------------------------


async def test_a_link_is_tied_to_the_customer(start: Start) -> None:
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        await crm.press("a")
        await crm.choose("Link")
        await crm.fill(url="https://files.example/berths", name="Berth plan")
        await crm.save()
        assert "Berth plan" in crm.row
        stored = store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows[0]
        assert (stored.file.kind, stored.file.name, stored.file.url) == (
            FileKind.LINK,
            "Berth plan",
            "https://files.example/berths",
        )
        assert stored.case_number is None
        await crm.press("o")
        assert crm.app.opened == ["https://files.example/berths"]


async def test_a_file_is_tied_to_a_project_of_the_customer(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "Crane log.txt").write_bytes(b"load 12 t\n")
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: home))
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        await crm.press("a")
        await crm.choose("File")
        await crm.choose("Crane log.txt")
        await crm.fill(case="2104")
        await crm.save()
        assert "Crane log.txt" in crm.row
        stored = store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows[0]
        assert (stored.case_number, stored.file.size, stored.file.kind) == (2104, 10, FileKind.FILE)
        with store_of(crm).files.open(stored.file.id) as content:
            assert content.read() == b"load 12 t\n"
        await crm.press("enter")
        await crm.see("Case", "2104")


async def test_with_read_permission_files_are_seen_and_not_added(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    by_sanna = open_sample("sanna")
    customer = by_sanna.customers.by_number(NUMBER).id
    new = NewFile(customer=customer, kind=FileKind.FILE, name="Berth plan.txt")
    added = by_sanna.files.create(new, BytesIO(b"berth 7\n"))
    async with start("liisa") as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        assert "Berth plan.txt" in crm.rows[0]
        for key, command in (("a", "list.add"), ("e", "list.edit"), ("d", "list.delete")):
            await crm.press(key)
            await crm.expect_toast("it needs the permission “customers: edit”")
            assert crm.commands()[command].reason == "it needs the permission “customers: edit”"
        assert crm.commands()["files.save"].reason is None
        files = store_of(crm).files
        with files.open(added.id) as content:
            assert content.read() == b"berth 7\n"
        with pytest.raises(Denied, match="customers: edit"):
            files.create(new, BytesIO(b"berth 8\n"))
        with pytest.raises(Denied, match="customers: edit"):
            files.update(added.id, added.revision, FileChange(name="mine.txt"))
        with pytest.raises(Denied, match="customers: edit"):
            files.delete(added.id, added.revision)
        assert files.get(added.id) == added


async def test_with_edit_permission_a_file_is_renamed_and_removed(start: Start) -> None:
    async with start("jonas") as crm:
        await crm.open("kallavesi")
        await crm.panel("files")
        cursor_on(crm, "Price list 2025.csv")
        await crm.press("e")
        await crm.fill(name="Price list 2025, old.csv")
        await crm.save()
        assert "Price list 2025, old.csv" in crm.row
        await crm.press("d")
        await crm.see("will be removed", "30 days")
        await crm.press("D")
        await crm.expect_toast("File removed")
        names = [row.file.name for row in store_of(crm).files.of_customer(customer_of(crm).id, ALL).rows]
        assert not any(name.startswith("Price list 2025") for name in names)


async def test_what_is_over_keeps_its_name_in_the_form_of_an_activity_and_of_a_file(
    start: Start, open_sample: Callable[[str], SqlStore]
) -> None:
    store = open_sample("sanna")
    customer = store.customers.by_number(NUMBER).id
    rows = store.cases.of_customer(customer, CaseLife.SALES, ALL, TODAY, closed=True).rows
    lost = next(row.case.id for row in rows if row.case.number == 2219)
    people = store.contacts.of_customer(customer, ALL, inactive=True).rows
    anne = next(row.contact.id for row in people if row.contact.last_name == "Holopainen")
    store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name="Ask why", customer=customer, case=lost, due=TODAY,
                    contact_participants=(anne,))
    )  # fmt: skip
    store.files.create(NewFile(customer=customer, kind=FileKind.LINK, name="Why", url="https://a.example", case=lost))
    async with start() as crm:
        await crm.open("kallavesi")
        await crm.panel("activities")
        cursor_on(crm, "Ask why")
        await crm.press("e")
        await crm.see("2219 Tank coating inspection ▾", "Anne Holopainen ×")
        await crm.press("escape")
        await crm.panel("files")
        await crm.press("home", "e")
        await crm.see("2219 Tank coating inspection ▾")
