"""A contact: names, role, keywords, how to reach them, language, description. Ticking *active* brings one back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from crm_tui.domain.addresses import Address, one_line
from crm_tui.domain.contacts import Contact, ContactChange, Email, EmailKind, NewContact, Phone, PhoneKind
from crm_tui.domain.emails import check_email
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid
from crm_tui.domain.names import contact_name, split_name
from crm_tui.domain.natural_dates import parse_when
from crm_tui.domain.phones import phone_display, phone_kind
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.screens.dialogs.alike_form import AlikeForm
from crm_tui.screens.dialogs.choices import takes_more, user_names
from crm_tui.screens.dialogs.form_dialog import About, Materials, value_options
from crm_tui.screens.session import Session
from crm_tui.store.duplicates import Likely
from crm_tui.store.port import Store
from crm_tui.when import absolute_date
from crm_tui.widgets.channel_field import ChannelField
from crm_tui.widgets.field import AreaField, TextField, TickField
from crm_tui.widgets.form import FormRow
from crm_tui.widgets.pick_field import ManyField, Option, PickField


class _More(NamedTuple):
    """What the form chooses from; ``country`` is where national phone numbers are read."""

    roles: tuple[RegistryValue, ...]
    keywords: tuple[RegistryValue, ...]
    languages: tuple[RegistryValue, ...]
    addresses: tuple[Address, ...]
    country: str


class ContactForm(AlikeForm[Contact]):
    """First and last name are needed (rule 6)."""

    FORM = "contact"
    CREATES = {"role": RegistryKind.CONTACT_ROLE, "keywords": RegistryKind.KEYWORD, "address": Kind.ADDRESS}
    TELLING = ("first_name", "last_name", "emails", "phones", "date_of_birth")

    @classmethod
    def load(cls, store: Store, session: Session, about: About) -> Materials:
        assert about.customer is not None  # noqa: S101 - contacts stand on a card
        entity = store.contacts.get(about.entity) if about.entity is not None else None
        addresses = store.addresses.of_customer(about.customer)
        more = _More(
            store.registries.list(RegistryKind.CONTACT_ROLE),
            store.registries.list(RegistryKind.KEYWORD),
            store.registries.list(RegistryKind.LANGUAGE),
            addresses,
            next((a.country for a in addresses if a.country), None) or store.users.organization().country,
        )
        return Materials(entity, user_names(store), more, takes_more(store, about.customer))

    def rows(self) -> Iterable[FormRow]:
        more: _More = self.materials.more
        yield FormRow(
            TextField("first_name", "First name", required=True), TextField("last_name", "Last name", required=True)
        )
        yield FormRow(TextField("title", "Title"))
        yield FormRow(
            PickField("role", "Role", value_options(more.roles), creates=self.creates("role"), hint="one at most")
        )
        yield FormRow(ManyField("keywords", "Keywords", value_options(more.keywords), creates=self.creates("keywords")))
        yield FormRow(
            ChannelField(
                "emails",
                "E-mails",
                key="address",
                kinds=[Option(kind.value, kind.value) for kind in EmailKind],
                check=_checked_email,
                placeholder="one more e-mail",
            ),
            gap=True,
        )
        yield FormRow(
            ChannelField(
                "phones",
                "Phones",
                key="number",
                kinds=[Option(kind.value, kind.value) for kind in PhoneKind],
                check=lambda typed: "",
                placeholder="one more phone",
                tidy=lambda typed: phone_display(typed, more.country)[0],
                kind_of=lambda typed: phone_kind(typed, more.country),
            )
        )
        addresses = [Option(address.id, one_line(address) or "–") for address in more.addresses]
        yield FormRow(PickField("address", "Address", addresses, creates=self.creates("address")), gap=True)
        yield FormRow(
            PickField("language", "Language", value_options(more.languages, by_code=True)),
            TextField("date_of_birth", "Born", check=self._checked_birth),
        )
        yield FormRow(TickField("email_allowed", "E-mail allowed"), TickField("is_active", "Active"), label="")
        yield FormRow(AreaField("description", "Description", lines=2))

    def name_of(self) -> str:
        return contact_name(self.entity.first_name, self.entity.last_name) if self.entity is not None else ""

    @classmethod
    def named(cls, name: str) -> dict[str, Any]:
        first, last = split_name(name)
        return {"first_name": first or None, "last_name": last or None}

    def called(self) -> str:
        values = self.form.values()
        return contact_name(values["first_name"], values["last_name"])

    def values_of(self, entity: Contact) -> dict[str, Any]:
        plain = ("first_name", "last_name", "title", "role", "address", "language", "description")
        return {
            **{name: getattr(entity, name) for name in plain},
            "keywords": list(entity.keywords),
            "emails": [{"address": e.address, "kind": e.kind.value, "do_not_use": e.do_not_use} for e in entity.emails],
            "phones": [{"number": p.number, "kind": p.kind.value, "do_not_use": p.do_not_use} for p in entity.phones],
            "date_of_birth": absolute_date(entity.date_of_birth) if entity.date_of_birth else None,
            "email_allowed": entity.email_allowed,
            "is_active": entity.is_active,
        }

    def fresh(self) -> dict[str, Any]:
        return {"email_allowed": True, "is_active": True}

    def write(self, store: Store, values: Mapping[str, Any], changed: Mapping[str, Any]) -> Contact:
        fields = dict(values if self.about.entity is None else changed)
        if "keywords" in fields:
            fields["keywords"] = tuple(fields["keywords"])
        if "emails" in fields:
            fields["emails"] = tuple(
                Email(check_email("emails", e["address"]), EmailKind(e["kind"]), e["do_not_use"])
                for e in fields["emails"]
            )
        if "phones" in fields:
            fields["phones"] = tuple(
                Phone(p["number"], PhoneKind(p["kind"]), p["do_not_use"]) for p in fields["phones"]
            )
        if fields.get("date_of_birth"):
            fields["date_of_birth"] = self._birth(fields["date_of_birth"])
        if self.about.entity is None:
            assert self.about.customer is not None  # noqa: S101 - see load
            return store.contacts.create(NewContact(customer=self.about.customer, **fields))
        return store.contacts.update(self.about.entity, self.revision, ContactChange(**fields))

    def alike(self, store: Store, values: Mapping[str, Any]) -> tuple[Likely, ...]:
        assert self.about.customer is not None  # noqa: S101 - see load
        new = NewContact(
            customer=self.about.customer,
            first_name=values["first_name"] or "",
            last_name=values["last_name"] or "",
            emails=tuple(Email(each["address"]) for each in values["emails"] or ()),
            phones=tuple(Phone(each["number"]) for each in values["phones"] or ()),
            date_of_birth=self._birth_so_far(values["date_of_birth"]),
        )
        return store.duplicates.like_contact(new, self.about.entity)

    def _birth(self, typed: str) -> date:
        found = parse_when(typed, today=self.session.today)
        if found is None or found.time is not None or found.day > self.session.today:
            raise Invalid("date_of_birth", "a past date with its year, such as 14 Feb 1974 or 14.2.1974")
        return found.day

    def _birth_so_far(self, typed: str | None) -> date | None:
        """None for what is not a date yet: the names tell who it is, too."""
        try:
            return self._birth(typed) if typed else None
        except Invalid:
            return None

    def _checked_birth(self, typed: str) -> str:
        shown = absolute_date(self._birth(typed))
        return shown if shown != typed else ""


def _checked_email(typed: str) -> str:
    check_email("emails", typed)
    return ""
