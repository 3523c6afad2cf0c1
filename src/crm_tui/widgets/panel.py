"""Panels: a rounded border with title, count and warnings; one line when the accordion has closed them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell, join


@runtime_checkable
class HasLines(Protocol):
    """A widget that knows how many lines its contents take."""

    @property
    def line_count(self) -> int:
        """Lines it would take to show everything."""
        ...


class Panel(Widget):
    """A part of a screen: title, count and warning above, `foot` (keys, what is left out) below.

    Closed by the accordion it shows `Title count fact ▸` on one line.
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
        &.-behind { border: round $crm-line; }
        &.-closed { border: none; height: 1; & > * { display: none; } }
    }
    """

    @dataclass
    class Opened(Message):
        """A closed panel was clicked: it wants to be the open one."""

        panel: "Panel"

        @property
        def control(self) -> "Panel":
            return self.panel

    @dataclass
    class Grown(Message):
        """Its contents take another height now."""

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
        self._shown_title, self._shown_foot = EMPTY, EMPTY

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

        `count` follows the title without bold, `warning` ("1 late") gets its `!` and colour here, `fact` is
        the one thing worth knowing while the panel is closed.
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
        if text != self._shown_foot:
            self._shown_foot = text
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
        return 2 + sum(child.line_count for child in self.children if isinstance(child, HasLines))

    def set_behind(self, behind: bool) -> None:
        """A dialog is open over it: it keeps its colours, but the focus border is the dialog's. Only the panel that has
        the focus need be told."""
        if behind != self.has_class("-behind"):
            self.set_class(behind, "-behind")
            self._show_title()

    def _inner(self) -> Iterator[Widget]:
        yield from self.walk_children(Widget)

    def _show_title(self) -> None:
        focused = self.has_pseudo_class("focus-within") and not self.has_class("-behind")
        style = "key" if focused else "name"
        head = join([self._heading.styled(style), self._count], " ")
        title = join([head, self._warning])
        if title != self._shown_title:
            self._shown_title = title
            self.border_title = title.content()
        if self.closed:
            self.refresh()

    def on_descendant_focus(self) -> None:
        self.app.stylesheet.apply(self)  # in a tab that is just being made Textual leaves it out at times
        if self.screen is not self.app.screen and self.app.screen.is_modal:
            self.set_behind(True)  # a dialog was quicker than the focus
        self._show_title()

    def on_descendant_blur(self) -> None:
        self._show_title()

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
