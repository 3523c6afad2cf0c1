"""What is wrong with JSON, told as an error of the domain: where, and what would be right."""

from __future__ import annotations

import re

import msgspec

from crm_tui.domain.errors import Invalid

_PLACE = re.compile(r"^(?P<reason>.*?) - at `(?:key in )?\$\.?(?P<place>.*)`$", re.DOTALL)
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*)`", re.DOTALL)
#: names and values that were sent are not sent back at length
_LONGEST = 60


def told(error: msgspec.ValidationError, where: str = "body") -> Invalid:
    """The error with the place that it is about; ``where`` is what was read, for an error of all of it."""
    reason, place = str(error), ""
    if found := _PLACE.match(reason):
        reason, place = found["reason"], found["place"]
    for pattern, words in ((_UNKNOWN, "is not known here"), (_MISSING, "is needed")):
        if named := pattern.match(reason):
            place = f"{place}.{named['name']}" if place else named["name"]
            reason = words
    return Invalid(_short(place) or where, _short(reason[:1].lower() + reason[1:]))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
