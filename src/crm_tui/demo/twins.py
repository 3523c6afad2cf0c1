"""What is entered twice in every company: customers under another suffix or with a typing error, people without their
accents, with capitals in the e-mail address, or with first and last name the wrong way round."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from crm_tui.demo.companies import Company
from crm_tui.demo.people import add_contact
from crm_tui.demo.world import World
from crm_tui.domain.contacts import Email, Phone


class _Twin(NamedTuple):
    """The company that is another one's second entry, by their places; and how its name was written."""

    place: int
    of: int
    written: Callable[[str], str]


#: second entries are among the companies of which nothing else is known
_TWINS = (
    _Twin(111, 35, lambda name: f"{name.rsplit(' ', 1)[0]} Group"),
    _Twin(137, 40, lambda name: name.upper()),
    _Twin(150, 65, lambda name: f"{name[:2]}{name[3:]}"),
)


def add_twins(world: World, companies: list[Company]) -> None:
    """Make second entries of some, where there are many customers."""
    if len(companies) > _TWINS[-1].place:
        for twin in _TWINS:
            _enter_again(world, companies[twin.of], companies[twin.place], twin.written)


def _enter_again(world: World, company: Company, again: Company, written: Callable[[str], str]) -> None:
    row, second = world.rows["customer"][company.id - 1], world.rows["customer"][again.id - 1]
    headquarters = world.rows["address"][company.addresses[0] - 1]
    second |= {"name": written(row["name"]), "phone": row["phone"], "website": f"https://{company.domain}"}
    place = {name: headquarters[name] for name in ("line1", "postal_code", "city", "country")}
    world.rows["address"][again.addresses[0] - 1] |= place
    people = [each for each in world.rows["contact"] if each["customer"] == company.id and each["first_name"]]
    for n, person in enumerate(people[:3]):
        names = (person["first_name"], person["last_name"])
        if n == 1:
            names = names[::-1]
        emails = tuple(
            Email(each.address.title().replace(".Example", ".example") if n == 2 else each.address)
            for each in person["emails"][:1]
        )
        phones = tuple(Phone(each.number.replace(" ", "")) for each in person["phones"][:1])
        add_contact(world, again, _plain(names[0]), _plain(names[1]), emails=emails, phones=phones)


def _plain(name: str) -> str:
    """A name as it is written where the keyboard has no accents."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
