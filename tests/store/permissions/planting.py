"""Plants canaries: one in every field of everything that there may be on a customer and on a case."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

from tests.store.conftest import NOW, TODAY, Clock
from tests.store.permissions.canaries import Canaries
from tests.store.permissions.people import ACTOR, hire

from crm_tui.domain.activities import Activity, ActivityChange, ActivityKind, NewActivity, NewNote, NoteChange
from crm_tui.domain.addresses import AddressChange, NewAddress
from crm_tui.domain.cases import Case, CaseChange, NewCase, SalesState
from crm_tui.domain.contacts import ContactChange, Email, NewContact, Phone
from crm_tui.domain.customers import Customer, CustomerChange, NewCustomer
from crm_tui.domain.files import FileChange, FileKind, NewFile
from crm_tui.domain.finance import (
    ActualEntry,
    ForecastEntry,
    InvoiceChange,
    InvoiceStatus,
    NewInvoice,
    Receiver,
)
from crm_tui.domain.registries import NewRegistryValue, RegistryKind
from crm_tui.domain.settings import BillingChange
from crm_tui.domain.vat import register_country
from crm_tui.store.port import Store

STATES = (SalesState.OPEN, SalesState.WON)
FORECAST = ("billing", "revenue", "labor_expense", "other_expense")
FORECAST_NOTES = ("billing_note", "revenue_note", "labor_note", "other_note")
ACTUAL = ("billed", "labor_cost", "other_cost")


class Maker:
    """Plants canaries, entity by entity; each is then edited, so that the change log has some, too."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.plant = Canaries()
        self.people = hire(store)
        self.as_stranger, self.as_actor = store.acting_as("stranger"), store.acting_as(ACTOR)
        self._keyword, self._role, self._industry = (
            store.registries.create(NewRegistryValue(kind=kind, name=name)).id
            for kind, name in (
                (RegistryKind.KEYWORD, "Fair"),
                (RegistryKind.CONTACT_ROLE, "Chief"),
                (RegistryKind.INDUSTRY, "Mining"),
            )
        )
        self._invoices = 0

    def word(self, field_class: str) -> str:
        """A new word; each is a second later than the one before."""
        self.clock.advance(seconds=1)
        return self.plant.word(field_class)

    def customer(self, name: str) -> Customer:
        """A customer with addresses, contacts (an inactive one, too), billing settings, notes and files of its own."""
        plant = self.plant
        made = self.store.customers.create(
            NewCustomer(
                name=f"{name} {self.word('customer name')}",
                owner=self.people.stranger,
                description=self.word("customer description"),
                vat_number=self._vat_number(),
                business_id=plant.digits("customer business id"),
                industry=self._industry,
                email=f"{self.word('customer e-mail')}@example.com",
                phone=plant.digits("customer phone"),
                website=f"https://{self.word('customer website')}.example",
                annual_revenue=plant.amount("customer revenue"),
            )
        )
        edited = CustomerChange(description=self.word("customer description"), phone=plant.digits("customer phone"))
        self.store.customers.update(made.id, made.revision, edited)
        self.addresses(made)
        for place in range(3):
            self.contact(made, is_active=place < 2, email_allowed=place != 1)
        self.billing(made)
        self.note(made.id, None, "customer note")
        self.files(made.id, None, "customer file")
        for kind in ActivityKind:
            if kind is not ActivityKind.TASK:
                self.activity(kind, customer=made.id, field_class="customer activity")
        return self.store.customers.get(made.id)

    def _vat_number(self) -> str:
        """A number that leads to a company in a register: 8 digits and the one that checks them, if there is one."""
        while True:
            digits = self.plant.digits("customer VAT number")
            for check in range(10):
                number = f"NO{digits}{check}MVA"
                if register_country(number, None).business_id:
                    return number

    def addresses(self, customer: Customer) -> None:
        """Two of them."""
        word = self.word
        for _ in range(2):
            made = self.store.addresses.create(
                NewAddress(
                    customer=customer.id,
                    line1=word("address line"),
                    line2=word("address line"),
                    postal_code=self.plant.digits("address postal code"),
                    city=word("address city"),
                    region=word("address region"),
                    country="FI",
                    phone=self.plant.digits("address phone"),
                )
            )
            self.store.addresses.update(made.id, made.revision, AddressChange(line2=word("address line")))

    def contact(self, customer: Customer, **fields: Any) -> int:
        """A contact of it; its id."""
        word = self.word
        made = self.store.contacts.create(
            NewContact(
                customer=customer.id,
                first_name=word("contact name"),
                last_name=word("contact name"),
                title=word("contact title"),
                emails=(Email(f"{word('contact e-mail')}@example.com"),),
                phones=(Phone(self.plant.digits("contact phone")),),
                role=self._role,
                keywords=(self._keyword,),
                description=word("contact description"),
                **fields,
            )
        )
        self.store.contacts.update(made.id, made.revision, ContactChange(title=word("contact title")))
        return made.id

    def billing(self, customer: Customer) -> None:
        """Every setting that is a text."""
        before = self.store.billing.of_customer(customer.id)
        word = self.word
        change = BillingChange(
            invoice_template=word("billing template"),
            reverse_charge_text=word("billing text"),
            einvoice_address=self.plant.digits("billing e-invoice"),
            einvoice_operator=word("billing operator"),
            price_list=word("billing price list"),
            payment_term=30,
        )
        first = self.store.billing.update(customer.id, before.revision, change)
        self.store.billing.update(customer.id, first.revision, BillingChange(price_list=word("billing price list")))

    def case(self, customer: Customer, name: str, relation: dict[str, Any], state: SalesState) -> Case:
        """A case with everything that may be on one."""
        word, plant = self.word, self.plant
        status = next(v for v in self.store.registries.list(RegistryKind.SALES_STATUS) if v.sales_state is state)
        owned = {**relation, "owner": relation["owner"] or self.people.stranger}
        made = self.store.cases.create(
            NewCase(
                customer=customer.id,
                name=f"{word('case name')} {name}",
                description=word("case description"),
                lost_reason=word("case lost reason"),
                our_reference=word("case reference"),
                your_reference=word("case reference"),
                order_number=word("case order number"),
                expected_value=plant.amount("case value"),
                probability=50,
                sales_status=status.id,
                keywords=(self._keyword,),
                expected_order_date=TODAY + dt.timedelta(days=20),
                currency="USD" if name == "of mate, other unit" else "EUR",
                **owned,
            )
        )
        made = self.store.cases.update(
            made.id,
            made.revision,
            CaseChange(
                description=word("case description"),
                expected_value=plant.amount("case value"),
                owner=relation["owner"],
                probability=50,
            ),
        )
        self.note(customer.id, made.id, "case note")
        self.files(customer.id, made.id, "case file")
        kinds = [kind for kind in ActivityKind if kind is not ActivityKind.TASK or state is SalesState.WON]
        for kind in kinds:
            self.activity(kind, customer=customer.id, case=made.id, field_class="case activity")
        self.figures(made)
        self.invoice(customer.id, (made.id,), made.currency)
        return made

    def note(self, customer: int, case: int | None, field_class: str) -> None:
        """A note of the stranger, and a reply."""
        writes = self.as_stranger.notes
        made = writes.create(NewNote(customer=customer, case=case, text=f"first {self.word(field_class)}"))
        writes.update(made.id, made.revision, NoteChange(text=f"then {self.word(field_class)}"))
        writes.create(NewNote(customer=customer, case=case, text=f"re {self.word(field_class)}", parent=made.id))

    def files(self, customer: int, case: int | None, field_class: str) -> None:
        """A link, and a file with content."""
        word, files = self.word, self.store.files
        url = f"https://example.com/{word(f'{field_class} link')}"
        link = NewFile(customer=customer, case=case, name=word(f"{field_class} name"), url=url)
        made = files.create(link)
        files.update(made.id, made.revision, FileChange(description=word(f"{field_class} description")))
        file = NewFile(customer=customer, case=case, name=word(f"{field_class} name"), kind=FileKind.FILE)
        files.create(file, BytesIO(word(f"{field_class} content").encode()))

    def activity(self, kind: ActivityKind, field_class: str, store: Store | None = None, **fields: Any) -> Activity:
        """One that was edited; of the stranger, unless another store is given."""
        is_private = kind in (ActivityKind.PERSONAL, ActivityKind.ABSENCE)
        field_class = f"private {field_class}" if is_private else field_class
        begins = NOW + dt.timedelta(days=3, minutes=len(self.plant.classes))
        when: dict[str, Any] = {"due": TODAY + dt.timedelta(days=2)}
        if kind not in (ActivityKind.TODO, ActivityKind.TASK):
            when = {"starts_at": begins, "ends_at": begins + dt.timedelta(hours=1)}
        if fields.get("case") is not None and kind is not ActivityKind.TASK:
            fields = {**fields, "customer": None}
        facet = (store or self.as_stranger).activities
        word = self.word
        made = facet.create(NewActivity(kind=kind, name=word(field_class), notes=word(field_class), **when, **fields))
        change = ActivityChange(name=word(field_class), location=word(field_class))
        return facet.update(made.id, made.revision, change)

    def figures(self, case: Case) -> None:
        """Forecasts and actual figures of two months; the first forecast is edited."""
        for month in (11, 12):
            for times in range(2 if month == 11 else 1):
                amounts: dict[str, Any] = {f: self.plant.amount("forecast amount") for f in FORECAST}
                notes: dict[str, Any] = {f: self.word("forecast note") for f in FORECAST_NOTES}
                entry = ForecastEntry(case=case.id, year=2026, month=month, **amounts, **notes)
                revision = times or None
                self.store.finance.put_forecast(entry, revision)
                actual = {f: self.plant.amount("actual amount") for f in ACTUAL}
                self.store.finance.put_actual(ActualEntry(case=case.id, year=2026, month=month, **actual), revision)

    def invoice(self, customer: int, cases: tuple[int, ...], currency: str, **fields: Any) -> int:
        """An invoice that is late; its id."""
        self._invoices += 1
        finance = self.store.finance
        made = finance.create_invoice(
            NewInvoice(
                customer=customer,
                number=self.word("invoice number"),
                status=InvoiceStatus.SENT,
                cases=cases,
                date=TODAY - dt.timedelta(days=self._invoices),
                due=TODAY - dt.timedelta(days=1),
                currency=currency,
                total=self.plant.amount("invoice amount"),
                vat=self.plant.amount("invoice amount"),
                receiver=Receiver(name=self.word("invoice receiver"), line1=self.word("invoice receiver")),
                **fields,
            )
        )
        change = InvoiceChange(total=self.plant.amount("invoice amount"))
        return finance.update_invoice(made.id, made.revision, change).id

    def shared_invoices(self, mixed: Customer, dark: Customer, cases: dict[tuple[str, SalesState], Case]) -> None:
        """Invoices of several cases, of which some are hidden; of none; and for another customer."""
        of = {name: cases[name, SalesState.WON].id for name, _ in cases}
        for names in (("own", "of stranger"), ("own", "of below, sold"), ("member", "of unit"), ("own", "member")):
            self.invoice(mixed.id, tuple(of[name] for name in names), "EUR")
        self.invoice(mixed.id, (of["of stranger"], of["of boss"]), "EUR")
        finance = self.store.finance
        moved = finance.invoice(self.invoice(mixed.id, (of["own"], of["of stranger"], of["of boss"]), "EUR"))
        finance.update_invoice(moved.id, moved.revision, InvoiceChange(cases=(of["own"], of["of mate, other unit"])))
        task = self.activity(ActivityKind.TASK, "case activity", case=of["of stranger"])
        self.as_stranger.activities.update(task.id, task.revision, ActivityChange(case=of["own"]))
        self.invoice(mixed.id, (), "EUR")
        self.invoice(mixed.id, (of["of stranger"],), "EUR", billing_customer=dark.id)
        self.invoice(mixed.id, (of["own"],), "EUR", billing_customer=dark.id)

    def without_case(self, mixed: Customer, dark: Customer) -> None:
        """What is about no case: private and other entries with the actor taking part, or of nobody's customer."""
        for kind in (ActivityKind.PERSONAL, ActivityKind.ABSENCE, ActivityKind.CALENDAR):
            self.activity(kind, "joint activity", customer=mixed.id, user_participants=(self.people.actor,))
            self.activity(kind, "activity without customer")
            self.activity(kind, "own activity", self.as_actor, customer=dark.id)
            self.activity(kind, "own activity without customer", self.as_actor)
