"""Kallavesi Marine Engineering Oy: the customer that shows what a full card looks like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import json

from crm_tui.demo import activities, files
from crm_tui.demo.cases import Case, add_actual, add_case, month
from crm_tui.demo.companies import Company, add_company
from crm_tui.demo.invoices import add_invoice
from crm_tui.demo.names import COUNTRIES
from crm_tui.demo.numbers import vat_number
from crm_tui.demo.organization import CAMPAIGN
from crm_tui.demo.people import add_contact, erase_contact
from crm_tui.demo.world import World
from crm_tui.domain.contacts import Email, EmailKind, Phone, PhoneKind
from crm_tui.domain.finance import InvoiceStatus as Status
from crm_tui.domain.normalise import fold
from crm_tui.store.sql.tables import instant

NAME = "Kallavesi Marine Engineering Oy"
NUMBER = 10482


def add_kallavesi(world: World, others: Mapping[str, Company]) -> None:
    """The customer with all that is on its card; it also pays for cases of two of the others."""
    company = _customer(world)
    people = _people(world, company)
    cases = _sales(world, company, people) | _projects(world, company, people)
    for number, name, payer_of in (
        (2208, "Quay lighting", "Hanko Marina Development Oy"),
        (2227, "Pontoon survey", "Marina Kotka Oy"),
    ):
        if payer_of in others:
            add_case(
                world, others[payer_of], name, "Qualified", number=number, probability=20, billing_customer=company.id
            )
    _tasks(world, cases)
    _planned(world, company, cases, people)
    _past(world, company, cases, people)
    _money(world, cases)
    _files(world, company, cases)
    _history(world, company)


def _customer(world: World) -> Company:
    vat = vat_number("FI", 482)
    company = add_company(
        world, name=NAME, number=NUMBER, country=COUNTRIES["FI"], street=("Satamakatu 14 A 3", "70100", "Kuopio"),
        owner=world.by["sanna"], size=2, industry="Ship and boat building", vat_number=vat, employees=140,
        annual_revenue=18_400_000_00, phone="+358 17 555 0140",
        description="Ballast and deck machinery for lakes and coast. Frame to 2027.",
        segments=("Shipyards", "Inland waters", "Medium, 50 to 249", "Recommendation", CAMPAIGN),
    )  # fmt: skip
    world.rows["customer"][-1] |= {
        "email": "toimisto@kallavesi.example", "updated_at": world.this_morning(7, 52),
        "updated_by": world.by["mikael"],
    }  # fmt: skip
    world.rows["address"][-1]["is_postal"] = True
    world.add(
        "address",
        customer=company.id,
        line1="PL 218",
        postal_code="70101",
        city="Kuopio",
        country="FI",
        is_billing=True,
    )
    world.add(
        "address", customer=company.id, line1="Strandgaten 9", postal_code="5013", city="Bergen", country="NO",
        is_visiting=True, phone="+47 55 55 02 18",
    )  # fmt: skip
    world.rows["billing settings"][-1] |= {
        "invoice_template": "Standard, two languages", "payment_term": 30, "overdue_interest": "11.5",
        "vat_percent": "25.5", "einvoice_address": f"0037{vat[2:]}", "price_list": "Frame agreement 2025",
        "einvoice_operator": "Invoice operator, 0037999", "revision": 4,
    }  # fmt: skip
    return company._replace(domain="kallavesi.example")


def _people(world: World, company: Company) -> dict[str, int]:
    mobile, work = PhoneKind.MOBILE, PhoneKind.WORK
    rows = (
        ("Eeva", "Lahtinen", "Managing director", "Managing director, founder", "+358 40 555 0143", mobile,
         ("Decision maker", "Steering group"), "fi", True),
        ("Jussi", "Räsänen", "Procurement", "Head of procurement", "+358 50 555 0118", mobile,
         ("Steering group", "News"), "fi", True),
        ("Ingrid", "Aasen", "Technical lead", "Naval architect, Bergen", "+47 405 55 016", mobile,
         ("Steering group", "Newsletter in English"), "nb", True),
        ("Pekka", "Hyvönen", "Invoicing", "Controller", "+358 17 555 0147", work, ("Invoices",), "fi", True),
        ("Marja-Liisa", "Kettunen", "Site manager", "Yard manager", "+358 44 555 0190", mobile,
         ("News", "Fair 2019"), "fi", True),
        ("Tore", "Nygård", "Technical lead", "Surveyor", "+47 920 55 031", mobile, (), "nb", True),
        ("Anne", "Holopainen", "Procurement", "Purchaser", "+358 40 555 0102", mobile, (), "fi", False),
        ("Risto", "Ahonen", "Fleet manager", None, "+358 40 555 0171", mobile, ("Christmas card",), "fi", False),
    )  # fmt: skip
    found = {}
    for first, last, role, title, number, kind, keywords, language, is_active in rows:
        local = "".join(c for c in fold(f"{first}.{last}") if c.isalpha() or c in ".-")
        found[first] = add_contact(
            world, company, first, last, role=role, keywords=keywords, is_active=is_active, title=title,
            language=language,
            emails=(Email(f"{local}@kallavesi.example"),), phones=(Phone(number, kind),),
        )  # fmt: skip
    eeva = world.rows["contact"][found["Eeva"] - 1]
    eeva |= {
        "emails": (*eeva["emails"], Email("eeva@lahtinen.example", EmailKind.PRIVATE, do_not_use=True)),
        "address": company.addresses[0], "date_of_birth": dt.date(1974, 2, 14),
        "description": "Decides alone up to 50 000 EUR, above that the board.",
    }  # fmt: skip
    found["Deleted Contact"] = erase_contact(world, company.id)
    return found


def _sales(world: World, company: Company, people: Mapping[str, int]) -> dict[int, Case]:
    sanna, mikael, tuva = (world.by[login] for login in ("sanna", "mikael", "tuva"))
    rows = (
        (2240, "Ballast water retrofit, MS Suvi", "Negotiation", 70, 96_000, "EUR", 27, sanna,
         (30, 30, 50, 50, 50, 70)),
        (2231, "Crane foundation, quay 4", "Offer sent", 60, 41_700, "EUR", 10, sanna, (30, 50, 50, 70, 70, 30)),
        (2244, "Dry dock 2 gate overhaul", "Qualified", 20, 38_500, "EUR", 74, mikael, (0, 0, 40, 40, 70, 70)),
        (2236, "Bergen: hull survey programme", "Offer sent", 40, 1_250_000, "NOK", 31, tuva,
         (200, 200, 300, 300, 700, 700)),
        (2247, "Deck plan digitising", "New lead", 10, 8_000, "EUR", None, sanna, (0, 0, 0, 0, 40, 40)),
    )  # fmt: skip
    cases = {}
    for number, name, status, probability, value, currency, order, owner, shares in rows:
        case = cases[number] = add_case(
            world, company, name, status, number=number, probability=probability, value=value * 100, currency=currency,
            owner=owner, contacts=[people["Eeva"]], unit=1 if currency == "NOK" else 0,
            expected_order_date=world.workday(order) if order is not None else None,
            your_reference="PO 77120" if number == 2240 else None,
        )  # fmt: skip
        _forecast(
            world,
            case,
            tuple((offset, share * value // max(1, sum(shares))) for offset, share in enumerate(shares, -1)),
        )
    cases[2219] = add_case(
        world, company, "Tank coating inspection", "Lost", number=2219, probability=0, value=22_400_00, owner=mikael,
        contacts=[people["Jussi"]], closed=world.workday(-43), expected_order_date=world.workday(-43),
        lost_reason="Price",
    )  # fmt: skip
    return cases


def _projects(world: World, company: Company, people: Mapping[str, int]) -> dict[int, Case]:
    sanna, mikael, tuva, jonas = (world.by[login] for login in ("sanna", "mikael", "tuva", "jonas"))
    rows = (
        (1987, "Frame agreement 2025–2027: inspections", "In progress", 58, 212_400, "EUR", 773, sanna,
         (sanna, mikael, tuva)),
        (2104, "Deck crane replacement, MS Juojärvi", "In progress", 82, 148_000, "EUR", 24, mikael,
         (sanna, mikael, tuva, jonas)),
        (2150, "Class renewal documentation", "In progress", 45, 36_900, "EUR", -11, tuva, (tuva, mikael)),
        (2161, "Bergen yard: survey pilot", "In progress", 30, 640_000, "NOK", 73, tuva, (tuva, jonas)),
        (2088, "Shore power feasibility", "On hold", 15, 18_000, "EUR", None, sanna, (sanna,)),
        (2040, "Winter lay-up plan", "Done", 100, 9_600, "EUR", -18, mikael, (mikael, sanna)),
    )  # fmt: skip
    cases = {}
    for number, name, status, completion, value, currency, deadline, owner, members in rows:
        since = {2104: 200, 2161: 180}.get(number, 0)  # two were won lately
        cases[number] = add_case(
            world, company, name, "Won", number=number, project_status=status, completion=completion, value=value * 100,
            currency=currency, owner=owner, members=members, probability=100, contacts=list(people.values())[:4],
            unit=1 if currency == "NOK" else 0, start=world.workday(-320 + since),
            expected_order_date=world.workday(-330 + since),
            deadline=world.workday(deadline) if deadline is not None else None,
            closed=world.workday(-18) if status == "Done" else None, order_number=f"PO {number + 70_000}",
        )  # fmt: skip
    return cases


def _tasks(world: World, cases: Mapping[int, Case]) -> None:
    sanna, mikael, tuva, jonas = (world.by[login] for login in ("sanna", "mikael", "tuva", "jonas"))
    for name, number, status, offset, who in (
        ("Order steel plates, lot 2", 2104, "Not started", 10, tuva),
        ("Draft lay-up checklist", 1987, "Not started", 20, sanna),
        ("Ask class for new forms", 2150, "Not started", None, tuva),
        ("Bergen: book survey boat", 2161, "Not started", 27, jonas),
        ("Check crane certificates before March", 2104, "Not started", 55, mikael),
        ("Plan inspection round 12", 1987, "Not started", 63, sanna),
        ("Review class drawings, rev. C", 2150, "In progress", -11, mikael),
        ("Crane load calculation", 2104, "In progress", 0, mikael),
        ("Inspection round 11", 1987, "In progress", 3, sanna),
        ("Translate report to English", 2161, "In progress", 7, tuva),
        ("Deck foundation drawing 7", 2104, "In review", -1, sanna),
        ("Shore power cost table", 2088, "In review", 6, sanna),
        ("Lifting plan for quay 4", 2104, "In review", 8, mikael),
        ("Measure deck crane foundation", 2104, "Done", -6, tuva),
        ("Hull survey report delivered to the yard", 1987, "Done", -18, mikael),
        ("Inspection round 10", 1987, "Done", -25, sanna),
        ("Collect tank plans", 2104, "Done", -35, mikael),
        ("Update risk list", 1987, "Done", -47, tuva),
    ):
        activities.add_task(world, cases[number], name, status, offset or 0, who, due=offset is not None)


def _planned(world: World, company: Company, cases: Mapping[int, Case], people: Mapping[str, int]) -> None:
    sanna = world.by["sanna"]
    activities.add_todo(world, company, "Send revised hull survey offer", -4, sanna, done=False, case=cases[2236])
    activities.add_todo(world, company, "Call Eeva about crane dates", 0, sanna, done=False, case=cases[2231])
    activities.add_meeting(
        world, company, "Kick-off: ballast water retrofit", 2, sanna, case=cases[2240], hour=14, minutes=90,
        people=[people["Eeva"], people["Jussi"]],
    )  # fmt: skip
    activities.add_todo(
        world, company, "Agree the docking window with the yard", 20, sanna, done=False, case=cases[2240]
    )
    activities.add_absence(world, world.by["mikael"], "Parental leave", 13, 4, customer=company.id)


def _past(world: World, company: Company, cases: Mapping[int, Case], people: Mapping[str, int]) -> None:
    by = {"SV": world.by["sanna"], "MK": world.by["mikael"], "TN": world.by["tuva"]}
    for offset, name, owner, number in (
        (-1, "Send frame agreement for signing", "SV", 1987), (-13, "Invoice 0412 questions", "SV", None),
        (-22, "Check insurance papers", "TN", None), (-32, "Offer 2231 sent", "SV", 2231),
        (-60, "Send references", "SV", None),
    ):  # fmt: skip
        activities.add_todo(world, company, name, offset, by[owner], done=True, case=cases.get(number or 0))
    for offset, name, owner, number in (
        (-4, "Site visit, dry dock 2", "MK", 2244), (-7, "Weekly call", "SV", 1987),
        (-15, "Steering group", "SV", 1987),
        (-27, "Weekly call", "SV", 1987), (-34, "Negotiation: frame agreement", "SV", 1987),
        (-42, "Weekly call", "SV", 1987),
        (-55, "Weekly call", "SV", 1987),
    ):  # fmt: skip
        someone = [people["Eeva"], people["Tore"]]
        activities.add_meeting(world, company, name, offset, by[owner], case=cases.get(number), people=someone, hour=10)
    pinned = activities.add_note(
        world, company, "Class asks for form 7B instead of 7A.", -4, by["TN"], case=cases[2150], pinned=True
    )
    activities.add_note(
        world, company, "New form is in the shared folder.", -3, by["MK"], case=cases[2150], parent=pinned
    )
    activities.add_note(
        world, company,
        "Wants the retrofit done in one docking; asks for a price with and without the spare filter set.", 0,
        by["MK"], case=cases[2240], made=world.this_morning(7, 40),
    )  # fmt: skip
    for offset, text, owner, number in (
        (0, "Prefers deliveries before noon, gate 2.", "MK", None),
        (-5, "Yard closed 22 Dec – 6 Jan. No inspections then.", "SV", 1987),
        (-7, "Crane arrives week 48, quay 4 reserved.", "MK", 2104),
        (-11, "Talked with Deleted Contact about the lifting plan.", "SV", 2104),
        (-15, "Survey boat has no gyro, rent one.", "TN", 2161),
        (-21, "New procurement contact is Jussi Räsänen.", "MK", None),
        (-29, "Crane certificates expire in March.", "TN", 2104),
        (-40, "Bergen yard wants English reports.", "MK", 2161),
        (-49, "Budget round ends in November.", "SV", None),
        (-62, "Met at the Trondheim fair.", "SV", None),
    ):
        activities.add_note(world, company, text, offset, by[owner], case=cases.get(number or 0))
    erased = people["Deleted Contact"]
    activities.add_meeting(
        world, company, "Lifting plan walk-through", -80, by["SV"], case=cases[2104], people=[erased], hour=9
    )


def _money(world: World, cases: Mapping[int, Case]) -> None:
    months = range(-6, 7)
    shares = {1987: 0.34, 2104: 0.36, 2150: 0.12, 2088: 0.06}
    totals = (40, 44, 47, 45, 52, 48, 61, 70, 44, 58, 50, 46, 42)
    billed = {-6: 38.5, -5: 46.2, -4: 45.1, -3: 47.9, -2: 54.6, -1: 41.2, 0: 37.8}
    for number, share in shares.items():
        for offset, total in zip(months, totals, strict=True):
            _forecast(world, cases[number], ((offset, round(total * share * 1000)),), _NOTES.get((number, offset)))
            if offset in billed:
                amount = round(billed[offset] * share * 1000) * 100
                add_actual(world, cases[number], offset, amount, round(amount * 0.5), round(amount * 0.12))
    for offset in months:
        _forecast(world, cases[2161], ((offset, 52_000),))
        if offset <= 0:
            add_actual(world, cases[2161], offset, 49_000_00, 27_000_00, 4_000_00)
    sequence = 431
    for n in range(23):
        number = (2104, 1987, 2150, 1987, 2104, 2040)[n % 6]
        status = (
            (Status.DRAFT, Status.SENT, Status.WAITING, Status.PAID, Status.PAID, Status.CREDITED)[n]
            if n < 6
            else Status.PAID
        )
        age = (0, 6, 36, 44, 48, 57)[n] if n < 6 else 60 + 12 * n
        net = (14_200, 21_600, 8_300, 20_900, 33_700, -1_200)[n] if n < 6 else 6_000 + 900 * n
        year = world.day(-age).year
        add_invoice(
            world, [cases[number]], status, age=age, net=net * 100, term=30, number=f"{year}-{sequence - 5 * n:04}"
        )


#: what was noted with the billing that is expected of a case, by month from today's
_NOTES = {
    (2104, -1): "First instalment; the rest after the sea trial.",
    (2104, 0): "Sea trial moved to next month: half of it will be late.",
    (1987, 1): "Yearly inspection of the quay cranes is in it.",
}


def _forecast(world: World, case: Case, billing: tuple[tuple[int, int], ...], note: str | None = None) -> None:
    """``billing``: month from today's, and whole units of the case's currency."""
    for offset, whole in billing:
        year, number = month(world.today, offset)
        world.add(
            "forecast", by=case.owner, case=case.id, year=year, month=number, billing=whole * 100,
            revenue=round(whole * 0.97) * 100, labor_expense=round(whole * 0.46) * 100,
            other_expense=round(whole * 0.12) * 100, billing_note=note,
        )  # fmt: skip


def _files(world: World, company: Company, cases: Mapping[int, Case]) -> None:
    for name, offset, number, lines in (
        ("Frame agreement 2025–2027.pdf", -15, 1987, 40), ("Hull survey report, MS Juojärvi.pdf", -18, 1987, 60),
        ("Price list 2025.csv", -320, None, 30), ("Inspection round 10.pdf", -25, 1987, 30),
        ("Tank plans, rev. B.txt", -35, 2104, 80), ("Lifting plan v4.pdf", -42, 2104, 20),
        ("Insurance certificate.pdf", -77, None, 10), ("Frame agreement 2022–2024.pdf", -680, None, 40),
        ("Contact list of the yard.csv", -344, None, 12),
    ):  # fmt: skip
        files.add_file(world, company, name, offset, cases.get(number or 0), lines=lines)
    for name, path, offset, number in (
        ("Deck plans (shared folder)", "deck-plans", -29, 2104), ("Class register entry", "class", -344, 2150),
        ("Photos, dry dock 2 (shared folder)", "photos", -91, None),
    ):  # fmt: skip
        files.add_link(world, company, name, f"https://files.kallavesi.example/{path}", offset, cases.get(number or 0))


def _history(world: World, company: Company) -> None:
    """What was changed in the customer's settings before."""
    sanna, mikael = world.by["sanna"], world.by["mikael"]
    customer_row = world.rows["customer"][company.id - 1]
    segments = customer_row["segments"]
    lines = (
        (-900, mikael, "billing settings", "invoice_language", None, "fi"),
        (-310, sanna, "billing settings", "payment_term", 14, 30),
        (-15, mikael, "billing settings", "price_list", None, "Frame agreement 2025"),
        (-3, sanna, "customer", "segments", segments[:1], segments),
        (-3, sanna, "billing settings", "vat_percent", "24", "25.5"),
        (0, mikael, "customer", "employees", 132, 140),
    )  # fmt: skip
    revisions = {"customer": 1, "billing settings": 1}
    for key, (offset, actor, kind, field, old, new) in enumerate(lines, 1):
        revisions[kind] += 1
        minute = 50 + key % 3
        at = world.at(world.day(offset), 7, minute) if offset else world.this_morning(7, minute)
        world.put(
            "change",
            id=key,
            at=instant(at),
            actor_id=actor,
            action=f"update {kind}",
            source=None,
            import_id=None,
            undoes_id=None,
        )
        world.put(
            "change line", change_id=key, line=1, kind=kind, entity_id=company.id, customer_id=company.id,
            revision=revisions[kind], field=field, old=json.encode(old).decode() if old is not None else None,
            new=json.encode(new).decode(),
        )  # fmt: skip
    customer_row["revision"] = revisions["customer"]
    world.rows["billing settings"][-1]["revision"] = revisions["billing settings"]
