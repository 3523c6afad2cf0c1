"""The man page has every command and option that the program has."""

from __future__ import annotations

from pathlib import Path

from crm_tui.cli.manual import page

_FILE = Path(__file__).parent.parent.parent / "docs" / "crm-tui.1"


def by_command(text: str) -> dict[str, set[str]]:
    """The terms below each heading: options and what is given, without what they mean."""
    found: dict[str, set[str]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith((".SH ", ".SS ")):
            heading = line
        elif line.startswith(".B "):
            found.setdefault(heading, set()).add(line.removeprefix(".B "))
    return found


def test_every_command_and_option_is_in_the_man_page() -> None:
    written, current = by_command(_FILE.read_text("ascii")), by_command(page())
    for command, terms in current.items():
        assert not terms - written.get(command, set()), f"{command}: make man writes docs/crm-tui.1 anew"
    shown = current['.SS "show"']
    assert {"NUMBER|ID|WORDS", "\\-\\-all", "\\-\\-limit N", "\\-\\-json"} <= shown
    assert any(term.startswith("\\-\\-tab {1,2,3,4,5,contact") for term in shown)
    assert "\\-\\-once KEY" in current['.SS "todo"']
    assert {"0", "3", "5"} <= current[".SH EXIT STATUS"]
    assert '.SS "users add"' in current  # of a command below another one
    assert "\\-\\-store NAME|PATH|URL" in current[".SH OPTIONS"]
