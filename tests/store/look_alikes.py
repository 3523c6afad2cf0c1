"""Contacts and customers of which some are there twice, in ways that are known; and others that only look so.

Names come as often as they do in Finland, Norway and Britain: the first of a list more often than the last. So there
are people of one name who are not the same, besides those put there on purpose: colleagues with the same name,
siblings and couples in family firms, branches and sister companies, offices with one phone and one address for all.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, NamedTuple

from tests.store.look_alike_names import (
    LANDS,
    STEMS,
    TRADES,
    Channels,
    Land,
    ascii_of,
    mistyped,
    often,
    transcribed,
    vat_number,
)

from crm_tui.domain.contacts import Email, Phone

ROWS = 1_000
COPIES = 120

Row = dict[str, Any]


class People(NamedTuple):
    """Customers, contacts on them (``customer`` is a place among the customers), and which contacts are copies: their
    places, and the way in which each was made."""

    customers: list[Row]
    contacts: list[Row]
    copies: dict[tuple[int, int], str]


class Companies(NamedTuple):
    """The same for customers."""

    customers: list[Row]
    copies: dict[tuple[int, int], str]


def people(seed: int) -> People:
    """1,000 contacts, of whom 120 are there twice."""
    return _People(random.Random(seed)).make()


def companies(seed: int) -> Companies:
    """1,000 customers, of which 120 are there twice."""
    return _Companies(random.Random(seed)).make()


class _People:
    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.channels = Channels(random_)
        self.customers: list[Row] = []
        self.contacts: list[Row] = []
        self.lands: list[Land] = []
        self.copies: dict[tuple[int, int], str] = {}

    def make(self) -> People:
        for _ in range(260):
            self._customer()
        self._hard()
        while len(self.contacts) < ROWS - COPIES:
            self._contact(self.random.randrange(260))
        self.random.shuffle(self.contacts)
        self._copy()
        return People(self.customers, self.contacts, self.copies)

    # -- originals -----------------------------------------------------------------------------------------------

    def _customer(self) -> int:
        land = self.random.choices(LANDS, (5, 3, 2))[0]
        place = len(self.customers)
        stem = self.random.choice(STEMS) if self.random.random() < 0.7 else often(self.random, land.lasts)
        name = f"{stem} {self.random.choice(TRADES)}"
        while any(row["core"] == name for row in self.customers):
            name = f"{self.random.choice(STEMS)} {self.random.choice(TRADES)} {place}"
        host = ascii_of(name).casefold().replace(" ", "").replace("'", "") + ".example"
        self.customers.append(
            {"core": name, "name": f"{name} {self.random.choice(land.forms)}", "land": land.code, "host": host,
             "office": self.channels.landline(land.code) if self.random.random() < 0.6 else None}
        )  # fmt: skip
        self.lands.append(land)
        return place

    def _contact(self, customer: int, **given: Any) -> int:
        land, company = self.lands[customer], self.customers[customer]
        first = given.get("first_name") or often(self.random, land.firsts)
        last = given.get("last_name") or often(self.random, land.lasts)
        emails, phones = [], []
        if self.random.random() < 0.75:
            emails.append(self._address(customer, first, last))
        elif self.random.random() < 0.3:
            emails.append(f"info@{company['host']}")
        if self.random.random() < 0.65:
            phones.append(self.channels.mobile(land.code))
        if company["office"] and self.random.random() < 0.4:
            phones.append(company["office"])
        born = dt.date(1955, 1, 1) + dt.timedelta(days=self.random.randrange(16_000))
        row = {
            "customer": customer, "first_name": first, "last_name": last, "emails": emails, "phones": phones,
            "born": born if self.random.random() < 0.15 else None,
        }  # fmt: skip
        self.contacts.append(row | given)
        return len(self.contacts) - 1

    def _address(self, customer: int, first: str, last: str) -> str:
        host = self.customers[customer]["host"]
        local = ".".join("".join(c for c in ascii_of(name).casefold() if c.isalnum()) for name in (first, last))
        taken = {address for row in self.contacts for address in row["emails"]}
        address, number = f"{local}@{host}", 2
        while address in taken:
            address, number = f"{local}{number}@{host}", number + 1
        return address

    def _hard(self) -> None:
        """People who look like one another and are not the same."""
        for _ in range(8):  # colleagues of one name, whom their e-mail addresses tell apart
            customer = self.random.randrange(260)
            first, last = (
                often(self.random, names) for names in (self.lands[customer].firsts, self.lands[customer].lasts)
            )
            for _ in range(2):
                address = [self._address(customer, first, last)]
                self._contact(customer, first_name=first, last_name=last, emails=address)
        for _ in range(15):  # relatives in a family firm, with its one phone
            customer = self.random.randrange(260)
            last, office = (
                often(self.random, self.lands[customer].lasts),
                self.channels.landline(self.lands[customer].code),
            )
            for first in self.random.sample(self.lands[customer].firsts, 2):
                self._contact(customer, first_name=first, last_name=last, phones=[office], emails=[])
        close = [
            ("Jari", "Jani"),
            ("Mika", "Miika"),
            ("Marja", "Merja"),
            ("Ari", "Aki"),
            ("Anne", "Anna"),
            ("Kari", "Kaija"),
        ]
        for pair in close:  # siblings whose names are a letter apart
            customer = next(n for n in self.random.sample(range(260), 260) if self.lands[n].code == "FI")
            last = often(self.random, LANDS[0].lasts)
            for first in pair:
                self._contact(customer, first_name=first, last_name=last, emails=[self._address(customer, first, last)])
        for _ in range(20):  # people of one name at companies that have nothing to do with each other
            one, other = self.random.sample(range(260), 2)
            first, last = (often(self.random, names) for names in (self.lands[one].firsts, self.lands[one].lasts))
            for customer in (one, other):
                self._contact(customer, first_name=first, last_name=last)

    # -- copies --------------------------------------------------------------------------------------------------

    def _copy(self) -> None:
        ways: tuple[Callable[[Row], Row | None], ...] = (
            self._accents, self._swapped, self._phone_format, self._typing_error, self._company_form, self._shorter,
        )  # fmt: skip
        sources = self.random.sample(range(len(self.contacts)), len(self.contacts))
        for way in ways:
            made = 0
            while made < COPIES // len(ways):
                source = sources.pop(0)
                copy = way(self.contacts[source])
                if copy is None:
                    sources.append(source)
                    continue
                self.copies[source, len(self.contacts)] = way.__name__.strip("_")
                self.contacts.append(copy)
                made += 1

    def _again(self, row: Row, **changed: Any) -> Row:
        """The person entered again, by somebody who knows only some of what the other knew; one in six with a typing
        error besides."""
        copy = row | changed
        if self.random.random() < 1 / 6 and len(copy["last_name"]) > 3:
            copy["last_name"] = mistyped(self.random, copy["last_name"])
        emails, phones = list(row["emails"]), [self.channels.rewritten(number) for number in row["phones"]]
        if self.random.random() < 0.35:
            emails = []
        elif self.random.random() < 0.15:
            private = ascii_of(f"{row['first_name']}.{row['last_name']}").casefold()
            emails = [f"{private}@gmail.com"]
        if self.random.random() < 0.35:
            phones = []
        copy |= {"emails": emails, "phones": phones, "born": row["born"] if self.random.random() < 0.5 else None}
        own = [address for address in emails if not address.startswith("info@")]
        is_known = own == row["emails"] != [] or any(phone for phone in phones)
        if is_known and self.random.random() < 0.15:  # in another job
            copy["customer"] = self.random.randrange(260)
        return copy

    def _accents(self, row: Row) -> Row | None:
        way = self.random.choice((ascii_of, transcribed))
        names = {field: way(row[field]) for field in ("first_name", "last_name")}
        return self._again(row, **names) if any(row[field] != name for field, name in names.items()) else None

    def _swapped(self, row: Row) -> Row:
        return self._again(row, first_name=row["last_name"], last_name=row["first_name"])

    def _phone_format(self, row: Row) -> Row | None:
        if not row["phones"]:
            return None
        copy = self._again(row)
        return copy | {"phones": [self.channels.rewritten(number) for number in row["phones"]]}

    def _typing_error(self, row: Row) -> Row:
        field = self.random.choice(("first_name", "last_name"))
        return self._again(row, **{field: mistyped(self.random, row[field])})

    def _company_form(self, row: Row) -> Row:
        """On a customer that is there twice itself."""
        company = self.customers[row["customer"]]
        self.customers.append(
            company
            | {"name": self.random.choice((company["core"], f"{company['core']} Oy Ab", f"{company['core']} Ltd"))}
        )
        self.lands.append(self.lands[row["customer"]])
        return self._again(row) | {"customer": len(self.customers) - 1}

    def _shorter(self, row: Row) -> Row | None:
        first = row["first_name"]
        if "-" in first:
            return self._again(row, first_name=self.random.choice((first.replace("-", " "), first.partition("-")[0])))
        return self._again(row, first_name=f"{first[0]}.") if row["emails"] or row["phones"] else None


class _Companies:
    def __init__(self, random_: random.Random) -> None:
        self.random = random_
        self.channels = Channels(random_)
        self.rows: list[Row] = []
        self.copies: dict[tuple[int, int], str] = {}
        self._names: set[str] = set()

    def make(self) -> Companies:
        self._hard()
        while len(self.rows) < ROWS - COPIES:
            self._company()
        self.random.shuffle(self.rows)
        self._copy()
        return Companies(self.rows, self.copies)

    def _company(self, **given: Any) -> Row:
        land = self.random.choices(LANDS, (5, 3, 2))[0]
        core = given.pop("core", None) or self._core(land)
        self._names.add(core)
        city, code = self.random.choice(land.cities)
        host = "".join(c for c in ascii_of(core).casefold() if c.isalnum()) + ".example"
        row = {
            "core": core, "form": self.random.choice(land.forms), "land": land.code,
            "vat": vat_number(land.code, self.random) if self.random.random() < 0.6 else None,
            "email": self.random.choice((f"info@{host}", f"myynti@{host}")) if self.random.random() < 0.5 else None,
            "phone": self.channels.landline(land.code) if self.random.random() < 0.6 else None,
            "website": f"https://www.{host}/" if self.random.random() < 0.5 else None,
            "city": city, "postal_code": code, "has_address": self.random.random() < 0.8,
        }  # fmt: skip
        row |= given
        row["name"] = f"{row['core']} {row['form']}".strip()
        self.rows.append(row)
        return row

    def _core(self, land: Land) -> str:
        for _ in range(1_000):
            stem = self.random.choice(STEMS) if self.random.random() < 0.6 else often(self.random, land.lasts)
            second = self.random.choice(STEMS) if self.random.random() < 0.3 else ""
            core = " ".join(filter(None, (stem, second, self.random.choice(TRADES))))
            if core not in self._names:
                return core
        raise AssertionError("there are no names left")

    def _hard(self) -> None:
        """Companies that look like one another and are not the same."""
        for chain in ("K-Market", "Fysiokeskus", "Hotell Nord", "Apteekki"):  # branches of a chain
            for part in self.random.sample(["Kallio", "Töölö", "Keskusta", "Sentrum", "Asema", "Torget", "Ranta"], 4):
                self._company(core=f"{chain} {part}", website="https://www.chain.example/")
        for _ in range(12):  # sister companies: one group, its website and phone, other business ids
            stem, phone = self.random.choice(STEMS), self.channels.landline("FI")
            for trade in self.random.sample(TRADES, 2):
                self._company(
                    core=f"{stem} Group {trade}", phone=phone, website=f"https://{ascii_of(stem).casefold()}group.example",
                    vat=vat_number("FI", self.random), land="FI", form="Oy",
                )  # fmt: skip
        for _ in range(10):  # the same name in two countries, each with its own number
            stem = self.random.choice(STEMS)
            for land, form in (("FI", "Oy"), ("NO", "AS")):
                found = next(each for each in LANDS if each.code == land)
                city, code = self.random.choice(found.cities)
                self._company(
                    core=f"{stem} Nordic", land=land, form=form, vat=vat_number(land, self.random), city=city,
                    postal_code=code, has_address=True, phone=None, email=None, website=None,
                )  # fmt: skip
        for _ in range(6):  # small firms with the address of one accountant
            office = f"info@tilitoimisto{self.random.randrange(99)}.example"
            for _ in range(3):
                self._company(email=office, website=None)
        for _ in range(8):  # a house with one switchboard
            phone = self.channels.landline("FI")
            for _ in range(3):
                self._company(phone=phone)

    def _copy(self) -> None:
        ways: tuple[Callable[[Row], Row | None], ...] = (
            self._accents, self._word_order, self._formats, self._typing_error, self._form, self._trade_name,
        )  # fmt: skip
        sources = self.random.sample(range(len(self.rows)), len(self.rows))
        for way in ways:
            made = 0
            while made < COPIES // len(ways):
                source = sources.pop(0)
                copy = way(self.rows[source])
                if copy is None:
                    sources.append(source)
                    continue
                self.copies[source, len(self.rows)] = way.__name__.strip("_")
                self.rows.append(copy)
                made += 1

    def _again(self, row: Row, **changed: Any) -> Row:
        """The company entered again, by somebody who knows half of what the other knew; one in six with a typing error
        besides."""
        copy = row | changed
        if self.random.random() < 1 / 6:
            copy["core"] = mistyped(self.random, copy["core"])
        for field in ("vat", "email", "phone", "website"):
            if self.random.random() < 0.5:
                copy[field] = None
        if copy["phone"]:
            copy["phone"] = self.channels.rewritten(copy["phone"])
        copy["has_address"] = self.random.random() < 0.6
        copy["name"] = f"{copy['core']} {copy['form']}".strip()
        return copy

    def _accents(self, row: Row) -> Row | None:
        name = self.random.choice((ascii_of, transcribed))(row["core"])
        return self._again(row, core=name) if name != row["core"] else None

    def _word_order(self, row: Row) -> Row | None:
        first, *rest = row["core"].split()
        return self._again(row, core=" ".join((*rest, first))) if rest else None

    def _formats(self, row: Row) -> Row | None:
        """The same numbers as others write them."""
        if not row["vat"]:
            return None
        number = row["vat"]
        bare = number[2:].removesuffix("MVA")
        forms = {
            "FI": (f"{bare[:7]}-{bare[7:]}", f"FI {bare}"),
            "NO": (f"{bare[:3]} {bare[3:6]} {bare[6:]}", f"NO{bare}"),
        }
        again = self._again(row, core=row["core"].upper())
        return again | {"vat": self.random.choice(forms.get(row["land"], (number.lower(),)))}

    def _typing_error(self, row: Row) -> Row:
        return self._again(row, core=mistyped(self.random, row["core"]))

    def _form(self, row: Row) -> Row:
        land = next(each for each in LANDS if each.code == row["land"])
        return self._again(row, form=self.random.choice([form for form in (*land.forms, "") if form != row["form"]]))

    def _trade_name(self, row: Row) -> Row | None:
        """Known by half of its name, and by something that is its alone."""
        words = row["core"].split()
        if len(words) < 2 or not (row["vat"] and row["website"]):
            return None
        again = self._again(row, core=words[0] if len(words[0]) > 3 else " ".join(words[:2]))
        return again | {"vat": row["vat"], "phone": row["phone"]}


def channels_of(row: Row) -> dict[str, Any]:
    """E-mails and phones of a contact as the store takes them."""
    return {
        "emails": tuple(Email(address) for address in row["emails"]),
        "phones": tuple(Phone(number) for number in row["phones"]),
    }
