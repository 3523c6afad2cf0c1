"""A card and a list of customers made of invented data, to look at the widgets in every theme and size."""

from collections.abc import Sequence

from textual import events
from textual.app import App, ComposeResult
from textual.screen import Screen

from crm_tui.keymap import Keys, resolve
from crm_tui.themes import THEMES, variable_defaults
from crm_tui.widgets.bars import share, sparkline
from crm_tui.widgets.cells import Cell, cell
from crm_tui.widgets.columns import Column
from crm_tui.widgets.command_target import Availability, CommandTarget
from crm_tui.widgets.facts import Fact, Facts
from crm_tui.widgets.filter_line import Chip, ChipRow, FilterLine, SearchInput
from crm_tui.widgets.header_line import HeaderLine
from crm_tui.widgets.key_footer import KeyFooter
from crm_tui.widgets.line import Line, TooSmall
from crm_tui.widgets.panel import Panel
from crm_tui.widgets.panel_columns import PanelColumns, Slot, side, stack
from crm_tui.widgets.rows import BLANK, RULE, Row, heading, sums
from crm_tui.widgets.tab_strip import TabLabel, TabStrip
from crm_tui.widgets.virtual_table import VirtualTable


def money(amount: str, currency: str, style: str = "") -> Cell:
    return cell((amount, style), " ", (currency, "muted"))


CONTACTS = (
    ("Eeva Lahtinen", "Managing director", "+358 40 555 0143", "Decision maker"),
    ("Jussi Räsänen", "Procurement", "+358 50 555 0118", "Steering group"),
    ("Ingrid Aasen", "Technical lead", "+47 405 55 016", "Steering group, News"),
    ("Pekka Hyvönen", "Invoicing", "+358 17 555 0147", "Invoices"),
    ("Marja-Liisa Kettunen-Sjögren", "Site manager", "+358 44 555 0190", "News"),
    ("Tore Nygård", "Technical lead", "+47 920 55 031", ""),
    ("[b]Robert[/b] 東京都 👩‍🚀\x1b[31m", "Naughty [/]", "+47 920 55 032", "[@click=app.quit]x[/]"),
)


def contact_rows() -> list[Row]:
    rows = [Row(name, (name, role, phone, cell((keywords, "muted")))) for name, role, phone, keywords in CONTACTS]
    return [
        *rows,
        Row("anne", ("○ Anne Holopainen", cell(("inactive", "italic")), "+358 40 555 0102"), style="muted"),
    ]


def activity_rows() -> list[Row]:
    def row(number: int, box: str, when: Cell, what: str, kind: str, who: str) -> Row:
        return Row(str(number), (box, when, what, cell((kind, "muted")), cell((who, "muted"))))

    planned = [
        row(1, "[ ]", cell(("! 3 d late", "bad")), "Send revised hull survey offer", "to-do", "SV"),
        row(2, "[ ]", cell(("• today", "warn")), "Call Eeva about crane dates", "to-do", "SV"),
        row(3, "", cell(("Thu 14:00", "muted")), "Kick-off: ballast water retrofit", "meeting", "SV"),
    ]
    past = [
        row(
            number,
            "[x]" if number % 3 else "",
            cell((f"{28 - number} Oct", "muted")),
            "Weekly call",
            "call",
            "MK",
        )
        for number in range(4, 25)
    ]
    return [
        heading(cell(("Planned", "name"), "  ", ("3", "muted"), "  ", ("! 1 late", "bad"))),
        *planned,
        BLANK,
        heading(cell(("Past", "name"), "  ", ("21", "muted"))),
        *past,
    ]


CASES = (
    (
        "2240",
        "Ballast water retrofit, MS Suvi",
        "◐ ",
        "Negotiation",
        70,
        "96 000",
        "EUR",
        (1, 1, 2, 2, 3, 5, 5, 7),
    ),
    (
        "2236",
        "Bergen: hull survey programme",
        "◐ ",
        "Offer sent",
        40,
        "1 250 000",
        "NOK",
        (1, 2, 2, 3, 3, 4, 6, 6),
    ),
)


def case_rows() -> list[Row]:
    rows = [
        Row(no, (cell((no, "muted")), name, cell((mark, "accent"), status), share(percent),
                 money(value, currency), sparkline(months)))
        for no, name, mark, status, percent, value, currency, months in CASES
    ]  # fmt: skip
    total = sums("", cell(("1 open, weighted 67 200 EUR", "muted")), "", "", money("96 000", "EUR", "name"))
    return [*rows, RULE, total]


