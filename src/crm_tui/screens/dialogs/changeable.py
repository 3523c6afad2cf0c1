"""What a form may still change once its new thing is saved and somebody typed on meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crm_tui.domain.entities import Change


def changeable(change: type[Change], changed: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the changed values that this change knows: the form of a new thing also has fields that are fixed once
    it is saved."""
    return {name: value for name, value in changed.items() if name in change.__struct_fields__}
