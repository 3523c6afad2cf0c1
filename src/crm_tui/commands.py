"""The one table of commands: what a person can do, with which keys, and where.

Bindings, footer, palette, help and the key sheet of the command line are all made from COMMANDS. A command
that does not exist yet is not in it. This module imports next to nothing, so the command line can print the keys
quickly.
"""

from typing import NamedTuple

from crm_tui.places import Scope


class Command(NamedTuple):
    """One thing a person can do.

    `keys` and `vim` are key names as people write them ("j", "ctrl+d", ","); an empty `vim` means the same as
    `keys`. `label` is the word in the footer, `tooltip` one sentence for help and palette. `footer` is the
    importance in the footer: 1 is leftmost, 0 is not shown there; `right` puts it at the right edge. `pair`
    is the id of the command whose key the footer shows beside this one's, under the word `pair_label`.
    `needed` commands can be moved to another key, but never left without one.
    """

    id: str
    keys: tuple[str, ...]
    label: str
    tooltip: str
    scope: Scope
    vim: tuple[str, ...] = ()
    footer: int = 0
    right: bool = False
    undoable: bool = False
    needed: bool = False
    pair: str = ""
    pair_label: str = ""

    @property
    def method(self) -> str:
        """Name of the method that carries it out: `do_card_next` for `card.next`."""
        return "do_" + self.id.replace(".", "_")


_ANYWHERE = (
    Command("app.find", ("f",), "Find anything", "Find a customer, person, number or invoice anywhere.",
            Scope.ANYWHERE, footer=9, right=True),
    Command("app.help", ("?", "f1"), "Help", "Show every command of this place with its keys.",
            Scope.ANYWHERE, footer=1, right=True, needed=True),
    Command("app.palette", (":", "ctrl+p"), "Commands", "Search all commands by name and run one.",
            Scope.ANYWHERE, footer=2, right=True, needed=True),
    Command("app.theme", (), "Theme", "Choose the colours: dark, light, high contrast or another theme.",
            Scope.ANYWHERE),
    Command("app.redraw", ("ctrl+l",), "Redraw", "Draw the whole screen again.", Scope.ANYWHERE),
    Command("app.back", ("escape",), "Back", "Go back one step; clears or closes what is open first.",
            Scope.ANYWHERE, needed=True),
    Command("app.last_view", ("backspace",), "Last view", "Switch to the view that was open before this one.",
            Scope.ANYWHERE, vim=("ctrl+o", "backspace")),
    Command("app.undo", ("u",), "Undo", "Take back your last change.", Scope.ANYWHERE, footer=11),
    Command("app.redo", ("U",), "Redo", "Do again what you took back last.", Scope.ANYWHERE),
    Command("app.undo_list", (), "My changes", "List your changes of the last 30 days; take back any of them.",
            Scope.ANYWHERE),
    Command("app.drafts", (), "Drafts", "Go on with what you typed and did not save.", Scope.ANYWHERE),
    Command("app.registries", (), "Registries", "Manage industries, segments, statuses and other lists of values.",
            Scope.ANYWHERE),
    Command("app.stores", (), "Stores", "Choose the store to work on, and open it here.", Scope.ANYWHERE),
    Command("app.users", (), "Users & profiles", "See who works here and what they may do; administrators change it.",
            Scope.ANYWHERE),
    Command("app.quit", ("q",), "Quit", "Leave the program.", Scope.ANYWHERE, needed=True),
)  # fmt: skip

_LISTS = (
    Command("go.customers", ("1",), "Customers", "Go to the customers.", Scope.LISTS),
    Command("go.contacts", ("2",), "Contacts", "Go to the contacts of all customers.", Scope.LISTS),
    Command("go.mine", ("3",), "My activities", "Go to what you planned and did, over all customers.", Scope.LISTS),
    Command("go.duplicates", ("4",), "Duplicates", "Go to customers and contacts that may be the same.", Scope.LISTS),
)  # fmt: skip

