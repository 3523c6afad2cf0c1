"""Contacts as Google, Outlook and HubSpot export them to CSV."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TypeVar

from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.interchange.plan import ImportPlan, read
from crm_tui.interchange.records import AddressRecord, Base, ContactRecord, CustomerRecord

R = TypeVar("R", bound=Base)


def of_type(plan: ImportPlan, kind: type[R]) -> dict[str, R]:
    """The plan's records of one type by their references."""
    return {record.external_ref: record for record in plan.records() if isinstance(record, kind)}


def plan_of(tmp_path: Path, text: str | bytes) -> ImportPlan:
    path = tmp_path / "file.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read(path)


GOOGLE = (
    "First Name,Middle Name,Last Name,Organization Name,Organization Title,Birthday,Notes,Labels,"
    "E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,Phone 1 - Value,"
    "Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City,Address 1 - Country\n"
    "Eeva,Maria,Lahti,Kallavesi Oy,CEO,1980-03-22,Met in Kuopio,* myContacts ::: VIP ::: Board,"
    "* Work,eeva@kallavesi.example,Home,eeva@home.example,Mobile,040 123 ::: 040 456,Work,,Satamakatu 1,Kuopio,FI\n"
    "Olli,,Koski,Kallavesi Oy,,--03-22,,* myContacts,,olli@kallavesi.example,,,Work Fax,017 1,Work,"
    '"Satamakatu 1\nKuopio",,,\n'
    "Pat,,,,,,,,* ,not an address,,,Home,1,Home,,Home Street 1,Town,US\n"
    ",,,Empty Oy,,,,,,info@empty.example,,,,017 2,,,,,\n"
    ",,,,,,only a note,,,,,,,,,,,,\n"
)


def test_google_contacts(tmp_path: Path) -> None:
    with plan_of(tmp_path, b"\xef\xbb\xbf" + GOOGLE.encode()) as plan:
        customers = {customer.name: customer for customer in of_type(plan, CustomerRecord).values()}
        contacts = {contact.first_name: contact for contact in of_type(plan, ContactRecord).values()}
        addresses = of_type(plan, AddressRecord)
    assert plan.format == "Google Contacts"
    assert set(customers) == {"Kallavesi Oy", "Pat ?", "Empty Oy"}
    assert customers["Kallavesi Oy"].by_name
    eeva = contacts["Eeva Maria"]
    assert eeva.customer_ref == contacts["Olli"].customer_ref == customers["Kallavesi Oy"].external_ref
    assert (eeva.last_name, eeva.title, eeva.keywords) == ("Lahti", "CEO", ("VIP", "Board"))
    assert eeva.date_of_birth == dt.date(1980, 3, 22)
    assert eeva.emails == (
        Email("eeva@kallavesi.example"),
        Email("eeva@home.example", EmailKind.PRIVATE),
    )
    assert eeva.phones == (Phone("040 123", PhoneKind.MOBILE), Phone("040 456", PhoneKind.MOBILE))
    assert addresses[eeva.address_ref].city == "Kuopio"
    assert addresses[contacts["Olli"].address_ref].line2 == "Kuopio"  # all that a formatted address says
    assert contacts["Olli"].phones == (Phone("017 1", PhoneKind.FAX),)
    # a company card is a customer; a person without company is a customer of their own name
    assert (customers["Empty Oy"].email, customers["Empty Oy"].phone) == ("info@empty.example", "017 2")
    assert addresses[contacts["Pat"].address_ref].customer_ref == customers["Pat ?"].external_ref
    notices = {(notice.line, notice.text.split(":")[0]) for notice in plan.notices}
    assert (5, "Pat ? has no organisation") in notices
    assert any(line == 3 and text.startswith("Birthday") for line, text in notices)
    assert [(r.line, r.text) for r in plan.refused] == [(7, "neither a name, an organisation nor an e-mail address")]


def test_google_contacts_of_old(tmp_path: Path) -> None:
    text = (
        "Name,Given Name,Additional Name,Family Name,Birthday,Notes,Language,Group Membership,E-mail 1 - Type,"
        "E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title\n"
        "Eeva Lahti,Eeva,,Lahti,,,fi,* My Contacts ::: Partners,* Work,eeva@kallavesi.example,"
        "Mobile,040,Kallavesi,CEO\n"
    )
    with plan_of(tmp_path, text) as plan:
        [contact] = of_type(plan, ContactRecord).values()
    assert plan.format == "Google Contacts (before 2023)"
    assert (contact.organization, contact.title, contact.keywords) == ("Kallavesi", "CEO", ("Partners",))
    assert (contact.language, contact.phones) == ("fi", (Phone("040", PhoneKind.MOBILE),))


def test_outlook(tmp_path: Path) -> None:
    text = (
        "First Name,Middle Name,Last Name,Title,Company,Job Title,Business Street,Business City,"
        "Business Country/Region,Home Street,Business Fax,Business Phone,Business Phone 2,Home Phone,Mobile Phone,"
        "Pager,Birthday,Categories,E-mail Address,E-mail 2 Address\n"
        "Jan,,Kowalski,Mr.,Firma,Buyer,Filtrowa 68,Warszawa,Polska,Dom 1,1,2,3,4,5,6,0/0/00,VIP;Poland,j@x.pl,j@y.pl\n"
    )
    with plan_of(tmp_path, text) as plan:
        [contact] = of_type(plan, ContactRecord).values()
        [address] = of_type(plan, AddressRecord).values()
    assert plan.format == "Outlook"
    assert {(phone.number, phone.kind.value) for phone in contact.phones} == {
        ("1", "fax"), ("2", "work"), ("3", "work"), ("4", "home"), ("5", "mobile"), ("6", "other"),
    }  # fmt: skip
    assert (contact.title, contact.keywords, contact.date_of_birth) == ("Buyer", ("VIP", "Poland"), None)
    assert [email.address for email in contact.emails] == ["j@x.pl", "j@y.pl"]
    assert (address.line1, address.country) == ("Filtrowa 68", "PL")
    assert "home address left out" in plan.notices[0].text


def test_hubspot(tmp_path: Path) -> None:
    companies = (
        "Record ID,Company name,Website URL,Company owner,Create Date\n"
        "77,Kallavesi Oy,kallavesi.example,Olli,2026-01-02\n"
    )
    contacts = (
        "Record ID,First Name,Last Name,Email,Phone Number,Associated Company,Associated Company IDs\n"
        "1,Eeva,Lahti,eeva@kallavesi.example,040,Kallavesi Oy;Other,77;78\n"
    )
    with plan_of(tmp_path, companies) as plan:
        [company] = of_type(plan, CustomerRecord).values()
    assert (plan.format, company.website) == ("HubSpot companies", "kallavesi.example")
    with plan_of(tmp_path, contacts) as plan:
        [contact] = of_type(plan, ContactRecord).values()
    assert (plan.format, contact.external_ref) == ("HubSpot contacts", "hubspot:contact:1")
    assert (contact.organization, contact.customer_ref) == ("Kallavesi Oy", company.external_ref)


def test_references_are_the_same_in_every_run(tmp_path: Path) -> None:
    runs = []
    for _ in range(2):
        with plan_of(tmp_path, GOOGLE) as plan:
            runs.append(list(plan.records()))
    assert runs[0] == runs[1]
    references = [record.external_ref for record in runs[0]]
    assert len(references) == len(set(references))
