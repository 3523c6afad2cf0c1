"""Somebody who types until killed: ``python -m tests.store.draft_typist PATH`` notes number after number and says
on standard output, as the number and a time, each that was noted."""

from __future__ import annotations

import os
import struct
import sys
import time
from pathlib import Path

from tests.store.test_drafts import STORE, draft

from crm_tui.drafting import DraftKeeper
from crm_tui.store.sql.drafts import open_drafts

NOTED = struct.Struct("<Id")  # the number, and when it was noted, by the clock of all processes


def main(path: str) -> None:
    """Type until killed."""
    keeper = DraftKeeper(open_drafts(Path(path), store=STORE, actor="eeva"))
    number = 0
    while True:
        number += 1
        keeper.note(draft("k", str(number)))
        os.write(1, NOTED.pack(number, time.monotonic()))


if __name__ == "__main__":
    main(*sys.argv[1:])
