"""Pictures of what is done with sales cases and projects. Look at each one before it is kept."""

from __future__ import annotations

import pytest
from tests.driver import Crm
from tests.screens.kallavesi import cursor_on
from tests.visual.camera import Act, Camera


async def all_cases(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.panel("cases")
    await crm.press("i")
    cursor_on(crm, "Tank coating")


async def attention(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.press("F")
    await crm.choose("Needing")


async def which(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.press("F")


async def in_full(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    cursor_on(crm, "Deck crane")
    await crm.press("enter")


async def form(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    cursor_on(crm, "Deck crane")
    await crm.press("e")


async def payer(crm: Crm) -> None:
    await form(crm)
    crm.form.form.go_to("billing_customer")
    await crm.press("enter", "m", "a", "r")


async def lost(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.press("L")
    await crm.type("Too dear")


async def figures_in_help(crm: Crm) -> None:
    await crm.open("kallavesi")
    await crm.tab(2)
    await crm.press("?", "end")


ACTS = {
    "all": all_cases, "attention": attention, "which": which, "in full": in_full, "form": form, "payer": payer,
    "lost": lost, "help": figures_in_help,
}  # fmt: skip


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_small(act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act, size=(80, 24))


@pytest.mark.parametrize("act", [form, in_full], ids=["form", "in full"])
def test_usual(act: Act, looks_the_same: Camera) -> None:
    assert looks_the_same(act)


@pytest.mark.parametrize("theme", ["crm-light", "ansi-dark"])
def test_theme(theme: str, looks_the_same: Camera) -> None:
    assert looks_the_same(all_cases, theme=theme)


def test_some_money_is_hidden(looks_the_same: Camera) -> None:
    assert looks_the_same(all_cases, login="mikael")
