"""Names and texts that break programs, in everything that has one: shown everywhere, steering nothing.

They are put into a store through its port, read back to the letter, and then looked at on every screen: nothing of
them is taken for markup or for a command, and no control character is in what is drawn.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.driver import NOW, Crm, drawn
from tests.screens.conftest import Start, set_up_store

from crm_tui.domain.activities import ActivityKind, NewActivity, NewNote
from crm_tui.domain.addresses import NewAddress
from crm_tui.domain.cases import CaseChange, NewCase, SalesState
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.errors import Invalid
from crm_tui.domain.files import FileKind, NewFile
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewUser
from crm_tui.screens.customer_card import CustomerCardScreen
from crm_tui.screens.customers import CustomersScreen
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.store.activities import FeedPart
from crm_tui.store.cases import CaseLife
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.port import Store
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.text import clean
from crm_tui.widgets.choose import ChooseDialog
from crm_tui.widgets.panel_columns import PanelColumns

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data/naughty/blns.json").read_text("utf-8"))
WORST = [
    "\x1b]52;c;cm0gLXJmIH4=\x07",
    "\x1b]0;title\x07 \x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H\x1b[0;66mred\x1b[6n \x1bc\x1b[?1049l\x1bPq\x1b\\",
    "\x9b2J\x9d52;c;eA==\x9c\x90\x85",
    "bell\x07 back\x08\x08 feed\x0b\x0c\x0e\x0f\x7f",
    "line\rover\nnext\r\n\ttab\u2028sep\u2029end",
    "\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c",
    "zero\u200bwidth\ufeff\u2060\U000e0041\U000e007f",
    "[/] [@click=app.quit]x[/] [bold]b[/bold] [link=http://x]l[/link]",
    "[@click=screen.run_command('app.quit')]quit[/]",
    "👨\u200d👩\u200d👧 🇫🇮 👍🏽 ❤\ufe0f",
    "漢字" * 50,
    "$name ${name} %s {0} {name!r} \\[b] [[x]]",
]
#: marks of writing direction, which make text read differently from what it says
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
ALL = PageRequest(limit=1000)


class Hoard(NamedTuple):
    """A store full of them: where it is, and the customer that has some of everything."""

    path: Path
    customer: int


@pytest.fixture(scope="module")
def hoard(tmp_path_factory: pytest.TempPathFactory) -> Hoard:
    """Made once, through the port."""
    path = tmp_path_factory.mktemp("hoard") / "hoard.db"
    store = set_up_store(path)
    texts = [text for text in WORST + NAUGHTY if text.strip()]
    some = WORST + texts[len(WORST) :: 5]
    for text in some:
        store.customers.create(NewCustomer(name=text, description=text))
    owner = store.users.me().user.id
    own = store.customers.create(
        NewCustomer(
            name=WORST[8], description="\n".join(texts), website=WORST[1], email=WORST[0], phone=WORST[3], owner=owner
        )
    ).id
    _fill(store, own, texts, some)
    store.close()
    return Hoard(path, own)


def _fill(store: Store, own: int, texts: list[str], some: list[str]) -> None:
    group = store.registries.create(NewRegistryValue(kind=RegistryKind.SEGMENT_GROUP, name=WORST[8])).id
    keywords = _values(store, some, kind=RegistryKind.KEYWORD)
    _values(store, some, kind=RegistryKind.SEGMENT, group=group)
    won = next(v.id for v in store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is SalesState.WON)
    store.addresses.create(NewAddress(customer=own, line1=WORST[2], line2=WORST[5], city=WORST[8], region=WORST[6]))
    for text in texts:
        store.contacts.create(
            NewContact(customer=own, first_name=text, last_name=text, title=text, keywords=tuple(keywords[:3]))
        )
    for text in some:
        store.files.create(NewFile(customer=own, kind=FileKind.LINK, name=text, url="https://x.example/" + text))
        store.notes.create(NewNote(customer=own, text=text))
        store.activities.create(NewActivity(kind=ActivityKind.TODO, name=text, customer=own, notes=text))
    for place, text in enumerate(some):
        case = store.cases.create(
            NewCase(customer=own, name=text, description=text, your_reference=text, expected_value=100_00)
        )
        if place % 2:
            case = store.cases.update(case.id, case.revision, CaseChange(sales_status=won))
            store.activities.create(NewActivity(kind=ActivityKind.TASK, name=text, case=case.id))
            store.notes.create(NewNote(customer=own, case=case.id, text=text))


def _values(store: Store, names: list[str], *, kind: RegistryKind, group: int | None = None) -> list[int]:
    """Values of these names; of names that differ in upper and lower case alone only the first."""
    found: dict[str, int] = {}
    for name in names:
        if name.casefold() not in found:
            found[name.casefold()] = store.registries.create(NewRegistryValue(kind=kind, name=name, group=group)).id
    return list(found.values())


@pytest.fixture
def store(hoard: Hoard, tmp_path: Path) -> Iterator[SqlStore]:
    """A copy of the hoard, as its administrator."""
    path = tmp_path / "\x1b[31mhoard[" / "hoard.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(hoard.path, path)
    found = open_store(path, login="admin", clock=lambda: NOW)
    yield found
    found.close()


def foreign(crm: Crm) -> list[str]:
    """What is drawn and must not be: control characters, marks of direction, links and actions out of data."""
    found = []
    for line in drawn(crm.app):
        for segment in line:
            if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in DIRECTION for c in segment.text):
                found.append(ascii(segment.text))
            if segment.style is not None and (segment.style.link or "@click" in segment.style.meta):
                found.append(f"action in {segment.text!r}: {segment.style.meta or segment.style.link}")
    return found


async def look(crm: Crm, *keys: str) -> None:
    """Press keys one after the other and look at the screen after each."""
    for key in ("", *keys):
        if key:
            await crm.press(key)
        assert foreign(crm) == []
        assert crm.app.is_running


def test_everything_is_in_the_store_to_the_letter(hoard: Hoard, store: SqlStore) -> None:
    texts = {text for text in WORST + NAUGHTY if text.strip()}
    contacts = store.contacts.of_customer(hoard.customer, ALL).rows
    assert {row.contact.first_name for row in contacts} | {row.contact.last_name for row in contacts} == texts
    assert {row.contact.title for row in contacts} == texts
    files = {row.file.name for row in store.files.of_customer(hoard.customer, ALL).rows}
    keywords = {value.name for value in store.registries.list(RegistryKind.KEYWORD)}
    segments = {value.name for value in store.registries.list(RegistryKind.SEGMENT)}
    customers = {row.name for row in store.customers.page(CustomerQuery(active=None), ALL).rows}
    cases = {
        row.case.name
        for life in CaseLife
        for row in store.cases.of_customer(hoard.customer, life, ALL, NOW.date()).rows
    }
    notes = {row.note.text for row in store.notes.of_projects(hoard.customer, ALL).rows}
    assert keywords == segments <= files == cases == customers <= texts
    assert notes <= cases
    assert len(keywords) > 50


NEW: dict[str, Callable[[Store, int, str], object]] = {
    "customer": lambda store, own, text: store.customers.create(NewCustomer(name=text)),
    "contact": lambda store, own, text: store.contacts.create(NewContact(customer=own, first_name="A", last_name=text)),
    "title": lambda store, own, text: store.contacts.create(
        NewContact(customer=own, first_name="A", last_name="B", title=text)
    ),
    "note": lambda store, own, text: store.notes.create(NewNote(customer=own, text=text)),
    "file": lambda store, own, text: store.files.create(
        NewFile(customer=own, kind=FileKind.LINK, name=text, url="https://x.example")
    ),
    "keyword": lambda store, own, text: store.registries.create(NewRegistryValue(kind=RegistryKind.KEYWORD, name=text)),
    "case": lambda store, own, text: store.cases.create(NewCase(customer=own, name=text)),
    "activity": lambda store, own, text: store.activities.create(
        NewActivity(kind=ActivityKind.TODO, name=text, customer=own)
    ),
}


@pytest.mark.parametrize("what", NEW)
def test_nul_and_half_characters_are_refused_by_name(what: str, hoard: Hoard, store: SqlStore) -> None:
    with pytest.raises(Invalid, match=r"NUL character \(U\+0000\)"):
        NEW[what](store, hoard.customer, "a\x00b")
    with pytest.raises(Invalid, match=r"lone surrogate U\+D800"):
        NEW[what](store, hoard.customer, "a\ud800b")


async def test_the_list_and_its_previews(start: Start, store: SqlStore) -> None:
    async with start(store=store, size=(160, 50)) as crm:
        await look(crm, *["pagedown"] * 4, "home", *["down"] * (len(WORST) + 2), "i", "G", "r")
        assert crm.table.count > 100


async def test_markup_is_shown_to_the_letter(start: Start, store: SqlStore) -> None:
    async with start(store=store, size=(200, 50)) as crm:
        await crm.filter("click app quit")
        await crm.see("[/] [@click=app.quit]x[/] [bold]b[/bold]")
        await crm.press("enter")
        assert "[/] [@click=app.quit]x[/]" in crm.customer
        place = crm.lines()[0].index("[@click")
        await crm.pilot.click(offset=(place + 3, 0))
        await look(crm)


@pytest.mark.parametrize(
    ("number", "size"), [(1, (80, 24)), (1, (160, 40)), (2, (160, 40)), (3, (120, 40)), (4, (80, 24)), (5, (160, 40))]
)
async def test_every_tab_and_panel(
    number: int, size: tuple[int, int], start: Start, store: SqlStore, hoard: Hoard
) -> None:
    async with start(store=store, size=size) as crm:
        await open_hoard(crm, store, hoard)
        await crm.tab(number)
        columns = next(each for each in crm.app.screen.query(PanelColumns) if each.parent and each.parent.display)
        for _ in columns.panels:
            await look(crm, "down", "pagedown", "G", "enter")
            if not isinstance(crm.app.screen, CustomerCardScreen):
                await look(crm, "pagedown", "escape")
            await look(crm, "y")
            if not isinstance(crm.app.screen, CustomerCardScreen):
                await look(crm, "enter")
            await look(crm, "g", "tab")
            crm.app.clear_notifications()
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_find_and_what_is_found(start: Start, store: SqlStore) -> None:
    async with start(store=store) as crm:
        await crm.press("f")
        for text in WORST + NAUGHTY[::25]:
            await crm.put(text)
            assert foreign(crm) == [], ascii(text)
        await crm.put("click")
        await look(crm, "down", "down", "enter")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def test_whatever_is_typed_into_the_filter(start: Start, store: SqlStore) -> None:
    async with start(store=store) as crm:
        await crm.press("/")
        for text in WORST + NAUGHTY[5::25]:
            await crm.put(text)
            assert foreign(crm) == [], ascii(text)
        await look(crm, "escape", "escape")
        assert isinstance(crm.app.screen, CustomersScreen)


async def test_a_hostile_text_finds_the_customer_that_is_called_so(start: Start, store: SqlStore) -> None:
    async with start(store=store) as crm:
        for text in ("漢字" * 50, "$name ${name} %s {0} {name!r} \\[b] [[x]]", "gnp.exe"):
            await crm.filter(text)
            assert crm.table.count, ascii(text)


async def test_chips_and_their_choices(start: Start, store: SqlStore) -> None:
    async with start(store=store, size=(160, 40)) as crm:
        for chip in ("Keyword", "Segment"):
            await crm.press("F")
            await crm.choose(chip)
            await look(crm, "pagedown", "pagedown", "end", "home", "down", "down", "down")
            await crm.put("click")
            await look(crm, "enter")
        await crm.see("[@click=app.quit]")
        await look(crm, "escape")


async def test_what_is_copied_and_opened_and_said(start: Start, store: SqlStore, hoard: Hoard) -> None:
    async with start(store=store) as crm:
        await open_hoard(crm, store, hoard)
        await crm.panel("details")
        await look(crm, "y")
        await crm.choose("Website")
        assert crm.toasts
        await look(crm, "o")
        await look(crm, "down", "enter")
        await look(crm)


async def test_exporting_to_a_hostile_path(start: Start, store: SqlStore, tmp_path: Path) -> None:
    async with start(store=store) as crm:
        await crm.press("E")
        await crm.put(str(tmp_path / "\x1b[31m[red]x" / "out.csv"))
        await look(crm, "enter")
        await look(crm, "escape")


# -- the form of a project task ---------------------------------------------------------------------------------------

LONG = "漢字 [/] \u202e" * 100
TYPED = [*WORST, LONG]


def add_choices(store: Store) -> None:
    """Users, statuses and types of such names, for the pickers of the form."""
    profile = store.users.profiles()[0].id
    for place, text in enumerate(WORST):
        store.users.create(NewUser(name=text, login=f"user{place}", profile=profile))
    for kind in (RegistryKind.TASK_STATUS, RegistryKind.ACTIVITY_TYPE):
        _values(store, WORST, kind=kind)


async def new_task(crm: Crm, store: Store, hoard: Hoard) -> None:
    """Open the form of a new project task on the card."""
    await open_hoard(crm, store, hoard)
    await crm.panel("activities")
    await crm.press("a")
    await crm.choose("Project task")
    assert isinstance(crm.app.screen, FormDialog)


@pytest.mark.parametrize("size", [(80, 24), (160, 40)])
async def test_the_pickers_of_a_project_task(
    size: tuple[int, int], start: Start, store: SqlStore, hoard: Hoard
) -> None:
    add_choices(store)
    async with start(store=store, size=size) as crm:
        await new_task(crm, store, hoard)
        fields = crm.form.form.fields
        for name in ("case", "assignee", "task_status", "owner", "type"):
            fields[name].focus_inside()
            await look(crm, "enter")
            assert isinstance(crm.app.screen, ChooseDialog)
            assert crm.table.count >= len(WORST) // 2
            await look(crm, *["down"] * len(WORST), "pagedown", "end", "home")
            for text in TYPED:
                await crm.put(text)
                assert foreign(crm) == [], ascii(text)
            await crm.put("click")
            await look(crm, "enter")
            assert isinstance(crm.app.screen, FormDialog)
            assert fields[name].value is not None
            assert "@click" in fields[name].words(fields[name].value)
        await look(crm)


async def test_what_is_typed_into_a_project_task_is_kept_to_the_letter_and_steers_nothing(
    start: Start, store: SqlStore, hoard: Hoard
) -> None:
    async with start(store=store) as crm:
        await new_task(crm, store, hoard)
        for name in ("name", "due", "notes"):
            for text in TYPED:
                await crm.fill(**{name: text})
                assert foreign(crm) == [], ascii(text)
            await look(crm, "tab")
        await crm.fill(due="17.11.2026", case="click", name=WORST[8], notes="\n".join(WORST[6:10]))
        await look(crm)
        await crm.save()
        await look(crm)
        saved = next(
            store.activities.get(row.id)
            for row in store.activities.feed(hoard.customer, FeedPart.PLANNED, ALL, NOW, NOW.date()).rows
            if row.on == NOW.date() - timedelta(days=1)
        )
        assert saved.kind is ActivityKind.TASK
        assert saved.name == WORST[8]
        assert saved.notes == "\n".join(WORST[6:10])
        await look(crm, "enter", "escape", "e")
        assert isinstance(crm.app.screen, FormDialog)
        assert crm.form.form.fields["notes"].value == saved.notes
        await look(crm, "escape")
        assert isinstance(crm.app.screen, CustomerCardScreen)


async def open_hoard(crm: Crm, store: Store, hoard: Hoard) -> None:
    """Open the card of the customer that has some of everything."""
    await crm.filter(str(store.customers.get(hoard.customer).number))
    await crm.press("home", "enter")
    assert isinstance(crm.app.screen, CustomerCardScreen)
    assert clean(WORST[8])[:20] in crm.customer
