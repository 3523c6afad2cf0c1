"""Reading from the server: from the cache while that is surely the same, else asked; from the cache, too, while the
server can't be reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from crm_tui.domain.errors import CrmError, Interrupted, Offline
from crm_tui.store.http import answers, failures
from crm_tui.store.http.address import Address
from crm_tui.store.http.cache import Cache, Entry
from crm_tui.store.http.line import NoReply, Reply
from crm_tui.store.http.questions import Question
from crm_tui.store.http.reachable import Reachable
from crm_tui.store.http.routes import Route
from crm_tui.store.http.sending import Sender
from crm_tui.store.http.watch import Watch
from crm_tui.store.http.wire import IF_NONE_MATCH, QUESTION, Request, to_request

#: so long an answer is as good as a new one while nobody changes anything: some depend on the time a little
_LONGEST = timedelta(minutes=5)
#: what changes without moving the pulse
_ASKED_ANEW = ("was_saved", "views.customers", "views.contacts", "imports.list", "devices.own", "devices.of_everybody")
#: never kept: it is of use at its moment only
_NOT_KEPT = ("was_saved", "pulse")


class Reader:
    """Carries out the reading calls of one user. Thread-safe."""

    def __init__(
        self,
        address: Address,
        sender: Sender,
        cache: Cache,
        watch: Watch,
        reachable: Reachable,
        clock: Callable[[], datetime],
    ) -> None:
        self._address = address
        self._sender = sender
        self._cache = cache
        self._watch = watch
        self._reachable = reachable
        self._clock = clock

    def read(self, route: Route, given: Mapping[str, Any], question: Question | None) -> Any:
        """What the method gives with these arguments. Raises Offline where the server can't be reached and it was
        not read before, and the errors of the method."""
        if question is not None and question.stop.is_set:
            raise Interrupted
        request = to_request(route, given)
        is_kept = route.verb == "GET" and route.method not in _NOT_KEPT
        kept = self._cache.find(request.path) if is_kept else None
        if kept is not None and self._is_current(route, given, kept):
            return answers.value(route, kept.body, self._address)
        if self._reachable.is_lost and self._watch.is_running:
            self._watch.hurry()
            return self._without_server(route, kept, failures.is_offline(self._address.host))
        own_writes = self._watch.own_writes
        try:
            reply = self._ask(route, request, kept, question)
        except NoReply as failed:
            self._reachable.lost()
            return self._without_server(route, kept, failed.error)
        self._reachable.back()
        return self._answer(route, request, reply, kept, own_writes if is_kept else None)

    def _ask(self, route: Route, request: Request, kept: Entry | None, question: Question | None) -> Reply:
        headers = request.headers | ({IF_NONE_MATCH: kept.etag} if kept is not None else {})
        stop = question.stop if question is not None else None
        if question is not None:
            request_now = request._replace(headers=headers | {QUESTION: question.slot})
            reply = self._sender.send(request_now, again=True, stop=stop, is_long=route.is_long).reply
            if not (reply.status == 409 and isinstance(answers.problem(reply, self._address), Interrupted)):
                return reply
            # a question of before came to the server behind this one, and took its place
        return self._sender.send(request._replace(headers=headers), again=True, stop=stop, is_long=route.is_long).reply

    def _answer(self, route: Route, request: Request, reply: Reply, kept: Entry | None, own_writes: int | None) -> Any:
        pulse = answers.pulse(reply)
        if pulse is not None:
            self._watch.heard(pulse)
        if reply.status == 304 and kept is not None:
            entry = kept
        elif reply.status == 200:
            entry = Entry(reply.headers.get("ETag", ""), reply.body, self._clock(), "")
        else:
            raise self._failed(request, answers.problem(reply, self._address))
        value = answers.value(route, entry.body, self._address)
        if own_writes == self._watch.own_writes and entry.etag:  # else it may be of somebody who was erased meanwhile
            as_of = self._watch.state(pulse, own_writes)
            self._cache.keep(request.path, entry._replace(read_at=self._clock(), as_of=as_of))
        return value

    def _failed(self, request: Request, error: CrmError) -> CrmError:
        """What was refused is not shown from the cache later on, either."""
        if answers.is_signed_out(error):
            self._cache.empty()
        elif not isinstance(error, Interrupted):
            self._cache.drop(request.path)
        return error

    def _is_current(self, route: Route, given: Mapping[str, Any], kept: Entry) -> bool:
        if route.method in _ASKED_ANEW or getattr(given.get("query"), "recent", False):
            return False
        age = self._clock() - kept.read_at
        return self._watch.is_alive and kept.as_of == self._watch.state() and timedelta(0) <= age <= _LONGEST

    def _without_server(self, route: Route, kept: Entry | None, error: Offline) -> Any:
        if kept is None:
            raise error
        self._reachable.shown(kept.read_at)
        return answers.value(route, kept.body, self._address)
