"""What a form asks of the store besides saving may fail: that is said, and is no failure of saving the form."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from time import monotonic
from typing import Any

import pytest
from tests.driver import PATIENCE, Crm
from tests.screens.conftest import Start
from tests.screens.kallavesi import cursor_on, store_of

from crm_tui.domain.errors import Unavailable
from crm_tui.domain.registries import NewRegistryValue, RegistryChange, RegistryKind
from crm_tui.screens.dialogs.activity_form import ActivityForm
from crm_tui.screens.dialogs.contact_form import ContactForm
from crm_tui.store.sql.activities import SqlActivities
from crm_tui.store.sql.cases import SqlCases
from crm_tui.store.sql.customers import SqlCustomers
from crm_tui.store.sql.registries import SqlRegistries
from crm_tui.widgets.form import Problem


class Held:
    """A call of the store that is carried out when it is let go."""

    def __init__(self) -> None:
        self.go = Event()
        self.calls = 0

    def hold(self, patch: pytest.MonkeyPatch, facet: type, call: str, error: Unavailable | None = None) -> None:
        """Hold this call; with an error it fails then."""
        real = getattr(facet, call)

        def held(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            assert self.go.wait(PATIENCE)
            if error is not None:
                raise error
            return real(*args, **kwargs)

        patch.setattr(facet, call, held)


@pytest.fixture
def held() -> Iterator[list[Held]]:
    """Two calls that can be held; they are let go after the test."""
    both = [Held(), Held()]
    yield both
    for each in both:
        each.go.set()


async def go_to(crm: Crm, field: str) -> None:
    """Give the focus to a field of the open form."""
    crm.form.form.go_to(field)
    await crm.settle()


async def appears(crm: Crm, text: str) -> None:
    """The form says this, or a toast, while a call is held and so nothing is quiet."""
    end = monotonic() + PATIENCE
    while text not in (said := [*(each.text for each in crm.app.screen.query(Problem)), *crm.toasts]):
        assert monotonic() < end, f"{text!r} is not said: {said}"
        await crm.pilot.pause()


async def new_todo(crm: Crm) -> None:
    """Begin a to-do, in the full form."""
    await crm.open("kallavesi")
    await crm.panel("activities")
    await crm.press("a")
    await crm.choose("To-do")
    await crm.fill(name="Measure the quay")


async def test_what_is_wrong_with_a_new_value_is_not_said_of_the_name_in_the_form(start: Start) -> None:
    async with start() as crm:
        registries = store_of(crm).registries
        value = registries.create(NewRegistryValue(kind=RegistryKind.ACTIVITY_TYPE, name="Survey"))
        registries.update(value.id, value.revision, RegistryChange(is_active=False))
        await new_todo(crm)
        await go_to(crm, "type")
        await crm.type("Survey")
        await crm.choose("create")
        await crm.see("! “Survey” was not created: the activity type Survey is there already")
        assert crm.form.form.fields["type"].has_focus
        await crm.fill(name="Measure quay two")
        crm.see_no("was not created")
        await crm.save()


async def test_a_value_that_can_not_be_created_leaves_a_save_under_way(
    start: Start, held: list[Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    creating, saving = held
    async with start() as crm:
        await new_todo(crm)
        creating.hold(monkeypatch, SqlRegistries, "create", Unavailable("The store is locked."))
        saving.hold(monkeypatch, SqlActivities, "create")
        await go_to(crm, "type")
        await crm.type("Survey")
        await crm.pilot.press("enter", "ctrl+s")
        await appears(crm, "Saving …")
        creating.go.set()
        await appears(crm, "! “Survey” was not created: The store is locked.")
        await crm.pilot.press("ctrl+s")
        await crm.pilot.pause()
        saving.go.set()
        await crm.settle()
        assert saving.calls == 1
        assert not isinstance(crm.app.screen, ActivityForm)


async def test_a_form_that_can_not_be_opened_leaves_the_one_below(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as crm:
        await new_todo(crm)

        def fails(*args: Any) -> Any:
            raise Unavailable("The store is locked.")

        monkeypatch.setattr(ContactForm, "load", fails)
        await go_to(crm, "contact_participants")
        await crm.type("Jaana Salo")
        await crm.choose("“Jaana Salo”")
        await crm.see("! “Jaana Salo” was not created: The store is locked.")
        await crm.save()


async def test_a_customer_whose_name_can_not_be_read_leaves_a_save_under_way(
    start: Start, held: list[Held], monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, saving = held
    async with start() as crm:
        other = store_of(crm).customers.by_number(10016)
        await crm.open("kallavesi")
        await crm.tab(2)
        await crm.panel("cases")
        cursor_on(crm, "Ballast")
        await crm.press("e")
        reading.hold(monkeypatch, SqlCustomers, "get", Unavailable("The store is locked."))
        saving.hold(monkeypatch, SqlCases, "update")
        payer = crm.form.form.fields["billing_customer"]
        payer.put(other.id)
        await crm.pilot.press("ctrl+s")
        await appears(crm, "Saving …")
        reading.go.set()
        await appears(crm, "Billed to: The store is locked.")
        await appears(crm, "Saving …")
        assert payer.words(payer.value) == "another customer"
        saving.go.set()
        await crm.settle()
        assert saving.calls == 1