_MOVE = (
    Command("move.down", ("j", "down"), "Down", "Move to the next row.", Scope.MOVE),
    Command("move.up", ("k", "up"), "Up", "Move to the row before.", Scope.MOVE),
    Command("move.first", ("g", "home"), "First", "Move to the first row.", Scope.MOVE),
    Command("move.last", ("G", "end"), "Last", "Move to the last row.", Scope.MOVE),
    Command("move.page_down", ("pagedown",), "Page down", "Move one page down.",
            Scope.MOVE, vim=("ctrl+f", "pagedown")),
    Command("move.page_up", ("pageup",), "Page up", "Move one page up.",
            Scope.MOVE, vim=("ctrl+b", "pageup")),
    Command("move.half_down", ("ctrl+d",), "Half a page down", "Move half a page down.", Scope.MOVE),
    Command("move.half_up", ("ctrl+u",), "Half a page up", "Move half a page up.", Scope.MOVE),
    Command("move.open", ("enter",), "Open", "Open the row under the cursor.", Scope.MOVE, footer=1),
)  # fmt: skip

_ROWS = (
    Command("list.filter", ("/",), "Filter", "Narrow the list to what you type.", Scope.ROWS, footer=2),
    Command("list.copy", ("y",), "Copy", "Copy a value of this row; asks which, if there are several.",
            Scope.ROWS, footer=5),
    Command("list.link", ("o",), "Open link", "Open the link, e-mail or phone number of this row.",
            Scope.ROWS, footer=6),
    Command("list.inactive", ("i",), "Inactive", "Show or hide what is inactive or closed.",
            Scope.ROWS, footer=8),
    Command("list.sort", ("s",), "Sort", "Choose what to sort by; the same again turns the order round.",
            Scope.ROWS, footer=10),
    Command("list.export", ("E",), "Export", "Write the rows that are listed to a file, CSV or JSON.",
            Scope.ROWS, footer=7),
    Command("list.favourite", ("*",), "Favourite", "Make this customer a favourite, or take the mark away.",
            Scope.ROWS, footer=12),
    Command("list.reload", ("r",), "Reload", "Read everything shown again from the store.", Scope.ROWS),
)  # fmt: skip

_EDIT = (
    Command("list.add", ("a",), "Add", "Add something to this list.", Scope.EDIT, footer=2),
    Command("list.edit", ("e",), "Edit", "Change what is under the cursor.", Scope.EDIT, footer=3, undoable=True),
    Command("list.done", ("space",), "Done", "Tick what is under the cursor, or take the tick away.",
            Scope.EDIT, footer=3, undoable=True),
    Command("list.activate", ("x",), "In/activate", "Make it inactive, so that lists leave it out, or active again.",
            Scope.EDIT, footer=6, undoable=True),
    Command("list.delete", ("d",), "Delete", "Delete what is under the cursor; asks first.",
            Scope.EDIT, footer=7, undoable=True),
    Command("list.history", ("C",), "Changes", "Show who changed what of it and when.", Scope.EDIT, footer=13),
)  # fmt: skip

_CUSTOMERS = (
    Command("customers.chips", ("F",), "By field", "Filter by state, owner, segment, keyword and so on.",
            Scope.CUSTOMERS, footer=3),
    Command("customers.views", ("v",), "Views", "Use, save, rename or delete named sets of filters.",
            Scope.CUSTOMERS, footer=4),
    Command("customers.preview", ("p",), "Preview", "Show or hide the preview beside the list.",
            Scope.CUSTOMERS, footer=9),
)  # fmt: skip

_CONTACTS = (
    Command("contacts.addresses", ("Y",), "Copy addresses",
            "Copy the e-mail addresses of all who are listed, for a Bcc field.", Scope.CONTACTS, footer=8),
)  # fmt: skip

_DUPLICATES = (
    Command("duplicates.kind", ("F",), "Kind", "Look through contacts instead of customers, or customers again.",
            Scope.DUPLICATES, footer=4),
    Command("duplicates.dismiss", ("N",), "Not a duplicate", "Say that the two are not the same; for everybody.",
            Scope.DUPLICATES, footer=2, undoable=True),
    Command("duplicates.readmit", ("R",), "Readmit", "Let the two be found again.",
            Scope.DUPLICATES, footer=2, undoable=True),
    Command("duplicates.dismissed", ("D",), "Dismissed", "Show pairs that were said to be none, or likely ones again.",
            Scope.DUPLICATES, footer=5),
    Command("duplicates.card", ("c",), "Card", "Open the card of either of the two; asks which.",
            Scope.DUPLICATES, footer=3),
)  # fmt: skip

