"""The address of a server: which ones may be asked, and what its machine is called in sentences."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from crm_tui.domain.errors import Invalid


class Address(NamedTuple):
    """``base`` is what paths are put behind; ``host`` names the machine, with the port if it is no usual one."""

    base: str
    host: str
    is_secure: bool
    is_here: bool


def address_of(url: str) -> Address:
    """The server that a URL means. Raises Invalid: https is needed, but for this very machine, and a user name or a
    password in it would be shown by every list of processes."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        host = parts.hostname or ""
        if host.isascii():
            host.encode("idna")  # who looks a name up does that: no part is empty, or too long
    except ValueError:  # UnicodeError is one
        raise Invalid("store", "that is no address of a server; one looks like https://crm.example.com") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid("store", "the address of a server begins with https://, such as https://crm.example.com")
    if parts.username is not None or parts.password is not None:
        raise Invalid("store", "no user name and no password may stand in the address; crm-tui login asks for them")
    if parts.query or parts.fragment:
        raise Invalid("store", f"the address ends behind the path: {_plain(parts)}")
    is_here = is_loopback(host)
    if parts.scheme == "http" and not is_here:
        raise Invalid("store", f"https is needed: over http everybody on the way to {host} could read and change all")
    return Address(_plain(parts), parts.netloc, parts.scheme == "https", is_here)


def is_loopback(host: str) -> bool:
    """Whether a host is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
