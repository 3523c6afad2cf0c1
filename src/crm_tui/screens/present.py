"""From what the store returns to cells: pure functions, shared by the screens."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import NamedTuple

from msgspec import UNSET, UnsetType

from crm_tui import feed_words, when
from crm_tui.config import Settings
from crm_tui.domain import permission_words
from crm_tui.domain.activities import TICKED
from crm_tui.domain.addresses import AddressFields
from crm_tui.domain.contacts import Contact
from crm_tui.domain.entities import Kind
from crm_tui.domain.files import size_words
from crm_tui.domain.money import Money, format_amount
from crm_tui.domain.names import DELETED_CONTACT, contact_name, initials
from crm_tui.store.activities import FeedRow
from crm_tui.store.customers import Sum
from crm_tui.store.paging import Count
from crm_tui.store.reach import Reach
from crm_tui.widgets.cells import EMPTY, Cell, cell
from crm_tui.widgets.rows import Row

NOTHING = cell(("–", "faint"))
HIDDEN = cell(("hidden", "italic muted"))


class Clock(NamedTuple):
    """The present, for relative dates."""

    now: datetime
    zone: tzinfo
    settings: Settings

    @property
    def today(self) -> date:
        """Today, where the user is."""
        return self.now.astimezone(self.zone).date()

    def ago(self, moment: datetime) -> str:
        """When something happened."""
        return when.ago(moment, self.now, self.zone, self.settings.dates)

    def day(self, day: date) -> str:
        """A date in a list."""
        return when.short_date(day, self.today, self.settings.dates)


def text(value: str | None) -> Cell:
    """A text, or the mark for nothing."""
    return cell(value) if value else NOTHING


def spaced(number: int) -> str:
    """``1 318``"""
    return f"{number:,}".replace(",", " ")


def count(counted: Count) -> str:
    """``1 318``, or ``10 000+`` where counting stopped."""
    return spaced(counted.number) + ("+" if counted.capped else "")


def money(amount: int | UnsetType | None, currency: str, *, cents: bool = False) -> Cell:
    """An amount with its currency, ``hidden`` or nothing."""
    if amount is UNSET:
        return HIDDEN
    if amount is None:
        return NOTHING
    return cell(figure(amount, currency, cents=cents), (f" {currency}", "muted"))


def figure(amount: int, currency: str, *, cents: bool = False) -> str:
    """An amount without its currency; whole units unless ``cents``."""
    return format_amount(Money(amount, currency), with_cents=cents)


def size(number: int | None) -> str | Cell:
    """A size in bytes, as people say it."""
    return NOTHING if number is None else size_words(number)


def sums(total: Sum | UnsetType, *, starred: bool = True) -> list[Cell]:
    """A sum per currency, the largest first; a star where figures are left out, unless it stands elsewhere."""
    if isinstance(total, UnsetType):
        return [HIDDEN]
    star = ("*", "warn") if total.left_out and starred else ""
    cells = [cell(money(each.amount, each.currency), star) for each in total.amounts]
    if not cells:
        return [cell(HIDDEN, star)] if total.left_out else [NOTHING]
    return cells


def limited(permission: str) -> Cell:
    """That a permission may leave out something here, for the foot of a panel; empty where none does."""
    return cell((permission_words.limited_by(permission), "warn")) if permission else EMPTY


def hidden_by(permission: str, what: str) -> Cell:
    """The sentence in the place of things that all need a permission which the user lacks."""
    return cell((permission_words.hidden_by(permission, what), "warn"))


def state(active: bool) -> Cell:
    """A customer's state: mark and word."""
    return cell(("● ", "good"), "Active") if active else cell(("○ Inactive", "muted"))


def person(contact: Contact) -> Cell:
    """A contact's name; of a deleted one the words that stand for it."""
    if contact.is_deleted:
        return cell((DELETED_CONTACT, "italic"))
    return cell(contact_name(contact.first_name, contact.last_name))


def owner(name: str | None) -> Cell:
    """A user's initials in a list."""
    return cell((initials(name), "muted")) if name else EMPTY


def address_lines(address: AddressFields) -> list[Cell]:
    """An address for reading: street, place, country."""
    street = [part for part in (address.line1, address.line2) if part]
    place = " ".join(part for part in (address.postal_code, address.city) if part)
    lines = [*street, " ".join(part for part in (place, address.region, address.country) if part)]
    return [cell(line) for line in lines if line] or [NOTHING]


def offline(reach: Reach, now: datetime, zone: tzinfo) -> tuple[Cell, Cell]:
    """That the store does not answer, since when, and of when is what is shown, whole and short; empty where it
    does."""
    if reach.offline_since is None:
        return EMPTY, EMPTY
    since, today = reach.offline_since.astimezone(zone), now.astimezone(zone).date()
    who, short = ("database offline", "no database") if reach.only_database else ("offline", "offline")
    words = f"{who} since {_moment(since, today)}"
    if reach.as_of is None:
        return cell((words, "warn")), cell((words, "warn"))
    as_of = f"as of {_moment(reach.as_of.astimezone(zone), today)}"
    return cell((f"{words} · {as_of}", "warn")), cell((f"{short} · {as_of}", "warn"))


def _moment(local: datetime, today: date) -> str:
    """The time, with its day if that is another than today."""
    return f"{local:%H:%M}" if local.date() == today else f"{when.short_date(local.date(), today)} {local:%H:%M}"


# -- the feed -----------------------------------------------------------------------------------------------------


def planned_row(row: FeedRow, clock: Clock) -> Row:
    """A line of *Planned*: tick box, when it is due, what, kind, who."""
    return Row(feed_id(row), (_tick(row), planned_when(row, clock), _what(row), _word(row), owner(row.owner_name)))


def past_row(row: FeedRow, clock: Clock) -> Row:
    """A line of *Past*: tick box, when it was, what, kind, who."""
    return Row(feed_id(row), (_tick(row), past_when(row, clock), _what(row), _word(row), owner(row.owner_name)))


def feed_id(row: FeedRow) -> str:
    """What names a line of the feed."""
    return f"{row.entity.value}:{row.id}"


def planned_when(row: FeedRow, clock: Clock) -> Cell:
    """When something planned is: late in red, today in amber."""
    word = feed_words.planned(row, clock.now, clock.zone, clock.settings.dates)
    day = row.at.astimezone(clock.zone).date() if row.at is not None else row.on
    if day is None:
        return NOTHING
    if row.at is None and row.kind not in TICKED:
        return cell(word)
    if row.at is None and day < clock.today:
        return cell((f"! {word}", "bad"))
    if day == clock.today:
        return cell((f"• {word}", "warn"))
    return cell(word)


def past_when(row: FeedRow, clock: Clock) -> Cell:
    """When something was."""
    word = feed_words.past(row, clock.now, clock.zone, clock.settings.dates)
    return cell((word, "muted")) if word else NOTHING


def _tick(row: FeedRow) -> Cell:
    if row.entity is Kind.NOTE or row.kind not in TICKED:
        return EMPTY
    return cell(("[x]", "muted")) if row.is_done else cell("[ ]")


def _what(row: FeedRow) -> Cell:
    return cell((feed_words.what(row), "italic")) if row.is_private else cell(row.name)


def _word(row: FeedRow) -> Cell:
    return cell((feed_words.kind(row), "muted"))