_CARD = (
    *(
        Command(f"card.tab_{number}", (str(number),), name, f"Go to the tab {name}.", Scope.CARD)
        for number, name in enumerate(
            ("Contact information", "Sales & projects", "Collaboration", "Financials", "Customer settings"), 1
        )
    ),
    Command("card.next_panel", ("tab",), "Next panel", "Move to the next panel.", Scope.CARD, footer=4),
    Command("card.previous_panel", ("shift+tab",), "Panel before", "Move to the panel before.", Scope.CARD),
    Command("card.next", ("J",), "Next customer", "Go to the next customer of the list, on the same tab.",
            Scope.CARD, footer=9, pair="card.previous", pair_label="Customer"),
    Command("card.previous", ("K",), "Customer before", "Go to the customer before, on the same tab.",
            Scope.CARD),
    Command("card.note", ("n",), "Note", "Write down a note.", Scope.CARD, footer=5, undoable=True),
    Command("card.todo", ("t",), "To-do", "Add a to-do in one line, with a date such as fri 14:00.",
            Scope.CARD, footer=5, undoable=True),
    Command("card.menu", ("m",), "Menu", "Everything that can be done with this customer.", Scope.CARD, footer=8),
    Command("card.edit", (), "Edit customer", "Change name, number, owner, description and details.",
            Scope.CARD, undoable=True),
    Command("card.activate", (), "In/activate", "Make the customer inactive, or active again.",
            Scope.CARD, undoable=True),
    Command("card.headquarters", ("H",), "Headquarters", "Choose which address is the headquarters.",
            Scope.CARD, undoable=True),
    Command("card.register", ("V",), "Update details",
            "Compare with the business register of Finland or Norway; take from it.", Scope.CARD, undoable=True),
    Command("card.history", (), "Its changes", "Show who changed what of this customer and when.",
            Scope.CARD),
    Command("card.merge", (), "Merge with …", "Make one of this customer and another one, with all that both have.",
            Scope.CARD, undoable=True),
    Command("card.delete", (), "Delete customer", "Delete the customer and all below it; asks first.",
            Scope.CARD, undoable=True),
)  # fmt: skip

_PEOPLE = (
    Command("contacts.merge", ("M",), "Merge with …", "Make one of this contact and another one, of any customer.",
            Scope.PEOPLE, undoable=True),
)  # fmt: skip

_FEED = (
    Command("feed.kinds", ("F",), "By kind", "Show only to-dos, meetings, tasks, notes or entries.",
            Scope.FEED, footer=9),
    Command("feed.go", ("c",), "Case or contact", "Go to the case or the contact of this row.",
            Scope.FEED, footer=9),
)  # fmt: skip

_CASES = (
    Command("cases.won", ("w",), "Won", "Win the sales case: 100 %, ordered today; it becomes a project.",
            Scope.CASES, footer=3, undoable=True),
    Command("cases.lost", ("L",), "Lost", "Lose the sales case, with a reason if you like; this closes it.",
            Scope.CASES, footer=3, undoable=True),
    Command("cases.which", ("F",), "Which cases", "Show open, won, lost, closed or all cases, or ones in need.",
            Scope.CASES, footer=4),
    Command("cases.go", ("c",), "Go to", "Go to the tasks, notes, forecast or invoices of this case.",
            Scope.CASES, footer=9),
)  # fmt: skip

_FILES = (
    Command("files.save", ("S",), "Save as", "Write the content of this file to a file of your own.",
            Scope.FILES, footer=5),
)  # fmt: skip

_BOARD = (
    Command("board.left", ("h", "left"), "Column left", "Move to the column on the left.",
            Scope.BOARD, footer=3, pair="board.right", pair_label="Column"),
    Command("board.right", ("l", "right"), "Column right", "Move to the column on the right.", Scope.BOARD),
    Command("board.move_left", ("<", "shift+left"), "Move left", "Move the task to the status on the left.",
            Scope.BOARD, undoable=True),
    Command("board.move_right", (">", "shift+right"), "Move right",
            "Move the task to the status on the right; the last one marks it done.",
            Scope.BOARD, footer=2, undoable=True),
    Command("board.assign", ("A",), "Assign", "Choose who does the task.", Scope.BOARD, footer=4, undoable=True),
    Command("board.due", ("D",), "Due date", "Change when the task is due: fri, +3d, 24.12.",
            Scope.BOARD, footer=5, undoable=True),
    Command("board.filter", ("F",), "Filter", "Show only the tasks of a project, of a person, or those that are late.",
            Scope.BOARD, footer=4),
    Command("board.case", ("c",), "Project", "Go to the project of the task.", Scope.BOARD, footer=9),
)  # fmt: skip

