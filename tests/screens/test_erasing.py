"""A person who is deleted on the screen is in no file any more: not in the store, its log, its search index, nor in
the drafts."""

from __future__ import annotations

from pathlib import Path

from tests.driver import NOW, crm_app, running
from tests.screens.conftest import set_up_store
from tests.store.conformance.test_merging import merge_contacts

from crm_tui.domain.contacts import Contact, ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import NewCustomer
from crm_tui.drafting import DraftKeeper
from crm_tui.store.drafts import Draft
from crm_tui.store.sql.drafts import open_drafts
from crm_tui.store.sql.store import SqlStore

#: what was known of the person, each in a form of its own
KNOWN = (b"Xaverine", b"Quillfeather", b"Quillbefore", b"xaverine.q@canary.example", b"405559871")
FOLDED = tuple(each.lower() for each in KNOWN)


def test_the_words_that_are_looked_for_would_be_found(tmp_path: Path) -> None:
    store = set_up_store(tmp_path / "crm.db")
    customer = store.customers.create(NewCustomer(name="Aalto Robotics Oy"))
    add(store, customer.id)
    store.close()
    assert all(any(word in found for found in contents(tmp_path)) for word in FOLDED if word != b"quillbefore")


async def test_a_person_deleted_on_the_screen_is_in_no_file(tmp_path: Path) -> None:
    """Neither is who was merged into the person, or whom the person was merged into for a while."""
    store = set_up_store(tmp_path / "crm.db")
    customer = store.customers.create(NewCustomer(name="Aalto Robotics Oy"))
    contact = add(store, customer.id, last_name="Quillbefore")
    contact = store.contacts.update(contact.id, contact.revision, ContactChange(last_name="Quillfeather"))
    drafts = open_drafts(tmp_path / "drafts.db", store=str(store.path), actor="admin")
    keeper = DraftKeeper(drafts)
    twin = add(store, customer.id)
    other = store.contacts.create(NewContact(customer=customer.id, first_name="Zoe", last_name="Zulu"))
    values = {"first_name": "Xaverine", "last_name": "Quillfeather", "phones": "+358 40 5559871"}
    for person in (contact, twin, other):
        keeper.note(
            Draft(
                key=f"k{person.id}",
                form="contact",
                title="Contact: Xaverine Quillfeather",
                customer=customer.id,
                entity=person.id,
                revision=person.revision,
                before={},
                values=values,
                at=NOW,
            )
        )
    keeper.flush()
    merge_contacts(store, contact, twin)
    store.history.undo(merge_contacts(store, other, contact, last_name="Quillfeather").change)
    app = crm_app(store, tmp_path, drafts=keeper)
    async with running(app) as crm:
        await crm.see("Typed and not saved")  # the draft is offered at the start
        await crm.press("escape")
        await crm.open("aalto")
        await crm.panel("contacts")
        await crm.press("d")
        await crm.see("can't be undone", "Backups")
        await crm.type("quillfeather")
        await crm.press("enter")
        await crm.expect_toast("was erased")
        crm.see_no("Xaverine", "Quillfeather")
    keeper.close()
    store.close()
    left = [(word, name) for name, found in named(tmp_path) for word in FOLDED if word in found]
    assert not left


def add(store: SqlStore, customer: int, last_name: str = "Quillfeather") -> Contact:
    """The person, as a contact of the customer."""
    return store.contacts.create(
        NewContact(
            customer=customer,
            first_name="Xaverine",
            last_name=last_name,
            emails=(Email("xaverine.q@canary.example"),),
            phones=(Phone("+358 40 5559871"), Phone("0405559871")),
        )
    )


def named(folder: Path) -> list[tuple[str, bytes]]:
    """Every file below the folder with its bytes in small letters."""
    return [(path.name, path.read_bytes().lower()) for path in folder.rglob("*") if path.is_file()]


def contents(folder: Path) -> list[bytes]:
    """The bytes of every file below the folder, in small letters."""
    return [found for _, found in named(folder)]
