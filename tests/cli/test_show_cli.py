"""``crm-tui show``: a card as text and as JSON, for those who see all of it and for those who don't."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.cli.company import KALLAVESI, NOW, as_user, built, company
from tests.cli.conftest import Crm

from crm_tui.cli.text_blocks import columns
from crm_tui.domain.customers import CustomerChange, NewCustomer
from crm_tui.text import width

__all__ = ["built", "company"]
_TITLES = ["Contact information", "Sales & projects", "Collaboration", "Financials", "Customer settings"]


@pytest.fixture(autouse=True)
def still(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm_tui.cli.show.clock", lambda: NOW)


def titles(text: str) -> list[str]:
    return [line.strip("─ ") for line in text.splitlines() if line.startswith("──")]


def test_the_whole_card_in_the_order_of_the_screen_within_the_width(crm: Crm) -> None:
    done = crm("show", KALLAVESI, login="sanna")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[:2] == [
        f"Kallavesi Marine Engineering Oy  {KALLAVESI}",
        "Active · owner Sanna Virtanen · favourite",
    ]
    assert titles(done.out) == _TITLES
    assert max(map(width, lines)) <= 80
    for words in (
        "  HQ  Satamakatu 14 A 3  70100 Kuopio FI                   visiting, postal",
        "Contacts   6   2 inactive hidden: --all shows them",
        "eeva@lahtinen.example (private,",
        "  Open value        184 200 EUR, 1 250 000 NOK",
        "  1 open            1 250 000 NOK, weighted 500 000 NOK",
        "Tasks: In review   3   1 late",
        "  The difference is that of Sep – Nov 2026.",
        "outstanding 37 525 EUR",
        "  Payment term      30 days",
        "Campaign 2019 (disabled, kept)",
        "… and 3 more: --limit N shows N of them",
    ):
        assert " ".join(words.split()) in " ".join(done.out.split()), words
    everything = crm("show", KALLAVESI, "--all", "--limit", 99, login="sanna").out
    assert "Contacts   6   2 inactive shown" in everything
    assert "(inactive)" in everything
    assert "Winter lay-up plan" in everything
    assert "more: --limit" not in everything


def test_one_tab_by_its_name_or_number_and_the_same_data_as_json(crm: Crm) -> None:
    for number, name in enumerate(("contact", "sales", "collaboration", "financials", "settings"), 1):
        by_name = crm("show", KALLAVESI, "--tab", name, login="sanna").out
        assert by_name == crm("show", KALLAVESI, "--tab", number, login="sanna").out
        assert titles(by_name) == [_TITLES[number - 1]]
        found = json.loads(crm("show", KALLAVESI, "--tab", number, "--json", login="sanna").out)
        assert list(found) == ["card", "limited_by", name]
    card = json.loads(crm("show", KALLAVESI, "--json", login="sanna").out)
    assert card["limited_by"] is None
    assert card["contact"]["more"] == {"contacts": False, "planned": False, "past": True, "files": False}
    cut = json.loads(crm("show", KALLAVESI, "--limit", 1, "--json", login="sanna").out)
    assert cut["contact"]["more"] == dict.fromkeys(("contacts", "planned", "past", "files"), True)
    assert [cut[tab]["more"] for tab in ("sales", "collaboration", "financials")] == [
        {"cases": True}, {"notes": True}, {"invoices": True}]  # fmt: skip
    assert len(cut["contact"]["files"]) == 1
    assert "content_key" not in crm("show", KALLAVESI, "--json", login="sanna").out
    assert card["card"]["customer"]["number"] == KALLAVESI
    assert card["contact"]["contacts"][0]["contact"]["last_name"] == "Aasen"
    assert card["sales"]["figures"]["value"]["amounts"][0] == {"amount": 18_420_000, "currency": "EUR"}
    assert [window["currency"] for window in card["financials"]["windows"]] == ["EUR", "NOK"]
    assert card["financials"]["windows"][0]["months"][0]["month"] == "2026-09"
    assert card["settings"]["billing"]["vat_percent"] == "25.5"
    assert crm("show", KALLAVESI, "--tab", "6", login="sanna").code == 2


def test_what_permissions_hide_is_said_and_never_shown(crm: Crm, company: Path) -> None:
    jonas = crm("show", KALLAVESI, "--all", "--limit", 99, login="jonas").out
    assert jonas.splitlines()[2] == "limited by projects: member"
    assert "2104  Deck crane replacement, MS Juojärvi  In progress  hidden" in jonas
    assert "  * 2 values hidden by your permissions are left out" in jonas
    assert "  * 1 case hidden by your permissions is left out" in jonas
    for unseen in ("148 000", "Ballast water retrofit", "45 760", "17 821"):
        assert unseen not in jonas
    told = json.loads(crm("show", KALLAVESI, "--json", login="jonas").out)
    assert told["limited_by"] == "projects: member"
    assert told["sales"]["cases"][0]["case"]["expected_value"] == "hidden"
    assert told["financials"]["invoices"][0]["invoice"]["total"] == "hidden"

    liisa = crm("show", KALLAVESI, login="liisa").out
    assert titles(liisa) == _TITLES
    for what in ("all cases", "all projects", "all figures and invoices"):
        assert f"  Your permissions hide {what}: they need “projects: member”." in liisa
    assert "Absence" in liisa  # a private entry of somebody else
    assert json.loads(crm("show", KALLAVESI, "--json", login="liisa").out)["sales"] == {"hidden_by": "projects: member"}

    with closing(as_user(company, "sanna")) as store:
        stored = next(each for each in store.users.profiles() if each.profile.name == "Support")
        nothing = replace(stored.profile, customers=type(stored.profile.customers).NONE)
        store.users.update_profile(stored.id, stored.revision, nothing)
    denied = crm("show", KALLAVESI, login="liisa")
    assert (denied.code, denied.out) == (5, "")
    assert "customers: read" in denied.err


def test_a_customer_is_found_by_words_or_those_that_may_be_meant_are_listed(crm: Crm, company: Path) -> None:
    def found(*words: object) -> str:
        return crm("show", *words, "--tab", 5, login="sanna").out.partition("\n")[0]

    for words in (("kallavesi", "marine"), ("eeva", "lahtinen"), ("2104",), ("+358 40 555 0143",), ("nokia", "oyj")):
        assert found(*words).endswith("10002" if "nokia" in words else str(KALLAVESI)), words
    several = crm("show", "marin", login="sanna")
    assert (several.code, several.out) == (2, "")
    listed = several.err.splitlines()
    assert any(line.startswith(f"{KALLAVESI}   Kallavesi Marine Engineering Oy") for line in listed)
    assert listed[-1].endswith("customers: name one by its number.")
    with closing(as_user(company, "sanna")) as store:
        exact = store.customers.create(NewCustomer(name="Marin"))
        service = store.customers.create(NewCustomer(name="Kallavesi -palvelu"))
    assert found("marin") == f"Marin  {exact.number}"
    assert found("kallavesi -palvelu") == f"Kallavesi -palvelu  {service.number}"  # which leaves nobody out
    assert found("kallavesi -palvelu -oyj").endswith(str(KALLAVESI))
    nothing = crm("show", "nobody", "at", "all", login="sanna")
    assert (nothing.code, nothing.out) == (3, "")
    assert nothing.err == "crm-tui: There is no customer, contact, case or invoice called “nobody at all”.\n"
    near = crm("show", "kallavessi", "marnie", login="sanna")
    assert (near.code, near.out) == (3, "")
    assert near.err.endswith("called “kallavessi marnie”. Did you mean “kallavesi marine”?\n")
    assert crm("show", 10482, "--limit", "0", login="sanna").code == 2

    with closing(as_user(company, "sanna")) as store:
        wolt = store.customers.by_number(10003)
        hostile = CustomerChange(name="Wolt\x1b]52;c;AA\x07 [red]Oy", is_active=False)
        store.customers.update(wolt.id, wolt.revision, hostile)
    shown = crm("show", "wolt", login="sanna")
    assert shown.out.startswith("Wolt]52;c;AA [red]Oy  10003\nInactive")
    assert "\x1b" not in shown.out


def test_what_find_prints_as_ids_is_what_show_takes(crm: Crm) -> None:
    def ids(login: str, *words: str) -> list[str]:
        return crm("find", "--ids", "--limit", 50, *words, login=login).out.split()

    found = [*ids("sanna", "kallavesi"), *ids("sanna", "kind:case"), *ids("sanna", "kind:invoice")]
    assert {each.partition(":")[0] for each in found} == {"customer", "contact", "case", "invoice"}
    assert any("Kallavesi" in crm("show", each, "--tab", 5, login="sanna").out for each in found[:2])
    unseen = [*set(ids("sanna", "kind:case")).difference(ids("jonas", "kind:case")), "customer:99999", "contact:0"]
    assert len(unseen) > 2
    for each in unseen:
        assert crm("show", each, login="jonas").code == 3, each
    for each in (found[0], found[-1], *unseen[:1]):
        assert crm("show", each, "--json", login="sanna").code == 0


def test_on_a_terminal_it_is_as_wide_as_that_with_dates_as_the_user_wants_them(
    crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "config" / "config.toml"
    settings.parent.mkdir()
    settings.write_text('dates = "iso"\n')
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for wide in (60, 150):
        monkeypatch.setenv("COLUMNS", str(wide))
        lines = crm("show", KALLAVESI, login="sanna").out.splitlines()
        assert max(map(width, lines)) <= wide
        assert sum(width(line) == wide for line in lines) >= len(_TITLES)
    assert "2104  Deck crane replacement, MS Juojärvi  " in "\n".join(lines)
    assert "2026-12-14" in "\n".join(lines)
    assert "14 Dec" not in "\n".join(lines)


@pytest.mark.parametrize("wide", [24, 40, 57, 80, 200])
def test_tables_lose_nothing_at_any_width(wide: int) -> None:
    rows = [
        ("1", "Kokkolan Satama ja Telakka Oy", "very.long.address@a.very.long.domain.example", "1 250 000"),
        ("2", "日本語の名前がここにあります", "a\nb c", "hidden"),
    ]
    lines = columns(("no.", "name", "mail", "value"), rows, wide, numbers=("value",))
    assert max(map(width, lines)) <= max(wide, 2 + 3 * 8 + 3 * 2 + 9)
    letters = "".join("".join(lines).split())
    for row in (("no.", "name", "mail", "value"), *rows):
        for cell in row:
            assert all(letters.count(letter) >= cell.count(letter) for letter in cell if not letter.isspace())
    assert sum(map(len, ("".join(cell.split()) for row in rows for cell in row))) == len(letters) - len(
        "no.namemailvalue"
    )
