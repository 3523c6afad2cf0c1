"""What went wrong with a register, in sentences that say what to do. None of them repeats what a register sent, but
for the status of its answer and the machine that it points to."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit

from crm_tui.domain.errors import RegisterFailed
from crm_tui.domain.register_entry import RegisterSource

#: why an answer can't be read
OTHER_FORM = "it is not in the form that is expected"
OTHER_COMPANY = "it is about another company than the one that was asked for"
A_PAGE = "it is a web page, as networks show before one has logged in"
_UNREADABLE = "unreadable answer"
_BUSY = "too many questions"
#: seconds after which a busy register may be asked again, if it does not say
_A_WHILE = 60.0
_LATER = "Nothing was changed; try again later."


class Asked(NamedTuple):
    """A register and the machine that was asked; ``proxy`` is the machine in between, if there is one."""

    source: RegisterSource
    host: str
    proxy: str | None = None

    def __str__(self) -> str:
        return f"{self.source.value} ({self.host})"


def asked_at(source: RegisterSource, base: str) -> Asked:
    """The machine of an address, without user name and password."""
    return Asked(source, urlsplit(base).netloc.rpartition("@")[2])


def too_late(asked: Asked, seconds: float) -> RegisterFailed:
    """It did not answer in its time."""
    within = "1 second" if seconds == 1 else f"{seconds:g} seconds"
    return RegisterFailed(asked.host, "time-out", f"{asked} did not answer within {within}. {_LATER}")


def unreadable(asked: Asked, status: int, why: str = OTHER_FORM) -> RegisterFailed:
    """It answered something else than what is agreed; ``why`` are words of ours."""
    sentence = f"{asked} gave an unreadable answer (HTTP {status}): {why}. {_LATER}"
    return RegisterFailed(asked.host, _UNREADABLE, sentence)


def not_http(asked: Asked) -> RegisterFailed:
    """What answered speaks another language."""
    sentence = f"{asked} gave an unreadable answer (no HTTP status): it is not the web service that is expected there."
    return RegisterFailed(asked.host, _UNREADABLE, f"{sentence} {_LATER}")


def busy(asked: Asked, seconds: float | None) -> RegisterFailed:
    """Too much was asked of it (HTTP 429); ``seconds`` is how long it wants to be left alone, if it said so."""
    when = "in a minute" if seconds is None or seconds < 1 else f"in {_duration(seconds)}"
    sentence = f"{asked} takes no more questions for now: it was asked too often (HTTP 429)."
    help_ = f"Nothing was changed; try again {when}."
    return RegisterFailed(asked.host, _BUSY, f"{sentence} {help_}", retry_after=seconds)


def out_of_order(asked: Asked, status: int, seconds: float | None) -> RegisterFailed:
    """It has a failure of its own (HTTP 5xx); ``seconds`` is how long it wants to be left alone, if it said so."""
    when = "later" if seconds is None or seconds < 1 else f"in {_duration(seconds)}"
    sentence = f"{asked} is out of order just now (HTTP {status}). Nothing was changed; try again {when}."
    return RegisterFailed(asked.host, f"HTTP {status}", sentence, retry_after=seconds)


def refused(asked: Asked, status: int) -> RegisterFailed:
    """It does not answer such a question (another HTTP status)."""
    help_ = "Nothing was changed; check the register's address and the proxy in the settings."
    sentence = f"{asked} does not take the question (HTTP {status}). {help_}"
    return RegisterFailed(asked.host, f"HTTP {status}", sentence, can_retry=False)


def sent_away(asked: Asked, status: int, to: str) -> RegisterFailed:
    """It wants to be asked at another address, where nothing is sent."""
    sentence = f"{asked} wants to be asked at another address, {to} (HTTP {status}): nothing was sent there."
    return RegisterFailed(asked.host, "redirect", f"{sentence} {_LATER}")


def not_found(asked: Asked) -> RegisterFailed:
    """Its name leads nowhere."""
    machine = f"the proxy {asked.proxy}, which leads to {asked}" if asked.proxy else str(asked)
    help_ = "Nothing was changed; check the network connection and try again."
    return RegisterFailed(asked.host, "host not found", f"This computer can't find {machine}. {help_}")


def no_connection(asked: Asked) -> RegisterFailed:
    """Nobody takes the connection, or the network does not lead there."""
    help_ = "Nothing was changed; check the network connection and try again later."
    if asked.proxy:
        sentence = f"There is no connection to the proxy {asked.proxy}, which leads to {asked}."
        return RegisterFailed(asked.host, "no connection", f"{sentence} {help_}")
    return RegisterFailed(asked.host, "no connection", f"There is no connection to {asked}. {help_}")


def cut_off(asked: Asked) -> RegisterFailed:
    """The connection ended before the answer did."""
    sentence = f"{asked} closed the connection before its answer was complete. {_LATER}"
    return RegisterFailed(asked.host, "connection closed", sentence)


def proxy_refused(asked: Asked, status: str) -> RegisterFailed:
    """The proxy does not lead there."""
    told = f" (HTTP {status})" if status else ""
    why = "it wants a user name and a password" if status == "407" else "it refuses to lead there"
    sentence = f"The proxy {asked.proxy} did not let the question through to {asked}: {why}{told}."
    help_ = "Nothing was changed; check the proxy in the settings and in the environment."
    return RegisterFailed(asked.host, "proxy", f"{sentence} {help_}", can_retry=False)


def bad_proxy(asked: Asked) -> RegisterFailed:
    """What is set as a proxy is none that can be used."""
    sentence = f"{asked} can't be asked: the proxy that is set is not an address such as http://proxy.example:3128."
    help_ = "Nothing was changed; correct it in the settings, or in HTTPS_PROXY and HTTP_PROXY of the environment."
    return RegisterFailed(asked.host, "proxy", f"{sentence} {help_}", can_retry=False)


def bad_address(asked: Asked) -> RegisterFailed:
    """What is set as the register's address is none."""
    sentence = f"{asked} can't be asked: its address in the settings is not a valid one. Nothing was changed."
    return RegisterFailed(asked.host, "address", sentence, can_retry=False)


