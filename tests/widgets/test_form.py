"""Forms: what is wrong is said below its field, what nobody touched stays to the letter, nothing typed steers."""

from __future__ import annotations

import pytest
from tests.driver import press, settled
from tests.screens.dialog_app import HOSTILE, showing
from tests.widgets.form_holder import FRUITS, Holder, focused, go_to, place
from textual.widgets import Input, TextArea

from crm_tui.domain.errors import Invalid

LETTERS = [
    "  blanks around\t",
    "\x1b[31mred\x1b[0m \x9b2J \x07",
    "[/] [@click=app.quit]x[/]",
    "\u202egnp.exe \u200bzero\ufeff",
    "x" * 10_000,
]
LINES = [
    *LETTERS,
    "one\r\ntwo\r\n",
    "one\rtwo",
    "one\n\n  two\n",
    "next\x85line sep\u2028arated para\u2029graph",
    "feed\x0b and \x0c",
    "mixed\r\nand\u2028more\x0b",
]


def ascii_start(text: str) -> str:
    """A short name for a test."""
    return ascii(text[:12])


# -- what is wrong ----------------------------------------------------------------------------------------------------


async def test_what_is_wrong_is_said_in_words_below_its_field_when_it_is_left() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "plain")
        await press(shown.pilot, "L", "o", "u", "d", "tab")
        assert place(shown, "! Write it small")[0] == place(shown, "Plain")[0] + 1
        assert "Tidied" in shown.lines[place(shown, "! Write it small")[0] + 1]


async def test_it_is_forgotten_as_soon_as_it_is_being_mended() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "plain")
        await press(shown.pilot, "L", "tab", "shift+tab", "backspace")
        assert "!" not in shown.text


async def test_a_needed_field_is_asked_for_only_when_the_form_is_saved_and_the_first_one_gets_the_focus() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "name")
        await press(shown.pilot, "tab", "tab")
        assert "is needed" not in shown.text
        assert holder.form.check() is False
        await settled(shown.pilot)
        assert shown.text.count("is needed") == 2
        assert holder.form.fields["name"].has_focus_within
        holder.form.put({"name": "Aalto", "must": "apple"})
        assert holder.form.check() is True
        await settled(shown.pilot)
        assert "is needed" not in shown.text


async def test_of_two_in_a_row_the_one_is_said_that_gets_the_focus() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        holder.form.put({"plain": "Loud", "must": "apple"})
        holder.form.check()
        await settled(shown.pilot)
        assert "! Name is needed" in shown.text
        assert holder.form.fields["name"].has_focus_within
        holder.form.put({"name": "Aalto"})
        holder.form.check()
        await settled(shown.pilot)
        assert "! Write it small" in shown.text
        assert holder.form.fields["plain"].has_focus_within


async def test_what_the_store_refuses_is_said_below_its_field_and_what_belongs_to_none_is_not_taken() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        assert holder.form.refuse(Invalid("area", "too long for a note"))
        await settled(shown.pilot)
        assert "! Too long for a note" in shown.text
        assert holder.form.fields["area"].has_focus_within
        assert not holder.form.refuse(Invalid("weather", "is bad"))


async def test_a_long_sentence_is_wrapped_and_never_cut() -> None:
    holder = Holder()
    async with showing(holder, size=(80, 40)) as shown:
        holder.form.refuse(Invalid("tidied", "word " * 40 + "END"))
        await settled(shown.pilot)
        assert "END" in shown.text
        assert shown.text.lower().count("word") == 40


async def test_a_form_stands_beside_what_is_entered() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "plain")
        await press(shown.pilot, "a", "b", "tab")
        assert "<ab>" in shown.text


async def test_the_usual_form_is_given_when_a_field_is_left_and_before_saving() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "tidied")
        await press(shown.pilot, "a", "b")
        assert holder.value("tidied") == "ab"
        await press(shown.pilot, "tab")
        assert holder.value("tidied") == "AB"
        await press(shown.pilot, "shift+tab", "c")
        holder.form.check()
        assert holder.value("tidied") == "ABC"


# -- going from field to field ----------------------------------------------------------------------------------------


