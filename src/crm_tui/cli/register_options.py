"""What can be typed after the commands that ask business registers."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from crm_tui.cli.card_options import shown_number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crm_tui.domain.register_update import Take

_COUNTRIES = ("FI", "NO")


def add_to(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the three commands."""
    _register(add("register", "look a company up in the business register of Finland or Norway; needs no store"))
    _update_customer(
        add("update-customer", "compare a customer with its business register, and take over what changed there")
    )
    _update_customers(
        add("update-customers", "compare all customers of a country with its business register; changes nothing")
    )


def _register(parser: argparse.ArgumentParser) -> None:
    number = "VAT number, business id or organization number"
    parser.add_argument("number", nargs="*", metavar="NUMBER", help=number)
    parser.add_argument("--name", metavar="TEXT", help="find companies by name instead, the first 20 of a register")
    _country(parser, "of this country: FI or NO (otherwise as the number tells, or both for a name)")
    _form(parser)


def _update_customer(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", type=shown_number, metavar="NUMBER", help="the number of the customer")
    what = "what to take: name, address, e-mail, website, phone, industry, with commas between"
    parser.add_argument("--take", type=_taken, metavar="WHAT", help=f"{what} (what is proposed unless given)")
    parser.add_argument("--postal", action="store_true", help="the postal address instead of the visiting one")
    parser.add_argument("--dry-run", action="store_true", help="compare, and change nothing")
    _form(parser)


def _update_customers(parser: argparse.ArgumentParser) -> None:
    _country(parser, "whose customers: FI or NO", required=True)
    parser.add_argument("--dry-run", action="store_true", help="needed: there is a report only, nothing is taken")
    parser.add_argument("--restart", action="store_true", help="ask all anew, also who was asked today")
    parser.add_argument("--output", metavar="FILE", help="write the report to this file")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
    _form(parser)


def _country(parser: argparse.ArgumentParser, text: str, *, required: bool = False) -> None:
    # a place of its own: --country before the command is that of a new organization
    parser.add_argument(
        "--country", dest="of_country", type=str.upper, choices=_COUNTRIES, required=required, help=text
    )


def _form(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")


def _taken(text: str) -> frozenset[Take]:
    from crm_tui.domain.register_update import Take

    try:
        taken = frozenset(Take(_spelled(name)) for name in text.split(",") if name.strip())
    except ValueError:
        taken = frozenset()
    if not taken:
        raise argparse.ArgumentTypeError(f"{text}: choose of {', '.join(Take)}")
    return taken


def _spelled(name: str) -> str:
    plain = name.strip().lower()
    return "e-mail" if plain == "email" else plain
