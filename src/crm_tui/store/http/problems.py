"""Errors on the way: every error of the domain as problem+json (RFC 9457), and back as the same error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from crm_tui.domain import errors
from crm_tui.domain.activities import Activity, ActivityChange, Note, NoteChange
from crm_tui.domain.addresses import Address, AddressChange
from crm_tui.domain.cases import Case, CaseChange
from crm_tui.domain.contacts import Contact, ContactChange
from crm_tui.domain.customers import Customer, CustomerChange
from crm_tui.domain.files import File, FileChange
from crm_tui.domain.finance import Actual, ActualEntry, Forecast, ForecastEntry, Invoice, InvoiceChange
from crm_tui.domain.permissions import Profile
from crm_tui.domain.registries import RegistryChange, RegistryValue
from crm_tui.domain.settings import BillingChange, BillingSettings
from crm_tui.domain.users import Organization, OrganizationChange, StoredProfile, User, UserChange
from crm_tui.store.undo import FieldConflict

MEDIA_TYPE = "application/problem+json"
#: begins the type of a problem; the rest is its name in the table
TYPES = "/problems/"


class Refused(errors.CrmError):
    """A request that no store was asked about: malformed, too large, too many, of another version. ``retry_after``
    are the seconds to wait, where that would help."""

    def __init__(self, status: int, sentence: str, retry_after: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.retry_after = retry_after


class _Kind(NamedTuple):
    """How errors of a class travel; ``fields`` are their attributes with the types that they have."""

    error: type[errors.CrmError]
    name: str
    status: int
    title: str
    fields: Mapping[str, Any] = {}


_NOT_FOUND = {"kind": str, "key": Any}
_DENIED = {"action": str, "permission": str}
_INVALID = {"field": str, "reason": str}
_KINDS = (
    _Kind(Refused, "refused", 400, "Refused", {"status": int, "retry_after": int | None}),
    _Kind(errors.Invalid, "invalid", 422, "Invalid", _INVALID),
    _Kind(errors.NotUndoable, "not-undoable", 409, "Not undoable", _INVALID),
    _Kind(errors.NotFound, "not-found", 404, "Not found", _NOT_FOUND),
    _Kind(errors.UnknownUser, "unknown-user", 404, "Unknown user", _NOT_FOUND),
    _Kind(errors.NotInRegister, "not-in-register", 404, "Not in register", _NOT_FOUND | {"register": str}),
    _Kind(errors.Denied, "denied", 403, "Denied", _DENIED),
    _Kind(errors.OwnPermissions, "own-permissions", 403, "Own permissions", _DENIED),
    _Kind(errors.NotSignedIn, "not-signed-in", 401, "Not signed in"),
    _Kind(errors.Conflict, "conflict", 412, "Changed meanwhile", {"kind": str, "key": int, "mine": Any, "theirs": Any}),
    _Kind(errors.AlreadySaved, "already-saved", 409, "Already saved", {"kind": str, "key": int}),
    _Kind(
        errors.UndoConflict,
        "undo-conflict",
        409,
        "Changed since",
        {"change": int, "redo": bool, "conflicts": tuple[FieldConflict, ...]},
    ),
    _Kind(errors.Blocked, "blocked", 409, "Blocked", {"blockers": tuple[tuple[str, int, str], ...]}),
    _Kind(errors.Interrupted, "interrupted", 409, "Replaced by a newer question"),
    _Kind(errors.Unavailable, "unavailable", 503, "Unavailable"),
    _Kind(errors.Away, "away", 503, "Database away"),
    _Kind(errors.MaybeSaved, "maybe-saved", 503, "Saved or not"),
    _Kind(errors.Offline, "offline", 503, "Offline", {"host": str}),
    _Kind(
        errors.RegisterFailed,
        "register-failed",
        503,
        "Register failed",
        {"host": str, "what": str, "can_retry": bool, "retry_after": float | None},
    ),
    _Kind(errors.Corrupt, "corrupt", 500, "Damaged"),
)
_BY_ERROR = {kind.error: kind for kind in _KINDS}
_BY_NAME = {kind.name: kind for kind in _KINDS}
#: what a conflict can be about: the stored, and the changes that were refused
_VERSIONS: Mapping[str, type[Struct]] = {
    version.__name__: version
    for version in (
        *(Activity, ActivityChange, Actual, ActualEntry, Address, AddressChange, BillingChange, BillingSettings),
        *(Case, CaseChange, Contact, ContactChange, Customer, CustomerChange, File, FileChange, Forecast),
        *(ForecastEntry, Invoice, InvoiceChange, Note, NoteChange, Organization, OrganizationChange, Profile),
        *(RegistryChange, RegistryValue, StoredProfile, User, UserChange),
    )
}


def to_problem(error: errors.CrmError) -> tuple[int, dict[str, Any]]:
    """The status of an answer, and its document."""
    kind = _BY_ERROR[type(error)]
    status = error.status if isinstance(error, Refused) else kind.status
    document: dict[str, Any] = {"type": TYPES + kind.name, "title": kind.title, "status": status, "detail": str(error)}
    for name in kind.fields:
        value = getattr(error, name)
        document[name] = msgspec.to_builtins(value)
        if isinstance(error, errors.Conflict) and isinstance(value, Struct):
            document[f"{name}_is"] = type(value).__name__
    return status, document


def from_problem(status: int, document: object) -> errors.CrmError:
    """The error that a server met, as if it had been met here; Refused for what is no problem of this table."""
    try:
        return _error(document)
    except (msgspec.ValidationError, KeyError, TypeError):
        return Refused(status, f"The server answers with status {status}, and not in a way that is understood.")


def _error(document: Any) -> errors.CrmError:
    kind = _BY_NAME[document["type"].removeprefix(TYPES)] if isinstance(document["type"], str) else None
    if kind is None or not isinstance(document["detail"], str):
        raise TypeError("no problem of ours")
    error = kind.error.__new__(kind.error)
    error.args = (document["detail"],)
    for name, its_type in kind.fields.items():
        version = _VERSIONS[document[f"{name}_is"]] if f"{name}_is" in document else its_type
        setattr(error, name, msgspec.convert(document[name], version))
    return error
