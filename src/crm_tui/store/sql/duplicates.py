"""Duplicates: those that something new looks like, all pairs of a kind, and pairs that are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from heapq import heappush, heappushpop
from typing import Any

from msgspec.structs import asdict

from crm_tui.domain import likeness_channels as channels
from crm_tui.domain.contacts import NewContact
from crm_tui.domain.customers import NewCustomer
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import Invalid, NotFound
from crm_tui.domain.likeness import LIKELY, Likeness
from crm_tui.domain.likeness_companies import compare_companies
from crm_tui.domain.likeness_keys import company_keys, person_keys
from crm_tui.domain.likeness_names import company_words, tokens
from crm_tui.domain.likeness_people import compare_people
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.duplicates import Compared, Dismissed, Likely, Pair, Pairs
from crm_tui.store.sql import dismissals, duplicate_rows
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.duplicate_pairs import BLOCK, Meeting
from crm_tui.store.sql.duplicate_search import contacts_like, customers_like, words_in
from crm_tui.store.sql.facet import Facet
from crm_tui.store.sql.indexing import home_country
from crm_tui.store.sql.tables import BY_KIND

_SEE = "see customers"
_MOST_LIKELY = 5
#: rows that are read in one transaction, so that none holds up others for long
_BATCH = 10_000
#: rows that are kept in memory to be compared with others, a kilobyte each
_MOST_KEPT = 150_000
#: a row by its id, the words of its name, and its keys
_Keyed = tuple[int, tuple[str, ...], Iterator[str]]


class SqlDuplicates(Facet):
    """The Duplicates facet."""

    def like_customer(self, new: NewCustomer, own: int | None = None) -> tuple[Likely, ...]:
        """At most five that a customer about to be saved looks like."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            region = home_country(con)
            is_common = words_in(con, "customer_words")
            company = duplicate_rows.company_of(new, _place(con, own), region, is_common)
            found = duplicate_rows.companies(con, customers_like(con, new, company), region, is_common)
            scores = {key: compare_companies(company, other) for key, other in found.items() if key != own}
            return _likeliest(con, Kind.CUSTOMER, scores, own)

    def like_contact(self, new: NewContact, own: int | None = None) -> tuple[Likely, ...]:
        """The same for a contact, among those of all customers."""
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            region = home_country(con)
            row = con.execute("SELECT name FROM customer WHERE id = ?", (new.customer,)).fetchone()
            is_common = words_in(con, "contact_words")
            person = duplicate_rows.person_of(new, row[0] if row else "", region, is_common)
            found = duplicate_rows.people(con, contacts_like(con, new, person), region, is_common)
            scores = {key: compare_people(person, other) for key, other in found.items() if key != own}
            return _likeliest(con, Kind.CONTACT, scores, own)

    def pairs(self, kind: Kind, *, limit: int = 500, least: int = LIKELY, compared: Compared | None = None) -> Pairs:
        """Look through all of a kind; Interrupted where a newer question was asked in its slot."""
        _need_kind(kind)
        tell = compared or _silent
        meeting, total = self._meet(kind, tell)
        known = self._dismissed_pairs(kind)
        best: list[tuple[int, int, int, Likeness]] = []
        rows: dict[int, Any] = {}
        found = done = 0
        for block in meeting.pairs():
            self._need_newest()
            wanted = [pair for pair in block if pair not in known]
            for one, other, likeness in self._compared(kind, wanted, rows, meeting, least):
                if likeness.score < least:
                    continue
                found += 1
                entry = (likeness.score, -one, -other, likeness)
                heappush(best, entry) if len(best) < limit else heappushpop(best, entry)
            done += BLOCK if block else 0
            tell(min(total, (total + done) // 2), total)
        tell(total, total)
        listed = self._listed(kind, sorted(best, key=lambda entry: entry[:3], reverse=True))
        return Pairs(pairs=listed, total=found, compared=len(meeting))

    def dismiss(self, kind: Kind, one: int, other: int) -> None:
        """Remember that the two are not the same."""
        self._put(kind, one, other, dismissed=True)

    def readmit(self, kind: Kind, one: int, other: int) -> None:
        """Forget that they are not the same."""
        self._put(kind, one, other, dismissed=False)

    def dismissed(self, kind: Kind) -> tuple[Dismissed, ...]:
        """The pairs that somebody said are none, the newest first; without those of which one is gone."""
        _need_kind(kind)
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            rows: list[Any] = con.execute(
                "SELECT n.low_id, n.high_id, n.at, u.name FROM not_duplicate n"
                " LEFT JOIN crm_user u ON u.id = n.actor_id WHERE n.kind = ? ORDER BY n.at DESC, n.low_id, n.high_id",
                (kind.value,),
            ).fetchall()
            sides = duplicate_rows.sides(con, kind, {key for low, high, *_ in rows for key in (low, high)})
            return tuple(
                Dismissed(
                    kind=kind, first=sides[low], second=sides[high], at=dt.datetime.fromisoformat(at), by_name=name
                )
                for low, high, at, name in rows
                if low in sides and high in sides
            )

    def _put(self, kind: Kind, one: int, other: int, *, dismissed: bool) -> None:
        _need_kind(kind)
        if one == other:
            raise Invalid("other", "is the same: it takes two that are no duplicates")
        with self._writing("dismiss duplicate" if dismissed else "readmit duplicate") as (work, rights):
            rights.need_customers(CustomerLevel.EDIT, "say what is no duplicate")
            sides = duplicate_rows.sides(work.con, kind, (one, other))
            for key in (one, other):
                if key not in sides:
                    raise NotFound(kind.value, key)
            dismissals.put(work, kind, one, other, dismissed=dismissed)

    def _meet(self, kind: Kind, tell: Compared) -> tuple[Meeting, int]:
        """The keys of all rows of a kind, and how many rows there are."""
        meeting = Meeting()
        table = BY_KIND[kind].name
        with self._reading() as (con, rights):
            rights.need_customers(CustomerLevel.READ, _SEE)
            total: int = con.execute(f"SELECT count(*) FROM {table}").get
        read = _customer_keys if kind is Kind.CUSTOMER else _contact_keys
        after: int | None = 0
        while after is not None:
            with self._reading() as (con, _):
                last = after
                after = None
                for after, words, keys in read(con, last):
                    meeting.add(after, words, keys)
            self._need_newest()
            tell(min(total, len(meeting)) // 2, total)
        return meeting, total

    def _dismissed_pairs(self, kind: Kind) -> set[tuple[int, int]]:
        with self._reading() as (con, _):
            return dismissals.all_of(con, kind)

    def _compared(
        self, kind: Kind, pairs: list[tuple[int, int]], rows: dict[int, Any], meeting: Meeting, least: int
    ) -> Iterator[tuple[int, int, Likeness]]:
        """Pairs with their likeness. ``rows`` keeps what was read: others are to be compared with the same."""
        missing = sorted({key for pair in pairs for key in pair if key not in rows})
        if len(rows) + len(missing) > _MOST_KEPT:
            rows.clear()
            missing = sorted({key for pair in pairs for key in pair})
        compare: Callable[[Any, Any, int], Likeness] = compare_people
        with self._reading() as (con, _):
            region = home_country(con)
            if kind is Kind.CUSTOMER:
                compare = compare_companies
                rows |= duplicate_rows.companies(con, missing, region, meeting.is_common)
            else:
                rows |= duplicate_rows.people(con, missing, region, meeting.is_common)
        for one, other in pairs:
            if one in rows and other in rows:
                yield one, other, compare(rows[one], rows[other], least)

    def _listed(self, kind: Kind, best: list[tuple[int, int, int, Likeness]]) -> tuple[Pair, ...]:
        with self._reading() as (con, _):
            sides = duplicate_rows.sides(con, kind, {-key for _, *keys, _ in best for key in keys})
        return tuple(
            Pair(kind=kind, first=sides[-one], second=sides[-other], score=score, reasons=likeness.reasons)
            for score, one, other, likeness in best
            if -one in sides and -other in sides
        )

    def _need_newest(self) -> None:
        if self._binding.question is not None:
            self._binding.database.need_newest(self._binding.question)


def _contact_keys(con: Connection, after: int) -> Iterator[_Keyed]:
    rows = con.execute(
        "SELECT id, first_name, last_name, emails, phones, customer_id FROM contact"
        f" WHERE id > ? AND is_deleted = 0 ORDER BY id LIMIT {_BATCH}",
        (after,),
    )
    for key, first, last, emails, phones, customer in rows:
        firsts, lasts = tokens(first), tokens(last)
        tails = [tail for tail in map(channels.phone_tail, duplicate_rows.numbers_of(phones)) if tail]
        addresses = duplicate_rows.addresses_of(emails)
        yield key, (*firsts, *lasts), person_keys(firsts, lasts, addresses, tails, customer)


def _customer_keys(con: Connection, after: int) -> Iterator[_Keyed]:
    rows = con.execute(
        "SELECT c.id, c.name, c.vat_number, c.business_id, a.country, c.email, c.website, c.phone"
        " FROM customer c LEFT JOIN address a ON a.id = c.headquarters_id"
        f" WHERE c.id > ? AND c.is_internal = 0 ORDER BY c.id LIMIT {_BATCH}",
        (after,),
    )
    for key, name, vat, business_id, country, email, website, phone in rows:
        words, _ = company_words(name)
        number, ids = duplicate_rows.identifiers(vat, business_id, country)
        address = channels.email(email) if email else None
        domains = duplicate_rows.own_domains(address, website)
        numbers = [*ids, *([number] if number else [])]
        yield key, words, company_keys(words, numbers, address, domains, channels.phone_tail(phone or ""))


def _place(con: Connection, own: int | None) -> tuple[Any, Any, Any]:
    """City, postal code and country of a customer's headquarters."""
    row = con.execute(
        "SELECT a.city, a.postal_code, a.country FROM customer c JOIN address a ON a.id = c.headquarters_id"
        " WHERE c.id = ?",
        (own,),
    ).fetchone()
    return row or (None, None, None)


def _likeliest(con: Connection, kind: Kind, scores: dict[int, Likeness], own: int | None) -> tuple[Likely, ...]:
    likely = {key: likeness for key, likeness in scores.items() if likeness.score >= LIKELY}
    best = sorted(likely, key=lambda key: (-likely[key].score, key))
    if own is not None:
        best = [key for key in best if not dismissals.is_dismissed(con, kind, key, own)]
    sides = duplicate_rows.sides(con, kind, best[:_MOST_LIKELY])
    return tuple(
        Likely(**asdict(sides[key]), kind=kind, score=likely[key].score, reasons=likely[key].reasons)
        for key in best
        if key in sides
    )


def _need_kind(kind: Kind) -> None:
    if kind not in (Kind.CUSTOMER, Kind.CONTACT):
        raise Invalid("kind", "only customers and contacts are looked through for duplicates")


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
