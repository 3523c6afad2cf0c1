"""Typing errors are counted, and names, numbers and addresses are compared as people would."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_tui.domain.edits import edits
from crm_tui.domain.likeness import LIKELY, SURE, Finding, weigh
from crm_tui.domain.likeness_channels import domain, is_role, phone, phone_tail
from crm_tui.domain.likeness_companies import Company, compare_companies
from crm_tui.domain.likeness_keys import company_keys, person_keys
from crm_tui.domain.likeness_names import Match, company_words, match_names, match_words, tokens
from crm_tui.domain.likeness_people import Person, compare_people

WORDS = st.text(alphabet="abcd", max_size=7)


def plain_distance(one: str, other: str) -> int:
    """Damerau's distance by the book: restricted, without shortcuts."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            best = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2, j - 2] + 1)
            table[i, j] = best
    return table[len(one), len(other)]


@given(WORDS, WORDS, st.integers(1, 3))
def test_errors_are_counted_like_by_the_book(one: str, other: str, most: int) -> None:
    assert edits(one, other, most) == min(plain_distance(one, other), most + 1)


@pytest.mark.parametrize(
    ("one", "other", "match"),
    [
        ("backstrom", "baeckstroem", Match.SPELLING),
        ("virtanen", "virtanne", Match.ERROR),
        ("ari", "aki", Match.DIFFERENT),
        ("dahl", "dal", Match.ERROR),
        ("j", "jukka", Match.INITIAL),
        ("line4", "line5", Match.DIFFERENT),
    ],
)
def test_words_agree(one: str, other: str, match: Match) -> None:
    assert match_words(one, other) is match


def test_names_agree() -> None:
    assert match_names(tokens("Anna-Maria"), tokens("anna maria")) is Match.SAME
    assert match_names(tokens("Annamaria"), tokens("Anna Maria")) is Match.SPELLING
    assert match_names(tokens("Anna Maria"), tokens("Anna")) is Match.PART
    assert match_names((), tokens("Anna")) is Match.DIFFERENT


def test_a_company_is_called_by_more_than_its_form() -> None:
    assert company_words("Aalto Energia Oy Ab") == (("aalto", "energia"), frozenset({"oy", "ab"}))
    assert company_words("Fjord A/S")[0] == ("fjord",)
    assert company_words("Oy Ab")[0] == ("oy", "ab")


def test_channels() -> None:
    assert phone("040-555 0143", "FI") == phone("00358 40 5550143", None) == phone("+358 (0)40 5550143", "NO")
    assert phone_tail("040-555 0143 ext. 12") == phone_tail("+358405550143") == "05550143"
    assert is_role("info@aalto.example")
    assert not is_role("liisa@aalto.example")
    assert domain("https://www.Aalto.example/yhteys") == domain("liisa@aalto.example") == "aalto.example"
    assert domain("liisa@gmail.com") == domain("http://[") == ""


def test_reasons_come_by_their_weight() -> None:
    found = weigh([Finding(2.0, "little"), Finding(-1.0, "against"), Finding(9.0, "much"), Finding(1.0)])
    assert found.reasons == ("much", "little", "against")
    assert weigh([Finding(-99.0, "nothing")]).score == 1
    assert weigh([Finding(99.0, "all")]).score == 100
    assert weigh([Finding(2.0, "little")], LIKELY).reasons == ()


def person(first: str, last: str, **known: Any) -> Person:
    """Somebody of whom only this is known; the name is rare."""
    nothing: dict[str, Any] = {
        "emails": (), "phones": (), "mobiles": frozenset(), "tails": frozenset(), "born": None,
        "customer": id(known), "company": (), "rare": frozenset((*tokens(first), *tokens(last))),
    }  # fmt: skip
    return Person(first=tokens(first), last=tokens(last), **nothing | known)


def test_people_of_one_name_are_not_taken_for_the_same() -> None:
    one, other = person("Matti", "Virtanen"), person("Matti", "Virtanen")
    assert compare_people(one, other).score < LIKELY
    here = {"customer": 1}
    assert compare_people(person("Matti", "Virtanen", **here), person("Virtanen", "Matti", **here)).score >= SURE
    mail, mail2 = {"emails": ("matti.virtanen@a.example",)}, {"emails": ("matti.virtanen2@a.example",)}
    colleagues = person("Matti", "Virtanen", **here, **mail), person("Matti", "Virtanen", **here, **mail2)
    assert compare_people(*colleagues).score < LIKELY
    born = person("Matti", "Virtanen", **here, born=date(1970, 1, 2)), person("Matti", "Virtanen", **here)
    assert compare_people(*born).score >= SURE
    other_day = person("Matti", "Virtanen", **here, born=date(1980, 5, 7))
    assert compare_people(born[0], other_day).score < LIKELY


def test_two_known_names_are_no_typing_error() -> None:
    here = {"customer": 1}
    mistyped = compare_people(person("Inger", "Kristensen", **here), person("Inger", "Kristensne", **here))
    known = {"rare": frozenset[str](), **here}
    siblings = compare_people(person("Inger", "Kristensen", **known), person("Inger", "Kristiansen", **known))
    assert mistyped.score >= LIKELY > siblings.score
    assert mistyped.reasons == ("nearly the same name", "same customer")


def company(name: str, **known: Any) -> Company:
    """A company of which only this is known."""
    words, forms = company_words(name)
    nothing: dict[str, Any] = {
        "vat": None, "ids": frozenset(), "email": None, "phone": None, "domains": frozenset(), "city": "",
        "postal_code": "", "country": "", "rare": frozenset(words),
    }  # fmt: skip
    return Company(words=words, forms=forms, **nothing | known)


def test_companies() -> None:
    aalto = {"vat": "FI01120389", "ids": frozenset({"01120389"})}
    kone = {"vat": "FI15924996", "ids": frozenset({"15924996"})}
    same = compare_companies(company("Aalto Energia Oy", **aalto), company("Energy One", **aalto))
    assert (same.score >= LIKELY, same.reasons[0]) == (True, "same VAT number")
    assert compare_companies(company("Aalto Energia Oy", **aalto), company("Aalto Energia Oy", **kone)).score < LIKELY
    assert compare_companies(company("Aalto Energia Oy"), company("AALTO Energia Oyj")).score >= LIKELY
    assert compare_companies(company("Aalto Energia Oy"), company("Aalto Energia AS")).score < LIKELY
    assert compare_companies(company("Energia Aalto"), company("Aalto Energia")).reasons == (
        "same words in another order",
    )
    # a form whose name is still to be typed
    assert compare_companies(company("", **aalto), company("Aalto Energia Oy", **aalto)).reasons == ("same VAT number",)


@pytest.mark.parametrize("other", ["Laine", "Liane", "Lainen", "Lane", "Kaine", "aLine"])
def test_a_typing_error_anywhere_still_meets(other: str) -> None:
    keys = set(person_keys(("liisa",), ("laine",), (), (), 1))
    assert keys.intersection(person_keys(("liisa",), (other.casefold(),), (), (), 2))
    assert keys.intersection(person_keys((other.casefold(),), ("liisa",), (), (), 3))
    assert set(company_keys(("laine",), (), None, (), "")).intersection(
        company_keys((other.casefold(),), (), None, (), "")
    )