class Gallery(CommandTarget, App[None]):
    """What both galleries share: themes, keys and the commands that work anywhere."""

    COMMAND_IDS = ("app.help", "app.palette", "app.quit", "app.find")
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str = "crm-dark", keys: Keys | None = None) -> None:
        super().__init__()
        for own in THEMES:
            self.register_theme(own)
        self.theme = theme
        self.keys = keys or resolve()
        self.set_keymap(self.keys.changes())
        self.done: list[str] = []

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return variable_defaults(self.theme)

    def do_app_help(self) -> None:
        self.done.append("help")

    def do_app_palette(self) -> None:
        self.done.append("palette")

    def do_app_find(self) -> None:
        self.done.append("find")

    def do_app_quit(self) -> None:
        self.exit()

    def on_command_target_command_refused(self, event: CommandTarget.CommandRefused) -> None:
        self.done.append(event.reason)


class CardGallery(Gallery):
    """Tab 1 of the card, with a table of cases among the panels."""

    def get_default_screen(self) -> Screen[None]:
        return CardPlace(self)


class CustomersGallery(Gallery):
    """The list of customers with its filter line and chips."""

    def get_default_screen(self) -> Screen[None]:
        return CustomersPlace(self)


class Place(CommandTarget, Screen[None]):
    """A screen that only notes what it was asked to do."""

    AUTO_FOCUS = ""

    def __init__(self, gallery: Gallery) -> None:
        super().__init__()
        self.gallery = gallery

    def note(self, what: str) -> None:
        self.gallery.done.append(what)


class CardPlace(Place):
    COMMAND_IDS = (
        "card.next_panel",
        "card.previous_panel",
        "card.next",
        "card.previous",
        "list.copy",
        "list.link",
    )

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield TabStrip([
            TabLabel("Contact information", "Contact", cell("6", (" contacts", "muted")), cell(("6", "muted"))),
            TabLabel("Sales & projects", "Sales", cell(money("184 200", "EUR"), "  ", money("1 250 000", "NOK")),
                     cell(("184k €", "muted"))),
            TabLabel("Collaboration", "Collab", cell("13", (" tasks", "muted"), "  ", ("! 2 late", "bad")),
                     cell(("13", "muted"), " ", ("!2", "bad"))),
            TabLabel("Financials", "Finance", cell("38 %", (" margin", "muted")), cell(("38 %", "muted"))),
            TabLabel("Customer settings", "Settings", cell("30 days", (" net, EUR", "muted"))),
        ])  # fmt: skip
        contacts = VirtualTable(
            (Column("name", "Name", width=18, flex=1, style="text"), Column("role", "Role", width=12, most=18),
             Column("phone", "Phone", width=16), Column("keywords", "Keywords", width=14, drop=1)),
            id="contacts-table",
        )  # fmt: skip
        activities = VirtualTable(
            (Column("box", width=3), Column("when", width=10, gap=1), Column("what", width=10, flex=1, gap=1),
             Column("kind", width=7, gap=1), Column("who", width=2, gap=1)),
            header=False, id="activities-table",
        )  # fmt: skip
        cases = VirtualTable(
            (Column("no", "No.", width=4), Column("name", "Case", width=10, flex=1),
             Column("status", "Status", width=8, most=14, drop=2), Column("share", "Probability", width=16, drop=1),
             Column("value", "Value", width=13, align="right"), Column("months", "8 months", width=8, drop=3)),
            id="cases-table",
        )  # fmt: skip
        details = Panel("Details", Facts(id="details-facts"), id="details")
        people = Panel("Contacts", contacts, id="contacts")
        yield PanelColumns(
            details, people, Panel("Activities", activities, id="activities"), Panel("Cases", cases, id="cases"),
            two=side(stack(Slot("details", fit=True), Slot("contacts"), Slot("cases", size=7), size=60),
                     stack(Slot("activities"))),
            three=side(stack(Slot("details", fit=True), Slot("cases"), size=52), Slot("contacts"),
                       Slot("activities", size=56)),
            opened="contacts",
        )  # fmt: skip
        yield KeyFooter(self.gallery.keys)
        yield TooSmall()

    def on_mount(self) -> None:
        self.query_one(HeaderLine).show_customer(
            "Kallavesi Marine Engineering Oy", number="10482", state=cell(("●", "good"), " Active"),
            owner="Sanna Virtanen", owner_short="Sanna V.",
            right=cell(("J K", "key"), (" 3 of 42    ", "muted"), ("m", "key"), (" Menu ⋮", "muted")),
            right_short=cell(("3/42  ", "muted"), ("m", "key"), (" ⋮", "muted")),
        )  # fmt: skip
        self.query_one("#details-facts", Facts).set_facts([
            Fact("VAT number", cell("FI30918274", (" · checked 3 Nov", "muted"))),
            Fact("Industry", "Ship and boat building"),
            Fact("E-mail", "toimisto@kallavesi.example"),
            Fact("Phone", "+358 17 555 0140"),
            Fact("Website", cell(("–", "faint"))),
            Fact("Description", "Ballast and deck machinery for lakes and coast. Frame to 2027.", wrap=True),
        ])  # fmt: skip
        for name, rows, count, fact in (
            ("contacts", contact_rows(), 8, "Eeva Lahtinen"),
            ("activities", activity_rows(), 24, "last: note 2 h ago"),
            ("cases", case_rows(), 2, "96 000 EUR"),
        ):
            self.query_one(f"#{name}-table", VirtualTable).set_rows(rows)
            self.query_one(f"#{name}", Panel).set_title(count=count, fact=fact)
        self.query_one("#details", Panel).set_title(fact="FI30918274 · Ship and boat building")
        self.query_one("#contacts", Panel).set_foot(cell(("i", "key"), (" 2 inactive hidden", "muted")))
        self.query_one("#activities", Panel).set_title(warning="1 late")
        columns = self.query_one(PanelColumns)
        columns.rearrange()
        columns.focus_panel(columns.opened)

    def on_resize(self, event: events.Resize) -> None:
        self.query_one(TooSmall).update_for(event.size)

    def availability(self, command_id: str) -> Availability:
        return "this row has no link" if command_id == "list.link" else True

    def do_card_next_panel(self) -> None:
        self.query_one(PanelColumns).focus_next()

    def do_card_previous_panel(self) -> None:
        self.query_one(PanelColumns).focus_next(-1)

    def do_card_next(self) -> None:
        self.note("next")

    def do_card_previous(self) -> None:
        self.note("previous")

    def do_list_copy(self) -> None:
        self.note("copy")

    def do_list_link(self) -> None:
        raise AssertionError("a disabled command must not run")


