"""The way to a register: which proxy leads there, whose certificates are trusted, and why a connection failed."""

from __future__ import annotations

import ipaddress
import socket
import ssl
from typing import NamedTuple
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from crm_tui.distrust import causes, distrusted
from crm_tui.domain.errors import CrmError
from crm_tui.domain.register_entry import RegisterSource
from crm_tui.registers import failures
from crm_tui.registers.failures import Asked
from crm_tui.waiting.limits import OutOfTime


class Way(NamedTuple):
    """How a register is reached; ``proxy`` is the address of the proxy in between."""

    asked: Asked
    scheme: str
    proxy: str | None

    def client(self) -> httpx.Client:
        """A client for one question: no connection outlives it. Raises RegisterFailed."""
        try:
            trusted = self._trusted()
        except OSError:  # ssl.SSLError is one
            raise failures.no_authorities(self.asked) from None
        is_secure = urlsplit(self.proxy or "").scheme == "https"  # the way to the proxy itself
        try:
            proxy = httpx.Proxy(self.proxy, ssl_context=trusted if is_secure else None) if self.proxy else None
        except (httpx.InvalidURL, ValueError):  # a check of the address let it through
            raise failures.bad_proxy(self.asked) from None
        # the environment was read here, to name the proxy where it fails
        return httpx.Client(verify=trusted, proxy=proxy, trust_env=False, follow_redirects=False)

    def _trusted(self) -> ssl.SSLContext:
        """Those that SSL_CERT_FILE or SSL_CERT_DIR name, else the usual ones; nobody where nothing is encrypted."""
        if "https" in (self.scheme, urlsplit(self.proxy or "").scheme):
            return httpx.create_ssl_context()
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def way_to(source: RegisterSource, base: str, proxy: str | None) -> Way:
    """The way to a register. Without a proxy from the settings the environment says which one; this very machine is
    reached without. Raises RegisterFailed."""
    parts = urlsplit(base)
    asked = failures.asked_at(source, base)
    if _is_loopback(parts.hostname or ""):
        return Way(asked, parts.scheme, None)
    through = proxy or _from_environment(parts.scheme, parts.hostname or "")
    if through is None:
        return Way(asked, parts.scheme, None)
    try:
        found = urlsplit(through if "://" in through else f"http://{through}")
        named = found.netloc.rpartition("@")[2]
        is_usable = found.scheme in ("http", "https") and bool(found.hostname) and found.port != 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise failures.bad_proxy(asked)
    return Way(asked._replace(proxy=named), parts.scheme, found.geturl())


def _from_environment(scheme: str, host: str) -> str | None:
    proxies = getproxies()
    through = proxies.get(scheme) or proxies.get("all")
    return None if not through or proxy_bypass(host) else through


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def failure_of(error: Exception, asked: Asked) -> CrmError | OutOfTime:
    """Why no answer came, in words."""
    match error:
        case httpx.ConnectTimeout():
            return failures.no_connection(asked)
        case httpx.TimeoutException():
            return OutOfTime()
        case httpx.ProxyError():
            return _of_proxy(error, asked)
        case httpx.RemoteProtocolError():
            is_end = "closed" in str(error) or "disconnected" in str(error)
            return failures.cut_off(asked) if is_end else failures.not_http(asked)
        case httpx.ConnectError():
            return _of_connection(error, asked)
        case httpx.NetworkError():
            return failures.cut_off(asked)
        case UnicodeError() if asked.proxy:  # no name of a machine
            return failures.bad_proxy(asked)
        case _:  # an address that is none, which a check of the settings let through
            return failures.bad_address(asked)


def _of_proxy(error: Exception, asked: Asked) -> CrmError:
    status = str(error)[:3]
    return failures.proxy_refused(asked, status if status.isdecimal() else "")


def _of_connection(error: Exception, asked: Asked) -> CrmError:
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return failures.no_trust(asked, distrusted(cause.verify_code, "SSL_CERT_FILE"))
        if isinstance(cause, ssl.SSLError):
            return failures.not_secure(asked)
        if isinstance(cause, socket.gaierror):
            return failures.not_found(asked)
        if isinstance(cause, ConnectionResetError):
            return failures.cut_off(asked)
    return failures.no_connection(asked)
