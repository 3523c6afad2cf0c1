"""The kind of a phone number in the form of a contact: as its numbering plan tells, until a person chooses one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.driver import Crm, crm_app, running
from tests.screens.conftest import Start
from tests.screens.kallavesi import contacts_of

from crm_tui.domain.contacts import Contact, Phone, PhoneKind
from crm_tui.drafting import DraftKeeper
from crm_tui.screens.dialogs.form_dialog import FormDialog
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore


async def new_contact(crm: Crm) -> None:
    """Open the form of a new contact, with a name."""
    await crm.open("kallavesi")
    await crm.panel("contacts")
    await crm.press("a")
    await crm.fill(first_name="Aki", last_name="Aalto")


def aki(crm: Crm) -> Contact:
    """The contact as it is stored."""
    return next(contact for contact in contacts_of(crm) if contact.last_name == "Aalto")


async def choose_kind(crm: Crm, kind: str) -> None:
    """From the number to its kind; then back to the number."""
    await crm.press("tab", "enter")
    await crm.choose(kind)
    await crm.press("shift+tab")


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("040 555 0199", PhoneKind.MOBILE),
        ("017 555 0147", PhoneKind.WORK),
        ("+47 55 55 02 18", PhoneKind.WORK),
        ("0800 98 765", PhoneKind.MOBILE),  # the plan does not tell: as ever
        ("ask reception", PhoneKind.MOBILE),
    ],
)
@pytest.mark.parametrize("leaves", [True, False])
async def test_a_number_gets_the_kind_that_its_plan_tells(
    typed: str, kind: PhoneKind, leaves: bool, start: Start
) -> None:
    async with start() as crm:
        await new_contact(crm)
        await crm.fill(phones=typed)
        if leaves:
            await crm.press("tab")
            assert crm.form.form.fields["phones"].value[0]["kind"] == kind
        await crm.save()
        assert [phone.kind for phone in aki(crm).phones] == [kind]


async def test_a_kind_that_a_person_chose_stays(start: Start) -> None:
    async with start() as crm:
        await new_contact(crm)
        await crm.fill(phones="017 555 0147")
        await choose_kind(crm, "fax")
        await crm.put("040 555 0199")
        await crm.save()
        assert aki(crm).phones == (Phone("+358 40 5550199", PhoneKind.FAX),)


async def test_a_kind_that_was_chosen_before_the_number_stays_also_if_it_is_the_usual_one(start: Start) -> None:
    async with start() as crm:
        await new_contact(crm)
        crm.form.form.go_to("phones")
        await crm.settle()
        await choose_kind(crm, "mobile")
        await crm.put("017 555 0147")
        await crm.save()
        assert [phone.kind for phone in aki(crm).phones] == [PhoneKind.MOBILE]


async def test_a_number_that_becomes_another_gets_its_kind(start: Start) -> None:
    async with start() as crm:
        await new_contact(crm)
        await crm.fill(phones="017 555 0147")
        await crm.press("tab", "shift+tab")
        await crm.put("040 555 0199")
        await crm.press("tab")
        await crm.see("+358 40 5550199", "mobile ▾")
        await crm.save()
        assert [phone.kind for phone in aki(crm).phones] == [PhoneKind.MOBILE]


async def test_a_second_number_has_a_kind_of_its_own(start: Start) -> None:
    async with start() as crm:
        await new_contact(crm)
        await crm.fill(phones="040 555 0199")
        await crm.press("tab", "tab", "tab")
        await crm.put("017 555 0147")
        await crm.save()
        assert [phone.kind for phone in aki(crm).phones] == [PhoneKind.MOBILE, PhoneKind.WORK]


async def test_the_kind_of_a_stored_number_stays_when_it_is_looked_at_or_changed(start: Start) -> None:
    async with start() as crm:
        await new_contact(crm)
        await crm.fill(phones="017 555 0147")
        await choose_kind(crm, "home")
        await crm.save()
        assert "Aki Aalto" in crm.row
        await crm.press("e")
        assert isinstance(crm.app.screen, FormDialog)
        crm.form.form.go_to("phones")
        await crm.settle()
        await crm.press("tab", "shift+tab")
        assert not crm.form.is_changed
        await crm.put("040 555 0199")
        await crm.save()
        assert aki(crm).phones == (Phone("+358 40 5550199", PhoneKind.HOME),)


async def test_the_kind_that_was_told_is_kept_in_the_draft(
    open_sample: Callable[[str], SqlStore], tmp_path: Path
) -> None:
    keeper = DraftKeeper(open_drafts(tmp_path / "drafts.db", store="demo", actor="sanna"))
    async with running(crm_app(open_sample("sanna"), tmp_path, drafts=keeper)) as crm:
        await new_contact(crm)
        await crm.fill(phones="017 555 0147")
        await crm.press("tab")
        keeper.flush()
        (draft,) = keeper.all()
        assert draft.values["phones"] == [{"number": "+358 17 5550147", "kind": "work", "do_not_use": False}]
    keeper.close()