_NOTES = (
    Command("notes.reply", ("R",), "Reply", "Answer the note under the cursor.", Scope.NOTES, footer=2, undoable=True),
    Command("notes.pin", ("P",), "Pin", "Pin the note, so that its thread stands first, or take the pin away.",
            Scope.NOTES, footer=4, undoable=True),
    Command("notes.case", ("c",), "Project", "Go to the project of the note.", Scope.NOTES, footer=9),
)  # fmt: skip

_FINANCIALS = (
    Command("financials.narrow", ("(",), "Narrow", "Show fewer months.", Scope.FINANCIALS, footer=2,
            pair="financials.widen", pair_label="Months"),
    Command("financials.widen", (")",), "Widen", "Show more months.", Scope.FINANCIALS),
    Command("financials.earlier", (",",), "Earlier", "Move the months shown one back.",
            Scope.FINANCIALS, footer=3, pair="financials.later", pair_label="Move"),
    Command("financials.later", (".",), "Later", "Move the months shown one on.", Scope.FINANCIALS),
    Command("financials.currency", ("c",), "Currency", "Show the figures in the next currency.",
            Scope.FINANCIALS, footer=3),
    Command("financials.whole_year", ("w",), "Whole year", "Show the whole financial year.",
            Scope.FINANCIALS, footer=4),
    Command("financials.chart", ("p",), "Chart", "Show or hide the picture of the figures.",
            Scope.FINANCIALS, footer=9),
    Command("financials.left", ("h", "left"), "Month before", "Move the cell cursor to the left.",
            Scope.FINANCIALS),
    Command("financials.right", ("l", "right"), "Next month", "Move the cell cursor to the right.",
            Scope.FINANCIALS),
)  # fmt: skip

_INVOICES = (
    Command("invoices.case", ("c",), "Its case", "Go to the case that the invoice is for.", Scope.INVOICES, footer=3),
)

_TYPING = (
    Command("typing.done", ("enter", "down"), "To the list", "Keep what you typed and go to the rows.",
            Scope.TYPING, footer=1),
    Command("typing.clear", ("escape",), "Clear", "Clear what you typed; an empty line goes back to the rows.",
            Scope.TYPING, footer=2, needed=True),
)  # fmt: skip

_REGISTRIES = (
    Command("registries.up", ("<", "shift+up"), "Move up", "Move this value up in its list.", Scope.REGISTRIES,
            footer=5, undoable=True, pair="registries.down", pair_label="Move"),
    Command("registries.down", (">", "shift+down"), "Move down", "Move this value down in its list.",
            Scope.REGISTRIES, undoable=True),
)  # fmt: skip

_IN_ROW = (
    Command("row.save", ("enter", "ctrl+s", "f2"), "Save", "Save what was typed in this row.",
            Scope.IN_ROW, footer=1, needed=True, undoable=True),
    Command("row.leave", ("escape",), "Leave as it was", "Forget what was typed in this row.",
            Scope.IN_ROW, footer=2, needed=True),
)  # fmt: skip

_FORM = (
    Command("form.save", ("ctrl+s", "f2"), "Save", "Save what was typed, from any field.",
            Scope.FORM, footer=1, needed=True, undoable=True),
    Command("form.next", ("tab",), "Next field", "Go to the next field.", Scope.FORM),
    Command("form.previous", ("shift+tab",), "Field before", "Go to the field before.", Scope.FORM),
    Command("forecast.later", ("pagedown",), "Next month", "Save, and go on with the forecast of the next month.",
            Scope.FORM),
    Command("forecast.earlier", ("pageup",), "Month before", "Save, and go on with the forecast of the month before.",
            Scope.FORM),
    Command("form.alike", ("f3",), "Who it looks like", "Show who is there already and looks like what you type.",
            Scope.FORM),
    Command("form.register", ("f4",), "From the register",
            "Fill it from the business register of Finland or Norway.", Scope.FORM),
    Command("form.help", ("f1",), "Help", "Show the keys that work in this form.", Scope.FORM, needed=True),
)  # fmt: skip

