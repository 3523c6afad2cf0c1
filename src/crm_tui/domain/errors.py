"""What can go wrong, in terms a person understands.

Every layer raises these and nothing else for a foreseen failure; the screens turn them into a toast or a
dialog in one place, the command line into an exit code in one place. This module imports nothing, so that a
look-up from the shell can use it.
"""

from __future__ import annotations


class CrmError(Exception):
    """Base of all foreseen failures; ``str(error)`` is one sentence for a person."""


class Invalid(CrmError):
    """A value that a rule refuses. ``field`` is its domain name, ``reason`` says what would be right."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field.replace('_', ' ')}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(CrmError):
    """There is no such thing, or the actor may not know of it."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"There is no {kind} {key}.")
        self.kind = kind
        self.key = key


class UnknownUser(NotFound):
    """Nobody who may work has this login, be it any more: users become inactive, and logins change."""

    def __init__(self, login: str) -> None:
        super().__init__("active user", login)
        why = "an administrator may have given them another login, or made them inactive"
        self.args = (f"There is no active user {login} (any more): {why}. Start as another with --as LOGIN.",)


class Conflict(CrmError):
    """Somebody else saved first. ``theirs`` is what is stored now, ``mine`` the change that was refused."""

    def __init__(self, kind: str, key: int, *, mine: object, theirs: object) -> None:
        super().__init__(f"This {kind} was changed by somebody else in the meantime.")
        self.kind = kind
        self.key = key
        self.mine = mine
        self.theirs = theirs


class Denied(CrmError):
    """The actor lacks a permission; ``permission`` names it."""

    def __init__(self, action: str, permission: str) -> None:
        super().__init__(f"You may not {action}: it needs the permission “{permission}”.")
        self.action = action
        self.permission = permission


class OwnPermissions(Denied):
    """The actor's own permissions would change (rule 18)."""

    def __init__(self, action: str) -> None:
        super().__init__(action, "another administrator")
        self.args = (f"You may not {action}: nobody changes their own permissions; another administrator can.",)


class AlreadySaved(CrmError):
    """A write that was carried out before under the same key; ``kind`` and ``key`` (an id) say what it wrote first."""

    def __init__(self, kind: str, key: int) -> None:
        super().__init__("This was saved already.")
        self.kind = kind
        self.key = key


class NotUndoable(Invalid):
    """An undo or redo that can't be made, or nothing that could be; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__("change", sentence)
        self.args = (sentence,)


class UndoConflict(CrmError):
    """Fields that changed since stand against an undo, or a ``redo``, of ``change``: nothing was written.
    ``conflicts`` are FieldConflicts of the store, each to be settled by the user."""

    def __init__(self, change: int, *, redo: bool, conflicts: tuple[object, ...]) -> None:
        what = "what you want to redo" if redo else "what you want to undo"
        super().__init__(f"Part of {what} was changed in the meantime; say for each field what it should be.")
        self.change = change
        self.redo = redo
        self.conflicts = conflicts


class Blocked(CrmError):
    """A deletion, or a merge, that other data forbid; ``blockers`` are ``(kind, id, label)`` of each of them."""

    def __init__(self, what: str, blockers: tuple[tuple[str, int, str], ...], verb: str = "deleted") -> None:
        named = ", ".join(label for _, _, label in blockers[:5])
        more = f" and {len(blockers) - 5} more" if len(blockers) > 5 else ""
        super().__init__(f"{what} can't be {verb} because of {named}{more}.")
        self.blockers = blockers


class Unavailable(CrmError):
    """The store can't be reached or written now (locked, disk full, read-only, network); try again later."""


class Away(Unavailable):
    """The database of a store does not answer, and nothing was saved. What was read can still be shown."""


class MaybeSaved(Unavailable):
    """A write of which nobody knows whether it was carried out: whoever was to say so is gone."""


class NotSignedIn(CrmError):
    """Nobody is known to be asking: no token, or one that is not valid (any more), or a wrong name or password."""


class Offline(Unavailable):
    """A remote store does not answer; ``host`` is the machine that was asked. What was read can still be shown."""

    def __init__(self, host: str, sentence: str) -> None:
        super().__init__(sentence)
        self.host = host


class NotInRegister(NotFound):
    """The business register has no company with this id; ``sentence`` says what that may mean."""

    def __init__(self, register: str, number: str, sentence: str) -> None:
        super().__init__(f"company in {register} with the id", number)
        self.register = register
        self.args = (sentence,)


class RegisterFailed(Unavailable):
    """A business register can't be reached, or gave no answer that can be read. ``host`` is the machine that was
    asked, ``what`` the short form of what happened; ``can_retry``: the same may work later. ``retry_after`` are the
    seconds that the register wants to be left alone, where it said so."""

    def __init__(
        self, host: str, what: str, sentence: str, *, can_retry: bool = True, retry_after: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.host = host
        self.what = what
        self.can_retry = can_retry
        self.retry_after = retry_after


class Corrupt(CrmError):
    """The store's file is damaged, foreign, or of a newer version; nothing was changed."""


class Interrupted(CrmError):
    """A read that a newer one replaced; its answer is not wanted any more."""

    def __init__(self) -> None:
        super().__init__("The question was replaced by a newer one.")
