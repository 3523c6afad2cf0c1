"""The page that is painted before the program is there, held against what the program then shows, cell for cell."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.driver import NOW, drawn
from tests.screens.conftest import Start

from crm_tui.domain.customers import CustomerChange
from crm_tui.screens import first_page
from crm_tui.store.customers import CustomerQuery
from crm_tui.store.paging import PageRequest
from crm_tui.store.sql import first_rows
from crm_tui.store.sql.store import SqlStore, open_store
from crm_tui.terminal.cells import Cells
from crm_tui.terminal.wire import _SYSTEMS, _as_cell

#: names that begin the list: too long, wide, joined of parts, from right to left, with what no terminal may get
HARD = (
    "Aa Company of a name that takes more room than any column of it has in any terminal that people use today AS",
    "Aab 株式会社山田",
    "Aac e\u0301clair & fils",
    "Aad שלום",
    "Aae \x1b[31mred\x07\u202e",
    "Aaf 👩\u200d👩\u200d👧 Oy",
)
FREE = {" ", "─"}  # what is not known yet, and the line that a count will stand in


def with_hard_names(sample: Path, folder: Path) -> Path:
    """A copy of the sample company whose list begins with customers that are hard to show; the first is a favourite."""
    path = folder / "hard.db"
    shutil.copy(sample, path)
    store = open_store(path, login="sanna", clock=lambda: NOW)
    rows = store.customers.page(CustomerQuery(), PageRequest(limit=40)).rows
    for row, name in zip((each for each in rows if not each.is_internal), HARD, strict=False):
        found = store.customers.get(row.id)
        store.customers.update(found.id, found.revision, CustomerChange(name=name))
    first = next(row for row in store.customers.page(CustomerQuery(), PageRequest(limit=1)).rows)
    store.customers.set_favourite(first.id, True)
    store.close()
    return path


@pytest.mark.parametrize(
    ("login", "size", "theme", "system"),
    [
        ("sanna", (120, 40), "crm-dark", "truecolor"),
        ("sanna", (80, 24), "crm-dark", "256"),
        ("tuva", (60, 15), "crm-light", "truecolor"),
        ("mikael", (133, 21), "crm-light", "256"),
        ("jonas", (97, 20), "crm-contrast", "truecolor"),
        ("sanna", (211, 61), "crm-contrast", "256"),
        ("sanna", (80, 24), "ansi-dark", "standard"),
        ("tuva", (121, 30), "ansi-light", "standard"),
    ],
)
async def test_nothing_moves_when_the_program_comes(
    login: str, size: tuple[int, int], theme: str, system: str, sample: Path, tmp_path: Path, start: Start
) -> None:
    path = with_hard_names(sample, tmp_path)
    found = first_rows.read(str(path), login, size[1] - first_page.OTHER_LINES)
    assert found is not None
    early = first_page.drawn(found, first_page.Colours(theme, system), *size)
    store = open_store(path, login=login, clock=lambda: NOW)
    try:
        async with start(login, size=size, theme=theme, store=store) as crm:
            await crm.settle()
            lines = drawn(crm.app)
    finally:
        store.close()
    cells = Cells(_SYSTEMS[system])
    known = 0
    for y, (row, line) in enumerate(zip(early.rows, lines, strict=True)):
        shown = cells.of([line])  # type: ignore[list-item]  # a line is segments, as a strip is
        assert len(row) == len(shown) == size[0]
        for x, ((text, look), real) in enumerate(zip(row, shown, strict=True)):
            mine = _as_cell(text, look)
            if mine is None:  # not the same in every terminal: painted again
                assert text == "" or text.startswith(real[0])
            elif text not in FREE:
                known += 1
                assert mine == real, (y, x, "".join(each[0] for each in shown))
            else:
                assert mine[1].background == real[1].background, (y, x)
    assert known > size[1] * 15
    assert "\x07" not in early.sequence(erases=True)


def test_what_is_not_in_order_is_left_to_the_program(sample: Path, tmp_path: Path, fresh_store: SqlStore) -> None:
    path = tmp_path / "copy.db"
    assert first_rows.read(str(path), "sanna", 10) is None
    shutil.copy(sample, path)
    assert first_rows.read(str(path), "sanna", 10) is not None
    path.chmod(0o640)
    assert first_rows.read(str(path), "sanna", 10) is None
    path.chmod(0o600)
    Path(f"{path}-wal").write_bytes(b"of one who was killed")
    Path(f"{path}-wal").chmod(0o600)
    assert first_rows.read(str(path), "sanna", 10) is None
    os.unlink(f"{path}-wal")
    assert first_rows.read(str(path), "sanna", 10) is not None
    data = bytearray(path.read_bytes())
    data[60:64] = (1).to_bytes(4, "big")  # of an older version
    path.write_bytes(data)
    assert first_rows.read(str(path), "sanna", 10) is None
    assert not list(tmp_path.glob("copy.db.v*"))
