"""How the answer of a business register is shown beside a card, in cells and sentences. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from crm_tui import when
from crm_tui.domain.register_entry import RegisterEntry, RegisterSource, RegisterState
from crm_tui.domain.register_update import (
    Compared,
    OnCard,
    Take,
    Verdict,
    Which,
    address_of,
    in_words,
    place_of,
    source_of,
)
from crm_tui.domain.vat import RegisterNumber
from crm_tui.keymap import Keys
from crm_tui.screens.present import NOTHING, Clock
from crm_tui.widgets.cells import EMPTY, Cell, broken, cell
from crm_tui.widgets.columns import Column, arrange
from crm_tui.widgets.heads import text_room
from crm_tui.widgets.tall_rows import TallRow, View

#: from this width on a register's silence has its whole sentence
_WORDS_FROM = 90
#: lines that one text takes at most, which none does that anybody means, and other names of a company that are listed
_MOST_LINES, _MOST_NAMES = 100, 4
_NOT_PUBLISHED = cell(("not published", "italic muted"))
_MARKS = {
    Verdict.SAME: cell(("= same", "muted")),
    Verdict.CHANGED: cell(("≠ changed", "warn")),
    Verdict.NEW: cell(("+ new", "good")),
}
_KEPT, _KEPT_SHORT = cell(("– kept as it is", "muted")), cell(("– kept", "muted"))
_REFUSED, _REFUSED_SHORT = cell(("! can't be taken", "warn")), cell(("! refused", "warn"))


def label_of(take: Take) -> str:
    """What a row is called."""
    return take.value.capitalize()


def names_of(takes: Collection[Take]) -> str:
    """``name, address``: in the order in which they are shown."""
    return ", ".join(take.value for take in Take if take in takes)


def in_view(view: View) -> str:
    """``1–4 of 6 ▾``: which rows are in view, and where there is more; empty where all are."""
    if not view.above and not view.below:
        return ""
    rows = f"{view.first}" if view.first == view.last else f"{view.first}–{view.last}"
    return f"{rows} of {view.total} {'▴' if view.above else ''}{'▾' if view.below else ''}"


# -- around the rows ----------------------------------------------------------------------------------------------


def asking_line(source: RegisterSource, number: RegisterNumber, passed: int, most: float) -> Cell:
    """``Asking PRH for 0112038-9 …  3 s of 10 s``"""
    return cell(f"Asking {source.value} for ", (number.id, "name"), " …  ", (f"{passed} s of {most:.0f} s", "muted"))


def head_line(entry: RegisterEntry, clock: Clock) -> Cell:
    """Which register says it, of whom, since when it is known, and what the company is there."""
    read = entry.fetched_at.astimezone(clock.zone)
    today = read.date() == clock.today
    moment = f"today {read:%H:%M}" if today else when.absolute(read, clock.zone, clock.settings.dates)
    vat = {True: "registered for VAT", False: "not registered for VAT", None: ""}[entry.vat_registered]
    more = [f"read {moment}", "a sub-unit" if entry.is_subunit else "", vat]
    if entry.state is RegisterState.ACTIVE:
        more.append("no bankruptcy or liquidation")
    return cell(source_of(entry), *((f" · {words}", "muted") for words in more if words))


def banner(entry: RegisterEntry, clock: Clock) -> Cell:
    """What has to be said of a company that is not active; empty for one that is."""
    if entry.state is RegisterState.ACTIVE:
        return EMPTY
    since = f" since {when.absolute_date(entry.since, clock.settings.dates)}" if entry.since is not None else ""
    state = f"! {entry.state.value.capitalize()}{since}."
    if entry.state is RegisterState.REMOVED:
        return cell((state, "bad bold"), " The register may tell nothing of it: there is nothing to take.")
    if entry.state.is_over:
        return cell((state, "bad bold"), " Nothing is ticked for you: look twice before you take anything.")
    return cell((state, "warn bold"))


def state_mark(entry: RegisterEntry, dates: when.DateStyle) -> Cell:
    """``! ceased 31 Dec 2019``: what became of a company, beside its name; empty for one that is active."""
    if entry.state is RegisterState.ACTIVE:
        return EMPTY
    since = f" {when.absolute_date(entry.since, dates)}" if entry.since is not None else ""
    return cell((f"! {entry.state}{since}", "bad" if entry.state.is_over else "warn"))


def notes(entry: RegisterEntry, which: Which, card: OnCard, keys: Keys) -> list[Cell]:
    """What else the register knows, and what becomes of an address."""
    said = [_address_note(entry, which, keys)]
    if card.headquarters is None and address_of(entry, which) is not None:
        said.append(cell(("There is no address on the card yet: it becomes the headquarters.", "muted")))
    if entry.other_names:
        left = len(entry.other_names) - _MOST_NAMES
        more = f" and {left} more" if left > 0 else ""
        said.append(cell(("Other names: ", "muted"), ", ".join(entry.other_names[:_MOST_NAMES]), (more, "muted")))
    if entry.industry_code:
        said.append(cell(("Industry code: ", "muted"), entry.industry_code))
    return [each for each in said if each]


def _address_note(entry: RegisterEntry, which: Which, keys: Keys) -> Cell:
    other = address_of(entry, which.other)
    if address_of(entry, which) is None and other is None:
        return EMPTY
    if other is None:
        return cell((f"The {which} address is shown; the register has no {which.other} one.", "muted"))
    place = place_of(other, which.other)
    line = ", ".join(filter(None, (place.line1, place.line2, " ".join(filter(None, (place.postal_code, place.city))))))
    key = (keys.shown("register.which"), "key")
    shown = (f"The {which} address is shown. ", "muted")
    return cell(shown, key, (f" shows the {which.other} one instead: {line}", "muted"))


# -- the rows -----------------------------------------------------------------------------------------------------


def columns(width: int) -> tuple[Column, ...]:
    """The columns of a table of this width."""
    mark = _REFUSED.width if width >= _WORDS_FROM else _REFUSED_SHORT.width
    return (
        Column("tick", width=3, style="accent"),
        Column("label", width=8, style="muted"),
        Column("ours", width=8, flex=1),
        Column("theirs", width=8, flex=1),
        Column("mark", width=mark),
    )


def heads(width: int) -> tuple[Cell, ...]:
    """Their heads."""
    theirs = "In the register" if _text_widths(width)["theirs"] >= len("In the register") else "Register"
    return (EMPTY, EMPTY, cell(("On the card", "name")), cell((theirs, "name")), EMPTY)


def tall_rows(rows: Sequence[Compared], ticked: Collection[Take], width: int) -> list[TallRow]:
    """Ours and theirs, over as many lines as they take; below theirs what is to be known before it is taken."""
    widths = _text_widths(width)
    return [_tall_row(row, row.take in ticked, widths, is_wide=width >= _WORDS_FROM) for row in rows]


def _text_widths(width: int) -> dict[str, int]:
    """What each column has for text in a table of this width."""
    return {place.column.key: place.width for place in arrange(columns(width), text_room(width))}


def _tall_row(row: Compared, is_ticked: bool, widths: dict[str, int], *, is_wide: bool) -> TallRow:
    ours = _lines(row.take, row.ours, widths["ours"], "" if row.ours else "faint")
    theirs = _lines(row.take, row.theirs, widths["theirs"], "name" if is_ticked else "")
    if row.verdict is Verdict.MISSING:
        theirs = [_NOT_PUBLISHED]
        mark = (_KEPT if is_wide else _KEPT_SHORT) if row.ours else EMPTY
    elif row.refusal:
        mark = _REFUSED if is_wide else _REFUSED_SHORT
    else:
        mark = _MARKS[row.verdict]
    said = f"! {row.refusal}" if row.refusal else f"({row.note})" if row.note else ""
    style = "warn" if row.refusal else "muted"
    theirs += [line.styled(style) for line in broken(said, widths["theirs"], _MOST_LINES)]
    tick = ("[x]" if is_ticked else cell(("[ ]", "muted"))) if row.can_be_taken else ""
    first = (tick, cell((label_of(row.take), "name" if is_ticked else "")), mark)
    return TallRow(row.take.value, tuple(_in_cells(first, ours, theirs)))


def _in_cells(
    first: tuple[Cell | str, Cell | str, Cell], ours: Sequence[Cell], theirs: Sequence[Cell]
) -> Iterator[tuple[Cell | str, ...]]:
    tick, label, mark = first
    for line in range(max(len(ours), len(theirs))):
        left, right = (side[line] if line < len(side) else EMPTY for side in (ours, theirs))
        yield (tick, label, left, right, mark) if line == 0 else ("", "", left, right, EMPTY)


def _lines(take: Take, texts: Sequence[str], width: int, style: str) -> list[Cell]:
    named = in_words(take, texts)
    return [line.styled(style) for text in named for line in broken(text, width, _MOST_LINES)] or [NOTHING]
