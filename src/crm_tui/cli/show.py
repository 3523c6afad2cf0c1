"""``crm-tui show``: the card of a customer as text, or as JSON."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from crm_tui.cli import DONE, NOTHING_FOUND, USAGE, card_money, card_read, card_text, complain
from crm_tui.cli.card_read import Asked, HiddenTab
from crm_tui.cli.find import or_meant
from crm_tui.cli.opening import clock, open_existing
from crm_tui.cli.settings_file import read_settings
from crm_tui.cli.tables import as_json
from crm_tui.cli.text_blocks import sentence, title
from crm_tui.cli.which_customer import NothingFits, Several, customer_of
from crm_tui.domain.permission_words import case_limit, hidden_by
from crm_tui.store.customers import CustomerCard
from crm_tui.store.port import Store
from crm_tui.zones import zone_of

#: how wide text is that goes to no terminal
_WIDTH = 80
#: narrower ones break the lines themselves
_LEAST_WIDTH = 60


class _Tab(NamedTuple):
    """A tab of the card: its name for the command line and for people, what all of it is, and how it is read."""

    name: str
    title: str
    holds: str
    read: Callable[[Store, Asked], Any]


_TABS = (
    _Tab("contact", "Contact information", "all of them", card_read.read_contact),
    _Tab("sales", "Sales & projects", "all cases", card_read.read_sales),
    _Tab("collaboration", "Collaboration", "all projects", card_read.read_collaboration),
    _Tab("financials", "Financials", "all figures and invoices", card_read.read_financials),
    _Tab("settings", "Customer settings", "all settings", card_read.read_settings_tab),
)


def run(arguments: argparse.Namespace) -> int:
    """Print the card of the customer that is meant."""
    settings = read_settings()
    tabs = [tab for number, tab in enumerate(_TABS, 1) if arguments.tab in (None, tab.name, str(number))]
    with closing(open_existing(arguments)) as store:
        try:
            customer = customer_of(store, arguments.words, inactive=arguments.all)
        except Several as error:
            for line in error.lines:
                print(line, file=sys.stderr)
            complain(str(error))
            return USAGE
        except NothingFits as error:
            complain(f"{error}{or_meant(_near(store, arguments))}")
            return NOTHING_FOUND
        asked = Asked(customer, clock(), zone_of(settings.time_zone), arguments.limit, arguments.all, settings.dates)
        card = store.customers.card(customer, asked.today)
        limit = case_limit(store.users.me().profile)
        read = {tab: card_read.whole_or_hidden(tab.read, store, asked) for tab in tabs}
    if arguments.json:
        found = {"card": card_read.plain(card), "limited_by": limit or None}
        found |= {tab.name: card_read.plain(content) for tab, content in read.items()}
        print(as_json(found, is_terminal=sys.stdout.isatty()))
        return DONE
    wide = max(_LEAST_WIDTH, shutil.get_terminal_size((_WIDTH, 24)).columns) if sys.stdout.isatty() else _WIDTH
    for line in card_text.header(card, limit, wide):
        print(line)
    for tab, content in read.items():
        for line in (*title(tab.title, wide), *_lines(tab, card, content, asked, wide)):
            print(line)
    return DONE


def _near(store: Store, arguments: argparse.Namespace) -> Sequence[str]:
    """What may have been meant by words that nothing fits."""
    return store.search.lookup(" ".join(arguments.words), limit=1, inactive=True).near


def _lines(tab: _Tab, card: CustomerCard, content: Any, asked: Asked, wide: int) -> list[str]:
    """What a tab holds, or the permission that it needs."""
    match content:
        case HiddenTab():
            return sentence(hidden_by(content.hidden_by, tab.holds), wide)
        case card_read.ContactTab():
            return card_text.contact_lines(card, content, asked, wide)
        case card_read.SalesTab():
            return card_text.sales_lines(content, asked, wide)
        case card_read.CollaborationTab():
            return card_text.collaboration_lines(content, asked, wide)
        case card_read.FinancialsTab():
            return card_money.financial_lines(content, card.customer.name, asked, wide)
        case _:
            return card_money.settings_lines(content, wide)