def no_trust(asked: Asked, why: str) -> RegisterFailed:
    """Its certificate does not fit; ``why`` are words of ours."""
    sentence = f"The certificate of {asked} does not fit: {why}. Nothing was sent and nothing was changed."
    return RegisterFailed(asked.host, "certificate", sentence, can_retry=False)


def not_secure(asked: Asked) -> RegisterFailed:
    """No encryption could be agreed on."""
    sentence = f"No secure connection to {asked} could be made. Nothing was sent and nothing was changed;"
    help_ = "check the register's address and the proxy in the settings."
    return RegisterFailed(asked.host, "no secure connection", f"{sentence} {help_}", can_retry=False)


def no_authorities(asked: Asked) -> RegisterFailed:
    """The file with the certificate authorities to trust can't be read."""
    sentence = f"{asked} can't be asked: the certificates named by SSL_CERT_FILE or SSL_CERT_DIR can't be read."
    return RegisterFailed(asked.host, "certificate", f"{sentence} Nothing was changed.", can_retry=False)


def is_about_one(failure: RegisterFailed) -> bool:
    """Whether the next question may well be answered: the register came by, and did not like this one, or answered it
    in a way that can't be read. Otherwise the way to it or the machine is at fault."""
    return failure.what == _UNREADABLE or failure.what.startswith("HTTP 4")


def wanted_wait(failure: RegisterFailed) -> float | None:
    """Seconds that it wants to be left alone, at least one; a minute where it did not say how many. None: it does not
    want to."""
    seconds = failure.retry_after
    if seconds is None and failure.what == _BUSY:
        seconds = _A_WHILE
    return None if seconds is None else max(seconds, 1.0)


def _duration(seconds: float) -> str:
    if seconds < 90:
        whole = round(seconds)
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes = round(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{round(minutes / 60)} hours"
