"""Panels: a rounded border with title, count and warnings; one line when the accordion has closed them."""

from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell, join

#: from this height on a panel has room for the row under the cursor in full (children with class "detail")
TALL = 16


class Panel(Widget):
    """A part of a screen: title, count and warning above, `foot` (keys, what is left out) below.

    Closed by the accordion it shows `Title count fact ▸` on one line. Children with the class "detail" show only
    while the panel is tall.
    """

    DEFAULT_CSS = """
    Panel {
        layout: vertical;
        border: round $crm-line;
        border-title-color: $foreground;
        border-title-style: none;
        border-subtitle-color: $crm-muted;
        border-subtitle-style: none;
        height: 1fr;
        &:focus-within { border: round $crm-accent; }
        & .detail { display: none; }
        &.-tall .detail { display: block; }
        &.-closed { border: none; height: 1; & > * { display: none; } }
    }
    Screen.-under-dialog Panel:focus-within { border: round $crm-line; }
    """

    @dataclass
    class Opened(Message):
        """A closed panel was clicked: it wants to be the open one."""

        panel: "Panel"

        @property
        def control(self) -> "Panel":
            return self.panel

    def __init__(
        self,
        title: str,
        *children: Widget,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
        classes: str | None = None,
    ) -> None:
        super().__init__(*children, id=id, classes=classes)
        self._heading = cell(title)
        self._count, self._warning, self._fact = EMPTY, EMPTY, EMPTY

    def on_mount(self) -> None:
        self._show_title()

    def set_title(
        self,
        title: str | None = None,
        *,
        count: str | int | Cell | None = None,
        warning: str | Cell | None = None,
        fact: str | Cell | None = None,
    ) -> None:
        """Change parts of the title; None leaves a part as it is, "" empties it.

        `count` follows the title without bold, `warning` ("1 late") gets its `!` and colour here, `fact` is the one
        thing worth knowing while the panel is closed.
        """
        if title is not None:
            self._heading = cell(title)
        if count is not None:
            self._count = count if isinstance(count, Cell) else cell((str(count), "muted"))
        if isinstance(warning, Cell):
            self._warning = warning
        elif warning is not None:
            self._warning = cell((f"! {warning}", "bad")) if warning else EMPTY
        if fact is not None:
            self._fact = fact if isinstance(fact, Cell) else cell((fact, "muted"))
        self._show_title()

    def set_foot(self, foot: str | Cell) -> None:
        """The text in the bottom border at the right."""
        text = foot if isinstance(foot, Cell) else cell((foot, "muted"))
        self.border_subtitle = text.content() if text else ""

    @property
    def closed(self) -> bool:
        """Whether the accordion shows it as one line."""
        return self.has_class("-closed")

    def set_closed(self, closed: bool) -> None:
        """Close or open it; its container decides."""
        self.set_class(closed, "-closed")

    @property
    def focus_target(self) -> Widget | None:
        """The first part of it that can take the focus, shown or not."""
        return next((child for child in self._inner() if child.can_focus and not child.disabled), None)

    @property
    def natural_height(self) -> int:
        """Lines it would take to show everything, border included."""
        lines = [getattr(child, "line_count", None) for child in self.children if not child.has_class("detail")]
        return 2 + sum(line for line in lines if line is not None)

    def _inner(self) -> Iterator[Widget]:
        for node in self.walk_children(Widget):
            yield node

    def _show_title(self) -> None:
        style = "key" if self.has_pseudo_class("focus-within") else "name"
        self.border_title = join([join([self._heading.styled(style), self._count], " "), self._warning]).content()
        if self.closed:
            self.refresh()

    def on_descendant_focus(self) -> None:
        self._show_title()

    def on_descendant_blur(self) -> None:
        self._show_title()

    def on_resize(self) -> None:
        self.set_class(self.outer_size.height >= TALL, "-tall")

    def on_click(self, event: events.Click) -> None:
        if self.closed:
            event.stop()
            self.post_message(self.Opened(self))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1 if self.closed else self.natural_height - 2

    def render(self) -> RenderResult:
        if not self.closed:
            return Content("")
        head = join([self._heading.styled("name"), self._count], " ")
        line = cell("   ", join([head, self._warning, self._fact]))
        room = max(0, self.size.width - 3)
        return cell(line.fit(room), " ", ("▸", "muted"), " ").content()
