"""Reading from the server: from the cache while that is surely the same, else asked; from the cache, too, while the
server can't be reached."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from crm_tui.domain.errors import Corrupt, CrmError, Interrupted, Offline, Unavailable
from crm_tui.store.http import answers, failures
from crm_tui.store.http.along import CARD, Along, along
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.cache import Entry
from crm_tui.store.http.flights import Flight, Flights
from crm_tui.store.http.line import Reply
from crm_tui.store.http.problems import Refused
from crm_tui.store.http.questions import Question
from crm_tui.store.http.routes import Route
from crm_tui.store.http.sending import NoDatabase
from crm_tui.store.http.shared import Shared
from crm_tui.store.http.wire import IF_NONE_MATCH, QUESTION, Request, to_request

#: so long an answer is as good as a new one while nobody changes anything: some depend on the time a little
_LONGEST = timedelta(minutes=5)
#: what changes without moving the pulse
_ASKED_ANEW = ("was_saved", "views.customers", "views.contacts", "imports.list", "devices.own", "devices.of_everybody")
#: never kept: it is of use at its moment only
_NOT_KEPT = ("was_saved", "pulse", "erasures")
#: of what was asked for; it may well be as it was
_SAY_NOTHING = (Interrupted, Unavailable, Corrupt, Refused)
#: parameters that say when a question is put
_MOMENTS = ("now", "today")


class Reader:
    """Carries out the reading calls of one user. Thread-safe."""

    def __init__(self, shared: Shared, clock: Callable[[], datetime]) -> None:
        self._address, self._sender, self._cache, self._watch, self._reachable, self._by_method = shared
        self._clock = clock
        self._flights = Flights()
        self._along = Along()

    def read(self, route: Route, given: Mapping[str, Any], question: Question | None) -> Any:
        """What the method gives with these arguments. Raises Offline where the server can't be reached and it was
        not read before, and the errors of the method."""
        if question is not None and question.stop.is_set:
            raise Interrupted
        request = to_request(route, given)
        if route.verb != "GET" or route.method in _NOT_KEPT:
            return answers.value(route, self._read(route, request, None, question).body, self._address)
        self._along.asked(request.path)
        kept = self._cache.find(_timeless(request.path))
        if kept is None or not self._is_current(route, request, given, kept):
            if route.method == CARD and self._watch.is_alive:
                self._read_along(given)
            kept = self._read_once(route, request, kept, question)
        return answers.value(route, kept.body, self._address)

    def _read_along(self, card: Mapping[str, Any]) -> None:
        """Begin to read what the first tab of a card asks next, if that is looked at."""
        calls = [(self._by_method[method], given) for method, given in along(card, self._clock())]
        requests = [to_request(route, given) for route, given in calls]
        if not self._along.opens([request.path for request in requests]):
            return
        for (route, given), request in zip(calls, requests, strict=True):
            kept = self._cache.find(_timeless(request.path))
            if kept is None or not self._is_current(route, request, given, kept):
                flight, is_new = self._flights.join(request.path, self._watch.state())
                if is_new:
                    work = partial(self._read_ahead, route, request, kept, flight)
                    threading.Thread(target=work, name="read along", daemon=True).start()

    def _read_ahead(self, route: Route, request: Request, kept: Entry | None, flight: Flight) -> None:
        entry = None
        try:
            entry = self._read(route, request, kept, None)
        except CrmError:
            return  # who asks it will be told
        finally:
            self._flights.end(request.path, flight, entry)

    def _read_once(self, route: Route, request: Request, kept: Entry | None, question: Question | None) -> Entry:
        """Read, unless the same is being read already."""
        flight, is_new = self._flights.join(request.path, self._watch.state())
        entry = None
        if not is_new:
            entry = flight.wait(question.stop if question is not None else None)
            return entry if entry is not None else self._read(route, request, kept, question)
        try:
            entry = self._read(route, request, kept, question)
            return entry
        finally:
            self._flights.end(request.path, flight, entry)

    def _read(self, route: Route, request: Request, kept: Entry | None, question: Question | None) -> Entry:
        """Ask the server; without it, what was read before."""
        host = self._address.host
        was_tried = self._watch.is_running or (kept is not None and self._reachable.was_tried_just_now)
        if self._reachable.is_lost and was_tried:
            self._watch.hurry()
            only_database = self._reachable.reach.only_database
            return self._without_server(kept, failures.is_offline(host, only_database=only_database))
        own_writes, losses = self._watch.own_writes, self._reachable.losses
        try:
            reply = self._ask(route, request, kept, question)
        except NoReply as failed:
            self._reachable.lost(only_database=isinstance(failed, NoDatabase))
            self._watch.hurry()
            return self._without_server(kept, failed.error)
        self._reachable.back(losses)
        return self._answer(route, request, reply, kept, own_writes)

    def _ask(self, route: Route, request: Request, kept: Entry | None, question: Question | None) -> Reply:
        request = request._replace(headers=request.headers | ({IF_NONE_MATCH: kept.etag} if kept is not None else {}))
        send = partial(self._sender.send, again=True, is_long=route.is_long, is_patient=kept is None)
        if question is None:
            return send(request).reply
        in_slot = request._replace(headers=request.headers | {QUESTION: question.slot})
        reply = send(in_slot, stop=question.stop).reply
        if reply.status == 409 and isinstance(answers.problem(reply, self._address), Interrupted):
            # a question of before came to the server behind this one, and took its place
            reply = send(request, stop=question.stop).reply
        return reply

    def _answer(self, route: Route, request: Request, reply: Reply, kept: Entry | None, own_writes: int) -> Entry:
        pulse = answers.pulse(reply)
        if pulse is not None:
            self._watch.heard(pulse)
        if reply.status == 304 and kept is not None:
            entry = kept
        elif reply.status == 200:
            entry = Entry(reply.headers.get("ETag", ""), reply.body, self._clock(), "")
        else:
            raise self._failed(request, answers.problem(reply, self._address))
        answers.value(route, entry.body, self._address)  # what can't be read is not kept
        entry = entry._replace(read_at=self._clock(), as_of=_as_of(self._watch.state(pulse, own_writes), request))
        is_kept = route.verb == "GET" and route.method not in _NOT_KEPT and entry.etag
        if is_kept and own_writes == self._watch.own_writes:
            self._cache.keep(_timeless(request.path), entry)
            if own_writes != self._watch.own_writes:  # it may be of somebody who was erased meanwhile
                self._cache.drop(_timeless(request.path))
        return entry

    def _failed(self, request: Request, error: CrmError) -> CrmError:
        """What was refused is not shown from the cache later on, either."""
        if answers.is_signed_out(error):
            self._cache.empty()
        elif not isinstance(error, _SAY_NOTHING):
            self._cache.drop(_timeless(request.path))
        return error

    def _is_current(self, route: Route, request: Request, given: Mapping[str, Any], kept: Entry) -> bool:
        if route.method in _ASKED_ANEW or getattr(given.get("query"), "recent", False):
            return False
        age = self._clock() - kept.read_at
        is_same = kept.as_of == _as_of(self._watch.state(), request)
        return self._watch.is_alive and is_same and timedelta(0) <= age <= _LONGEST

    def _without_server(self, kept: Entry | None, error: Offline) -> Entry:
        if kept is None:
            raise error
        self._reachable.shown(kept.read_at)
        return kept


def _timeless(question: str) -> str:
    """A question without the moment at which it is put: without the server the answer of an earlier one is shown."""
    path, mark, query = question.partition("?")
    return path + mark + "&".join(each for each in query.split("&") if not _is_moment(each))


def _as_of(state: str, request: Request) -> str:
    """What an answer is of: the state of the store, and the moment for which it was asked, if any."""
    moments = [each for each in request.path.partition("?")[2].split("&") if _is_moment(each)]
    return " ".join((state, *moments))


def _is_moment(parameter: str) -> bool:
    return parameter.partition("=")[0] in _MOMENTS
