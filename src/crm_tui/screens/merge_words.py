"""How two that are alike are shown and spoken of: rows of fields, what goes over, what is the same. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crm_tui.screens.merge_rows import MergeRow, Take
from crm_tui.screens.present import NOTHING, spaced
from crm_tui.screens.two_alike import MergeCheck, TwoAlike
from crm_tui.text import clean_lines
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.facts import Fact
from crm_tui.widgets.rows import Row

#: words that are not made one of by leaving out an s
_ONE = {"addresses": "address", "activities": "activity", "billing settings": "billing settings"}


def counted(moves: Mapping[str, int]) -> str:
    """``40 contacts, 12 cases and 1 activity``; empty for nothing."""
    words = [
        f"{spaced(number)} {_ONE.get(word, word.removesuffix('s')) if number == 1 else word}"
        for word, number in moves.items()
        if number
    ]
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def going_over(check: MergeCheck) -> str:
    """What a merge does, in one sentence."""
    stays, goes = check.two.left_called, check.two.right_called
    moved = counted(check.moves)
    if not moved:
        return f"{upper_first(goes)} is deleted; nothing has to go over to {stays}."
    verb = "goes" if sum(check.moves.values()) == 1 else "go"
    return f"{moved} {verb} over to {stays}; {goes} is deleted."


def differing_in_words(rows: Sequence[MergeRow]) -> str:
    """How many fields there are to choose: ``6 fields differ, 11 only one has``."""
    both = sum(bool(row.left and row.right) for row in rows)
    one = len(rows) - both
    differ = f"{both or 'no'} field{' differs' if both == 1 else 's differ'}"
    return f"{differ}, {one} only one has" if one else differ


def fields_in_words(rows: Sequence[MergeRow]) -> str:
    """The fields that need no line of their own: ``3 fields are the same: name, owner, country``."""
    names = ", ".join(row.label if row.label[1:2].isupper() else row.label.lower() for row in rows)
    return f"{len(rows)} field{' is' if len(rows) == 1 else 's are'} the same: {names}"


def heads_of(two: TwoAlike) -> list[Cell]:
    """The heads over the fields of the two, with what tells them apart, if anything does."""
    tells = two.left.detail != two.right.detail
    return [
        cell((word, "muted"), "  ", (party.name, "name"), (f"  {party.detail}" if tells else "", "muted"))
        for word, party in (("Stays", two.left), ("Goes", two.right))
    ]


def merge_table_row(row: MergeRow, take: Take) -> Row:
    """A field with what is chosen of it."""
    many = Take.BOTH in row.takes
    sides = [
        _choice(text, take in (side, Take.BOTH), many=many)
        for side, text in ((Take.LEFT, row.left), (Take.RIGHT, row.right))
    ]
    return Row(row.id, (cell(row.label), *sides))


def in_full(row: MergeRow, take: Take) -> list[Fact]:
    """A field with all of its text, and what becomes of it."""
    facts = [Fact("Stays", _lines(row.left), True), Fact("Goes", _lines(row.right), True)]
    if take is Take.BOTH:
        facts.append(Fact("Becomes", _lines(row.both), True))
    return facts


def _choice(text: str, chosen: bool, *, many: bool) -> Cell:
    marks = ("[x] ", "[ ] ") if many else ("(•) ", "( ) ")
    shown = value(text)
    return cell((marks[0], "accent"), shown.styled("name")) if chosen else cell(marks[1], shown)


def upper_first(text: str) -> str:
    """As a sentence begins."""
    return text[:1].upper() + text[1:]


def value(text: str) -> Cell:
    """A value in a cell."""
    return cell(text) if text else NOTHING


def _lines(text: str) -> list[Cell]:
    return [cell(line) for line in clean_lines(text)] if text else [NOTHING]
