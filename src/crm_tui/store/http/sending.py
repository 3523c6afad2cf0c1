"""One question to the server within its time: what is sent again, and when it is given up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from threading import Event
from typing import NamedTuple

from crm_tui.domain.errors import Interrupted, MaybeSaved
from crm_tui.store.http import answers, failures
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.line import Line, Reply
from crm_tui.store.http.wire import Request
from crm_tui.waiting.clock import Clock, SystemClock
from crm_tui.waiting.limits import OutOfTime, TimeLimit
from crm_tui.waiting.stop import Stop

_MOST_TRIES = 4
#: seconds before the second try, doubled for each that follows; up to half of it is left to chance
_FIRST_PAUSE = 0.2
#: seconds for what takes minutes by its nature
_LONG = 900.0
#: a server that wants to be left alone for longer is not waited for
_LONGEST_PAUSE = 10.0
#: not all of the request arrived
INCOMPLETE = 408
#: the server did not carry it out
_REFUSED = (INCOMPLETE, 429, 503)
#: whoever is between did not hear whether it did
_UNHEARD = (502, 504)
_CHANCE = SystemRandom()


class Sent(NamedTuple):
    """An answer. ``before``: an earlier try may have been carried out without one."""

    reply: Reply
    before: bool


class NoDatabase(NoReply):
    """The server answered that its database does not."""


class Sender:
    """Sends requests over a line. Thread-safe."""

    def __init__(self, line: Line, seconds: float, clock: Clock | None = None) -> None:
        self._line = line
        self._seconds = seconds
        self._clock = clock or SystemClock()
        self._closed = Stop()

    def send(
        self,
        request: Request,
        *,
        again: bool,
        stop: Stop | None = None,
        is_long: bool = False,
        is_patient: bool = True,
    ) -> Sent:
        """Ask, and again where that is safe (``again``) or nothing was sent, until there is an answer or the time is
        over. Who is not patient has something else to go by, and does not ask again where there is no connection.
        Raises NoReply (NoDatabase where only that is away), Corrupt, and Interrupted at once when it is stopped."""
        seconds, host = _LONG if is_long else self._seconds, self._line.address.host
        limit, sent = TimeLimit(seconds, self._clock), Event()
        with self._ended_by(stop) as ended:
            ended.then(limit.end)
            try:
                return self._try(request, limit, sent, again, is_patient)
            except OutOfTime:
                if stop is not None and stop.is_set:
                    raise Interrupted from None
                error = failures.closed_here(host) if ended.is_set else failures.too_late(host, seconds)
                raise NoReply(error, was_sent=sent.is_set()) from None

    def close(self) -> None:
        """End what waits for an answer, and what is asked later: at once, whatever the network does."""
        self._closed.set()

    @contextmanager
    def _ended_by(self, stop: Stop | None) -> Iterator[Stop]:
        ended, causes = Stop(), [self._closed] if stop is None else [self._closed, stop]
        for each in causes:
            each.then(ended.set)
        try:
            yield ended
        finally:
            for each in causes:
                each.forget(ended.set)

    def _try(self, request: Request, limit: TimeLimit, sent: Event, again: bool, is_patient: bool) -> Sent:
        """``sent`` is set whenever it may have been carried out, for who hears that the time is over."""
        was_sent, tries = False, 0
        while True:
            tries, wanted = tries + 1, None
            try:
                reply = self._line.ask(request, limit, sent)
            except NoReply as failed:
                was_sent = was_sent or failed.was_sent
                is_hopeless = not (failed.was_sent or is_patient)
                if is_hopeless or tries == _MOST_TRIES or (was_sent and not again):
                    raise NoReply(failed.error, was_sent=was_sent) from failed
            else:
                wanted = _wanted_pause(reply.headers, self._clock.now())
                is_unheard = _is_unheard(reply)
                is_refused = reply.status in _REFUSED and not is_unheard
                is_worth_it = is_refused or (is_unheard and again)
                is_hopeless = not is_patient and answers.is_away(reply)
                is_last = is_hopeless or tries == _MOST_TRIES or not (is_worth_it and _has_time_for(wanted, limit))
                was_sent = was_sent or is_unheard
                if is_last:
                    return self._checked(reply, was_sent=was_sent)
            if not was_sent:
                sent.clear()
            pause = _FIRST_PAUSE * 2 ** (tries - 1)
            limit.pause(_CHANCE.uniform(pause / 2, pause) if wanted is None else wanted)

    def _checked(self, reply: Reply, *, was_sent: bool) -> Sent:
        """An answer of the store; NoReply for one that says that there is none."""
        host = self._line.address.host
        if answers.is_of_proxy(reply):
            raise NoReply(failures.not_behind_proxy(host, reply.status), was_sent=was_sent)
        if answers.is_away(reply):
            raise NoDatabase(failures.no_database(host), was_sent=was_sent)
        return Sent(reply, was_sent)


def _has_time_for(wanted: float | None, limit: TimeLimit) -> bool:
    return (wanted or 0.0) <= min(_LONGEST_PAUSE, limit.left)


def _is_unheard(reply: Reply) -> bool:
    """Whether who answers does not know what became of it: the server of its store, a proxy of the server."""
    if reply.status != 503 or answers.is_of_proxy(reply):
        return reply.status in _UNHEARD
    return isinstance(answers.told(reply), MaybeSaved)


def _wanted_pause(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that the server wants to be left alone, by Retry-After: a number of them, or a moment."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
