"""``crm-tui contacts``: contacts of all customers, as a table to look at or as a mailing list (rule 9).

The table has everybody who fits, and says of whom a mailing list would leave out why; the other formats are the list.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from crm_tui.cli import DONE, NOTHING_FOUND, complain
from crm_tui.cli.naming import id_of
from crm_tui.cli.opening import files_of, open_existing
from crm_tui.cli.progress import Progress, grouped
from crm_tui.cli.tables import table
from crm_tui.domain.errors import Invalid
from crm_tui.domain.mailing import Include, LeftOut
from crm_tui.domain.named import Named, named_users, named_values
from crm_tui.domain.normalise import parse_query
from crm_tui.domain.registries import RegistryKind
from crm_tui.interchange import mailing_list
from crm_tui.interchange.files import new_file
from crm_tui.interchange.mailing_list import Format, MailingList
from crm_tui.store.contacts import ContactQuery, PersonRow
from crm_tui.store.port import Store
from crm_tui.text import harmless

#: --format
FORMATS = {"csv": Format.CSV, "vcard": Format.VCARD, "json": Format.JSON, "emails": Format.EMAILS}
_HEADER = ("name", "title", "role", "customer", "e-mail", "phone")
_REGISTRIES = {
    "keyword": RegistryKind.KEYWORD,
    "role": RegistryKind.CONTACT_ROLE,
    "industry": RegistryKind.INDUSTRY,
    "segment": RegistryKind.SEGMENT,
}


def run(arguments: argparse.Namespace) -> int:
    """Print or write them."""
    include: frozenset[Include] = arguments.include
    with closing(open_existing(arguments)) as store, Progress("Reading contacts") as progress:
        query = query_of(store, arguments)
        form = _format(arguments)
        if form is None:
            if Include.INACTIVE in include and query.active:
                query = replace(query, active=None)
            return _show(list(mailing_list.rows(store, query, progress=progress.step)), include, arguments)
        collected = mailing_list.collect(store, query, include, progress=progress.step)
    return _write(collected, form, arguments) if collected else NOTHING_FOUND


def query_of(store: Store, arguments: argparse.Namespace) -> ContactQuery:
    """What the list is narrowed to: a saved view, and on top of it what is named. Raises Invalid."""
    query = ContactQuery()
    if arguments.view is not None:
        views = {view.id: view for view in store.views.contacts()}
        named = (Named(view.id, view.name, view.name) for view in views.values())
        query = views[id_of("view", arguments.view, named)].query
    chosen: dict[str, int] = {}
    for field, kind in _REGISTRIES.items():
        typed = getattr(arguments, field)
        if typed is not None:
            groups = store.registries.list(RegistryKind.SEGMENT_GROUP) if kind is RegistryKind.SEGMENT else ()
            chosen[field] = id_of(field, typed, named_values(store.registries.list(kind), groups))
    if arguments.owner is not None:
        chosen["owner"] = id_of("owner", arguments.owner, named_users(store.users.list(inactive=True)))
    text = " ".join(arguments.text)
    if arguments.text or query.text.strip():
        _check_words(text if arguments.text else query.text)
    return replace(query, **chosen, text=text or query.text)


def _check_words(text: str) -> None:
    """A search for nothing lists everybody: fine to look at while one types, but not what a script means by a variable
    that is empty, nor whom to write to."""
    if parse_query(text).is_empty:
        raise Invalid("text", f"“{text}” has no letter, digit or symbol to look for; leave it out to list everybody")


def _format(arguments: argparse.Namespace) -> Format | None:
    """As asked for, or as the ending of the file says; None is the table."""
    if arguments.format is not None:
        return FORMATS.get(arguments.format)
    ending = Path(arguments.output or "").suffix.lower().removeprefix(".")
    return next((form for form in Format if form.value == ending), None)


def _show(rows: list[PersonRow], include: frozenset[Include], arguments: argparse.Namespace) -> int:
    if not rows:
        return _nobody()
    lines = table(_HEADER, [_cells(row, include) for row in rows])
    _out([f"{line}\n".encode("utf-8", "replace") for line in lines], arguments)
    complain(f"{_contacts(len(rows))}.")
    return DONE


def _cells(row: PersonRow, include: frozenset[Include]) -> tuple[str, ...]:
    contact = row.contact
    place = mailing_list.place_of(row, include)
    return (
        f"{contact.first_name} {contact.last_name}",
        contact.title or "",
        row.role_name or "",
        row.customer_name,
        place.address or f"({place.left_out})",
        mailing_list.first_phone(contact) or "",
    )


def _write(collected: MailingList, form: Format, arguments: argparse.Namespace) -> int:
    left_out = _left_out(collected.left_out)
    if not collected.entries:
        return _nobody(left_out)
    _out(mailing_list.written(collected, form), arguments)
    target = f" written to {arguments.output}" if arguments.output else ""
    complain(f"{_contacts(len(collected.entries))}{target}{left_out}.")
    return DONE


def _nobody(left_out: str = "") -> int:
    complain(f"no contact fits{left_out}.")
    return NOTHING_FOUND


def _left_out(counts: Mapping[LeftOut, int]) -> str:
    """``; left out: 3 inactive, 1 e-mail not allowed``."""
    said = ", ".join(f"{grouped(number)} {reason}" for reason, number in counts.items())
    return f"; left out: {said}" if said else ""


def _contacts(number: int) -> str:
    return f"{grouped(number)} contact{'' if number == 1 else 's'}"


def _out(parts: Iterable[bytes], arguments: argparse.Namespace) -> None:
    """To the letter into a file or a pipe; a terminal gets it without what could steer it."""
    if arguments.output:
        room = files_of(arguments).check_room
        with new_file(Path(arguments.output), overwrite=arguments.force, check_room=room) as file:
            file.writelines(parts)
    elif sys.stdout.isatty():
        for part in parts:
            print(harmless(part.decode()), end="")
    else:
        sys.stdout.buffer.writelines(parts)
    sys.stdout.flush()
