"""A case: a sales case, or the project that it became. Its currency is fixed once it is saved (rule 13), and money
that is hidden can't be typed. What follows from another status is filled in, to be seen before it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import UNSET

from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.money import Money, format_amount, parse
from crm_tui.domain.permissions import ProjectLevel
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.domain.users import User
from crm_tui.screens.dialogs.changeable import changeable
from crm_tui.screens.dialogs.choices import contacts_of, takes_more
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, user_options, value_options
from crm_tui.screens.dialogs.form_help import DATES
from crm_tui.screens.dialogs.pick_customer import CustomerField
from crm_tui.screens.dialogs.typed_dates import day_of, shown_day
from crm_tui.screens.session import Session
from crm_tui.store.drafts import Draft
from crm_tui.store.port import Store
from crm_tui.when import absolute_date
from crm_tui.widgets.cells import cell
from crm_tui.widgets.field import AreaField, Check, Field, TextField
from crm_tui.widgets.fixed_field import FixedField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import ManyField, Option, PickField

_DATES = ("expected_order_date", "start", "deadline")
_NUMBERS = ("number", "probability", "completion")
_MANY = ("members", "further_contacts", "keywords")
_PLAIN = (
    "name", "owner", "sales_person", "business_unit", "contact", "sales_status", "project_status", "currency",
    "billing_customer", "our_reference", "your_reference", "order_number", "lost_reason", "description",
)  # fmt: skip


class _More(NamedTuple):
    """What the form chooses from. ``currency`` is the case's, or the customer's; ``shows_money``: the value may be
    seen and typed."""

    users: tuple[User, ...]
    values: Mapping[RegistryKind, tuple[RegistryValue, ...]]
    contacts: list[Option]
    billing: Option | None
    currency: str
    next_number: int
    shows_money: bool


class CaseForm(FormDialog[Case]):
    """Of a new case only the name is needed."""

    FORM = "case"
    UNDERSTANDS = DATES
    CREATES = {"contact": Kind.CONTACT, "further_contacts": Kind.CONTACT, "keywords": RegistryKind.KEYWORD}

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - cases stand on a card
        entity = store.cases.get(about.entity) if about.entity is not None else None
        users = store.users.list(inactive=True)
        chosen = {*entity.further_contacts, entity.contact} - {None} if entity is not None else set()
        payer = entity.billing_customer if entity is not None else None
        sees_some = store.users.me().profile.projects.at_least(ProjectLevel.MANAGER)
        organization = store.users.organization()
        usual = store.billing.of_customer(about.customer).currency or organization.currency
        more = _More(
            users,
            {kind: store.registries.list(kind) for kind in _REGISTRIES},
            contacts_of(store, about.customer, [key for key in chosen if key is not None]),
            Option(payer, store.customers.get(payer).name) if payer is not None else None,
            entity.currency if entity is not None else usual,
            organization.next_case_number,
            sees_some if entity is None else entity.expected_value is not UNSET,
        )
        return Materials(entity, {user.id: user.name for user in users}, more, takes_more(store, about.customer))

    def __init__(self, session: Session, about: About, materials: Materials, draft: Draft | None = None) -> None:
        #: what was filled in because of the status that was chosen
        self._filled: dict[str, str] = {}
        super().__init__(session, about, materials, draft)

    # -- rows -----------------------------------------------------------------------------------------------------

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        is_new, users, values = self.entity is None, user_options(more.users), more.values
        self._of_projects = FormRow(
            PickField("project_status", "Project is", value_options(values[RegistryKind.PROJECT_STATUS])),
            TextField("completion", "Done %", check=_check_percent),
        )
        self._of_lost = FormRow(TextField("lost_reason", "Lost because"))
        yield FormRow(TextField("name", "Name", required=True))
        number = f"next is {more.next_number}" if is_new else ""
        yield FormRow(
            TextField("number", "Number", required=not is_new, placeholder=number, check=_check_number),
            PickField("owner", "Owner", users, empty="nobody"),
        )
        yield FormRow(
            PickField("sales_status", "Status", value_options(values[RegistryKind.SALES_STATUS]), required=True),
            TextField("probability", "Chance %", check=_check_percent),
        )
        yield self._of_projects
        yield self._of_lost
        yield FormRow(self._value_field(), self._currency_field())
        yield FormRow(self._date("expected_order_date", "Order date", "+3w, end of month, 24.12."), gap=True)
        yield FormRow(self._date("start", "Start"), self._date("deadline", "Deadline"))
        yield FormRow(
            PickField("sales_person", "Sales person", users, empty="nobody"),
            PickField("business_unit", "Unit", value_options(values[RegistryKind.BUSINESS_UNIT])),
            gap=True,
        )
        yield FormRow(ManyField("members", "Members", users))
        yield FormRow(PickField("contact", "Contact", more.contacts, creates=self.creates("contact")))
        yield FormRow(
            ManyField("further_contacts", "Also contacts", more.contacts, creates=self.creates("further_contacts"))
        )
        keywords = value_options(values[RegistryKind.KEYWORD])
        yield FormRow(ManyField("keywords", "Keywords", keywords, creates=self.creates("keywords")))
        payer = CustomerField(self.session, "billing_customer", "Billed to", empty="this customer", known=more.billing)
        yield FormRow(payer, gap=True)
        yield FormRow(TextField("our_reference", "Our reference"), TextField("your_reference", "Your ref."))
        yield FormRow(TextField("order_number", "Order number"))
        yield FormRow(AreaField("description", "Description", lines=2), gap=True)

    def _value_field(self) -> Field:
        if not self.materials.more.shows_money:
            return FixedField("expected_value", "Value", shown=cell(("hidden", "italic muted")))
        return TextField("expected_value", "Value", check=self._shown_value, placeholder="such as 96 000")

    def _currency_field(self) -> Field:
        """Chosen for a new case; afterwards it is only said."""
        if self.entity is not None:
            return FixedField("currency", "Currency", hint="fixed once saved")
        options = value_options(self.materials.more.values[RegistryKind.CURRENCY], by_code=True)
        return PickField("currency", "Currency", options, required=True)

    def _date(self, name: str, label: str, placeholder: str = "") -> TextField:
        def check(typed: str) -> str:
            return shown_day(name, typed, self.session.today)

        shown: Check = check
        return TextField(name, label, check=shown, placeholder=placeholder)

    def thing(self) -> str:
        return "project" if self.entity is not None and self.entity.is_project else "sales case"

    def name_of(self) -> str:
        return f"{self.entity.number} {self.entity.name}" if self.entity is not None else ""

    # -- values ---------------------------------------------------------------------------------------------------

    def values_of(self, entity: Case) -> dict[str, Any]:
        value = entity.expected_value
        days = {name: getattr(entity, name) for name in _DATES}
        numbers = {name: getattr(entity, name) for name in _NUMBERS}
        return {
            **{name: getattr(entity, name) for name in _PLAIN},
            **{name: list(getattr(entity, name)) for name in _MANY},
            **{name: absolute_date(day) if day is not None else None for name, day in days.items()},
            **{name: str(number) if number is not None else None for name, number in numbers.items()},
            "expected_value": format_amount(Money(value, entity.currency)) if isinstance(value, int) else None,
        }

    def fresh(self) -> dict[str, Any]:
        actor = self.session.actor
        me = actor.user.id if actor is not None else None
        first = next((each for each in self._statuses if each.is_active and each.sales_state is SalesState.OPEN), None)
        return {
            "owner": me,
            "sales_person": me,
            "currency": self.materials.more.currency,
            "sales_status": first.id if first is not None else None,
            "probability": _text(first.probability) if first is not None else None,
        }

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Case:
        case = self.entity
        fields = dict(values) if case is None else changeable(CaseChange, changed)
        if case is not None and fields.get("number", "") is None:
            raise Invalid("number", "is needed")
        for name in _MANY:
            if name in fields:
                fields[name] = tuple(fields[name])
        for name in _NUMBERS:
            if fields.get(name) is not None:
                fields[name] = int(fields[name])
        for name in _DATES:
            if fields.get(name) is not None:
                fields[name] = day_of(name, fields[name], self.session.today)
        if fields.get("expected_value") is not None:
            fields["expected_value"] = _amount(
                fields["expected_value"], case.currency if case is not None else values["currency"]
            )
        if case is None:
            assert self.about.customer is not None  # noqa: S101 - see load
            return store.cases.create(NewCase(customer=self.about.customer, **fields))
        return store.cases.update(case.id, self.revision, CaseChange(**fields))

    def _shown_value(self, typed: str) -> str:
        _amount(typed, self.entity.currency if self.entity is not None else self.form.fields["currency"].value)
        return ""

    # -- typing ---------------------------------------------------------------------------------------------------

    @property
    def _statuses(self) -> tuple[RegistryValue, ...]:
        more: _More = self.materials.more
        return more.values[RegistryKind.SALES_STATUS]

    @property
    def _status(self) -> RegistryValue | None:
        """The sales status that is chosen."""
        chosen = self.form.fields["sales_status"].value
        return next((status for status in self._statuses if status.id == chosen), None)

    def typed(self, field: Field) -> None:
        """What follows from another sales status (rule 13) is filled in, and put back with the status it began with;
        what was typed in its place stays."""
        status = self._status
        if field.field_name != "sales_status" or status is None:
            return
        follows = self._following(status)
        for name, filled in self._filled.items():
            if name not in follows and self.form.fields[name].value == filled:
                self.form.fields[name].put(self._before.get(name))
        for name, value in follows.items():
            self.form.fields[name].put(value)
        self._filled = follows

    def _following(self, status: RegistryValue) -> dict[str, str]:
        """What follows from a status, by the names of the fields."""
        before = self.entity.sales_state if self.entity is not None else SalesState.OPEN
        if status.id == self._before.get("sales_status"):
            return {}
        if status.sales_state is SalesState.OPEN:
            return {} if status.probability is None else {"probability": str(status.probability)}
        if status.sales_state is before:
            return {}
        if status.sales_state is SalesState.WON:
            return {"probability": "100", "expected_order_date": absolute_date(self.session.today)}
        return {"probability": "0"}

    def _show_state(self) -> None:
        super()._show_state()
        status = self._status
        state = status.sales_state if status is not None else SalesState.OPEN
        self._of_projects.display = state is SalesState.WON
        self._of_lost.display = state is SalesState.LOST


_REGISTRIES = (
    RegistryKind.SALES_STATUS, RegistryKind.PROJECT_STATUS, RegistryKind.BUSINESS_UNIT, RegistryKind.KEYWORD,
    RegistryKind.CURRENCY,
)  # fmt: skip


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _amount(typed: str, currency: str) -> int:
    return parse(typed, currency, field="expected_value").amount


def _check_percent(typed: str) -> str:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 3 or int(typed) > 100:
        raise Invalid("percent", "a whole percent from 0 to 100")
    return ""


def _check_number(typed: str) -> str:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 15 or int(typed) < 1:
        raise Invalid("number", "a case number is a whole number from 1 on")
    return ""
