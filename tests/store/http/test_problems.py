"""Every error of the domain goes over the wire and comes back as it was."""

from __future__ import annotations

import datetime as dt
import inspect
import json

import pytest

from crm_tui.domain import errors
from crm_tui.domain.customers import CustomerChange
from crm_tui.domain.entities import Kind
from crm_tui.domain.permissions import CustomerLevel, Profile
from crm_tui.domain.users import StoredProfile
from crm_tui.store.http.problems import Refused, from_problem, to_problem
from crm_tui.store.undo import FieldConflict

NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)
THEIRS = StoredProfile(
    id=3,
    revision=8,
    created_at=NOW,
    created_by=None,
    updated_at=NOW,
    updated_by=1,
    profile=Profile(name="Sales", customers=CustomerLevel.EDIT),
)
QUESTION = FieldConflict(
    kind=Kind.CUSTOMER,
    entity=1,
    revision=2,
    label="Kallio Oy",
    field="name",
    before="Kallio",
    theirs="Kallio Oyj",
    mine="Kallio Oy",
    theirs_by="Vera",
    theirs_at=NOW,
)
ERRORS = (
    errors.Invalid("vat_number", "is not a VAT number"),
    errors.NotFound("customer", 7),
    errors.NotFound("forecast", "of 2026-01"),
    errors.UnknownUser("vera"),
    errors.Conflict("customer", 7, mine=CustomerChange(name="Kallio", owner=None), theirs=THEIRS),
    errors.Conflict("note", 7, mine=None, theirs=None),
    errors.Denied("delete customers", "delete customers"),
    errors.OwnPermissions("change profiles"),
    errors.AlreadySaved("customer", 7),
    errors.NotUndoable("There is nothing to undo."),
    errors.UndoConflict(5, redo=True, conflicts=(QUESTION,)),
    errors.Blocked("Kallio Oy", (("case", 4, "case 12"), ("invoice", 9, "invoice 7"))),
    errors.Unavailable("The disk is full; make room and try again."),
    errors.Away("The database can't be reached."),
    errors.MaybeSaved("The connection broke: look before you do it again."),
    errors.NotSignedIn("Log in with: crm-tui login URL."),
    errors.Offline("crm.example", "crm.example does not answer."),
    errors.NotInRegister("PRH", "1234567-8", "PRH has no company with this id."),
    errors.RegisterFailed("prh.fi", "too many", "prh.fi wants to be left alone.", can_retry=False, retry_after=2.5),
    errors.Corrupt("The store is damaged."),
    errors.Interrupted(),
    Refused(413, "Too large.", None),
    Refused(429, "Too many.", 30),
)


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_comes_back_as_it_was(error: errors.CrmError) -> None:
    status, document = to_problem(error)
    back = from_problem(status, json.loads(json.dumps(document)))
    assert type(back) is type(error)
    assert (str(back), vars(back)) == (str(error), vars(error))
    assert document["status"] == status
    assert 400 <= status < 600


def test_every_error_of_the_domain_is_among_them() -> None:
    known = {error for _, error in inspect.getmembers(errors, inspect.isclass)} - {errors.CrmError}
    assert {type(error) for error in ERRORS} == known | {Refused}


@pytest.mark.parametrize(
    "document",
    [None, [], "text", {}, {"type": 5}, {"type": "/problems/x"}, {"type": "/problems/invalid", "detail": "x"}],
)
def test_what_is_no_problem_of_ours_is_refused(document: object) -> None:
    error = from_problem(502, document)
    assert isinstance(error, Refused)
    assert error.status == 502
    assert "502" in str(error)
