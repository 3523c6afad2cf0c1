"""The stores that are measured: the demo company in several sizes, made once and kept in build/bench."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import sys
from functools import cache
from pathlib import Path
from typing import NamedTuple

import crm_tui
from bench.timing import finished

ROOT = Path(__file__).parents[1]
LOGIN = "sanna"  # sees everything
_MAKING = 3600.0  # seconds after which the making of a store is given up
#: what a store is made by; another of these, and stores are made anew
_MADE_BY = ("demo/*.py", "store/sql/migrations/sqlite/*.sql", "store/sql/indexing.py", "store/sql/loading.py")


class Scene(NamedTuple):
    """What there is to be measured with. ``folder`` is thrown away at the end, ``kept`` stays for the next run."""

    sizes: tuple[int, ...]
    repeats: int
    folder: Path
    kept: Path

    @property
    def smallest(self) -> int:
        """The size that others are compared with."""
        return min(self.sizes)

    @property
    def largest(self) -> int:
        """The size that the targets are about, if it is 1,000,000."""
        return max(self.sizes)

    def store(self, size: int) -> Path:
        """The demo company with so many customers, made now if it is not there. Nobody writes into it but the
        program itself, which remembers what was opened."""
        path = self.kept / made_by(*_MADE_BY) / f"{size}.db"
        if not path.exists():
            say(f"making {size:,} customers ...")
            for old in [*self.kept.glob("*"), *path.parent.glob(".demo-*")]:  # of other code, and of runs cut off
                if old != path.parent:
                    shutil.rmtree(old)
            path.parent.mkdir(parents=True, exist_ok=True)
            command = [crm_script(), "demo", "--customers", str(size), "--store", str(path), "--build-only"]
            finished(command, seconds=_MAKING)
        return path


def crm_script() -> str:
    """The start script, as it is installed beside this Python."""
    return str(Path(sys.executable).with_name("crm-tui"))


def today() -> dt.date:
    """The day on which things are looked at."""
    return dt.datetime.now().astimezone().date()


def now() -> dt.datetime:
    """The moment at which things are looked at."""
    return dt.datetime.now(dt.UTC)


def say(text: str) -> None:
    """Tell how far it is."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


@cache
def made_by(*patterns: str) -> str:
    """Twelve letters that are others as soon as this code is."""
    source = Path(crm_tui.__file__).parent
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(source.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
