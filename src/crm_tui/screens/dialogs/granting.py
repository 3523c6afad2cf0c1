"""Rule 18 in forms: nobody gives what they don't have, and that is said under the field that asks for too much."""

from __future__ import annotations

from collections.abc import Mapping

from crm_tui.domain.errors import Invalid
from crm_tui.domain.permissions import Profile, may_grant

#: what another administrator has to change, beside a field that is fixed
ANOTHERS = "another administrator changes it"
_FIELDS: Mapping[str, str] = {
    "customers:": "customers",
    "delete customers": "delete_customers",
    "projects:": "projects",
    "administrator": "admin",
}


def check_granted(granter: Profile, profile: Profile, field: str = "") -> None:
    """Raise Invalid for a profile that allows more than the granter has: of ``field``, else of the one that does."""
    missing = may_grant(granter, profile).missing
    if missing is not None:
        own = next(name for begin, name in _FIELDS.items() if missing.startswith(begin))
        raise Invalid(field or own, f"allows more than you have: you lack “{missing}”")
