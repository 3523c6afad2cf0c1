"""The sample company, and the camera on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import SnapCompare
from tests.screens.conftest import open_sample, sample
from tests.visual.camera import Camera

from crm_tui.store.sql.store import SqlStore

__all__ = ["open_sample", "sample"]


@pytest.fixture
def looks_the_same(snap_compare: SnapCompare, open_sample: Callable[[str], SqlStore], tmp_path: Path) -> Camera:
    """Compares with the picture that is kept."""
    return Camera(snap_compare, open_sample, tmp_path)
