"""A note on a customer, or on one of its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.activities import NewNote, Note, NoteChange
from crm_tui.screens.dialogs.choices import cases_of, user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import AreaField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField


class NoteForm(FormDialog[Note]):
    """The text comes first: a quick note is typed and saved."""

    FORM = "note"

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - notes stand on a card
        entity = store.notes.get(about.entity) if about.entity is not None else None
        return Materials(entity, user_names(store), cases_of(store, about.customer, session.today))

    def rows(self) -> Iterable[FormRow]:
        yield FormRow(AreaField("text", "Note", required=True, lines=6))
        if self.entity is None and self.materials.more:
            yield FormRow(PickField("case", "About", self.materials.more, empty="the customer"), gap=True)
        if self.entity is not None:
            yield FormRow(TickField("pinned", "Pinned: stands first"), label="", gap=True)

    def name_of(self) -> str:
        return " ".join(self.entity.text.split())[:40] if self.entity is not None else ""

    def values_of(self, entity: Note) -> dict[str, Any]:
        return {"text": entity.text, "pinned": entity.pinned}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Note:
        if self.about.entity is None:
            assert self.about.customer is not None  # noqa: S101 - see load
            return store.notes.create(
                NewNote(customer=self.about.customer, text=values["text"], case=values.get("case"))
            )
        return store.notes.update(self.about.entity, self.revision, NoteChange(**changed))
