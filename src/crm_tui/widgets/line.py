"""One line of text: something at the left, something at the right, cut to the width."""

from textual.app import RenderResult
from textual.geometry import Size
from textual.widget import Widget

from crm_tui.widgets.cells import EMPTY, Cell, cell


class Line(Widget):
    """A line with a left and a right part, one blank column at each end. The left part is cut first."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; }
    """

    line_count = 1

    def __init__(
        self,
        left: Cell = EMPTY,
        right: Cell = EMPTY,
        *,
        id: str | None = None,  # noqa: A002 - the name that every Textual widget has for it
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._left, self._right = left, right

    def show(self, left: Cell, right: Cell = EMPTY) -> None:
        """Show other text."""
        if (left, right) != (self._left, self._right):
            self._left, self._right = left, right
            self.refresh()

    def parts(self, width: int) -> tuple[Cell, Cell]:
        """What goes left and right in this width; subclasses choose shorter forms here."""
        return self._left, self._right

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return 1

    def render(self) -> RenderResult:
        room = max(0, self.size.width - 2)
        left, right = self.parts(self.size.width)
        right = right.cut(room)
        gap = 2 if left and right else 0
        return cell(" ", left.fit(max(0, room - right.width - gap)), " " * gap, right, " ").content()


class Separator(Line):
    """A thin rule between rows and sums, or between list and detail."""

    def render(self) -> RenderResult:
        return cell(" ", ("─" * max(0, self.size.width - 2), "faint"), " ").content()


class TooSmall(Widget):
    """Covers the screen and says what is needed when the terminal is too small for anything else."""

    DEFAULT_CSS = """
    TooSmall {
        layer: too-small; dock: top; width: 100%; height: 100%; background: $background; display: none;
        content-align: center middle;
        &.-shown { display: block; }
    }
    """
    WIDTH, HEIGHT = 60, 15

    def update_for(self, size: Size) -> None:
        """Show or hide it for this size of the terminal."""
        self.set_class(size.width < self.WIDTH or size.height < self.HEIGHT, "-shown")
        self.refresh()

    def render(self) -> RenderResult:
        size = self.app.size
        text = f"This needs {self.WIDTH} x {self.HEIGHT}; the terminal is {size.width} x {size.height}."
        return cell(text).cut(max(1, self.size.width)).content()
