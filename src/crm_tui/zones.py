"""The user's time zone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone_of(setting: str | None, environ: Mapping[str, str] = os.environ) -> tzinfo:
    """As set, else the system's by its name (an offset alone knows no summer time)."""
    link = os.path.realpath("/etc/localtime").partition("zoneinfo/")[2]
    for name in (setting, environ.get("TZ"), link):
        try:
            if name:
                return ZoneInfo(name.removeprefix(":"))
        except (ZoneInfoNotFoundError, ValueError):
            continue  # a name that is none (TZ may hold a rule instead): the next source
    return datetime.now().astimezone().tzinfo or UTC
