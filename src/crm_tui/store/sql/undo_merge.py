"""Undo and redo of a merge: the two are parted to the letter, or joined again.

What was done since is kept: what was added to the one that stays, stays there; what was changed of a row that came with
the other goes back with it as it is now; what was deleted, moved elsewhere or erased stays so. What is on a case goes
with it. Fields of the one that stays that changed since are conflicts, as in any undo. All of that is told afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from crm_tui.domain.contacts import Contact
from crm_tui.domain.entities import Kind
from crm_tui.domain.errors import NotUndoable, UndoConflict
from crm_tui.store.sql import merge_checks, merge_writes, merging, part_contacts, part_customers, undo_places
from crm_tui.store.sql.history_labels import Labels
from crm_tui.store.sql.merge_around import Merge, give_back, how_gone, is_there, merge_of
from crm_tui.store.sql.rights import Rights
from crm_tui.store.sql.tables import BY_KIND, CONTACT, CUSTOMER
from crm_tui.store.sql.undo_anew import Anew, with_changes
from crm_tui.store.sql.undo_carry import Carrier
from crm_tui.store.sql.undo_kept import KeptOfContacts, KeptOfCustomers
from crm_tui.store.sql.undo_plan import Line, Plan, Planner, Restore, is_deletion, lines_of
from crm_tui.store.sql.undo_rights import Guard
from crm_tui.store.sql.undo_since import Since
from crm_tui.store.sql.undo_steps import Chain
from crm_tui.store.sql.write import Change, get
from crm_tui.store.undo import Settled, UndoStep

#: fields that are no matter of the plan: what points to the two, and what follows from it
_MOVING = ("customer", "billing_customer", "contact", "further_contacts", "contact_participants", "headquarters")


class MergeUndo:
    """Takes back the last change of the chain that began with one merge."""

    def __init__(self, work: Change, rights: Rights, step: UndoStep, chain: Chain, merge: Merge, *, redo: bool) -> None:
        self._work = work
        self._con = work.con
        self._rights = rights
        self._labels = Labels(work.con, rights)
        self._step = step
        self._chain = chain
        self._merge = merge
        self._redo = redo
        self._had_headquarters: int | None = None
        self._title = f"“{step.label}” can't be {'redone' if redo else 'undone'}"

    def carry_out(self, settled: Iterable[Settled]) -> tuple[str, ...]:
        """Do it; returns what came after it and is kept. Raises Denied, NotUndoable and UndoConflict."""
        merge, work, con = self._merge, self._work, self._con
        (merging.need_customers if merge.kind is Kind.CUSTOMER else merging.need_contacts)(self._rights)
        self._need_both()
        self._need_seen(self._chain.head)
        guard = Guard(con, self._rights, is_redo=self._redo, whole={(merge.kind, merge.goes)})
        planner = Planner(con, self._rights, guard, settled, self._lines())
        plan, lost = Anew(planner.plan(), ())
        if self._redo:
            plan, lost = with_changes(con, merge, self._chain.head, planner, plan)
        if plan.conflicts:
            raise UndoConflict(self._step.change, redo=self._redo, conflicts=tuple(plan.conflicts))
        work.take_back(self._chain.head, "redo" if self._redo else "undo")
        until = work.begin(self._step.kind, self._step.entity)
        since = Since(con, self._rights, self._chain.head, self._chain.at, until)
        carrier = Carrier(work, self._rights, guard, since, self._fitting(plan), self._title)
        told = (self._customers if merge.kind is Kind.CUSTOMER else self._contacts)(carrier, since)
        return (*self._not_taken(since, lost), *told)

    def _customers(self, carrier: Carrier, since: Since) -> tuple[str, ...]:
        work, con, merge, head = self._work, self._con, self._merge, self._chain.head
        stays = get(con, CUSTOMER, merge.stays)
        rest, to = (merge.goes, merge.stays) if self._redo else (merge.stays, merge.goes)
        way = "goes over to" if self._redo else "goes back to"
        kept = KeptOfCustomers(con, self._rights, since, head, rest=rest, to=to, way=way)
        lost: list[int] = []
        if self._redo:
            merge_writes.join_customers(work, stays, get(con, CUSTOMER, merge.goes))
            carrier.carry_out()
        else:
            give_back(con, merge_of(con, head) or merge)
            carrier.carry_out()
            part_customers.move_back(work, merge, head)
            self._need_seen(work.begin(self._step.kind, self._step.entity))  # what moved along with it
            lost = part_customers.without_addresses(work, merge)
            part_customers.find_headquarters(work, merge.goes, self._had_headquarters)
            merge_writes.finish_customer(work, merge.goes)
        part_customers.settle_headquarters(work, merge.stays, head, stays.headquarters)
        merge_writes.finish_customer(work, merge.stays)
        self._say()
        return kept.sentences(lost)

    def _contacts(self, carrier: Carrier, since: Since) -> tuple[str, ...]:
        work, con, merge, head = self._work, self._con, self._merge, self._chain.head
        rest = merge.goes if self._redo else merge.stays
        kept = KeptOfContacts(con, self._rights, since, rest=rest)
        unchanged: list[tuple[Kind, int]] = []
        if self._redo:
            merge_writes.join_contacts(work, get(con, CONTACT, merge.stays), get(con, CONTACT, merge.goes))
            carrier.carry_out()
        else:
            give_back(con, merge_of(con, head) or merge)
            carrier.carry_out()
            unchanged = part_contacts.relink_back(work, merge, head)
        self._say()
        return kept.sentences(merge.stays, unchanged)

    def _not_taken(self, since: Since, fields: tuple[str, ...]) -> tuple[str, ...]:
        if not fields:
            return ()
        kind, listed = self._merge.kind, ", ".join(field.replace("_", " ") for field in fields)
        goes, stays = since.name(kind, self._merge.goes), self._labels.entity(kind, self._merge.stays)
        return (f"what was changed since of {goes} ({listed}) is not taken over by {stays}",)

    def _say(self) -> None:
        old, new = (None, self._merge.goes) if self._redo else (self._merge.goes, None)
        stays = get(self._con, BY_KIND[self._merge.kind], self._merge.stays)
        merge_writes.say(self._work, stays, old=old, new=new)

    def _need_both(self) -> None:
        """Raise NotUndoable where one is gone that would have to be there."""
        kind = self._merge.kind
        needed = {(kind, self._merge.stays)}
        if self._redo:
            needed.add((kind, self._merge.goes))
        for key in needed:
            if not is_there(self._con, *key):
                how = how_gone(self._con, self._labels, *key)
                raise NotUndoable(f"{self._title}: {kind.value} {self._labels.entity(*key)} {how}.")
            if kind is Kind.CONTACT and get(self._con, CONTACT, key[1]).is_deleted:
                raise NotUndoable(f"{self._title}: the person was erased since, and nobody comes back.")

    def _need_seen(self, change: int) -> None:
        """Raise NotUndoable where something that the change moved goes over or back and the actor does not see it."""
        hidden = merge_checks.moving_unseen(self._con, self._rights, self._merge, change, redo=self._redo)
        if hidden:
            raise NotUndoable(f"{self._title}: {', '.join(hidden)}.")

    def _lines(self) -> list[Line]:
        """Those that the plan is made from: fields of the one that stays, and the row of the one that went."""
        goes = self._merge.goes
        lines = []
        for line in lines_of(self._con, self._chain.head):
            is_goes = line.entity == goes and line.kind in (self._merge.kind, Kind.BILLING)
            if not line.field or is_goes:
                wanted = is_goes and is_deletion(line)
            else:
                wanted = line.field not in _MOVING and is_there(self._con, line.kind, line.entity)
            if wanted:
                lines.append(line)
        return lines

    def _fitting(self, plan: Plan) -> Plan:
        """The plan, without references of the one that comes back to addresses that are another's by now."""
        steps = [self._fitting_row(step) if isinstance(step, Restore) else step for step in plan.steps]
        return Plan(steps, plan.conflicts)

    def _fitting_row(self, step: Restore) -> Restore:
        row = step.row
        if step.table is CUSTOMER:
            self._had_headquarters = row.headquarters
            headquarters = part_customers.headquarters_of(self._work, self._merge, row.headquarters)
            return step._replace(row=replace(row, headquarters=headquarters))
        if isinstance(row, Contact):
            self._need_customer(undo_places.placed(self._con, CONTACT, row))
        return step

    def _need_customer(self, contact: Contact) -> None:
        if not is_there(self._con, Kind.CUSTOMER, contact.customer):
            how = how_gone(self._con, self._labels, Kind.CUSTOMER, contact.customer)
            name = self._labels.entity(Kind.CUSTOMER, contact.customer)
            raise NotUndoable(f"{self._title}: customer {name} {how}.")
