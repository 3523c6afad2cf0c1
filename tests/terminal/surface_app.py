"""Draws texts of data on one kind of widget: `surface_app.py SURFACE FILE`, where FILE is a JSON list of
texts.

BATCH of them are shown at once; it says `shown`, and F2 brings the next ones. After the last it ends.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.text import Text
from tests.terminal.sample_app import say
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import (
    Button,
    Checkbox,
    DataTable,
    Digits,
    Input,
    Label,
    Link,
    Log,
    Markdown,
    OptionList,
    RichLog,
    Select,
    SelectionList,
    Static,
    Tab,
    Tabs,
    TextArea,
    Tree,
)

from crm_tui.terminal.app import TerminalApp
from crm_tui.themes import variable_defaults
from crm_tui.widgets.cells import cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.facts import Fact, Facts
from crm_tui.widgets.line import Line
from crm_tui.widgets.rows import Row
from crm_tui.widgets.virtual_table import VirtualTable


def data_table(column: str | Text, value: str | Text) -> Widget:
    table: DataTable[str | Text] = DataTable()
    table.add_column(column)
    table.add_row(value)
    return table


def tree(label: Text) -> Widget:
    widget: Tree[None] = Tree(Text("root"))
    widget.root.expand()
    widget.root.add_leaf(label)
    return widget


def titled(title: Content) -> Widget:
    widget = Static("x")
    widget.styles.border = ("round", "red")
    widget.border_title = title
    return widget


def log(text: str) -> Widget:
    widget = Log()
    widget.write_line(text)
    return widget


def rich_log(text: str | Text) -> Widget:
    widget = RichLog()
    widget.write(text)
    return widget


def rows(text: str) -> Widget:
    table = VirtualTable((Column("only", "x", flex=1, match=True),), header=False)
    table.set_match(["a"])
    table.set_rows([Row("1", (cell(text),))])
    return table


BATCH = 40

# "clean" surfaces are how our code draws data; the others pass it raw, where only the filter stands.
SURFACES: dict[str, Callable[[str], Widget]] = {
    "clean content": lambda text: Static(cell(text).content()),
    "clean title": lambda text: titled(cell(text).content()),
    "clean line": lambda text: Line(cell(text), cell(text)),
    "clean facts": lambda text: Facts([Fact(text, text, wrap=True)]),
    "clean rows": rows,
    "static": lambda text: Static(text, markup=False),
    "static content": lambda text: Static(Content(text, strip_control_codes=False)),
    "static text": lambda text: Static(Text(text)),
    "static link": lambda text: Static(Text("hello", style=f"link {text.replace(' ', '')}x")),
    "label": lambda text: Label(text, markup=False),
    "button": lambda text: Button(Content(text, strip_control_codes=False)),
    "checkbox": lambda text: Checkbox(Content(text, strip_control_codes=False)),
    "input": lambda text: Input(text),
    "placeholder": lambda text: Input(placeholder=text),
    "text area": lambda text: TextArea(text),
    "option list": lambda text: OptionList(text, markup=False),
    "selection list": lambda text: SelectionList((Content(text, strip_control_codes=False), 1)),
    "select": lambda text: Select([(Content(text, strip_control_codes=False), 1)], value=1),
    "tree": lambda text: tree(Text(text)),
    "table": lambda text: data_table("column", Text(text)),
    "table header": lambda text: data_table(Text(text), "x"),
    "tabs": lambda text: Tabs(Tab(Content(text, strip_control_codes=False))),
    "title": lambda text: titled(Content(text, strip_control_codes=False)),
    "markdown": lambda text: Markdown(text),
    "log": log,
    "rich log": lambda text: rich_log(Text(text)),
    "link": lambda text: Link(Content(text, strip_control_codes=False), url=text),  # type: ignore[arg-type]
    "digits": lambda text: Digits(text),
}


class Surfaces(TerminalApp):
    """Shows the texts, BATCH at a time."""

    ENABLE_COMMAND_PALETTE = False
    CSS = "#place > * { height: 4; max-height: 4 }"

    def __init__(self, surface: str, texts: Path) -> None:
        # all that Textual draws: the sparing writer is one more gate, and splits what the tests look for
        super().__init__(crash_folder=texts.parent / "crash", sparing=False)
        self.surface = surface
        self.batches = self.split(json.loads(texts.read_text("utf-8")))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.theme)

    def split(self, texts: list[str]) -> Iterator[list[str]]:
        """The texts, BATCH at a time."""
        for start in range(0, len(texts), BATCH):
            yield texts[start : start + BATCH]

    def compose(self) -> ComposeResult:
        yield VerticalScroll(id="place")

    async def on_ready(self) -> None:
        say("ready")
        await self.step()

    async def step(self) -> None:
        """Show the next texts; called again when they have been drawn."""
        place = self.query_one("#place")
        await place.remove_children()
        self.clear_notifications()
        if (batch := next(self.batches, None)) is None:
            self.exit()
            return
        if self.surface == "toast":
            for text in batch:
                self.notify(text, title=text if "[" not in text else "", markup=False)
        else:
            await place.mount(*(SURFACES[self.surface](text) for text in batch))
        self.call_after_refresh(say, "shown")

    async def on_key(self, event: events.Key) -> None:
        if event.key == "f2":
            await self.step()


if __name__ == "__main__":
    sys.exit(Surfaces(sys.argv[1], Path(sys.argv[2])).run_in_terminal())
