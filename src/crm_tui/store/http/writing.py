"""Writing to the server: each write under a key, so that it can be sent again and is carried out once."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import AlreadySaved, CrmError, MaybeSaved, Unavailable
from crm_tui.store.http import answers, failures
from crm_tui.store.http.broken import NoReply
from crm_tui.store.http.parameters import signature
from crm_tui.store.http.routes import Route
from crm_tui.store.http.sending import INCOMPLETE, NoDatabase, Sent
from crm_tui.store.http.shared import Shared
from crm_tui.store.http.wire import IDEMPOTENCY_KEY, Request, to_request

#: what leaves no key in the store and is another thing when it is done twice
_NOT_AGAIN = frozenset(
    (
        *("imports.begin", "imports.write", "imports.finish", "imports.undo", "portable.load"),
        *("views.delete", "devices.create", "devices.set_password"),
    )
)
#: only the list of recent customers tells of it, and that is always asked anew
_LEAVES_ALL = frozenset(("customers.opened",))
#: after these nothing may be left of a person
_ERASES = frozenset(("contacts.delete",))
#: where what a write wrote first is read
_READ_BY: Mapping[str, str] = {
    Kind.CUSTOMER: "customers.get",
    Kind.ADDRESS: "addresses.get",
    Kind.CONTACT: "contacts.get",
    Kind.ACTIVITY: "activities.get",
    Kind.NOTE: "notes.get",
    Kind.CASE: "cases.get",
    Kind.INVOICE: "finance.invoice",
    Kind.FILE: "files.get",
    Kind.REGISTRY: "registries.get",
    Kind.USER: "users.get",
}


class Writer:
    """Carries out the writing calls of one user. Thread-safe."""

    def __init__(self, shared: Shared, read: Callable[[Route, Mapping[str, Any]], Any]) -> None:
        self._address, self._sender, self._cache, self._watch, self._reachable, self._by_method = shared
        self._read = read

    def write(self, route: Route, given: Mapping[str, Any], key: str | None) -> Any:
        """Carry it out. Raises Offline where nothing was sent, Unavailable where nobody knows whether it was carried
        out, and the errors of the method."""
        if route.method in _LEAVES_ALL and self._reachable.is_lost:
            return None
        request = to_request(route, given)
        return self.carry_out(route, key, lambda headers: self._send(route, request, headers))

    def carry_out(self, route: Route, key: str | None, send: Callable[[dict[str, str]], Sent]) -> Any:
        """The same for what is sent in a way of its own."""
        if self._reachable.is_lost and self._watch.is_running:
            self._watch.hurry()
            only_database = self._reachable.reach.only_database
            raise failures.writes_wait(self._address.host, only_database=only_database)
        losses = self._reachable.losses
        try:
            sent = send({IDEMPOTENCY_KEY: key or uuid.uuid4().hex})
            if answers.is_away(sent.reply):  # of what is streamed
                raise NoDatabase(failures.no_database(self._address.host), was_sent=sent.before)
        except NoReply as failed:
            self._reachable.lost(only_database=isinstance(failed, NoDatabase))
            self._watch.hurry()
            if failed.was_sent:
                raise failures.perhaps_saved(self._address.host, str(failed.error)) from failed
            raise failures.not_sent(self._address.host, str(failed.error)) from failed
        finally:
            self._forget(route)
        self._reachable.back(losses)
        pulse = answers.pulse(sent.reply)
        if pulse is not None:
            self._watch.heard(pulse)
        if sent.reply.status == INCOMPLETE and not sent.before:
            raise failures.not_sent(self._address.host, str(failures.incomplete(self._address.host)))
        if 200 <= sent.reply.status < 300:
            return answers.value(route, sent.reply.body, self._address)
        return self._refused(route, sent, answers.problem(sent.reply, self._address))

    def _send(self, route: Route, request: Request, headers: dict[str, str]) -> Sent:
        return self._sender.send(
            request._replace(headers=request.headers | headers),
            again=route.method not in _NOT_AGAIN,
            is_long=route.is_long,
        )

    def forget_people(self) -> None:
        """Somebody was erased: nothing is kept of what was read before, or is on its way."""
        self._watch.wrote()  # first, so that no answer of before is kept any more
        self._cache.empty()

    def _forget(self, route: Route) -> None:
        if route.method in _ERASES:
            self.forget_people()
        elif route.method not in _LEAVES_ALL:
            self._watch.wrote()

    def _refused(self, route: Route, sent: Sent, error: CrmError) -> Any:
        """What the first try wrote, if that was carried out and its answer was lost; else raises the error."""
        if answers.is_signed_out(error):
            self._cache.empty()
        is_of_this_try = isinstance(error, Unavailable) or sent.reply.status == INCOMPLETE
        if sent.before and is_of_this_try and not isinstance(error, MaybeSaved):
            raise failures.perhaps_saved(self._address.host, str(error))
        if not (sent.before and isinstance(error, AlreadySaved)):
            raise error
        returns = signature(route).returns
        if returns is None:
            return None
        again = self._by_method.get(_READ_BY.get(error.kind, ""))
        if again is None or signature(again).returns != returns:
            raise error
        (parameter,) = signature(again).parameters
        try:
            return self._read(again, {parameter.name: error.key})
        except Unavailable:  # it is gone again: that must not look as if nothing had been saved
            raise error from None
