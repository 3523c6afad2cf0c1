"""Screens whose widgets are all told their sizes, and get their styles once.

Textual tells a widget its size when a layout differs from the one before. But whoever asks for a place in between, say
for the focus, may have the layout worked out anew, and that one then counts as the one before: a widget that is new or
has another size in it is never told. A table was now and then drawn for a width of nothing, until the next key.
"""

from typing import TYPE_CHECKING, Any

from textual import events
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual._styles_cache import StylesCache
from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    _Base = Screen[Any]
else:
    _Base = MessagePump


class _ToldCompositor(Compositor):
    """Compares each layout with the one that the widgets were told last."""

    def __init__(self) -> None:
        super().__init__()
        self._told: CompositorMap = {}

    def reflow(self, parent: Widget, size: Size) -> ReflowResult:
        self._full_map = self._told
        result = super().reflow(parent, size)
        self._told = self._full_map
        return result

    def clear(self) -> None:
        super().clear()
        self._told = {}


class ToldSizes(_Base):
    """Mixin for screens."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._compositor = _ToldCompositor()
        self._was_in_front = False

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """A new screen got its styles a moment ago; Textual, whose handler follows, would work them out again."""
        event.refresh_styles = event.refresh_styles and self._was_in_front
        self._was_in_front = True

    def _on_unmount(self) -> None:
        """Textual remembers two colours for each of the last 1,024 widgets, and with them all lines that it drew of
        those which are closed: some 80 kB each. The colours of the others are soon worked out again."""
        StylesCache.get_inner_outer.cache_clear()
