"""An activity: a to-do, a calendar entry, a project task, a personal entry or an absence. What it is never changes
(rule 11), so each kind has its own rows. Dates are typed as one says them: ``fri 14:00``, ``+3d``, ``24.12.``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from crm_tui.domain.activities import PRIVATE, TICKED, Activity, ActivityChange, ActivityKind, NewActivity
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.natural_dates import parse_when
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import User
from crm_tui.screens.dialogs.choices import cases_of, contacts_of, takes_more
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, user_options, value_options
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.screens.session import Session
from crm_tui.store.cases import CaseLife
from crm_tui.store.port import Store
from crm_tui.when import absolute, absolute_date, describe
from crm_tui.widgets.field import AreaField, Field, TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import ManyField, Option, PickField

#: a calendar entry lasts so long unless it says otherwise
_USUAL = timedelta(hours=1)


class _More(NamedTuple):
    """What the form chooses from."""

    users: tuple[User, ...]
    types: tuple[RegistryValue, ...]
    statuses: tuple[RegistryValue, ...]
    cases: list[Option]
    contacts: list[Option]


class ActivityForm(FormDialog[Activity]):
    """``about.given["kind"]`` says what a new one is."""

    FORM = "activity"
    UNDERSTANDS = DATES
    ENTERED_IN = {"starts_at": "starts", "starts_on": "starts", "ends_at": "ends"}
    CREATES = {"type": RegistryKind.ACTIVITY_TYPE, "contact_participants": Kind.CONTACT}

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        entity = store.activities.get(about.entity) if about.entity is not None else None
        users = store.users.list(inactive=True)
        customer = about.customer
        is_task = (entity.kind if entity else about.given["kind"]) == ActivityKind.TASK
        lives = (CaseLife.PROJECT,) if is_task else tuple(CaseLife)
        case, people = (entity.case, entity.contact_participants) if entity else (about.given.get("case"), ())
        more = _More(
            users,
            store.registries.list(RegistryKind.ACTIVITY_TYPE),
            store.registries.list(RegistryKind.TASK_STATUS),
            cases_of(store, customer, session.today, lives=lives, chosen=case) if customer is not None else [],
            contacts_of(store, customer, people) if customer is not None else [],
        )
        names = {user.id: user.name for user in users}
        return Materials(entity, names, more, takes_more(store, customer))

    @property
    def kind(self) -> ActivityKind:
        """What it is."""
        return self.entity.kind if self.entity is not None else ActivityKind(self.about.given["kind"])

    # -- rows ------------------------------------------------------------------------------------------------------

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        kind = self.kind
        users = user_options(more.users)
        yield FormRow(TextField("name", "What", required=True))
        if kind in TICKED:
            yield FormRow(TextField("due", "Due", check=self._shown_day, placeholder="tomorrow, fri, +3d, 24.12."))
        else:
            yield FormRow(
                TextField("starts", "Starts", required=True, check=self._shown, placeholder="fri 14:00, tomorrow 9")
            )
            yield FormRow(TextField("ends", "Ends", check=self._shown, placeholder="15:30, or a last day"))
            yield FormRow(TickField("all_day", "All day"), label="")
        if kind is ActivityKind.TASK:
            statuses = value_options(more.statuses)
            yield FormRow(PickField("case", "Project", more.cases, required=True))
            yield FormRow(PickField("assignee", "Assignee", users), PickField("task_status", "Status", statuses))
        elif kind not in PRIVATE:
            yield FormRow(PickField("case", "About", more.cases, empty="the customer"))
        if kind is ActivityKind.CALENDAR:
            yield FormRow(TextField("location", "Place"))
        if kind is not ActivityKind.TASK and kind not in PRIVATE:
            yield FormRow(
                ManyField(
                    "contact_participants", "Contacts", more.contacts, creates=self.creates("contact_participants")
                ),
                gap=True,
            )
            yield FormRow(ManyField("user_participants", "Colleagues", users))
        yield FormRow(
            PickField("owner", "Owner", users, required=True),
            PickField("type", "Type", value_options(more.types), creates=self.creates("type")),
        )
        if self.kind in TICKED:
            yield FormRow(TickField("is_done", "Done"), label="")
        yield FormRow(AreaField("notes", "Notes", lines=3), gap=True)

    def thing(self) -> str:
        return _word(self.kind)

    def name_of(self) -> str:
        return self.entity.name if self.entity is not None else ""

    # -- values ----------------------------------------------------------------------------------------------------

    def values_of(self, entity: Activity) -> dict[str, Any]:
        values = {
            "name": entity.name,
            "due": self._words_of(entity.starts_at, entity.due or entity.starts_on),
            "starts": self._words_of(entity.starts_at, entity.starts_on),
            "ends": self._words_of(entity.ends_at, entity.due if entity.all_day else None),
            "user_participants": list(entity.user_participants),
            "contact_participants": list(entity.contact_participants),
        }
        plain = ("all_day", "case", "assignee", "task_status", "location", "owner", "type", "is_done", "notes")
        return values | {name: getattr(entity, name) for name in plain}

    def fresh(self) -> dict[str, Any]:
        actor = self.session.actor
        me = actor.user.id if actor is not None else None
        return {"owner": me, "assignee": me if self.kind is ActivityKind.TASK else None, "due": "today"}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Activity:
        is_new = self.about.entity is None
        fields = dict(values if is_new else changed)
        fields.pop("kind", None)
        for name in ("user_participants", "contact_participants"):
            if name in fields:
                fields[name] = tuple(fields[name])
        if is_new or {"due", "starts", "ends", "all_day"} & changed.keys():
            fields |= self._times(values)
        for name in ("starts", "ends"):
            fields.pop(name, None)
        if self.about.entity is None:
            return store.activities.create(NewActivity(kind=self.kind, customer=self.about.customer, **fields))
        return store.activities.update(self.about.entity, self.revision, ActivityChange(**fields))

    def _times(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The fields that say when."""
        today = self.session.today
        if self.kind in TICKED:
            due = parse_when(values["due"], today=today) if values["due"] else None
            at = self._instant(due.day, due.time) if due and due.time else None
            return {"due": due.day if due else None, "starts_at": at, "starts_on": None}
        start = self._parsed("starts", values["starts"])
        end = self._parsed("ends", values["ends"], start.day) if values["ends"] else None
        if values["all_day"] or start.time is None:
            last = end.day if end else start.day
            return {"all_day": True, "starts_on": start.day, "due": last, "starts_at": None, "ends_at": None}
        begins = self._instant(start.day, start.time)
        ends = self._instant(end.day, end.time or start.time) if end else begins + _USUAL
        return {"all_day": False, "starts_on": None, "due": None, "starts_at": begins, "ends_at": ends}

    def _parsed(self, field: str, typed: str, day: date | None = None) -> Any:
        found = parse_when(typed, today=day or self.session.today)
        if found is None:
            raise Invalid(field, "is needed")
        return found

    def _instant(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.session.zone).astimezone(UTC)

    def _words_of(self, moment: datetime | None, day: date | None) -> str | None:
        if moment is not None:
            return absolute(moment, self.session.zone)
        return absolute_date(day) if day is not None else None

    # -- typing ------------------------------------------------------------------------------------------------------

    def typed(self, field: Field) -> None:
        """A start without a time of day is an all-day entry; one with a time is none."""
        if field.field_name == "starts" and field.value and field.problem() is None:
            found = parse_when(field.value, today=self.session.today)
            if found is not None:
                self.form.fields["all_day"].put(found.time is None)

    def _shown(self, typed: str) -> str:
        start = self.form.fields["starts"].value if typed != self.form.fields["starts"].value else None
        base = self.session.today
        if start:
            try:
                first = parse_when(start, today=base)
            except Invalid:
                first = None
            base = first.day if first is not None else base
        found = parse_when(typed, today=base)
        if found is None:
            raise Invalid("starts", "a date such as fri 14:00, +3d or 24.12.")
        return describe(found, self.session.today)

    def _shown_day(self, typed: str) -> str:
        found = parse_when(typed, today=self.session.today)
        if found is None:
            raise Invalid("due", "a date such as tomorrow, fri, +3d or 24.12.")
        return describe(found, self.session.today)


def _word(kind: ActivityKind) -> str:
    """What a kind is called in a title."""
    return {
        ActivityKind.CALENDAR: "calendar entry",
        ActivityKind.TASK: "project task",
        ActivityKind.PERSONAL: "personal entry",
    }.get(kind, kind.value)
