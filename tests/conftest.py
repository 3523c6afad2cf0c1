"""The frozen environment of all tests: where things are kept, which colours, no blinking, snapshots in one folder."""

import gc
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Protocol

import pytest
import pytest_textual_snapshot as plugin  # type: ignore[import-untyped]  # the plugin has no types
from syrupy.location import PyTestLocation
from tests import postgres
from textual.app import App
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

ROOT = Path(__file__).parent.parent


class SnapCompare(Protocol):
    """The type of the fixture `snap_compare`: True if an app looks as its picture."""

    def __call__(
        self,
        app: App[Any],
        press: Iterable[str] = (),
        terminal_size: tuple[int, int] = (80, 24),
        run_before: Callable[[Pilot[Any]], Awaitable[None] | None] | None = None,
    ) -> bool: ...


class SnapshotsAtTheTop(plugin.SVGImageExtension):  # type: ignore[misc]  # the plugin has no types
    """Snapshots live in snapshots/<path of the test module>/<test>.svg."""

    @classmethod
    def dirname(cls, *, test_location: PyTestLocation) -> str:
        module = Path(test_location.filepath).relative_to(ROOT / "tests").with_suffix("")
        return str(ROOT / "snapshots" / module)


class DiffWithoutEnvironment(plugin.SvgSnapshotDiff):  # type: ignore[misc]  # the plugin has no types
    """The report does not show the environment of the machine that ran the tests."""

    def __init__(self, **values: object) -> None:
        super().__init__(**{**values, "environment": {}})


def pytest_unconfigure() -> None:
    """Leave no databases of this run on a server that was named to it."""
    postgres.leave()


@pytest.fixture(autouse=True)
def frozen_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test sees the user's folders, colours or connection, and nothing blinks."""
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"CRM_TUI_{name}", str(tmp_path / name.lower()))
    for name in ("NO_COLOR", "SSH_CONNECTION", "SSH_TTY", "TMUX", "CRM_TUI_STORE", "TEXTUAL_ANIMATIONS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr(Input, "_toggle_cursor", lambda self: None)
    monkeypatch.setattr(TextArea, "_toggle_cursor_blink_visible", lambda self: None)
    monkeypatch.setattr(plugin, "SVGImageExtension", SnapshotsAtTheTop)


@pytest.fixture(autouse=True, scope="session")
def rare_garbage_collection() -> None:
    """Each test leaves a tree of widgets; looking through all of them as often as Python does takes a fifth of the
    time of the tests."""
    gc.set_threshold(100_000, 10, 10)


@pytest.fixture(autouse=True, scope="session")
def report_without_environment() -> None:
    """The report is written after the last test, so this stays for the session."""
    plugin.SvgSnapshotDiff = DiffWithoutEnvironment
