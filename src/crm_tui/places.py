"""Where commands work: scopes, and the places in which several of them work at the same time. Imports nothing of ours,
as the table of commands does."""

from enum import StrEnum


class Scope(StrEnum):
    """Where a command works. Scopes that work at the same time form a place, see PLACES."""

    ANYWHERE = "Anywhere"
    LISTS = "Going to a list"
    MOVE = "Moving in a list"
    ROWS = "Rows and lists"
    EDIT = "Changing things"
    CUSTOMERS = "Narrowing lists"
    CONTACTS = "Contacts"
    DUPLICATES = "Duplicates"
    CARD = "Customer card"
    PEOPLE = "A contact"
    FEED = "Activities"
    CASES = "Sales & projects"
    FILES = "Files & links"
    BOARD = "Task board"
    NOTES = "Collaboration notes"
    FINANCIALS = "Financials"
    INVOICES = "Invoices"
    TYPING = "While typing"
    REGISTRIES = "Registries"
    IN_ROW = "Typing in a row"
    FORM = "Forms"
    DIALOG = "Dialogs"
    CONFLICT = "Conflicts"
    MERGE = "Merging two"
    REGISTER = "A business register"
    CONFIRM = "Questions"
    VIEWS = "Saved views"
    FOLDER = "Choosing a file"


#: place -> the scopes that work there at the same time; one key means one thing in a place
PLACES: dict[str, tuple[Scope, ...]] = {
    "the customers list": (Scope.ANYWHERE, Scope.LISTS, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CUSTOMERS),
    "the contacts": (
        Scope.ANYWHERE,
        Scope.LISTS,
        Scope.MOVE,
        Scope.ROWS,
        Scope.EDIT,
        Scope.CUSTOMERS,
        Scope.CONTACTS,
        Scope.PEOPLE,
    ),
    "my activities": (Scope.ANYWHERE, Scope.LISTS, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.FEED),
    "the duplicates": (Scope.ANYWHERE, Scope.LISTS, Scope.MOVE, Scope.ROWS, Scope.DUPLICATES),
    "the customer card": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD),
    "the contacts of a card": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.PEOPLE),
    "the activity feed": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.FEED),
    "sales and projects": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.CASES),
    "files and links": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.FILES),
    "the task board": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.BOARD),
    "the collaboration notes": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.NOTES),
    "the financials": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.FINANCIALS),
    "the invoices": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.CARD, Scope.INVOICES),
    "the registries": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT, Scope.REGISTRIES),
    "users and profiles": (Scope.ANYWHERE, Scope.MOVE, Scope.ROWS, Scope.EDIT),
    "a text field": (Scope.TYPING,),
    "a row that is typed in": (Scope.IN_ROW,),
    "a form": (Scope.FORM, Scope.DIALOG),
    "a dialog": (Scope.DIALOG,),
    "a conflict": (Scope.DIALOG, Scope.CONFLICT),
    "a list of fields in conflict": (Scope.MOVE, Scope.CONFLICT),
    "a merge": (Scope.DIALOG, Scope.MERGE),
    "a list of fields that are merged": (Scope.MOVE, Scope.MERGE),
    "what a register says": (Scope.DIALOG, Scope.REGISTER),
    "a list of what a register says": (Scope.MOVE, Scope.REGISTER),
    "a question": (Scope.DIALOG, Scope.CONFIRM),
    "a list in a question": (Scope.MOVE, Scope.CONFIRM),
    "saved views": (Scope.DIALOG, Scope.VIEWS),
    "a list of saved views": (Scope.MOVE, Scope.VIEWS),
    "choosing a file": (Scope.DIALOG, Scope.FOLDER),
}
