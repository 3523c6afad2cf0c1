"""Profiles in words: each level says something else, and never more than the profile allows."""

from __future__ import annotations

from itertools import product

from crm_tui.domain.permission_words import Holder, case_limit, in_sentences, list_limit
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel


def said(profile: Profile, holder: Holder | None = None) -> dict[str, str]:
    lines = in_sentences(profile, holder) if holder is not None else in_sentences(profile)
    return {line.subject: line.words for line in lines}


def test_every_two_profiles_differ_in_words() -> None:
    """Where customers are hidden, projects are, too: there the project level makes no difference."""
    profiles = [
        Profile(name="x", customers=customers, projects=projects, delete_customers=deletes, admin=admin)
        for customers, projects, deletes, admin in product(CustomerLevel, ProjectLevel, (False, True), (False, True))
        if (customers is not CustomerLevel.NONE or projects is ProjectLevel.NONE)
        and (not deletes or customers.at_least(CustomerLevel.EDIT))
    ]
    texts = {in_sentences(profile) for profile in profiles}
    assert len(texts) == len(profiles)
    for words in (line.words for text in texts for line in text):
        assert words[0].isupper()
        assert words.endswith(".")
        assert "{" not in words


def test_a_user_s_own_unit_and_people_are_named() -> None:
    unit = Profile(name="x", customers=CustomerLevel.READ, projects=ProjectLevel.UNIT)
    words = said(unit, Holder("Tuva", "Marine", ("Jonas", "Liisa")))
    assert words["Projects"].endswith("member, owner or sales person, and all of Marine.")
    assert words["Money"] == "Of those of Marine, and of those that Tuva, Jonas or Liisa owns."
    alone = said(unit, Holder("Tuva", None, ()))
    assert alone["Projects"].endswith("Tuva has no business unit.")
    assert alone["Money"] == "Of those that Tuva owns."


def test_without_customers_there_are_no_projects() -> None:
    words = said(Profile(name="x", projects=ProjectLevel.ALL))
    assert words["Projects"] == "Sees no sales cases, projects and invoices."
    assert "Money" not in words


def test_what_limits_is_named_by_the_profile_alone() -> None:
    everything = Profile(name="x", customers=CustomerLevel.ALL, projects=ProjectLevel.ALL)
    assert (case_limit(everything), list_limit(everything)) == ("", "")
    some = Profile(name="x", customers=CustomerLevel.EDIT, projects=ProjectLevel.MEMBER)
    assert (case_limit(some), list_limit(some)) == ("projects: member", "customers: edit")
    sales = Profile(name="x", customers=CustomerLevel.ALL, projects=ProjectLevel.MANAGER)
    assert list_limit(sales) == "projects: manager"
    assert case_limit(Profile(name="x", projects=ProjectLevel.ALL)) == "customers: none"
