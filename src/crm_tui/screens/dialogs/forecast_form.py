"""The forecast of a case for one month: four amounts, each with a note. Without any it is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from textual.await_complete import AwaitComplete

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Conflict, Invalid
from crm_tui.domain.finance import Actual, Forecast, ForecastEntry
from crm_tui.domain.money import Money, format_amount, format_money, margin, margin_percent, parse
from crm_tui.domain.periods import Month
from crm_tui.screens.card_panel import CardPanel
from crm_tui.screens.dialogs.form_dialog import About, FormDialog, Materials, Saved
from crm_tui.screens.session import Session
from crm_tui.store.finance import CaseName
from crm_tui.store.port import Store
from crm_tui.text import clean
from crm_tui.widgets.cells import EMPTY, Cell, cell, join
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.field import TextField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import Option, PickField

#: amount, its note, its label, and the actual figure beside it
_ROWS = (
    ("billing", "billing_note", "Billing", "billed"),
    ("revenue", "revenue_note", "Revenue", "billed"),
    ("labor_expense", "labor_note", "Labor expense", "labor_cost"),
    ("other_expense", "other_note", "Other expense", "other_cost"),
)
_NAMES = tuple(name for row in _ROWS for name in row[:2])
_MARGIN = ("revenue", "labor_expense", "other_expense")
_AMOUNT_WIDTH = 14


class _More(NamedTuple):
    """The cases to choose from: the one that is given, or those that have no forecast for the month."""

    cases: Sequence[CaseName]
    month: Month
    actual: Actual | None


class ForecastForm(FormDialog[Forecast]):
    """``About.given`` says the month, and the case if it is known."""

    FORM = "forecast"
    WIDTH = 96
    COMMAND_IDS = ("forecast.later", "forecast.earlier")
    _next: Month | None = None

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - forecasts stand on a card
        month, case = Month(about.given["year"], about.given["month"]), about.given.get("case")
        names = {user.id: user.name for user in store.users.list(inactive=True)}
        if case is None:
            return Materials(None, names, _More(store.finance.without_forecast(about.customer, month), month, None))
        found = store.cases.get(case)
        name = CaseName(case=case, number=found.number, name=found.name, currency=found.currency)
        entity = next(iter(store.finance.forecasts(case, month, 1)), None)
        actual = next(iter(store.finance.actuals(case, month, 1)), None)
        return Materials(entity, names, _More((name,), month, actual))

    def rows(self) -> Iterable[FormRow]:
        if not self._is_given:
            options = [Option(case.case, f"{case.number} {case.name}", case.currency) for case in self._more.cases]
            empty = "of which case?" if options else "every open case has one for this month"
            yield FormRow(PickField("case", "Case", options, required=True, empty=empty))
        hints = [self._actual(actual) for *_, actual in _ROWS]
        width = max(map(len, hints))  # all of one width, so that the fields end on one line
        for place, ((amount, note, label, _), hint) in enumerate(zip(_ROWS, hints, strict=True)):
            check = partial(self._checked, amount)
            field = TextField(amount, label, check=check, tidy=self._tidy, hint=hint.rjust(width))
            field.styles.width = _AMOUNT_WIDTH
            yield FormRow(field, TextField(note, "Note"), gap=not place and not self._is_given)

    @property
    def _more(self) -> _More:
        more: _More = self.materials.more
        return more

    @property
    def _is_given(self) -> bool:
        return self.about.given.get("case") is not None

    def _actual(self, field: str) -> str:
        """What it was in the end, where that is known."""
        amount = getattr(self._more.actual, field) if self._more.actual is not None else None
        if not isinstance(amount, int):
            return ""
        return f"actual {format_amount(Money(amount, self._currency), with_cents=False)}"

    @property
    def _case(self) -> CaseName | None:
        """The case that is given, or chosen by now."""
        if self._is_given:
            return self._more.cases[0]
        chosen = self.form.fields["case"].value
        return next((case for case in self._more.cases if case.case == chosen), None)

    # -- what it says of itself ------------------------------------------------------------------------------------

    def heading(self) -> str:
        return f"Forecast of {self.name_of()}" if self._is_given else f"New forecast, {self.name_of()}"

    def name_of(self) -> str:
        case = self._more.cases[0] if self._is_given else None
        return f"{case.number} {case.name}, {self._more.month.label}" if case else self._more.month.label

    def set_foot(self, foot: Cell) -> None:
        """Say what the amounts make, too, and that there are other months."""
        keys = self.session.keys
        month = f"{keys.shown('forecast.earlier')} {keys.shown('forecast.later')}"
        months = cell((month, "key"), (" month", "muted")) if self._is_given else EMPTY
        super().set_foot(join([self._margin(), months, foot], "   "))

    def _margin(self) -> Cell:
        """The margin, as long as the amounts are amounts."""
        try:
            revenue, labor, other = (self._amount(name, self.form.fields[name].value) for name in _MARGIN)
        except Invalid:
            return EMPTY
        result = margin(revenue, labor, other)
        if not isinstance(result, Money):
            return EMPTY
        percent = margin_percent(result, revenue) if revenue is not None else None
        share = "" if percent is None else f", {percent} %".replace("-", "−")
        return cell(("margin ", "muted"), (format_money(result, False), "text"), (share, "muted"))

    def _amount(self, name: str, typed: str | None) -> Money | None:
        return parse(typed, self._currency, field=name) if typed is not None and self._currency else None

    # -- from month to month ------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id in ("forecast.later", "forecast.earlier") and not self._is_given:
            return "the case is not chosen yet"
        return super().availability(command_id)

    def do_forecast_later(self) -> None:
        self._go_on(1)

    def do_forecast_earlier(self) -> None:
        self._go_on(-1)

    def _go_on(self, months: int) -> None:
        """Save what was changed, and go on with another month."""
        self._next = self._more.month.plus(months)
        if self.is_changed:
            super().do_form_save()
        else:
            self._leave()

    def do_form_save(self) -> None:
        self._next = None
        super().do_form_save()

    def do_dialog_close(self) -> None:
        self._next = None
        super().do_dialog_close()

    def dismiss(self, result: Saved | None = None) -> AwaitComplete:
        """Close; where one goes on, the next month's form is asked for at the same field."""
        if result is not None and self._is_another(result.entity):
            words = (
                f"The forecast of {self.name_of()} was deleted meanwhile. It is saved as a new one; nothing is lost."
            )
            self.notify(clean(words), timeout=8, markup=False)
        done = super().dismiss(result)
        if self._next is not None and self._under is not None:
            given = {"case": self._more.cases[0].case, "year": self._next.year, "month": self._next.month}
            at = next((name for name, field in self.form.fields.items() if field.has_focus_within), "")
            self._under.post_message(CardPanel.FormWanted(self.FORM, Kind.FORECAST, given=given, focus=at))
        return done

    def _is_another(self, saved: int) -> bool:
        """Whether one was edited, and another one is stored now."""
        return self._revision is not None and (self.entity is None or self.entity.id != saved)

    # -- amounts ---------------------------------------------------------------------------------------------------

    @property
    def _currency(self) -> str:
        return self._case.currency if self._case is not None else ""

    def _checked(self, name: str, typed: str) -> str:
        """Refuse what is no amount of the currency; before the case is known it can't be told."""
        if self._currency:
            parse(typed, self._currency, field=name)
        return ""

    def _tidy(self, typed: str) -> str:
        if not self._currency:
            return typed
        try:
            return format_amount(parse(typed, self._currency))
        except Invalid:
            return typed

    # -- reading and writing --------------------------------------------------------------------------------------

    def values_of(self, entity: Forecast) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for amount, note, _, _ in _ROWS:
            stored = getattr(entity, amount)
            found[amount] = format_amount(Money(stored, self._currency)) if isinstance(stored, int) else None
            found[note] = getattr(entity, note)
        return found

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Forecast:
        case = next(case for case in self._more.cases if case.case == values.get("case", self.about.given.get("case")))
        stored = next(iter(store.finance.forecasts(case.case, self._more.month, 1)), None)
        if self.entity is not None and stored is not None and stored.id != self.entity.id:
            # deleted and added anew: its revision may be the same
            raise Conflict(Kind.FORECAST.value, stored.id, mine=values, theirs=stored)
        is_empty = not any(values[name] for name in _NAMES)
        if self.entity is not None and self._revision is not None and is_empty:
            if stored is not None:
                store.finance.delete_forecast(stored.id, self._revision)
            return self.entity
        if is_empty:
            raise Invalid("billing", "an amount or a note is needed")
        amounts: dict[str, Any] = {
            name: None if values[name] is None else parse(values[name], case.currency, field=name).amount
            for name, *_ in _ROWS
        }
        notes = {note: values[note] for _, note, *_ in _ROWS}
        year, month = self._more.month
        entry = ForecastEntry(case=case.case, year=year, month=month, **amounts, **notes)
        # where it was deleted meanwhile, this is a new one
        is_there = self.entity is not None and stored is not None
        return store.finance.put_forecast(entry, self._revision if is_there else None)
