"""Tab 5: billing defaults, segments and changes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.screens import fakes
from tests.screens.fakes import FakeStore, billing, change, value
from tests.screens.tab_app import NOW, TabApp, press, settle, shown
from textual.pilot import Pilot

from crm_tui.domain.entities import Kind
from crm_tui.domain.registries import RegistryKind
from crm_tui.screens.customer_settings import CustomerSettingsTab

GROUP, SEGMENT = RegistryKind.SEGMENT_GROUP, RegistryKind.SEGMENT
VALUES = (
    value(1, GROUP, "Business"),
    value(2, GROUP, "Origin"),
    value(3, GROUP, "Size", is_active=False),
    value(11, SEGMENT, "Shipyards", group=1),
    value(12, SEGMENT, "Ports", group=1),
    value(13, SEGMENT, "Campaign 2019", group=2, is_active=False),
    value(14, SEGMENT, "Campaign 2018", group=2, is_active=False),
    value(15, SEGMENT, "Small", group=3),
    value(20, RegistryKind.LANGUAGE, "Finnish", code="fi"),
)
SETTINGS = billing(
    invoice_template="Standard, two languages",
    invoice_language="fi",
    payment_term=30,
    overdue_interest=Decimal("11.5"),
    vat_percent=Decimal("25.5"),
    reverse_charge=True,
    reverse_charge_text="VAT is due by the buyer, article 196.",
    einvoice_address="003730918274",
    einvoice_operator="0037999",
    currency="EUR",
    time_zone="Europe/Helsinki",
)
CHANGES = (
    change(900, "vat_percent", "24", "25.5"),
    change(899, "", None, None, kind=Kind.CONTACT, label="Eeva Lahtinen", at=NOW - timedelta(days=1)),
    change(898, "", "{}", None, kind=Kind.NOTE, label="Wants one docking", at=NOW - timedelta(days=2)),
    change(897, "title", None, "CEO", kind=Kind.CONTACT, label="Eeva Lahtinen", at=NOW - timedelta(days=3)),
    change(896, "price_list", "Standard", None, at=NOW - timedelta(days=9)),
    *(change(key, "payment_term", "14", str(key), at=NOW - timedelta(days=2000 - key)) for key in range(895, 700, -1)),
)


def app(theme: str = "crm-dark", *, segments: tuple[int, ...] = (11, 13), **changes: object) -> TabApp:
    given = {"settings": SETTINGS, "values": VALUES, "lines": CHANGES} | changes
    return TabApp(CustomerSettingsTab, FakeStore(**given), fakes.card(segments=segments), theme=theme)  # type: ignore[arg-type] # any field


def text(pilot: Pilot[None]) -> str:
    return "\n".join(shown(pilot.app))


async def test_all_billing_defaults_are_shown_under_their_headings() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        left = [line[2:60].rstrip(" │") for line in shown(pilot.app)[1:28]]
        assert [line for line in left if line in ("Invoice", "Payment", "E-invoice", "Other")] == [
            "Invoice",
            "Payment",
            "E-invoice",
            "Other",
        ]
        facts = {line[:20].strip(): line[20:] for line in left if len(line) > 20}
        assert facts["Language"] == "Finnish ▾"
        assert facts["Payment term"] == "30 days"
        assert facts["VAT"] == "25.5 %"
        assert facts["Reverse charge"] == "[x] Yes"
        assert facts["Its text"] == "VAT is due by the buyer, article 196."
        assert facts["Price list"] == "–"
        assert "existing cases keep theirs" in text(pilot)


async def test_settings_never_touched_are_empty_and_say_no_reverse_charge() -> None:
    async with app(settings=billing()).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "[ ] No" in text(pilot)
        assert "Its text" not in text(pilot)


async def test_segments_are_ticked_and_what_was_disabled_stays_marked() -> None:
    async with app().run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        right = [line[64:].strip(" │") for line in shown(pilot.app)]
        assert [line for line in right if line.startswith(("[", "Business", "Origin", "Size"))] == [
            "Business  1 of 2",
            "[x] Shipyards",
            "[ ] Ports",
            "Origin  1 of 1",
            "[x] Campaign 2019  disabled, kept",
        ]
        assert "Market segmentation 2" in text(pilot)


async def test_without_segment_groups_it_says_how_to_start() -> None:
    async with app(values=()).run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        assert "No segment groups yet. An administrator adds them." in text(pilot)


async def test_changes_say_what_became_of_what() -> None:
    async with app().run_test(size=(200, 60)) as pilot:
        await settle(pilot)
        for words in (
            "VAT 24 % to 25.5 %",
            "Contact Eeva Lahtinen added",
            "Note Wants one docking deleted",
            "Contact Eeva Lahtinen: Title set to CEO",
            "Price list Standard removed",
            "Payment term 14 days to 895 days",
        ):
            assert words in text(pilot)


async def test_changes_come_in_pages_and_the_one_under_the_cursor_is_shown_whole() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        assert "last: now, VAT 24 % to 25.5 %" in text(pilot)
        await press(pilot, "shift+tab", "j", "j", "j")
        assert "What     Contact Eeva Lahtinen · Title" in text(pilot)
        assert "Now      CEO" in text(pilot)
        await press(pilot, "G")
        assert "701 days" in text(pilot)
        assert "of 200" in text(pilot)


async def test_what_is_under_the_cursor_can_be_copied() -> None:
    async with app().run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "G", "k", "k", "y", "tab", "j", "y")
        assert pilot.app.copied == ["003730918274", "Ports"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)], ids=["80", "120", "200"])
def test_how_it_looks(size: tuple[int, int], snap_compare) -> None:  # type: ignore[no-untyped-def] # the plugin's
    assert snap_compare(app(), terminal_size=size, run_before=settle)
