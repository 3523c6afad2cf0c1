"""Users and profiles from the command line."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cli.conftest import Crm, OpenStore

from crm_tui.cli import DONE, ERROR, NOT_PERMITTED, NOTHING_FOUND, USAGE
from crm_tui.domain.permissions import CustomerLevel, Profile, ProjectLevel
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.users import NewOrganization
from crm_tui.store.settings import FirstStart
from crm_tui.store.sql.connections import Database
from crm_tui.store.sql.setup import set_up


@pytest.fixture(autouse=True)
def store(home: Path) -> None:
    """A store that ann has set up."""
    home.mkdir(mode=0o700)
    database = Database.open(home / "default.db")
    acme = NewOrganization(name="Acme Oy", country="FI", currency="EUR", language="fi", time_zone="Europe/Helsinki")
    set_up(database, FirstStart(organization=acme, login="ann", user_name="Ann"), lambda: datetime.now(UTC))
    database.close()


def test_users_are_added_changed_and_listed(crm: Crm, opened: OpenStore) -> None:
    opened().registries.create(NewRegistryValue(kind=RegistryKind.BUSINESS_UNIT, name="Marine"))
    added = crm(
        "users", "add", "ville", "--name", "Ville V", "--profile", "sales", "--unit", "marine", "--superior", "ann"
    )
    assert added.code == DONE
    assert added.out == "Ville V added; crm-tui --as ville opens the store on their behalf.\n"
    listed = crm("users", "--tsv").out.splitlines()
    assert listed[0].split("\t") == ["name", "login", "profile", "business unit", "superior", "active"]
    assert "Ville V\tville\tSales\tMarine\tann\tyes" in listed
    assert crm("users", "change", "ville", "--login", "vv", "--email", "v@example.org", "--unit", "").code == DONE
    changed = next(each for each in json.loads(crm("users", "--json").out) if each["login"] == "vv")
    assert changed == {
        "name": "Ville V",
        "login": "vv",
        "email": "v@example.org",
        "profile": "Sales",
        "business_unit": None,
        "superior": "ann",
        "is_active": True,
    }
    assert crm("users", "change", "vv", "--inactive", "--superior", "").code == DONE
    assert "vv" not in crm("users").out
    assert "no" in next(line for line in crm("users", "--all").out.splitlines() if "vv" in line)
    assert crm("users", "change", "vv", "--active").out == "Ville V changed.\n"
    assert crm("users", "change", "vv", "--active").out == "Ville V is so already.\n"
    assert crm("users", login="vv").code == DONE
    renamed = crm("users", "change", "ann", "--login", "anna")
    assert renamed.out.endswith("You are known as anna from now on: crm-tui --as anna\n")
    assert crm("users", login="anna").code == DONE


def test_profiles_are_put_into_words_added_changed_and_deleted(crm: Crm, opened: OpenStore) -> None:
    said = crm("users", "profile", "Readers", "--customers", "read", "--projects", "manager-without-money")
    assert said.code == DONE
    assert said.out.splitlines()[0] == "Readers (0 users)"
    assert "Sees and changes those where the user is a member, owner or sales person." in said.out
    crm("users", "profile", "readers", "--customers", "edit", "--delete-customers", "--rename", "Editors")
    stored = next(each.profile for each in opened().users.profiles() if each.profile.name == "Editors")
    assert stored == Profile(
        name="Editors",
        customers=CustomerLevel.EDIT,
        delete_customers=True,
        projects=ProjectLevel.MANAGER_WITHOUT_MONEY,
    )
    refused = crm("users", "profile", "Editors", "--customers", "read")
    assert (refused.code, refused.err) == (ERROR, "crm-tui: delete customers: goes only with customers: edit or all\n")
    words = crm("users", "profiles").out
    assert "Administrator (1 user)" in words
    assert "Manages users, profiles, registries and the organization." in words
    assert "Editors\tedit\tyes\tmanager without money\tno\t0" in crm("users", "profiles", "--tsv").out.splitlines()
    described = json.loads(crm("users", "profiles", "--json").out)[-1]
    assert (described["name"], described["users"]) == ("Editors", 0)
    assert described["in_words"]["money"] == "None."
    assert crm("users", "profile", "editors", "--delete").out == "The profile Editors is deleted.\n"
    assert "Editors" not in crm("users", "profiles").out


def test_what_is_refused_says_what_to_do(crm: Crm) -> None:
    crm("users", "add", "bo", "--name", "Bo", "--profile", "Support")
    for code, said, *arguments in (
        (ERROR, "profile: there is none called “Sals”; there are “Administrator”, “Manager”, “Sales”",
         "add", "v", "--name", "V", "--profile", "Sals"),
        (ERROR, "unit: there is none called “Marine”; there are none yet", "change", "bo", "--unit", "Marine"),
        (ERROR, "login: ann is the login of", "change", "bo", "--login", "ann"),
        (ERROR, "The profile Support can't be deleted because of Bo.", "profile", "Support", "--delete"),
        (NOTHING_FOUND, "there is no user vv; crm-tui users --all lists them", "change", "vv", "--name", "V"),
        (NOTHING_FOUND, "there is no profile Readers: there are “Administrator”", "profile", "Readers"),
        (NOTHING_FOUND, "there is no profile Readers", "profile", "Readers", "--delete"),
        (USAGE, "nothing to change was named", "change", "bo"),
        (USAGE, "--delete goes with no other option", "profile", "Support", "--delete", "--admin"),
        (USAGE, "invalid choice: 'some'", "profile", "Support", "--customers", "some"),
        (NOT_PERMITTED, "You may not change your own profile: nobody changes their own permissions; another",
         "change", "ann", "--profile", "Sales"),
        (NOT_PERMITTED, "You may not make yourself inactive: nobody changes", "change", "ann", "--inactive"),
        (NOT_PERMITTED, "You may not change this profile: nobody changes", "profile", "Administrator", "--no-admin"),
    ):  # fmt: skip
        done = crm("users", *arguments)
        assert done.code == code, done
        assert said in done.err
    denied = crm("users", "profile", "Support", "--admin", login="bo")
    assert (denied.code, denied.err) == (
        NOT_PERMITTED,
        "crm-tui: You may not change profiles: it needs the permission “administrator”.\n",
    )
    assert crm("users", "profiles", login="bo").code == DONE


def test_bytes_that_are_no_text_are_refused_in_words(crm: Crm) -> None:
    """As the shell hands them on."""
    odd = "\udcff"
    crm("users", "add", "bo", "--name", "Bo", "--profile", "Support")
    for code, said, *arguments in (
        (ERROR, "email: ", "add", "v", "--name", "V", "--profile", "Support", "--email", odd),
        (ERROR, "login: ", "add", odd, "--name", "V", "--profile", "Support"),
        (ERROR, "name: ", "add", "v", "--name", odd, "--profile", "Support"),
        (ERROR, "email: ", "change", "bo", "--email", odd),
        (ERROR, "login: ", "change", "bo", "--login", odd),
        (NOTHING_FOUND, "there is no user", "change", odd, "--name", "V"),
        (NOTHING_FOUND, "there is no profile", "profile", odd),
        (ERROR, "name: ", "profile", odd, "--customers", "read"),
        (ERROR, "name: ", "profile", "Support", "--rename", odd),
    ):
        done = crm("users", *arguments)
        assert done.code == code, done
        assert said in done.err
