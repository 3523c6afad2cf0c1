"""A note on a customer, or on one of its cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.activities import NewNote, Note, NoteChange
from crm_tui.screens.dialogs.changeable import changeable
from crm_tui.screens.dialogs.choices import cases_of, user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.session import Session
from crm_tui.store.cases import CaseLife
from crm_tui.store.port import Store
from crm_tui.widgets.field import AreaField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField


class NoteForm(FormDialog[Note]):
    """The text comes first: a quick note is typed and saved. ``about.given`` says whether a new one has to be
    ``on_project``, or what it is a reply ``to`` (its ``parent``)."""

    FORM = "note"

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - notes stand on a card
        entity = store.notes.get(about.entity) if about.entity is not None else None
        given = about.given
        lives = (CaseLife.PROJECT,) if given.get("on_project") else tuple(CaseLife)
        cases = cases_of(store, about.customer, session.today, lives=lives, chosen=given.get("case"))
        return Materials(entity, user_names(store), cases)

    def rows(self) -> Iterable[FormRow]:
        yield FormRow(AreaField("text", "Note", required=True, lines=6))
        if self.entity is None and self.about.given.get("on_project"):
            yield FormRow(PickField("case", "Project", self.materials.more, required=True), gap=True)
        elif self.entity is None and self.materials.more and not self._is_reply:
            yield FormRow(PickField("case", "About", self.materials.more, empty="the customer"), gap=True)
        if self.entity is not None:
            yield FormRow(TickField("pinned", "Pinned: stands first"), label="", gap=True)

    @property
    def _is_reply(self) -> bool:
        return self.entity is None and self.about.given.get("parent") is not None

    def fresh(self) -> dict[str, Any]:
        only = self.materials.more[0].id if len(self.materials.more) == 1 else None
        return {"case": only} if self.about.given.get("on_project") else {}

    def heading(self) -> str:
        return f"Reply to {self.about.given['to']}" if self._is_reply else super().heading()

    def name_of(self) -> str:
        return " ".join(self.entity.text.split())[:40] if self.entity is not None else ""

    def values_of(self, entity: Note) -> dict[str, Any]:
        return {"text": entity.text, "case": entity.case, "pinned": entity.pinned}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Note:
        if self.about.entity is None:
            assert self.about.customer is not None  # noqa: S101 - see load
            given = self.about.given
            case = given["case"] if self._is_reply else values.get("case")
            return store.notes.create(
                NewNote(customer=self.about.customer, text=values["text"], case=case, parent=given.get("parent"))
            )
        return store.notes.update(self.about.entity, self.revision, NoteChange(**changeable(NoteChange, changed)))
