"""What the organization fills in where a person says nothing: today's date, currency, statuses."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from crm_tui.domain.cases import SalesState
from crm_tui.domain.errors import Invalid
from crm_tui.domain.registries import RegistryKind, RegistryValue
from crm_tui.store.sql.dialect import Connection
from crm_tui.store.sql.tables import REGISTRY, columns, decode


def time_zone(con: Connection) -> dt.tzinfo:
    """The organization's time zone; UTC while there is none."""
    row = con.execute("SELECT time_zone FROM organization").fetchone()
    return ZoneInfo(row[0]) if row else dt.UTC


def today(con: Connection, now: dt.datetime) -> dt.date:
    """The date where the organization is."""
    return now.astimezone(time_zone(con)).date()


def currency(con: Connection, customer: int) -> str:
    """The customer's currency: of its billing settings, or else the organization's."""
    code: str = con.execute(
        "SELECT coalesce((SELECT currency FROM billing_settings WHERE id = ?), (SELECT currency FROM organization))",
        (customer,),
    ).get
    return code


def registry_value(con: Connection, value: int) -> RegistryValue | None:
    """The registry value with this id, if there is one."""
    row = con.execute(f"SELECT {columns(REGISTRY, 'r')} FROM registry_value r WHERE r.id = ?", (value,)).fetchone()
    return decode(REGISTRY, row) if row else None


def sales_status(con: Connection) -> RegistryValue:
    """The sales status of a new case: the first one in progress."""
    status = _first(con, RegistryKind.SALES_STATUS, "r.sales_state = :state", state=SalesState.OPEN.value)
    if status is None:
        raise Invalid("sales_status", "the registry has no sales status in progress")
    return status


def project_status(con: Connection) -> RegistryValue | None:
    """The project status of a case that was just won: the default one, if the registry names one."""
    return _first(con, RegistryKind.PROJECT_STATUS, "r.is_default = 1")


def task_status(con: Connection, *, done: bool) -> RegistryValue | None:
    """The task status of a task that is or is not done: the default one if it fits, or else the first that does."""
    return _first(con, RegistryKind.TASK_STATUS, "r.is_done = :done", done=int(done))


def _first(con: Connection, kind: RegistryKind, condition: str, **parameters: str | int) -> RegistryValue | None:
    row = con.execute(
        f"SELECT {columns(REGISTRY, 'r')} FROM registry_value r WHERE r.kind = :kind AND r.is_active = 1"
        f" AND {condition} ORDER BY r.is_default DESC, r.position, r.id LIMIT 1",
        {"kind": kind.value, **parameters},
    ).fetchone()
    return decode(REGISTRY, row) if row else None
