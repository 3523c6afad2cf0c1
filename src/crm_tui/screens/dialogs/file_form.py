"""A file or a link of a customer, or of one of its cases. A file's content is read when it is saved."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Mapping
from typing import Any

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.domain.files import File, FileChange, FileKind, NewFile
from crm_tui.domain.websites import check_website
from crm_tui.screens.dialogs.changeable import changeable
from crm_tui.screens.dialogs.choices import cases_of, user_names
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials
from crm_tui.screens.session import Session
from crm_tui.store.port import Store
from crm_tui.widgets.field import AreaField, TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import PickField


class FileForm(FormDialog[File]):
    """``about.given["kind"]`` says whether a new one is a file or a link."""

    FORM = "file"

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - files stand on a card
        entity = store.files.get(about.entity) if about.entity is not None else None
        case = entity.case if entity is not None else None
        return Materials(entity, user_names(store), cases_of(store, about.customer, session.today, chosen=case))

    @property
    def kind(self) -> FileKind:
        """Whether it is a file or a link."""
        return self.entity.kind if self.entity is not None else FileKind(self.about.given["kind"])

    def rows(self) -> Iterable[FormRow]:
        if self.kind is FileKind.LINK:
            yield FormRow(TextField("url", "Link", required=True, check=_checked, placeholder="https://"))
        elif self.entity is None:
            yield FormRow(TextField("path", "File", required=True))
        yield FormRow(TextField("name", "Name", required=True))
        yield FormRow(PickField("case", "Belongs to", self.materials.more, empty="the customer"))
        yield FormRow(AreaField("description", "Description", lines=2))

    def thing(self) -> str:
        return self.kind.value

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    def values_of(self, entity: File) -> dict[str, Any]:
        return {name: getattr(entity, name) for name in ("name", "url", "case", "description")}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> File:
        if self.about.entity is not None:
            return store.files.update(self.about.entity, self.revision, FileChange(**changeable(FileChange, changed)))
        assert self.about.customer is not None  # noqa: S101 - see load
        about = {name: values[name] for name in ("name", "case", "description")}
        if self.kind is FileKind.LINK:
            return store.files.create(NewFile(customer=self.about.customer, kind=self.kind, url=values["url"], **about))
        return self._add_file(store, values["path"], about)

    def _add_file(self, store: Store, typed: str, about: Mapping[str, Any]) -> File:
        assert self.about.customer is not None  # noqa: S101 - see load
        try:
            path = self.session.files.named(typed)
            if not path.is_file():
                raise Invalid("path", "there is no such file")
            with path.open("rb") as content:
                new = NewFile(
                    customer=self.about.customer,
                    kind=FileKind.FILE,
                    content_type=mimetypes.guess_type(path.name)[0],
                    **about,
                )
                return store.files.create(new, content)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else "no such path"
            raise Unavailable(f"{typed} can't be read ({reason}); nothing was added.") from error


def _checked(typed: str) -> str:
    check_website("url", typed)
    return ""
