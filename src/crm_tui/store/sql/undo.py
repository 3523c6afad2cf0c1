"""Undo and redo (rule 21): a change is taken back by a new one, made from its lines in the change log.

To redo is to take back the undo, so both are one thing: the newest change of a chain is taken back. All of it is done
in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotFound, NotUndoable, UndoConflict
from crm_tui.store.sql.merge_around import merge_of
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.undo_carry import Carrier
from crm_tui.store.sql.undo_merge import MergeUndo
from crm_tui.store.sql.undo_plan import Planner, is_creation, is_deletion, lines_of
from crm_tui.store.sql.undo_rights import Guard
from crm_tui.store.sql.undo_since import Since
from crm_tui.store.sql.undo_steps import Steps
from crm_tui.store.sql.write import Change
from crm_tui.store.undo import Settled, UndoStep

_WHOLES = (Kind.CUSTOMER, Kind.CASE)


def take_back(work: Change, rights: Rights, change: int | None, settled: Iterable[Settled], *, redo: bool) -> UndoStep:
    """Undo a change of the actor's, or redo one; without ``change`` the one whose turn it is. Returns the step as it
    is then. Raises NotUndoable, UndoConflict, NotFound, and what the same writes by hand would."""
    steps = Steps(work.con, rights, work.now)
    step = _chosen(steps, change, redo=redo)
    chain = steps.chain(step.change)
    word = "redone" if redo else "undone"
    if chain.is_undone is not redo:
        raise NotUndoable(f"“{step.label}” is {'in effect' if redo else 'undone'} already.")
    merge = merge_of(work.con, chain.root)
    if merge is not None:
        kept = MergeUndo(work, rights, step, chain, merge, redo=redo).carry_out(settled)
        return replace(steps.describe(step.change), kept=kept)
    lines = lines_of(work.con, chain.head)
    whole = {line.key for line in lines if line.kind in _WHOLES and (is_creation(line) or is_deletion(line))}
    guard = Guard(work.con, rights, is_redo=redo, whole=whole)
    main = (step.kind, step.entity)
    rows = {line.key for line in lines_of(work.con, chain.root) if not line.field}
    edited = main if rows and main not in rows else None
    plan = Planner(work.con, rights, guard, settled, lines, edited).plan()
    if plan.conflicts:
        raise UndoConflict(step.change, redo=redo, conflicts=tuple(plan.conflicts))
    work.take_back(chain.head, "redo" if redo else "undo")
    until = work.begin(step.kind, step.entity)  # at once: what leaves no line is undone as well
    since = Since(work.con, rights, chain.head, chain.at, until)
    title = f"“{step.label}” can't be {word}"
    Carrier(work, rights, guard, since, plan, title, main).carry_out()
    return steps.describe(step.change)


def _chosen(steps: Steps, change: int | None, *, redo: bool) -> UndoStep:
    if change is not None:
        return _required(steps, change)
    found = steps.undone_last() if redo else steps.newest_in_effect()
    if found is None:
        raise NotUndoable(f"There is nothing to {'redo' if redo else 'undo'}.")
    return _required(steps, found)


def _required(steps: Steps, change: int) -> UndoStep:
    step = steps.get(change)
    if step is None:
        raise NotFound("change of yours that can be undone:", change)
    return step
