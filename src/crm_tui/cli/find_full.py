"""``crm-tui find`` with the whole program: vCards, stores that are in no file, and what stands in the way of one that
can't be looked into."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from crm_tui.cli import DONE, NOTHING_FOUND, complain
from crm_tui.cli.find import Options, look, said
from crm_tui.cli.opening import open_existing, place_of
from crm_tui.domain.entities import Kind
from crm_tui.domain.registries import RegistryKind
from crm_tui.interchange.records import ContactRecord
from crm_tui.interchange.vcard_out import write_vcard
from crm_tui.store.locate import FILE
from crm_tui.store.port import Store
from crm_tui.store.search import Hit, LookUp
from crm_tui.store.sql import faults
from crm_tui.text import harmless, printable


def run(options: Options) -> int:
    """Print what is found. Raises the errors of the domain."""
    arguments = argparse.Namespace(store=options.store, login=options.login)
    found = place_of(arguments)
    if options.form != "vcard" and found.kind == FILE:
        open_existing(arguments).close()  # says what stands in the way, or puts it in order
        with faults.told(found.where):
            lines, capped, near = look(found.where, options)
        return said(lines, options, capped=capped, near=near)
    if options.form != "vcard":
        with closing(open_existing(arguments)) as store:
            answer = _looked_up(store, options)
        return said(answer.lines, options, capped=answer.capped, near=answer.near)
    with closing(open_existing(arguments)) as store:
        hits = _people(store, options)
        roles = {role.id: role.name for role in store.registries.list(RegistryKind.CONTACT_ROLE)}
        keywords = {word.id: word.name for word in store.registries.list(RegistryKind.KEYWORD)}
        cards = [write_vcard([_record(store, hit, roles, keywords)]) for hit in hits]
    if not cards:
        complain("nothing fits.")
        return NOTHING_FOUND
    written = "".join(cards)
    if sys.stdout.isatty():
        print(harmless(written), end="")
    else:
        sys.stdout.buffer.write(printable(written, is_tty=False).encode())
    sys.stdout.flush()
    return DONE


def _looked_up(store: Store, options: Options) -> LookUp:
    """What the first of the texts finds that finds something, or what may have been meant by the last."""
    *others, last = options.texts
    for text in others:
        found = store.search.lookup(text, limit=options.limit, inactive=options.inactive)
        if found.lines:
            return found
    return store.search.lookup(last, limit=options.limit, inactive=options.inactive)


def _people(store: Store, options: Options) -> list[Hit]:
    for text in options.texts:
        found = store.search.anything(text, limit=options.limit, inactive=options.inactive)
        if found.hits:
            return [hit for hit in found.hits if hit.kind is Kind.CONTACT]
    return []


def _record(store: Store, hit: Hit, roles: dict[int, str], keywords: dict[int, str]) -> ContactRecord:
    contact = store.contacts.get(hit.id)
    return ContactRecord(
        line=0,
        external_ref=contact.external_ref or f"crm-tui-contact-{contact.id}",
        customer_ref="",
        first_name=contact.first_name,
        last_name=contact.last_name,
        organization=hit.customer_name,
        title=contact.title or "",
        role=roles.get(contact.role, "") if contact.role is not None else "",
        emails=contact.emails,
        phones=contact.phones,
        keywords=tuple(keywords[keyword] for keyword in contact.keywords if keyword in keywords),
        language=contact.language or "",
    )
