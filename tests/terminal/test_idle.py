"""Nothing is written while nothing happens: over a slow line every byte is felt, and the look for what others changed
comes once a second."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.terminal.typing_in_forms import ENTER, Desk, Step

from crm_tui.screens.changing import LOOK_EVERY

#: places to rest, by the keys that lead there
PLACES: dict[str, tuple[Step, ...]] = {
    "the list": (),
    "the card": ((ENTER, "▌Ingrid Aasen"),),
    "a form": ((ENTER, "▌Ingrid Aasen"), (b"n", "New note")),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk.make(tmp_path_factory.mktemp("desk") / "made")


@pytest.mark.parametrize("steps", PLACES.values(), ids=PLACES)
def test_nothing_is_written_while_nothing_happens(desk: Desk, tmp_path: Path, steps: tuple[Step, ...]) -> None:
    with desk.copy(tmp_path / "mine").start() as app:
        app.until_shown("1–3 of 3")
        for keys, shown in steps:
            app.send(keys)
            app.until_shown(shown)
        app.watch(2 * LOOK_EVERY)  # what is still being drawn
        before = len(app.raw)
        app.watch(3 * LOOK_EVERY)
        assert len(app.raw) == before
