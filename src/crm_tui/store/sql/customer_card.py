"""The customer card and the preview: few queries each, whatever the size of the customer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from msgspec import UNSET, UnsetType, json

from crm_tui.domain.addresses import Address
from crm_tui.domain.contacts import Phone
from crm_tui.domain.customers import Customer
from crm_tui.domain.errors import NotFound
from crm_tui.domain.money import Money, margin_percent
from crm_tui.domain.periods import window
from crm_tui.store.customers import ContactLine, CustomerCard, CustomerPreview, KeyFigures, Sum
from crm_tui.store.paging import Count
from crm_tui.store.sql import addresses, case_sums, feed, keyset
from crm_tui.store.sql.case_sums import OpenSales
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_money, case_seen
from crm_tui.store.sql.tables import ADDRESS, CUSTOMER, columns, decode, width
from crm_tui.store.sql.write import get

#: counts of the card stop here, so that a large customer opens as fast as a small one
CARD_CAP = 1_000
_PREVIEW_LINES = 5
_MONTHS = 6

_ACTIVE_CONTACTS = "contact p WHERE p.customer_id = :customer AND p.is_active = 1 AND p.is_deleted = 0"
_CARD = (
    f"SELECT {columns(CUSTOMER, 'c')}, o.name, created.name, updated.name, i.name, b.payment_term,"
    " coalesce(b.currency, (SELECT currency FROM organization)),"
    " EXISTS (SELECT 1 FROM registry_value WHERE kind = 'segment group'),"
    " EXISTS (SELECT 1 FROM favourite f WHERE f.user_id = :actor AND f.customer_id = c.id)"
    " FROM customer c LEFT JOIN crm_user o ON o.id = c.owner_id"
    " LEFT JOIN crm_user created ON created.id = c.created_by"
    " LEFT JOIN crm_user updated ON updated.id = c.updated_by"
    " LEFT JOIN registry_value i ON i.id = c.industry_id LEFT JOIN billing_settings b ON b.id = c.id"
    " WHERE c.id = :customer"
)


def card(con: Connection, rights: Rights, key: int, today: dt.date) -> CustomerCard:
    """The card of a customer; NotFound without it."""
    row = con.execute(_CARD, {"actor": rights.user, "customer": key}).fetchone()
    if row is None:
        raise NotFound("customer", key)
    customer = decode(CUSTOMER, row)
    owner, created_by, updated_by, industry, term, currency, has_groups, is_favourite = row[width(CUSTOMER) :]
    places = addresses.of_customer(con, key)
    return CustomerCard(
        customer=customer,
        owner_name=owner,
        created_by_name=created_by,
        updated_by_name=updated_by,
        industry_name=industry,
        segment_names=_segment_names(con, key),
        has_segment_groups=bool(has_groups),
        addresses=places,
        figures=_figures(con, rights, key, today, len(places), term, currency),
        is_favourite=bool(is_favourite),
    )


def preview(con: Connection, rights: Rights, key: int, now: dt.datetime, today: dt.date) -> CustomerPreview:
    """The side panel of the list; NotFound without the customer."""
    customer = get(con, CUSTOMER, key)
    owner = con.execute("SELECT name FROM crm_user WHERE id = ?", (customer.owner,)).fetchone()
    sales = _open_sales(con, rights, key) if rights.sees_list_money else None
    lately = feed.glance(con, rights, key, _PREVIEW_LINES, now, today)
    return CustomerPreview(
        customer=customer,
        owner_name=owner[0] if owner else None,
        headquarters=_headquarters(con, customer),
        contacts=_contact_lines(con, key),
        contact_count=_count(con, rights, key, _ACTIVE_CONTACTS),
        open_cases=_count(con, rights, key, _cases(rights, case_sums.OPEN_SALES)),
        open_value=UNSET if sales is None else sales.value,
        weighted_value=UNSET if sales is None else sales.weighted,
        planned=lately.planned,
        planned_count=lately.counts.planned,
        late_count=lately.counts.late,
        past=lately.past,
    )


def _figures(
    con: Connection,
    rights: Rights,
    key: int,
    today: dt.date,
    places: int,
    term: int | None,
    currency: str,
) -> KeyFigures:
    sales = _open_sales(con, rights, key)
    tasks = (
        "activity a WHERE a.customer_id = :customer AND a.over_at IS NULL AND a.is_done = 0 AND a.kind = 'task'"
        " AND a.case_id IN (SELECT k.id FROM crm_case k WHERE k.customer_id = :customer AND k.sales_state = 'won'"
        f" AND {case_seen(rights, 'k')})"
    )
    return KeyFigures(
        contacts=_count(con, rights, key, _ACTIVE_CONTACTS),
        addresses=places,
        open_value=UNSET if sales is None else sales.value,
        open_sales=_count(con, rights, key, _cases(rights, case_sums.OPEN_SALES)),
        projects=_count(con, rights, key, _cases(rights, case_sums.OPEN_PROJECTS)),
        tasks=_count(con, rights, key, tasks),
        late_tasks=_count(
            con, rights, key, f"{tasks} AND a.at < '{today.isoformat()}' AND a.due < '{today.isoformat()}'"
        ),
        margin_percent=_margin(con, rights, key, today, currency),
        payment_term=term,
        currency=currency,
    )


def _cases(rights: Rights, condition: str) -> str:
    return f"crm_case k WHERE k.customer_id = :customer AND {condition} AND {case_seen(rights, 'k')}"


def _count(con: Connection, rights: Rights, customer: int, rows: str) -> Count:
    return keyset.count(con, [rows], rights.parameters | {"customer": customer}, cap=CARD_CAP)


def _open_sales(con: Connection, rights: Rights, customer: int) -> OpenSales | None:
    """None where the actor sees no money at all."""
    if not case_sums.sees_any_money(rights):
        return None
    return case_sums.open_sales(con, rights, f"[{customer}]").get(customer, OpenSales(Sum(), Sum()))


def _margin(con: Connection, rights: Rights, customer: int, today: dt.date, currency: str) -> int | UnsetType | None:
    """The margin of the actuals in the default window in whole percent of what was billed, half up.

    Of the cases in ``currency`` whose money is seen; UNSET where there are others only."""
    if not case_sums.sees_any_money(rights):
        return UNSET
    months = window(today, _MONTHS)
    shown = case_money(rights, "k")
    rows: list[Any] = con.execute(
        f"SELECT sum(a.billed), sum(coalesce(a.labor_cost, 0) + coalesce(a.other_cost, 0)), {shown} AS shown"
        " FROM crm_case k CROSS JOIN actual a ON a.case_id = k.id"
        " WHERE k.customer_id = :customer AND k.currency = :currency"
        f" AND {case_seen(rights, 'k')} AND (a.year, a.month) BETWEEN (:first_year, :first_month)"
        " AND (:last_year, :last_month) GROUP BY shown ORDER BY shown DESC",
        rights.parameters
        | {
            "customer": customer,
            "currency": currency,
            "first_year": months[0].year,
            "first_month": months[0].month,
            "last_year": months[-1].year,
            "last_month": months[-1].month,
        },
    ).fetchall()
    if not rows:
        return None
    billed, costs, is_shown = rows[0]
    if not is_shown:
        return UNSET
    if not billed:
        return None
    return margin_percent(Money(billed - costs, currency), Money(billed, currency))


def _segment_names(con: Connection, customer: int) -> tuple[str, ...]:
    rows = con.execute(
        "SELECT v.name FROM customer_segment s JOIN registry_value v ON v.id = s.segment_id"
        " WHERE s.customer_id = ? ORDER BY s.position",
        (customer,),
    )
    return tuple(row[0] for row in rows)


def _headquarters(con: Connection, customer: Customer) -> Address | None:
    return None if customer.headquarters is None else get(con, ADDRESS, customer.headquarters)


def _contact_lines(con: Connection, customer: int) -> tuple[ContactLine, ...]:
    rows = con.execute(
        f"SELECT p.id, p.first_name || ' ' || p.last_name, p.phones FROM {_ACTIVE_CONTACTS}"
        f" ORDER BY p.name_key, p.id LIMIT {_PREVIEW_LINES}",
        {"customer": customer},
    )
    return tuple(ContactLine(id=key, name=name, phone=first_phone(phones)) for key, name, phones in rows)


def first_phone(phones: str) -> str | None:
    """The first number of a contact that may be used."""
    decoded: Any = json.decode(phones, type=tuple[Phone, ...])
    return next((phone.number for phone in decoded if not phone.do_not_use), None)
