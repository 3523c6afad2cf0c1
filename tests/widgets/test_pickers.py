"""Fields that choose, tick, or hold several lines."""

from __future__ import annotations

from tests.driver import press
from tests.screens.dialog_app import showing
from tests.widgets.form_holder import Holder, go_to

from crm_tui.widgets.choose import ChooseDialog

# -- pickers ----------------------------------------------------------------------------------------------------------


async def test_a_list_opens_with_enter_and_the_choice_is_taken() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "one")
        await press(shown.pilot, "enter")
        assert isinstance(shown.app.screen, ChooseDialog)
        await press(shown.pilot, "down", "down", "enter")
        assert holder.value("one") == "banana"
        assert "banana ▾" in shown.text
        await press(shown.pilot, "enter", "escape")
        assert holder.value("one") == "banana"


async def test_typing_opens_the_list_and_searches_in_it() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "one")
        await press(shown.pilot, "c", "h")
        assert "cherry" in shown.text
        assert "banana" not in shown.text
        await press(shown.pilot, "enter")
        assert holder.value("one") == "cherry"


async def test_backspace_chooses_none_but_never_where_one_is_needed() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        holder.form.put({"one": "apple", "must": "apple", "many": ["apple", "cherry"]})
        for name in ("one", "must", "many"):
            await go_to(shown, holder, name)
            await press(shown.pilot, "backspace")
        assert (holder.value("one"), holder.value("must"), holder.value("many")) == (None, "apple", ["apple"])


async def test_several_are_chosen_in_their_order_and_again_to_take_one_away() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "many")
        for word in ("cherry", "apple", "banana", "apple"):
            await press(shown.pilot, *word, "enter")
        assert holder.value("many") == ["cherry", "banana"]
        assert "cherry ×  banana ×" in shown.text


async def test_a_disabled_value_stays_where_it_is_and_can_not_be_chosen_anew() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "one")
        await press(shown.pilot, "f", "i", "g")
        assert "Nothing is called so" in shown.text
        await press(shown.pilot, "escape")
        holder.form.put({"one": "fig"})
        await press(shown.pilot, "enter")
        assert any("fig" in line and "▌" in line for line in shown.lines)
        await press(shown.pilot, "escape")
        assert holder.value("one") == "fig"


async def test_who_may_create_values_is_offered_a_new_one_of_the_name_that_was_typed() -> None:
    holder = Holder(creates="fruit")
    async with showing(holder) as shown:
        await go_to(shown, holder, "one")
        await press(shown.pilot, *"kiwi")
        assert "create fruit “kiwi”" in shown.text
        await press(shown.pilot, "enter")
        assert (holder.created, holder.value("one")) == (["kiwi"], "kiwi")
        await press(shown.pilot, *"apple")
        assert "create fruit" not in shown.text


async def test_who_may_not_is_told_that_nothing_is_called_so() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "one")
        await press(shown.pilot, *"kiwi")
        assert "create" not in shown.text
        assert "Nothing is called so" in shown.text
        await press(shown.pilot, "enter", "escape")
        assert (holder.created, holder.value("one")) == ([], None)


# -- ticks, channels --------------------------------------------------------------------------------------------------


async def test_a_tick_is_turned_by_keys_and_by_the_mouse() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "tick")
        await press(shown.pilot, "space")
        assert holder.value("tick") is True
        await press(shown.pilot, "enter")
        assert holder.value("tick") is False
        await shown.click("[ ] Tock")
        assert holder.value("tock") is True


async def test_a_line_for_one_more_comes_by_itself() -> None:
    holder = Holder()
    async with showing(holder) as shown:
        await go_to(shown, holder, "channels")
        await press(shown.pilot, "a", "@", "b")
        assert shown.text.count("do not use") == 2
        await press(shown.pilot, "tab", *"home", "enter", "tab", "space", "tab", "c")
        assert holder.value("channels") == [
            {"address": "a@b", "kind": "home", "do_not_use": True},
            {"address": "c", "kind": "work", "do_not_use": False},
        ]
        assert shown.text.count("do not use") == 3


async def test_of_several_lines_the_wrong_one_is_named() -> None:
    holder = Holder()
    async with showing(holder):
        value = [{"address": text, "kind": "work", "do_not_use": False} for text in ("fine", "Loud")]
        holder.form.put({"channels": value})
        problem = holder.form.fields["channels"].problem()
        assert problem is not None
        assert "Loud: write it small" in problem.reason
        assert holder.value("channels") == value
