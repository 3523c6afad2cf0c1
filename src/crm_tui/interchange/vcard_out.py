"""Contacts as vCards 3.0 or 4.0, which differ in little that is used here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from crm_tui.domain.contacts import EmailKind, PhoneKind
from crm_tui.interchange.records import ContactRecord

_PHONE_TYPES = {
    PhoneKind.MOBILE: "cell",
    PhoneKind.WORK: "work",
    PhoneKind.HOME: "home",
    PhoneKind.FAX: "fax",
    PhoneKind.OTHER: "x-other",
}
_EMAIL_TYPES = {EmailKind.WORK: "work", EmailKind.PRIVATE: "home", EmailKind.OTHER: "x-other"}
_LINE_END = re.compile(r"\r\n|[\r\n]")


def write_vcard(contacts: Iterable[ContactRecord], version: Literal["3.0", "4.0"] = "4.0") -> str:
    """One card for each contact, with CRLF line ends, folded at 75 bytes.

    Numbers and addresses marked "do not use" are left out. The external reference becomes the UID.
    """
    lines = (line for contact in contacts for line in _card(contact, version))
    return "".join(f"{_fold(line)}\r\n" for line in lines)


def _card(contact: ContactRecord, version: str) -> Iterable[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield f"UID:{_escape(contact.external_ref.removeprefix('vcard:'))}"
    yield f"FN:{_escape(f'{contact.first_name} {contact.last_name}')}"
    yield f"N:{_escape(contact.last_name)};{_escape(contact.first_name)};;;"
    for name, text in (
        ("ORG", contact.organization),
        ("TITLE", contact.title),
        ("ROLE", contact.role),
        ("NOTE", contact.description),
    ):
        if text:
            yield f"{name}:{_escape(text)}"
    for email in contact.emails:
        if not email.do_not_use:
            yield f"EMAIL;TYPE={_EMAIL_TYPES[email.kind]}:{_escape(email.address)}"
    for phone in contact.phones:
        if not phone.do_not_use:
            yield f"TEL;TYPE={_PHONE_TYPES[phone.kind]}:{_escape(phone.number)}"
    if contact.keywords:
        yield f"CATEGORIES:{','.join(map(_escape, contact.keywords))}"
    if contact.date_of_birth:
        yield f"BDAY:{contact.date_of_birth.strftime('%Y%m%d' if version == '4.0' else '%Y-%m-%d')}"
    if contact.language:
        yield f"LANG:{_escape(contact.language)}"
    yield "END:VCARD"


def _escape(text: str) -> str:
    r"""Backslash, comma and semicolon with a backslash before them, line ends as ``\n``."""
    return _LINE_END.sub(r"\\n", re.sub(r"([\\,;])", r"\\\1", text))


def _fold(line: str) -> str:
    """Cut into lines of at most 75 bytes, never inside a character; each further one begins with a blank."""
    data = line.encode()
    if len(data) <= 75:
        return line
    parts, begin, room = [], 0, 75
    while begin < len(data):
        end = min(begin + room, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(data[begin:end].decode())
        begin, room = end, 74
    return "\r\n ".join(parts)
