"""Which customer is meant by a number, an id of ``crm-tui find --ids``, or words, as *Find anything* finds them."""

from __future__ import annotations

from collections.abc import Sequence

from crm_tui.cli.tables import table
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import CrmError, NotFound
from crm_tui.domain.normalise import fold
from crm_tui.store.port import Store
from crm_tui.store.search import Hit

_MOST = 50
#: more digits are no number of ours
_MOST_DIGITS = 15


class NothingFits(NotFound):
    """No words of anything begin so."""

    def __init__(self, words: str) -> None:
        super().__init__("customer, contact, case or invoice called", f"“{words}”")


class Several(CrmError):
    """More than one customer is meant; ``lines`` list them with their numbers."""

    def __init__(self, words: str, lines: Sequence[str], *, more: bool) -> None:
        than = f"more than {len(lines)}" if more else str(len(lines))
        super().__init__(f"“{words}” may be one of {than} customers: name one by its number.")
        self.lines = lines


def customer_of(store: Store, words: Sequence[str], *, inactive: bool = False) -> int:
    """The id of the customer. What is inactive is found where nothing else is, or if it is asked for. Raises NotFound
    for an id that nothing has, NothingFits for words, or Several where it is not clear."""
    text = " ".join(words).strip()
    for read in (_by_id, _numbered, _called):
        customer = read(store, text)
        if customer is not None:
            return customer
    found = store.search.anything(text, limit=_MOST, inactive=inactive)
    if not found.hits and not inactive:
        found = store.search.anything(text, limit=_MOST, inactive=True)
    hits = found.hits
    exact = {hit.customer for hit in hits if fold(hit.label) == fold(text)}
    meant = exact if len(exact) == 1 else {hit.customer for hit in hits}
    if not meant:
        raise NothingFits(text)
    if len(meant) > 1:
        raise Several(text, _listed(store, hits), more=found.capped)
    return meant.pop()


def _by_id(store: Store, text: str) -> int | None:
    """The customer of what has this id (``contact:42``); None for other words."""
    kind, colon, digits = text.partition(":")
    if not (colon and digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS):
        return None
    key = int(digits)
    match kind:
        case Kind.CUSTOMER:
            return store.customers.get(key).id
        case Kind.CONTACT:
            return store.contacts.get(key).customer
        case Kind.CASE:
            return store.cases.get(key).customer
        case Kind.INVOICE:
            return store.finance.invoice(key).customer
        case _:
            return None


def _numbered(store: Store, text: str) -> int | None:
    """The customer of that number; a number without one may be that of a case, an invoice or a phone."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        return None
    try:
        return store.customers.by_number(int(text)).id
    except NotFound:
        return None


def _called(store: Store, text: str) -> int | None:
    """The customer with a name that would be read as a query: the second word of ``Kone -palvelu`` as one to leave
    out."""
    if " -" not in text:
        return None
    quoted = text.replace('"', " ")
    hits = store.search.anything(f'"{quoted}"', limit=_MOST, inactive=True).hits
    called = {hit.customer for hit in hits if fold(hit.label) == fold(text)}
    return called.pop() if len(called) == 1 else None


def _listed(store: Store, hits: Sequence[Hit]) -> list[str]:
    """The customers with what was found of them, the best first."""
    first: dict[int, Hit] = {}
    for hit in hits:
        first.setdefault(hit.customer, hit)
    rows = []
    for hit in first.values():
        why = "" if hit.kind is Kind.CUSTOMER else f"{hit.kind.value} {hit.label}"
        rows.append((str(store.customers.get(hit.customer).number), hit.customer_name, why))
    return table(("number", "customer", "found"), rows)[1:]
