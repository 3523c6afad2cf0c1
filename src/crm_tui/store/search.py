"""Find anything: one line over everything that has a name or a number."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from crm_tui.domain.entities import Kind


class Hit(Struct, frozen=True, kw_only=True):
    """What was found: ``label`` its name, ``detail`` what tells it from others (phone, e-mail, number).

    ``customer`` is the card it is on; ``tab`` (1 to 5) where on the card."""

    kind: Kind
    id: int
    customer: int
    customer_name: str
    label: str
    detail: str
    tab: int
    is_active: bool


class Hits(Struct, frozen=True, kw_only=True):
    """The best hits; ``capped`` says that there are more."""

    hits: tuple[Hit, ...]
    capped: bool


class Line(Struct, frozen=True, kw_only=True):
    """What was found, with what a look-up from the shell prints: ``number`` is its own, of a contact none; phones and
    e-mails are those that may be used, the first first."""

    kind: Kind
    id: int
    customer: int
    customer_number: int
    customer_name: str
    name: str
    number: str
    title: str
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    is_active: bool


class LookUp(Struct, frozen=True, kw_only=True):
    """The best hits; ``capped`` says that there are more, ``near`` what may have been meant where there are none."""

    lines: tuple[Line, ...]
    capped: bool
    near: tuple[str, ...]


class Search(Protocol):
    """Any words in any order, by prefix; infix from three letters where prefixes find nothing."""

    def anything(self, text: str, *, limit: int = 50, inactive: bool = False) -> Hits: ...
    def lookup(self, text: str, *, limit: int = 20, inactive: bool = False) -> LookUp:
        """The same hits for somebody at a shell, with numbers and addresses at hand."""
        ...
