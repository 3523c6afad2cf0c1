"""Two that are alike, field by field: what each has, and what the one that stays gets from the other. Pure.

Some fields go together (an e-invoice address and its operator): they are one row. Of lists both can be kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

from crm_tui.domain.billing_fields import ADDRESS, FIELDS, OPERATOR, REVERSE, REVERSE_TEXT
from crm_tui.domain.contacts import Contact, Email, Phone
from crm_tui.domain.customers import Customer
from crm_tui.domain.joining import joined_emails, joined_ids, joined_phones, joined_text
from crm_tui.domain.settings import BillingSettings
from crm_tui.screens.billing_fields import BillingChoices, in_words
from crm_tui.screens.present import figure
from crm_tui.when import absolute_date

#: between the values of a list in a cell
_BETWEEN = " · "
#: billing settings that go together
_TOGETHER: Mapping[str, tuple[str, ...]] = {ADDRESS: (ADDRESS, OPERATOR), REVERSE: (REVERSE, REVERSE_TEXT)}
#: the row of the currency
_CURRENCY = "billing currency"
_PARTS = {name for names in _TOGETHER.values() for name in names[1:]}


class Take(StrEnum):
    """Whose value is kept."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"

    @property
    def other_way_round(self) -> Take:
        """The same after the two have changed places."""
        return {Take.LEFT: Take.RIGHT, Take.RIGHT: Take.LEFT}.get(self, self)


