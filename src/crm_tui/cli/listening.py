"""Where a server listens, and whether it may: never in the clear beyond this machine."""

from __future__ import annotations

import socket
import ssl
from typing import NamedTuple

from crm_tui.domain.errors import Invalid, Unavailable
from crm_tui.store.locate import is_loopback


class Listening(NamedTuple):
    """An address of this machine, as a number, and a port; ``said`` is how it was given."""

    host: str
    port: int
    said: str

    @property
    def url(self) -> str:
        """How a client on this machine, or a proxy, reaches it in the clear."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


def listening(text: str) -> Listening:
    """What ``HOST:PORT`` means. Raises Invalid, and Unavailable for a name that means no address of this machine."""
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536:
        raise Invalid("listen", f"{text}: write a host and a port, such as 127.0.0.1:8420 or 0.0.0.0:443")
    try:
        found = socket.getaddrinfo(host or "0.0.0.0", int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)  # noqa: S104 - ":443" asks for all
    except OSError as error:
        raise Unavailable(f"{host} is no address of this machine: {error.strerror}") from error
    return Listening(str(found[0][4][0]), int(port), text)


def check_way(where: Listening, cert: str | None, key: str | None, *, behind_proxy: bool) -> None:
    """Raise Invalid where tokens would go over the network in the clear, or where the certificate can't be used."""
    if (cert is None) != (key is None):
        raise Invalid("cert", "a certificate and its key belong together: give both --cert and --key")
    if cert is not None and key is not None:
        _check_certificate(cert, key)
    elif not behind_proxy and not is_loopback(where.host):
        raise Invalid(
            "listen",
            f"{where.said} is reached over the network, where tokens and customers would be read on the way:"
            " give --cert and --key, or --behind-proxy if a proxy on the way takes care of TLS",
        )


def _check_certificate(cert: str, key: str) -> None:
    try:
        ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(cert, key, password=_no_password)
    except ssl.SSLError as error:
        why = f"{error.reason or error}; both have to be PEM"
        raise Invalid("cert", f"{cert} and {key} are no certificate with its key: {why}") from error
    except OSError as error:
        raise Invalid("cert", f"{cert} and {key} can't be read: {error.strerror or error}") from error


def _no_password() -> str:
    raise OSError("the key has a password; a server needs one without, readable by its own user alone")


def check_free(where: Listening) -> None:
    """Raise Unavailable where nothing can listen there now."""
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((where.host, where.port))
        except PermissionError as error:
            raise Unavailable(f"ports below 1024, such as {where.port}, need a privilege of the system") from error
        except OSError as error:
            raise Unavailable(f"nothing can listen on {where.said}: {error.strerror}") from error