CUSTOMERS = (
    ("Kallavesi Marine Engineering Oy", "10482", "Kuopio", "+358 17 555 0140", "SV", "184 200", "EUR", "2 h"),
    ("Bodø Marinservice AS", "10031", "Bodø", "+47 755 55 012", "SV", "92 000", "NOK", "today"),
    ("Hanko Marina Development Oy", "10158", "Hanko", "+358 19 555 0133", "MK", "", "", "Fri"),
    ("Submarin Kabel AS med et svært langt navn som ikke får plass", "10204", "Sandnessjøen", "+47 555 55 004",
     "SV", "2 100 000", "NOK", "12 Nov"),
)  # fmt: skip


def customer_rows(customers: Sequence[tuple[str, ...]] = CUSTOMERS) -> list[Row]:
    return [
        Row(number, (name, cell((number, "muted")), city, phone, cell((owner, "muted")),
                     money(value, currency) if value else cell(("hidden", "italic muted")), cell((last, "muted"))))
        for name, number, city, phone, owner, value, currency, last in customers
    ]  # fmt: skip


CUSTOMER_COLUMNS = (
    Column("name", "Name", width=24, flex=1, match=True),
    Column("number", "No.", width=5, drop=2),
    Column("city", "City", width=10, gap=1),
    Column("phone", "Phone", width=16),
    Column("owner", "", width=2, gap=1, drop=3),
    Column("value", "Open value", width=13, align="right", gap=1),
    Column("last", "Last", width=9, align="right", drop=1, gap=1),
)


class CustomersPlace(Place):
    COMMAND_IDS = ("list.filter", "customers.chips", "customers.preview", "list.copy", "list.export")

    def compose(self) -> ComposeResult:
        yield HeaderLine()
        yield FilterLine("name, city, phone")
        unset = [Chip(name, name.title()) for name in ("owner", "industry", "keyword", "role")]
        yield ChipRow([Chip("state", "State", "active"), *unset, Chip("segment", "Segment", "Shipping")])
        table = VirtualTable(CUSTOMER_COLUMNS, cursor_always=True, empty=cell(("No customer matches.", "muted")))
        yield Panel("Customers", table, id="customers")
        yield Line(id="status")
        yield KeyFooter(self.gallery.keys)

    def on_mount(self) -> None:
        self.query_one(HeaderLine).show_place("Customers", cell(("Sanna Virtanen · demo store", "muted")))
        self.query_one(FilterLine).set_text("marin")
        self.query_one(FilterLine).set_count(cell(("42", "name"), (" of 1 318 match", "muted")))
        table = self.query_one(VirtualTable)
        table.set_rows(customer_rows())
        table.set_match(["marin"])
        table.set_sort("last", descending=True)
        self.query_one("#customers", Panel).set_title(count=42)
        table.focus()

    def do_list_filter(self) -> None:
        self.query_one(FilterLine).input.focus()

    def on_search_input_left(self, event: SearchInput.Left) -> None:
        self.query_one(VirtualTable).focus()

    def on_virtual_table_view_changed(self, event: VirtualTable.ViewChanged) -> None:
        self.query_one("#customers", Panel).set_foot(f"{event.first}–{event.last} of {event.total}")

    def do_customers_chips(self) -> None:
        self.note("chips")

    def do_customers_preview(self) -> None:
        self.note("preview")

    def do_list_copy(self) -> None:
        self.note("copy")

    def do_list_export(self) -> None:
        self.note("export")
