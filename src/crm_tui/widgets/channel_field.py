"""E-mails or phones of a person: a line each, with its kind and *do not use*; an empty line waits for one more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.widget import Widget

from crm_tui.domain.errors import Invalid
from crm_tui.widgets.field import Check, Field, TextField, TickField
from crm_tui.widgets.pick_field import Option, PickField


class _Kind(PickField):
    """Remembers whether a person chose it."""

    by_hand = False

    def take(self, value: Any) -> None:
        self.by_hand = True
        super().take(value)


class _Line(Widget):
    """One address or number."""

    DEFAULT_CSS = """
    _Line { height: 1; width: 1fr; layout: horizontal; }
    _Line PickField { width: 12; margin: 0 0 0 1; }
    """

    def __init__(self, label: str, placeholder: str, kinds: Sequence[Option], tidy: Callable[[str], str]) -> None:
        super().__init__()
        self.text = TextField("text", label, placeholder=placeholder, tidy=tidy)
        self.kind = _Kind("kind", f"Kind of {label.lower().rstrip('s')}", kinds, required=True)
        self.unused = TickField("do_not_use", "do not use")
        self.kind.put(kinds[0].id)

    def compose(self) -> ComposeResult:
        yield self.text
        yield self.kind
        yield self.unused


class ChannelField(Field):
    """The value is a list of ``{key: text, "kind": ..., "do_not_use": ...}``."""

    DEFAULT_CSS = """
    ChannelField { height: auto; layout: vertical; }
    """

    def __init__(
        self,
        name: str,
        label: str,
        *,
        key: str,
        kinds: Sequence[Option],
        check: Check,
        placeholder: str,
        tidy: Callable[[str], str] = str.strip,
        kind_of: Callable[[str], str | None] = lambda text: None,
    ) -> None:
        """`key`: what the text is called in a value; `tidy` gives a text its usual form, see `tidy_up`. `kind_of`
        tells the kind of a new text that was left, where it can; a kind that a person chose stays."""
        super().__init__(name, label)
        self._key, self._kinds, self._check, self._placeholder, self._tidy = key, kinds, check, placeholder, tidy
        self._kind_of = kind_of
        self._lines: list[_Line] = [self._line()]

    def compose(self) -> ComposeResult:
        yield from self._lines

    @property
    def value(self) -> list[dict[str, Any]]:
        return [
            {self._key: line.text.value, "kind": line.kind.value, "do_not_use": line.unused.value}
            for line in self._lines
            if line.text.value is not None
        ]

    def put(self, value: Any) -> None:
        wanted = list(value or ())
        while len(self._lines) < len(wanted) + 1:
            self._add()
        for line in self._lines[len(wanted) + 1 :]:
            line.remove()
        del self._lines[len(wanted) + 1 :]
        for line, one in zip(self._lines, [*wanted, {}], strict=True):
            line.text.put(one.get(self._key))
            line.kind.put(one.get("kind", self._kinds[0].id))
            line.kind.by_hand = bool(one)
            line.unused.put(one.get("do_not_use", False))

    def words(self, value: Any) -> str:
        return ", ".join(f"{each[self._key]}{' (do not use)' if each['do_not_use'] else ''}" for each in value or ())

    def problem(self) -> Invalid | None:
        for line in self._lines:
            text = line.text.value
            if text is None:
                continue
            try:
                self._check(text)
            except Invalid as error:
                return Invalid(self.field_name, f"{text}: {error.reason}" if len(self._lines) > 2 else error.reason)
        return None

    def tidy_up(self) -> None:
        for line in self._lines:
            line.text.tidy_up()
            self._guess_kind(line)

    def on_field_changed(self, event: Field.Changed) -> None:
        if event.field is self:
            return  # our own word, on its way up
        event.stop()
        if self._lines[-1].text.value is not None:
            self._add()
        self.post_message(self.Changed(self))

    def on_field_left(self, event: Field.Left) -> None:
        if event.field is self:
            return
        event.stop()
        left = next((line for line in self._lines if line.text is event.field), None)
        if left is not None and self._guess_kind(left):
            self.post_message(self.Changed(self))
        self.post_message(self.Left(self))

    def _guess_kind(self, line: _Line) -> bool:
        """Choose the kind that the text tells, unless a person chose one; whether it is another now."""
        text, before = line.text.value, line.kind.value
        if not line.kind.by_hand:
            line.kind.put((self._kind_of(text) if text is not None else None) or self._kinds[0].id)
        return bool(line.kind.value != before)

    def _line(self) -> _Line:
        return _Line(self.label, self._placeholder, self._kinds, self._tidy)

    def _add(self) -> None:
        line = self._line()
        self._lines.append(line)
        if self.is_attached:
            self.mount(line)
