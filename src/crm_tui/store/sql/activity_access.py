"""Whose an activity is (rule 11): who may change it, who may delete it, and who sees more of it than one word.

The owner has all rights. So has whoever may change the case of a project task, and, where the owner is gone, whoever
may change customers (but not in private entries). Participants and the assignee may edit, and remove only themselves;
they neither hand it over nor move it to another case or customer.
The lists say of each row what a write would be allowed, by the same condition that a write asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from crm_tui.domain.activities import PRIVATE, Activity, ActivityKind
from crm_tui.domain.errors import Denied
from crm_tui.domain.permissions import CustomerLevel
from crm_tui.store.sql.case_access import case_changed_by
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.rights import Rights, case_seen

_IS_PRIVATE = "a.kind IN ({})".format(", ".join(f"'{kind.value}'" for kind in PRIVATE))
#: a condition: the actor is one of the participants of the activity in ``a``
_TAKES_PART = "EXISTS (SELECT 1 FROM activity_user p WHERE p.activity_id = a.id AND p.user_id = :actor)"
#: a condition: the activity in ``a`` is a private entry of somebody else
MASKED = f"({_IS_PRIVATE} AND a.owner_id IS DISTINCT FROM :actor AND NOT {_TAKES_PART})"
#: fields that say whose it is, or decide who else has an owner's rights
_OWNERS = ("owner", "case", "customer")


class Standing(Struct, frozen=True):
    """How the actor stands to an activity, and what follows."""

    has_owners_rights: bool
    is_assigned: bool
    takes_part: bool

    @property
    def may_edit(self) -> bool:
        """Whether they may change it; without an owner's rights not everything (``need_edit``)."""
        return self.has_owners_rights or self.is_assigned or self.takes_part

    @property
    def may_delete(self) -> bool:
        """Whether they may delete it."""
        return self.has_owners_rights


def standing_columns(rights: Rights) -> str:
    """What a Standing to the activity in ``a`` is made of, in the order of its fields."""
    return f"{_owned(rights)}, a.assignee_id IS NOT DISTINCT FROM :actor, {_TAKES_PART}"


def standing(con: Connection, rights: Rights, activity: Activity) -> Standing:
    """How the actor stands to an activity, stored or as an undo would make it."""
    values = {"kind": activity.kind.value, "owner": activity.owner, "case": activity.case}
    has_rights = con.execute(
        f"SELECT {_owned(rights)} FROM (SELECT CAST(:kind AS TEXT) AS kind, CAST(:owner AS BIGINT) AS owner_id,"
        " CAST(:case AS BIGINT) AS case_id) a",
        rights.parameters | values,
    ).get
    return Standing(bool(has_rights), activity.assignee == rights.user, rights.user in activity.user_participants)


def need_edit(con: Connection, rights: Rights, before: Activity, changes: Mapping[str, Any]) -> None:
    """Raise Denied unless the actor may change this activity so."""
    mine = standing(con, rights, before)
    if mine.has_owners_rights:
        return
    if not mine.may_edit:
        raise Denied("change somebody else's activity", "owner or participant of the activity")
    # on a case or a customer of their own they might get an owner's rights
    if any(changes.get(field, getattr(before, field)) != getattr(before, field) for field in _OWNERS):
        raise Denied("hand over or move somebody else's activity", "owner of the activity")
    users = set(before.user_participants) - set(changes.get("user_participants", before.user_participants))
    contacts = set(before.contact_participants) - set(changes.get("contact_participants", before.contact_participants))
    if users - {rights.user} or contacts:
        raise Denied("remove other participants", "owner of the activity")


def masked(activity: Activity, actor: int) -> Activity:
    """The activity as the actor may see it: of a private entry of somebody else its kind alone."""
    if activity.kind not in PRIVATE or actor in (activity.owner, *activity.user_participants):
        return activity
    return Activity(
        id=activity.id,
        revision=activity.revision,
        created_at=activity.created_at,
        created_by=None,
        updated_at=activity.updated_at,
        updated_by=None,
        kind=activity.kind,
        name=activity.kind.value,
        is_private=True,
    )


def _owned(rights: Rights) -> str:
    """A condition: the actor has an owner's rights on the activity in ``a``, of which it reads kind, owner and case."""
    runs = (
        f"a.kind = '{ActivityKind.TASK.value}' AND EXISTS (SELECT 1 FROM crm_case c WHERE c.id = a.case_id"
        f" AND {case_seen(rights)} AND {case_changed_by(rights)})"
    )
    is_gone = "NOT EXISTS (SELECT 1 FROM crm_user o WHERE o.id = a.owner_id AND o.is_active = 1)"
    may_stand_in = rights.profile.customers.at_least(CustomerLevel.EDIT)
    stands_in = f"NOT {_IS_PRIVATE} AND {is_gone}" if may_stand_in else "1 = 0"
    return f"(a.owner_id IS NOT DISTINCT FROM :actor OR ({runs}) OR ({stands_in}))"
