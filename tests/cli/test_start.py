"""The start of the screen: what it reads before the first rows are there."""

import subprocess
import sys

#: needed later, if at all: the card and its tabs, forms, registers' clients, what stands behind pictures of text
LATER = (
    "crm_tui.screens.customer_card",
    "crm_tui.screens.card_changes",
    "crm_tui.screens.people",
    "crm_tui.screens.dialogs.form_dialog",
    "crm_tui.screens.dialogs.find",
    "crm_tui.widgets.field",
    "crm_tui.widgets.form",
    "crm_tui.interchange.csv_file",
    "crm_tui.interchange.importer",
    "crm_tui.demo",
    "crm_tui.registers.fetching",
    "crm_tui.registers.double",
    "httpx",
    "stdnum",
    "phonenumbers",
    "importlib.metadata",
    "tomllib",
    "sqlite3",
    "rich.markdown",
    "pygments",
    "tree_sitter",
    "textual.widgets._text_area",
    "textual.widgets._data_table",
    "textual.widgets._markdown",
)


def test_the_first_screen_imports_nothing_that_it_does_not_show() -> None:
    code = "import crm_tui.cli.open, crm_tui.app, crm_tui.screens.customers, sys; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "crm_tui.screens.customers" in loaded
    assert [name for name in LATER if name in loaded] == []


def test_the_first_page_is_painted_with_next_to_nothing() -> None:
    code = (
        "from crm_tui.cli import first_page; from crm_tui.screens import first_page; import sys\n"
        "from crm_tui.terminal import standing; from crm_tui.store.sql import first_rows; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    costly = ("typing", "re", "datetime", "pathlib", "argparse", "msgspec", "textual", "rich", "crm_tui.text")
    assert [name for name in costly if name in run.stdout.split()] == []


def test_what_vat_numbers_are_checked_with_is_imported_ahead() -> None:
    code = (
        "from crm_tui.domain import vat; import sys\n"
        "before = 'stdnum' in sys.modules; vat.get_ready(); ready = set(sys.modules)\n"
        "vat.check_vat('FI01120389', None); vat.check_vat('923609016', 'NO')\n"
        "print(before, *(set(sys.modules) - ready))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["False"]
