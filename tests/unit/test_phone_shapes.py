"""Forms of phone numbers by their shape are those of the library, for every country of the table."""

from __future__ import annotations

import random

import pytest

from crm_tui.domain.indexed_words import phone_words
from crm_tui.domain.normalise import typed_words
from crm_tui.domain.phone_shapes import _PLANS, forms_by_shape
from crm_tui.domain.phones import parsed_forms

_HOW_MANY = 1_500


def _numbers(country: str, rng: random.Random) -> list[str]:
    """Numbers as people of a country write them, and mistakes: too short, too long, with digits that lead nowhere."""
    code, _, trunk = _PLANS[country]
    found = []
    for _ in range(_HOW_MANY):
        rest = "".join(rng.choices("0123456789", k=rng.randint(4, 12)))
        head = rng.choice((f"+{code}", f"00{code}", f"+{code} ", trunk, trunk, "", code, "0", "00", "99"))
        cut = rng.randint(1, len(rest) - 1)
        found.append(f"{head}{rest[:cut]}{rng.choice(('', ' ', '-'))}{rest[cut:]}")
    return found


@pytest.mark.parametrize("country", sorted(_PLANS))
def test_a_shape_gives_what_the_library_gives(country: str) -> None:
    rng = random.Random(country)
    by_shape = 0
    for raw in _numbers(country, rng):
        expected = parsed_forms(raw, country)
        found = forms_by_shape(raw, country, parsed_forms)
        by_shape += found is not None
        assert found is None or found == expected, raw
        assert phone_words(raw, country) == list(dict.fromkeys([*expected, *typed_words(raw)])), raw
    assert by_shape > _HOW_MANY / 4


@pytest.mark.parametrize(
    "raw", ["", "+", "-", "040 555 0143 x 12", "+358 (0)40 555 0143", "+1 650 253 0000", "112", "٠٤٠"]
)
def test_what_is_not_plain_is_left_to_the_library(raw: str) -> None:
    assert forms_by_shape(raw, "FI", parsed_forms) is None
