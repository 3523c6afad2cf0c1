"""Screens whose widgets are all told their sizes, get their styles once, and are drawn once for a key.

Textual tells a widget its size when a layout differs from the one before. But whoever asks for a place in between, say
for the focus, may have the layout worked out anew, and that one then counts as the one before: a widget that is new or
has another size in it is never told. A table was now and then drawn for a width of nothing, until the next key.

A key leads to several frames: rows come, then their number, then what is said about them. To draw each costs more than
all else that the key does, so an App that shows only the last one says so, and then only that is drawn.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from textual import events
from textual._compositor import Compositor, CompositorMap, ReflowResult
from textual._styles_cache import StylesCache
from textual.geometry import Region, Size
from textual.message_pump import MessagePump
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    _Base = Screen[Any]
else:
    _Base = MessagePump


@runtime_checkable
class HoldsFrames(Protocol):
    """An App that knows when a frame is worth drawing."""

    def holds_back(self, regions: Iterable[Region], draw: Callable[[], None]) -> bool:
        """Whether a frame that draws these regions has to wait; ``draw`` is then called when it is time."""
        ...


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
        self._held: set[Region] = set()

    def _draw_held(self) -> None:
        if self is self.app.screen:
            self._compositor._dirty_regions |= self._held
            self._held.clear()
            super()._compositor_refresh()

    def _compositor_refresh(self) -> None:
        # Not public in Textual. Only who is in front draws: what is behind hands on to it what it would.
        app, regions = self.app, self._compositor._dirty_regions
        if self is app.screen and isinstance(app, HoldsFrames) and app.holds_back(regions, self._draw_held):
            self._held |= regions
            regions.clear()
            self._dirty_widgets.clear()
        else:
            super()._compositor_refresh()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        """A new screen got its styles a moment ago; Textual, whose handler follows, would work them out again."""
        event.refresh_styles = event.refresh_styles and self._was_in_front
        self._was_in_front = True

    def _on_unmount(self) -> None:
        """Textual remembers two colours for each of the last 1,024 widgets, and with them all lines that it drew of
        those which are closed: some 80 kB each. The colours of the others are soon worked out again."""
        StylesCache.get_inner_outer.cache_clear()