_DIALOG = (
    Command("dialog.close", ("escape",), "Close", "Close this dialog and change nothing.",
            Scope.DIALOG, footer=2, needed=True),
    Command("dialog.down", ("down", "ctrl+n"), "Down", "Move to the next entry.", Scope.DIALOG),
    Command("dialog.up", ("up", "ctrl+p"), "Up", "Move to the entry before.", Scope.DIALOG),
    Command("dialog.choose", ("enter",), "Choose", "Take the entry under the cursor.",
            Scope.DIALOG, footer=1),
    Command("conflict.theirs", ("left", "h"), "Theirs", "Take what the other one saved.", Scope.CONFLICT),
    Command("conflict.mine", ("right", "l"), "Mine", "Take what you typed.", Scope.CONFLICT),
    Command("conflict.turn", ("space",), "The other one", "Take the other one of theirs and mine.", Scope.CONFLICT),
    Command("conflict.all_theirs", ("T",), "All theirs", "Take what the other one saved in every field.",
            Scope.CONFLICT),
    Command("conflict.all_mine", ("M",), "All mine", "Take what you typed in every field.", Scope.CONFLICT),
    Command("conflict.save", ("ctrl+s", "f2"), "Save merged", "Save what was chosen field by field.",
            Scope.CONFLICT),
    Command("merge.left", ("left", "h"), "Left", "Keep the value on the left.", Scope.MERGE),
    Command("merge.right", ("right", "l"), "Right", "Take the value on the right.", Scope.MERGE),
    Command("merge.both", ("b",), "Both", "Keep what both have; what both have alike is kept once.", Scope.MERGE),
    Command("merge.turn", ("space",), "The next one", "Take the left one, the right one, or both in turn.",
            Scope.MERGE),
    Command("merge.swap", ("s",), "Swap", "Let the other one of the two stay.", Scope.MERGE),
    Command("merge.save", ("ctrl+s", "f2"), "Merge", "Make one of the two, as was chosen; asks first.", Scope.MERGE),
    Command("register.tick", ("space",), "Tick", "Take what the register says, or keep what is on the card.",
            Scope.REGISTER),
    Command("register.all", ("a",), "All or none", "Take all that differs, or nothing.", Scope.REGISTER),
    Command("register.which", ("p",), "Other address", "Show the postal address, or the visiting one again.",
            Scope.REGISTER),
    Command("register.again", ("r",), "Try again", "Ask the register again.", Scope.REGISTER),
    Command("register.save", ("ctrl+s", "s", "f2"), "Update", "Write what is ticked to the card.",
            Scope.REGISTER, undoable=True),
    Command("confirm.do", ("D",), "Delete", "Do what is asked about.", Scope.CONFIRM, needed=True),
    Command("confirm.inactivate", ("x",), "Inactivate", "Take it out of lists instead; nothing is lost.",
            Scope.CONFIRM),
    Command("alike.open", ("o",), "Go there", "Leave the form for the one under the cursor; a draft is kept.",
            Scope.CONFIRM),
    Command("alike.save", ("S",), "Save all the same", "Save what you typed: it is another one.", Scope.CONFIRM),
    Command("views.save", ("a", "ctrl+s"), "Save", "Keep what the list is narrowed to now, under a name.",
            Scope.VIEWS),
    Command("views.rename", ("e",), "Rename", "Give this view another name.", Scope.VIEWS),
    Command("views.delete", ("d",), "Delete", "Delete this view; asks first.", Scope.VIEWS),
    Command("folder.complete", ("tab",), "Complete", "Complete the name as far as it is clear.", Scope.FOLDER),
)  # fmt: skip

COMMANDS: dict[str, Command] = {
    command.id: command
    for group in (
        _ANYWHERE,
        _LISTS,
        _MOVE,
        _ROWS,
        _EDIT,
        _CUSTOMERS,
        _CONTACTS,
        _DUPLICATES,
        _CARD,
        _PEOPLE,
        _FEED,
        _CASES,
        _FILES,
        _BOARD,
        _NOTES,
        _FINANCIALS,
        _INVOICES,
        _TYPING,
        _REGISTRIES,
        _IN_ROW,
        _FORM,
        _DIALOG,
    )
    for command in group
}


def in_scope(*scopes: Scope) -> tuple[str, ...]:
    """Ids of all commands of the scopes, in the order of the table."""
    return tuple(command.id for command in COMMANDS.values() if command.scope in scopes)
