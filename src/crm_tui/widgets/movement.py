"""The movement commands of whatever has rows or lines."""


class Movement:
    """Mixin with the methods of the movement commands; the widget names them in COMMAND_IDS.

    It needs `step(rows)`, `to_first()`, `to_last()` and `page`, the number of rows that are in view.
    """

    @property
    def page(self) -> int:
        """How many rows are in view."""
        return 1

    def step(self, rows: int) -> None:
        """Move down by so many rows, up if negative."""

    def to_first(self) -> None:
        """Move to the first row."""

    def to_last(self) -> None:
        """Move to the last row."""

    def do_move_down(self) -> None:
        self.step(1)

    def do_move_up(self) -> None:
        self.step(-1)

    def do_move_first(self) -> None:
        self.to_first()

    def do_move_last(self) -> None:
        self.to_last()

    def do_move_page_down(self) -> None:
        self.step(self.page)

    def do_move_page_up(self) -> None:
        self.step(-self.page)

    def do_move_half_down(self) -> None:
        self.step(max(1, self.page // 2))

    def do_move_half_up(self) -> None:
        self.step(-max(1, self.page // 2))
