"""What of a customer somebody else changed between comparing it with its register and updating it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from crm_tui.domain.register_entry import SOURCES
from crm_tui.domain.register_update import Compared, Take, in_words
from crm_tui.domain.vat import RegisterNumber
from crm_tui.screens.dialogs.conflict import ConflictQuestion, ConflictRow
from crm_tui.screens.present import Clock
from crm_tui.screens.register_update import Whom
from crm_tui.screens.register_words import label_of


class Changed(NamedTuple):
    """A ticked row whose value on the card is another one now."""

    take: Take
    before: tuple[str, ...]
    now: tuple[str, ...]
    register: tuple[str, ...]


def changed_since(before: Iterable[Compared], now: Iterable[Compared], ticked: Collection[Take]) -> list[Changed]:
    """The ticked rows to decide about; what is by now as the register has it needs no decision."""
    was = {row.take: row.ours for row in before}
    return [
        Changed(row.take, was[row.take], row.ours, row.theirs)
        for row in now
        if row.take in ticked and row.can_be_taken and row.ours != was[row.take]
    ]


def question_of(changed: Iterable[Changed], who: Whom, clock: Clock, number: RegisterNumber) -> ConflictQuestion:
    """What to decide: the card as it is now, or the register."""
    when, source = clock.ago(who.at), SOURCES[number.country].value
    return ConflictQuestion(
        title="The customer was changed meanwhile",
        sentence=f"{who.name} changed it {when}, after it was compared with {source}. Nothing has been overwritten.",
        theirs_by=f"{who.name}, {when}",
        rows=[
            ConflictRow(
                each.take.value,
                label_of(each.take),
                *(", ".join(in_words(each.take, texts)) for texts in (each.before, each.now, each.register)),
            )
            for each in changed
        ],
        mine_word=f"from {source}",
    )