async def test_tab_goes_in_reading_order_and_back() -> None:
    holder = Holder()
    async with showing(holder, size=(80, 40)) as shown:
        await go_to(shown, holder, "name")
        stops = [focused(shown)]
        while True:
            await press(shown.pilot, "tab")
            if focused(shown) is stops[0]:
                break
            stops.append(focused(shown))
        places = [(stop.region.y, stop.region.x) for stop in stops]
        assert places == sorted(places)
        fields = [next(node for node in stop.ancestors_with_self if node.name in holder.form.fields) for stop in stops]
        assert list(dict.fromkeys(field.name for field in fields)) == list(holder.form.fields)
        for stop in reversed(stops):
            await press(shown.pilot, "shift+tab")
            assert focused(shown) is stop


@pytest.mark.parametrize("name", ["name", "one", "tick"])
async def test_the_arrows_go_to_the_fields_around(name: str) -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, name)
        first = focused(shown)
        await press(shown.pilot, "down")
        assert focused(shown) is not first
        await press(shown.pilot, "up")
        assert focused(shown) is first


# -- to the letter ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", LETTERS, ids=ascii_start)
async def test_a_line_that_nobody_touched_stays_to_the_letter(text: str) -> None:
    holder = Holder()
    async with showing(holder) as shown:
        channels = [{"address": text, "kind": "work", "do_not_use": False}]
        holder.form.put({"name": text, "tidied": text, "channels": channels})
        await go_to(shown, holder, "name")
        await press(shown.pilot, *["tab"] * 12)
        holder.form.check()
        await settled(shown.pilot)
        assert (holder.value("name"), holder.value("tidied"), holder.value("channels")) == (text, text, channels)


@pytest.mark.parametrize("text", LINES, ids=ascii_start)
async def test_lines_that_nobody_touched_stay_to_the_letter(text: str) -> None:
    holder = Holder()
    async with showing(holder) as shown:
        holder.form.put({"area": text})
        await go_to(shown, holder, "area")
        await press(shown.pilot, "up", "down", "end", "tab", "shift+tab")
        assert holder.value("area") == text


@pytest.mark.parametrize(("typed", "value"), [("", None), ("   ", None), ("  a b  ", "a b")])
async def test_what_is_typed_is_without_blanks_around_it_and_blank_is_nothing(typed: str, value: str | None) -> None:
    holder = Holder()
    async with showing(holder) as shown:
        for name, kind in (("name", Input), ("area", TextArea)):
            await go_to(shown, holder, name)
            assert isinstance(focused(shown), kind)
            await press(shown.pilot, *("space" if character == " " else character for character in typed))
            assert holder.value(name) == value


async def test_what_is_typed_and_taken_away_again_is_as_before() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        holder.form.put({"name": " padded ", "area": "one\r\ntwo"})
        for name in ("name", "area"):
            await go_to(shown, holder, name)
            await press(shown.pilot, "x")
            assert holder.value(name) in ("padded x", "one\ntwox")
            await press(shown.pilot, "backspace")
        assert (holder.value("name"), holder.value("area")) == (" padded ", "one\r\ntwo")


# -- hostile texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [HOSTILE, "x" * 10_000, "漢字" * 500, "a\r\nb\x0bc"], ids=ascii_start)
@pytest.mark.parametrize("size", [(60, 15), (120, 40)])
async def test_hostile_texts_in_every_field_steer_nothing(size: tuple[int, int], text: str) -> None:
    holder = Holder(label=text, options=(text, "plain", f"{text}2", *FRUITS), creates=text)
    async with showing(holder, size=size) as shown:
        values = {
            "name": text, "plain": text, "tidied": text, "one": text, "must": text, "many": [text, f"{text}2"],
            "channels": [{"address": text, "kind": "work", "do_not_use": True}], "tick": True, "area": text,
        }  # fmt: skip
        holder.form.put(values)
        for name in holder.form.fields:
            await go_to(shown, holder, name)
            assert not any(character in shown.text for character in "\x1b\x9b\x07\x0b")
            assert all(len(line) <= size[0] for line in shown.lines)
        await go_to(shown, holder, "one")
        await press(shown.pilot, "enter")
        assert not any(character in shown.text for character in "\x1b\x9b\x07\x0b")
        await press(shown.pilot, "escape")
        holder.form.check()
        holder.form.refuse(Invalid("name", text))
        await settled(shown.pilot)
        assert not any(character in shown.text for character in "\x1b\x9b\x07\x0b")
        assert {name: holder.value(name) for name in values} == values
        assert shown.app.is_running
