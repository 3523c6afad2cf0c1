"""Why there is no answer: failures of the network as what is told of them."""

from __future__ import annotations

import socket
import ssl

import httpx

from crm_tui.distrust import causes, distrusted
from crm_tui.domain.errors import Offline
from crm_tui.store.http import failures


class NoReply(Exception):
    """The way failed before an answer was read. ``was_sent``: the server may have carried it out."""

    def __init__(self, error: Offline, *, was_sent: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.was_sent = was_sent


def no_reply(error: httpx.HTTPError, host: str, proxy: httpx.Proxy | None) -> NoReply:
    """What a failure on the way to ``host`` means."""
    match error:
        case httpx.ProxyError():
            shown = proxy.url.netloc.decode("ascii", "replace") if proxy is not None else ""
            return NoReply(failures.proxy_failed(host, shown), was_sent=False)
        case httpx.ConnectError():
            return NoReply(_of_connection(error, host), was_sent=False)
        case httpx.ConnectTimeout() | httpx.PoolTimeout() | httpx.UnsupportedProtocol():
            return NoReply(failures.no_connection(host), was_sent=False)
        case _:
            return NoReply(failures.cut_off(host), was_sent=True)


def _of_connection(error: Exception, host: str) -> Offline:
    for cause in causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return failures.no_trust(host, distrusted(cause.verify_code, "ca_file in the settings"))
        if isinstance(cause, ssl.SSLError):
            return failures.not_secure(host)
        if isinstance(cause, socket.gaierror):
            return failures.not_found(host)
    return failures.no_connection(host)
