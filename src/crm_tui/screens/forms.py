"""The forms by the names that drafts know them by. A form's module is imported when it is first opened."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crm_tui.screens.dialogs.form_dialog import FormDialog

_FORMS = {
    "customer": ("customer_form", "CustomerForm"),
    "address": ("address_form", "AddressForm"),
    "contact": ("contact_form", "ContactForm"),
    "activity": ("activity_form", "ActivityForm"),
    "to-do": ("todo_form", "TodoForm"),
    "due date": ("due_form", "DueForm"),
    "case": ("case_form", "CaseForm"),
    "lost": ("lost_form", "LostForm"),
    "note": ("note_form", "NoteForm"),
    "file": ("file_form", "FileForm"),
    "forecast": ("forecast_form", "ForecastForm"),
    "billing defaults": ("billing_form", "BillingForm"),
    "registry value": ("registry_form", "RegistryForm"),
    "user": ("user_form", "UserForm"),
    "profile": ("profile_form", "ProfileForm"),
}


def form_class(name: str) -> type[FormDialog[Any]]:
    """The form of this name; KeyError for one that a newer program kept a draft of."""
    module, cls = _FORMS[name]
    found: type[FormDialog[Any]] = getattr(import_module(f"crm_tui.screens.dialogs.{module}"), cls)
    return found


def is_known(name: str) -> bool:
    """Whether there is a form of this name."""
    return name in _FORMS
