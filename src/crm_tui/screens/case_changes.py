"""Changes of a case that need no form: won (rule 13), closed, opened again. Each is a call on the store."""

from __future__ import annotations

from datetime import date

from crm_tui.domain.cases import Case, CaseChange, SalesState
from crm_tui.domain.errors import Invalid
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.screens.case_facts import counted
from crm_tui.store.case_states import is_over
from crm_tui.store.cases import CaseBelow
from crm_tui.store.port import Store


def win(store: Store, case: Case) -> Case:
    """Make it a project: the store sets probability and order date."""
    won = sales_statuses(store, SalesState.WON)[0]
    return store.cases.update(case.id, case.revision, CaseChange(sales_status=won.id))


def close(store: Store, case: Case, today: date) -> Case:
    """Close a project, with the first project status that means done."""
    done = next((value.id for value in _project_statuses(store) if value.is_done), case.project_status)
    return store.cases.update(case.id, case.revision, CaseChange(project_status=done, closed=today))


def open_again(store: Store, case: Case) -> Case:
    """Open what is over: a lost case is in progress again, a project that was done has the first status that is not."""
    if case.sales_state is SalesState.LOST:
        first = sales_statuses(store, SalesState.OPEN)[0]
        return store.cases.update(case.id, case.revision, CaseChange(sales_status=first.id))
    if not (case.is_project and _is_done(store, case)):
        return store.cases.update(case.id, case.revision, CaseChange(closed=None))
    going = next((value.id for value in _project_statuses(store) if not value.is_done), None)
    return store.cases.update(case.id, case.revision, CaseChange(project_status=going, closed=None))


def sales_statuses(store: Store, state: SalesState) -> list[RegistryValue]:
    """The sales statuses that mean this and can be chosen, in their order; Invalid without any."""
    values = store.registries.list(RegistryKind.SALES_STATUS)
    found = [value for value in values if value.is_active and value.sales_state is state]
    if not found:
        raise Invalid("sales_status", f"there is none that means {state.value}: an administrator has to add one")
    return found


def _project_statuses(store: Store) -> list[RegistryValue]:
    return [value for value in store.registries.list(RegistryKind.PROJECT_STATUS) if value.is_active]


def _is_done(store: Store, case: Case) -> bool:
    """Whether its project status means done; it may have been disabled since."""
    values = store.registries.list(RegistryKind.PROJECT_STATUS)
    return any(value.is_done for value in values if value.id == case.project_status)


def what_it_did(case: Case, word: str) -> str:
    """A sentence about a change: ``2240 Ballast water retrofit is open again``."""
    return f"{case.number} {case.name} is {word}"


def closing_word(case: Case) -> str:
    """What the key that closes and opens does to this case."""
    return "Reopen" if is_over(case) else "Close"


def goes_along(below: CaseBelow) -> str:
    """What is deleted with a case, counted: ``3 activities, 1 note and 6 months of forecast``; empty for nothing."""
    counts = (
        (below.activities, "activity"), (below.notes, "note"), (below.files, "file"),
        (below.forecasts, "forecast"), (below.actuals, "actual"),
    )  # fmt: skip
    words = [counted(number, word) for number, word in counts if number]
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)