@dataclass(frozen=True)
class MergeRow:
    """A field of two, as people read it. The one on the left stays. ``values`` are what the fields of the domain
    become by each choice, ``billing`` what those of billing settings become; ``first`` is the choice at first."""

    id: str
    label: str
    left: str
    right: str
    values: Mapping[Take, Mapping[str, Any]]
    first: Take
    both: str = ""
    is_same: bool = False
    billing: Mapping[Take, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def takes(self) -> tuple[Take, ...]:
        """What there is to choose from."""
        return tuple(self.values or self.billing)

    @property
    def is_empty(self) -> bool:
        """Whether neither has anything there."""
        return not self.left and not self.right

    def text(self, take: Take) -> str:
        """What a choice makes of it."""
        return {Take.LEFT: self.left, Take.RIGHT: self.right, Take.BOTH: self.both}[take]


class Names(NamedTuple):
    """What ids and codes are called. ``region`` is where national phone numbers are read, ``currency`` the one of
    amounts without their own."""

    users: Mapping[int, str]
    values: Mapping[int, str]
    languages: Mapping[str, str]
    addresses: Mapping[int, str]
    billing: BillingChoices
    region: str | None
    currency: str

    def many(self, ids: Iterable[int]) -> str:
        """Registry values in a row."""
        return _BETWEEN.join(self.values.get(each, "?") for each in ids)


def changed_fields(rows: Iterable[MergeRow], takes: Mapping[str, Take], *, billing: bool) -> dict[str, Any]:
    """The fields that become something else than the one that stays has."""
    changed: dict[str, Any] = {}
    for row in rows:
        values = row.billing if billing else row.values
        if values and not row.is_same:
            own, taken = values[Take.LEFT], values[takes.get(row.id, row.first)]
            changed |= {name: value for name, value in taken.items() if value != own[name]}
    return changed


# -- customers ------------------------------------------------------------------------------------------------------


def customer_rows(
    left: Customer, right: Customer, left_billing: BillingSettings, right_billing: BillingSettings, names: Names
) -> list[MergeRow]:
    """All fields of two customers, billing settings among them."""
    pair = _Pair(left, right)
    currencies = [each.currency or names.currency for each in (left_billing, right_billing)]
    billing_rows = list(_billing_rows(left_billing, right_billing, names))
    if currencies[0] == currencies[1]:
        revenue = pair.row("annual_revenue", "Annual revenue", partial(_money, currencies[0]))
    else:
        (currency,) = (row for row in billing_rows if row.id == _CURRENCY)
        billing_rows.remove(currency)
        revenue = _with_revenue(currency, (left.annual_revenue, right.annual_revenue), currencies)
    return [
        pair.row("name", "Name"),
        pair.row("number", "Number"),
        pair.state_row(),
        pair.row("owner", "Owner", lambda user: names.users.get(user, "?")),
        pair.row("vat_number", "VAT number"),
        pair.row("business_id", "Business id"),
        pair.row("industry", "Industry", lambda value: names.values.get(value, "?")),
        pair.list_row("segments", "Segments", names.many, joined_ids),
        pair.row("headquarters", "Headquarters", lambda address: names.addresses.get(address, "?")),
        pair.row("email", "E-mail"),
        pair.row("phone", "Phone"),
        pair.row("website", "Website"),
        pair.row("employees", "Employees"),
        revenue,
        pair.text_row("description", "Description"),
        *billing_rows,
    ]


def _money(currency: str, amount: int) -> str:
    return f"{figure(amount, currency)} {currency}"


def _with_revenue(row: MergeRow, revenues: Sequence[int | None], currencies: Sequence[str]) -> MergeRow:
    """The currency and the annual revenue that is in it: what is kept of one is kept of the other."""
    texts = [
        text if revenue is None else f"{currency}{_BETWEEN}revenue {figure(revenue, currency)}"
        for text, revenue, currency in zip((row.left, row.right), revenues, currencies, strict=True)
    ]
    values = {take: {"annual_revenue": each} for take, each in zip((Take.LEFT, Take.RIGHT), revenues, strict=True)}
    return replace(row, left=texts[0], right=texts[1], values=values, first=_first(*texts))


def _billing_rows(left: BillingSettings, right: BillingSettings, names: Names) -> Iterable[MergeRow]:
    for setting in FIELDS:
        if setting.name in _PARTS:
            continue
        parts = [part for part in FIELDS if part.name in _TOGETHER.get(setting.name, (setting.name,))]
        texts = [
            _BETWEEN.join(in_words(part, each, names.billing) for part in parts if getattr(each, part.name))
            for each in (left, right)
        ]
        values = {
            take: {part.name: getattr(each, part.name) for part in parts}
            for take, each in ((Take.LEFT, left), (Take.RIGHT, right))
        }
        yield MergeRow(
            id=f"billing {setting.name}",
            label="E-invoice" if setting.name == ADDRESS else setting.full_name,
            left=texts[0],
            right=texts[1],
            values={},
            first=_first(*texts),
            is_same=values[Take.LEFT] == values[Take.RIGHT],
            billing=values,
        )


# -- contacts -------------------------------------------------------------------------------------------------------


def contact_rows(left: Contact, right: Contact, names: Names) -> list[MergeRow]:
    """All fields of two contacts. The address is one of the customer's, so it is asked for only where they have the
    same one."""
    pair = _Pair(left, right)
    allowed = pair.row("email_allowed", "E-mail allowed", lambda allowed: "Yes" if allowed else "No")
    rows = [
        pair.row("first_name", "First name"),
        pair.row("last_name", "Last name"),
        pair.state_row(),
        pair.row("title", "Title"),
        pair.row("role", "Role", lambda value: names.values.get(value, "?")),
        pair.list_row("keywords", "Keywords", names.many, joined_ids),
        pair.list_row("emails", "E-mails", _emails, joined_emails),
        pair.list_row("phones", "Phones", _phones, lambda one, other: joined_phones(one, other, names.region)),
        # who said no to one of the two has said no
        allowed if left.email_allowed == right.email_allowed or not left.email_allowed else _from_right(allowed),
        pair.row("language", "Language", lambda code: names.languages.get(code, code)),
        pair.row("date_of_birth", "Born", absolute_date),
        pair.text_row("description", "Description"),
    ]
    if left.customer == right.customer:
        rows.insert(-1, pair.row("address", "Address", lambda address: names.addresses.get(address, "?")))
    return rows


def _emails(emails: Sequence[Email]) -> str:
    return _BETWEEN.join(each.address + _unused(each.do_not_use) for each in emails)


def _phones(phones: Sequence[Phone]) -> str:
    return _BETWEEN.join(each.number + _unused(each.do_not_use) for each in phones)


def _unused(do_not_use: bool) -> str:
    return " (do not use)" if do_not_use else ""


def _state(active: bool) -> str:
    return "● Active" if active else "○ Inactive"


# -- rows -----------------------------------------------------------------------------------------------------------


class _Pair(NamedTuple):
    """Two of a kind."""

    left: Customer | Contact
    right: Customer | Contact

    def state_row(self) -> MergeRow:
        """Whether they are active: who is so in either is so."""
        row = self.row("is_active", "State", _state)
        return _from_right(row) if self.right.is_active and not self.left.is_active else row

    def row(self, name: str, label: str, show: Callable[[Any], str] = str) -> MergeRow:
        """A field with one value."""
        left, right = getattr(self.left, name), getattr(self.right, name)
        return MergeRow(
            id=name,
            label=label,
            left="" if left is None else show(left),
            right="" if right is None else show(right),
            values={Take.LEFT: {name: left}, Take.RIGHT: {name: right}},
            first=_first(left, right),
            is_same=left == right or (_is_blank(left) and _is_blank(right)),
        )

    def list_row(
        self, name: str, label: str, show: Callable[[Any], str], joined: Callable[[Any, Any], Any]
    ) -> MergeRow:
        """A field with several values, of which both's are kept, each once."""
        left, right = getattr(self.left, name), getattr(self.right, name)
        together = joined(left, right)
        values = {Take.LEFT: {name: left}, Take.RIGHT: {name: right}, Take.BOTH: {name: together}}
        # of two that add nothing to each other there is nothing to choose
        is_same = together == left and set(joined(right, left)) == set(right) and len(left) == len(right)
        return MergeRow(
            id=name, label=label, left=show(left), right=show(right), values=values,
            first=Take.BOTH if left and right else _first(left, right), both=show(together), is_same=is_same,
        )  # fmt: skip

    def text_row(self, name: str, label: str) -> MergeRow:
        """A longer text: where both have one, both are kept."""
        left, right = getattr(self.left, name), getattr(self.right, name)
        if not left or not right or left.strip() == right.strip():
            return self.row(name, label)
        together = joined_text(left, right)
        values = {Take.LEFT: {name: left}, Take.RIGHT: {name: right}, Take.BOTH: {name: together}}
        return MergeRow(
            id=name, label=label, left=left, right=right, values=values, first=Take.BOTH, both=together
        )  # fmt: skip


def _first(left: object, right: object) -> Take:
    """The one that stays keeps what it has; blanks are filled from the other."""
    return Take.RIGHT if _is_blank(left) and not _is_blank(right) else Take.LEFT


def _is_blank(value: object) -> bool:
    return value in (None, "", ())


def _from_right(row: MergeRow) -> MergeRow:
    return replace(row, first=Take.RIGHT)
