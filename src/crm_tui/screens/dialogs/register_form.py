"""A form of a customer that a business register can fill, as long as the customer is new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete

from crm_tui.domain.customers import Customer
from crm_tui.domain.register_entry import RegisterEntry, RegisterState
from crm_tui.domain.register_fill import addresses_of, check_one_company, fill, goes_with, is_of, number_in, number_of
from crm_tui.domain.register_update import Which
from crm_tui.domain.vat import RegisterCountry, RegisterNumber
from crm_tui.screens.dialogs.alike_form import AlikeForm
from crm_tui.screens.dialogs.form_dialog import Saved
from crm_tui.screens.dialogs.register_failure import RegisterFailureDialog
from crm_tui.screens.dialogs.register_field import NO_VAT, RegisterField, Taken
from crm_tui.screens.dialogs.register_hits import RegisterHitsDialog
from crm_tui.screens.dialogs.register_offer import OFFER_LINES, RegisterOffer
from crm_tui.text import clean
from crm_tui.widgets.command_target import Availability
from crm_tui.widgets.field import Field
from crm_tui.widgets.form import FormRow

#: the field that has what was taken over
TAKEN = "register"
#: what stands beside a field that the register filled
_THEIRS = "from the register"


class RegisterForm(AlikeForm[Customer]):
    """A number that is typed is looked up by itself, a name only when asked for."""

    COMMAND_IDS = ("form.register",)
    #: parts of an address that are refused are told of where it is shown
    ENTERED_IN = dict.fromkeys(("line1", "line2", "postal_code", "city", "country"), TAKEN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer = RegisterOffer(self.session)
        if self._offers:
            self.lines_around += OFFER_LINES

    # -- what a form says of itself ------------------------------------------------------------------------------

    @property
    def country(self) -> str:
        """The country that numbers are of which do not tell."""
        raise NotImplementedError

    def industries(self) -> Mapping[str, int]:
        """The industries that may be chosen, by their folded names."""
        raise NotImplementedError

    # -- what was taken over -------------------------------------------------------------------------------------

    def register_rows(self) -> Iterable[FormRow]:
        """The row of the address; hidden before something was taken over."""
        self._address = RegisterField(TAKEN, "Address")
        self._address_row = FormRow(self._address)
        self._address_row.display = False
        yield self._address_row

    @property
    def taken(self) -> Taken | None:
        """What the form was filled with."""
        return self._address.taken if self.entity is None else None

    def _take(self, entry: RegisterEntry | None) -> None:
        """Put into the fields what the register says."""
        if entry is None:
            return
        before = self.taken.filled if self.taken is not None else {}
        filling = fill(entry, self.form.values(), before, self.industries())
        values = {
            name: clean(value).strip() if isinstance(value, str) else value for name, value in filling.values.items()
        }
        taken = Taken(entry=entry, which=self._which(entry), filled=values, other=filling.other)
        self._put(taken, values)

    def _which(self, entry: RegisterEntry) -> Which | None:
        """The address to be saved: the one that was chosen of the same company, else the first."""
        there, taken = addresses_of(entry), self.taken
        if taken is not None and number_of(taken.entry) == number_of(entry) and taken.which in (*there, None):
            return taken.which
        return next(iter(there), None)

    def _put(self, taken: Taken | None, values: Mapping[str, Any]) -> None:
        """Fill fields; what was taken over may be new, or gone."""
        value = msgspec.to_builtins(taken) if taken is not None else None
        self.form.put({**values, TAKEN: value})
        self._mark()
        self._show_state()
        self.keep()
        self._offer_now()

    def _mark(self) -> None:
        """Say beside each field whether it is from the register, or what that has where one's own stayed."""
        taken, values = self.taken, self.form.values()
        self._address_row.display = taken is not None
        for name, field in self.form.fields.items():
            field.hint = self._hint(field, taken, values[name]) if taken is not None and name != TAKEN else ""
        self.form.show_notes()

    def _hint(self, field: Field, taken: Taken, value: Any) -> str:
        theirs = taken.filled.get(field.field_name)
        if value is not None and value == theirs:
            return _THEIRS
        if field.field_name == "vat_number" and value is None and taken.entry.vat_registered is False:
            return NO_VAT
        other = taken.other.get(field.field_name)
        return f"register: {field.words(other)}" if other is not None else ""

    def _drop_of_another(self) -> None:
        """What was taken over goes when the numbers are another company's, or none are left."""
        values, taken = self.form.values(), self.taken
        if taken is not None and not is_of(taken.entry, values["vat_number"], values["business_id"]):
            self._put(None, goes_with(taken.filled, values))

    # -- what is in the form -------------------------------------------------------------------------------------

    @property
    def _number(self) -> RegisterNumber | None:
        """The number that the register can be asked for, in whichever field it was typed."""
        values = self.form.values()
        return number_in(values["vat_number"] or values["business_id"] or values["name"], self.country)

    @property
    def _typed_name(self) -> str:
        return str(self.form.values()["name"] or "")

    # -- the offer -----------------------------------------------------------------------------------------------

    @property
    def _offers(self) -> bool:
        """Whether there is a register to ask, and a new customer to ask for."""
        return self.entity is None and self.session.registers is not None

    def above_buttons(self) -> ComposeResult:
        if self._offers:
            yield self._offer
        yield from super().above_buttons()

    def filled(self) -> None:
        if self.entity is None:
            self._mark()  # a draft may have been taken over
        super().filled()

    def typed(self, field: Field) -> None:
        if self.entity is None and field.hint:
            self._mark()
        super().typed(field)

    def rested(self) -> None:
        if self.entity is not None:
            return
        self._drop_of_another()
        self.form.look_at(self.form.fields["business_id"])  # it has to fit the VAT number
        self._offer_now()

    def _offer_now(self) -> None:
        if self._offers:
            self._offer.offer(self._number, self._typed_name, self.taken)

    def check_business_id(self, typed: str) -> str:
        """Of a new customer it has to be the same company's as the VAT number."""
        if self.entity is None:
            check_one_company(self.form.values()["vat_number"], typed, self.country)
        return ""

    def _base_on(self, entity: Customer, before: Mapping[str, Any]) -> None:
        """It was saved while one typed on: it is new no more, and its address is on the card."""
        self.form.put({TAKEN: None})
        super()._base_on(entity, {**before, TAKEN: None})
        self._offer.forget()
        self._offer.display = self._address_row.display = False

    def dismiss(self, result: Saved | None = None) -> AwaitComplete:
        """What was saved says where it is from."""
        if result is not None and self.taken is not None:
            result = result._replace(source=self.taken.entry.source.value)
        return super().dismiss(result)

    def do_form_save(self) -> None:
        if self.entity is None:
            self._drop_of_another()
        super().do_form_save()

    # -- commands ------------------------------------------------------------------------------------------------

    def availability(self, command_id: str) -> Availability:
        if command_id != "form.register":
            return super().availability(command_id)
        if self.entity is not None:
            return False
        if self.session.registers is None:
            return "no business register is set up to be asked"
        number = self._number
        if number is None and not self._typed_name:
            return "type a VAT number, a business id or a name first"
        if number is not None and number == self._offer.number:
            if self._offer.is_asking:
                return "the register is being asked"
            entry = self._offer.entry
            if entry is not None and entry.state is RegisterState.REMOVED:
                return "the register has removed this company, so that nothing of it may be copied"
        return True

    def do_form_register(self) -> None:
        self._drop_of_another()
        number, failure = self._number, self._offer.failure
        if number is None or self.taken is not None:
            self._search()
        elif number != self._offer.number:  # it was typed just now: what it stands for is seen first
            self.rested()
        elif self._offer.entry is not None:
            self._take(self._offer.entry)
        elif failure is not None:
            self.app.push_screen(RegisterFailureDialog(failure, number, self.session.keys), self._ask_again)

    def _ask_again(self, wanted: bool | None) -> None:
        if wanted:
            self._offer.ask_register()

    def _search(self) -> None:
        first: RegisterCountry = "NO" if self.country == "NO" else "FI"
        countries: tuple[RegisterCountry, ...] = (first, *(each for each in _REGISTERS if each != first))
        self.app.push_screen(RegisterHitsDialog(self.session, self._typed_name, countries), self._take)


_REGISTERS: tuple[RegisterCountry, ...] = ("FI", "NO")
