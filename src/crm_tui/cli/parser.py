"""What can be typed: commands and their options."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Sequence
from functools import partial

import crm_tui
from crm_tui.cli import card_options, device_options, register_options, store_options, users_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    from crm_tui.domain.mailing import Include

_DESCRIPTION = "The customer card of a professional-services CRM, in the terminal."
_EPILOG = "Without a command, crm-tui opens the customers. Press ? there for the keys."

#: command -> module in crm_tui.cli that has run(arguments) -> exit code
_MODULES = {
    None: "open",
    "find": "find",
    "demo": "demo",
    "keys": "keys",
    "completions": "completions",
    "import": "importing",
    "imports": "imports",
    "export": "export",
    "users": "users",
    "contacts": "contacts",
    "agenda": "agenda",
    "show": "show",
    "note": "notes",
    "todo": "notes",
    "duplicates": "duplicates",
    "register": "register",
    "update-customer": "update_customer",
    "update-customers": "update_customers",
    "backup": "backup",
    "restore": "backup",
    "transfer": "transfer",
    "stores": "stores",
    "serve": "serve",
    "config": "config",
    "login": "login",
    "logout": "login",
    "devices": "devices",
}

#: of the options that may be given before the command or after it; set here, since a parser's own defaults for
#: what comes after the command would replace what was given before it
_DEFAULTS = {
    "command": None, "store": None, "login": None, "plain_colors": False, "theme": None, "wire": None,
    "organization": None, "country": None, "currency": None, "language": None, "time_zone": None,
    "restricted": False, "confines": None, "standing": None, "is_process": False,
}  # fmt: skip


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments; ends the program with exit code 2 and a hint on a usage error."""
    return whole_parser().parse_args(argv, argparse.Namespace(**_DEFAULTS))


def command(arguments: argparse.Namespace) -> Callable[[argparse.Namespace], int]:
    """The function that runs the command."""
    module = importlib.import_module(f"crm_tui.cli.{_MODULES[arguments.command]}")
    run: Callable[[argparse.Namespace], int] = module.run
    return run


def names() -> frozenset[str]:
    """The names of the commands."""
    return frozenset(name for name in _MODULES if name is not None)


def whole_parser() -> argparse.ArgumentParser:
    """All commands with their options."""
    common = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    common.add_argument("--store", metavar="NAME|PATH|URL", help="which store (or CRM_TUI_STORE)")
    common.add_argument("--as", dest="login", metavar="USER", help="on behalf of this user")
    parser = argparse.ArgumentParser("crm-tui", description=_DESCRIPTION, epilog=_EPILOG, parents=[common])
    parser.add_argument("--version", action="version", version=f"crm-tui {crm_tui.__version__}")
    closed = "for logins over SSH: this user and store, files of a transfer folder, no other program"
    parser.add_argument("--restricted", action="store_true", help=closed)
    _screen_options(parser)
    _setup_options(parser)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add(name: str, text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text, parents=[common])
        added.set_defaults(command=name)
        return added

    _find(add("find", "look up customers, contacts, cases and invoices by any words, numbers or e-mail"))
    _demo(add("demo", "open a made-up company to look around in; your own data stays untouched"))
    _import(add("import", "read customers, contacts, cases, their figures and invoices from CSV, vCard or an export"))
    imports = add("imports", "list what was imported, so that it can be taken back").add_mutually_exclusive_group()
    imports.add_argument("--json", action="store_true", help="as JSON")
    imports.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")
    _contacts(add("contacts", "list contacts of all customers, or make a mailing list of them"))
    _duplicates(add("duplicates", "list customers or contacts that may be the same, with a score and the reasons"))
    _agenda(add("agenda", "list my next activities over all customers"))
    card_options.add_to(add)
    register_options.add_to(add)
    _export(add("export", "write the whole store as JSON"))
    users_options.add_to(add("users", "list the users, and manage them and what they may do"), common)
    device_options.add_to(add, common)
    store_options.add_to(add, common)
    keys = add("keys", "list all commands with their keys, and the ids that the settings use")
    keys.add_argument("--json", action="store_true", help="as JSON")
    shell = add("completions", "print a script that completes commands, options and customers at a shell's prompt")
    shell.add_argument("shell", choices=("bash", "zsh", "fish"), help="which one; its first lines say where to put it")
    backup = add("backup", "write the store with its files into one verified file, while others go on working")
    backup.add_argument("path", help="the file to write, for example crm-2026-11-22.backup")
    backup.add_argument("--force", action="store_true", help="replace the file if it exists")
    restore = add("restore", "bring a store back from a backup; what was there is kept beside it")
    restore.add_argument("path", help="a file that crm-tui backup wrote")
    _transfer(add("transfer", "bring files in and out of a session with --restricted"))
    return parser


def _screen_options(parser: argparse.ArgumentParser) -> None:
    add = partial(parser.add_argument, default=argparse.SUPPRESS)
    add("--plain-colors", action="store_true", help="16 colours only, those of your terminal")
    add("--theme", metavar="NAME", help="crm-dark, crm-light, crm-contrast, ansi-dark or ansi-light")
    add("--wire", choices=("diff", "plain"), help="send the terminal only what changed (diff), or all that is drawn")


def _setup_options(parser: argparse.ArgumentParser, *, currency: bool = True) -> None:
    group = parser.add_argument_group("the first start of an empty store", "asked for on a terminal unless given")
    add = partial(group.add_argument, default=argparse.SUPPRESS)
    add("--organization", metavar="NAME", help="whose customers these are")
    add("--country", metavar="CODE", help="two letters, for example FI")
    if currency:
        add("--currency", metavar="CODE", help="three letters, for example EUR")
    add("--language", metavar="CODE", help="two letters, for example fi")
    add("--time-zone", metavar="ZONE", help="for example Europe/Helsinki")


def _find(parser: argparse.ArgumentParser) -> None:
    """For --help and usage errors: what is right is read by cli/find.py, which knows -word, too."""
    words = 'any words, numbers, "a phrase", -word, kind:, city:, owner:, keyword:, role:'
    parser.add_argument("words", nargs="+", metavar="WORD", help=words)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="as JSON")
    tsv = "as values separated by tabs, with a header (without one where the output is no terminal)"
    form.add_argument("--tsv", dest="form", action="store_const", const="tsv", help=tsv)
    form.add_argument("--ids", dest="form", action="store_const", const="ids", help="ids only, for show: contact:42")
    form.add_argument("--format", dest="form", choices=("mutt", "aerc", "vcard"), help="addresses for this program")
    parser.set_defaults(form="")
    parser.add_argument("--limit", type=_count, default=20, metavar="N", help="at most so many (20 unless given)")
    parser.add_argument("--all", action="store_true", help="inactive ones, too")


def _count(text: str) -> int:
    """A number of hits; argparse says what is none."""
    number = int(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("is a number from 1 to 1000000")
    return number


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--customers", type=int, metavar="N", help="how many customers (about 300 unless given)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="another number makes another company")
    parser.add_argument("--today", metavar="YYYY-MM-DD", help="the day the data is made around (today unless given)")
    parser.add_argument("--rebuild", action="store_true", help="make the sample data anew, without asking")
    parser.add_argument("--build-only", action="store_true", help="make the sample data, and don't open it")
    where = "local: made-up business registers on this machine, without a network (unless given); real: the public ones"
    parser.add_argument("--registers", choices=("local", "real"), default="local", help=where)
    serve = "serve the made-up registers for other programs, and say how they are reached, until ctrl+c"
    parser.add_argument("--serve-registers", action="store_true", help=serve)
    _screen_options(parser)


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="CSV, vCard (.vcf) or JSON written by crm-tui export --all"
    )
    parser.add_argument("--dry-run", action="store_true", help="say what would happen, and change nothing")
    parser.add_argument("--map", action="append", default=[], metavar="FIELD=COLUMN", help="take FIELD from COLUMN")
    kinds = ("customer", "contact", "case", "user", "order", "invoice", "forecast", "actual")
    parser.add_argument("--kind", choices=kinds, help="what the rows are")
    parser.add_argument(
        "--currency",
        metavar="CODE",
        default=argparse.SUPPRESS,
        help="the currency of amounts where the file names none",
    )
    parser.add_argument("--date-order", choices=("dmy", "mdy"), help="how 3/4/2026 is meant: day or month first")
    parser.add_argument("--decimal-mark", choices=(".", ","), help="what the decimals of numbers begin with")
    parser.add_argument("--refused", metavar="FILE", help="write refused rows with their reasons to this file, as CSV")
    parser.add_argument(
        "--undo",
        type=card_options.shown_number,
        metavar="ID",
        help="take the run with this number back (see crm-tui imports)",
    )
    parser.add_argument(
        "--template",
        choices=("finance",),
        help="write empty files to fill in (forecasts, actual figures, invoices) into the folder FILE, or this one",
    )
    _setup_options(parser, currency=False)  # its own --currency serves here too


def _contacts(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("text", nargs="*", metavar="TEXT", help="words of a name, e-mail, phone number or customer")
    add("--keyword", metavar="K", help="who have this keyword")
    add("--role", metavar="R", help="who have this role")
    add("--owner", metavar="LOGIN", help="of customers of this account owner, also by name")
    add("--industry", metavar="I", help="of customers in this industry")
    add("--segment", metavar="S", help="of customers in this segment")
    add("--view", metavar="NAME", help="those of this saved view; the other options narrow it further or otherwise")
    form = "as a table, or a mailing list (a table unless the ending of the file says otherwise)"
    add("--format", choices=("table", "csv", "vcard", "json", "emails"), help=form)
    whom = "inactive, not-allowed, do-not-use: whom a mailing list leaves out otherwise, with commas between"
    add("--include", type=_included, default=frozenset(), metavar="WHOM", help=whom)
    add("--output", metavar="FILE", help="the file to write (standard output unless given)")
    add("--force", action="store_true", help="replace the file if it exists")


def _included(text: str) -> frozenset[Include]:
    from crm_tui.domain.mailing import Include

    try:
        return frozenset(Include(name.strip()) for name in text.split(",") if name.strip())
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: choose of {', '.join(Include)}") from None


def _duplicates(parser: argparse.ArgumentParser) -> None:
    kinds = ("customers", "contacts")
    parser.add_argument("kind", nargs="?", choices=kinds, default="customers", help="customers unless given")
    parser.add_argument(
        "--min",
        type=partial(_whole, least=1, most=100),
        metavar="SCORE",
        help="pairs with this score or more, 1 to 100 (50 unless given)",
    )
    limit = partial(_whole, least=1, most=1_000_000)
    parser.add_argument(
        "--limit", type=limit, default=500, metavar="N", help="the likeliest N pairs (500 unless given)"
    )
    parser.add_argument(
        "--dismiss",
        nargs=2,
        type=card_options.shown_number,
        metavar=("A", "B"),
        help="note that these two, as they are listed, are not the same",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")


def _whole(text: str, *, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text}: a whole number from {least} to {most}")
    return int(text)


def _agenda(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=_days, default=14, metavar="N", help="up to N days from today (14 unless given)")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as JSON")
    form.add_argument("--tsv", action="store_true", help="as values separated by tabs, with a header")


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise argparse.ArgumentTypeError(f"{text}: a whole number of days, 0 or more")
    return int(text)


def _transfer(parser: argparse.ArgumentParser) -> None:
    what = "list the files of your transfer folder (unless given), get or put or remove one"
    parser.add_argument("transfer", nargs="?", choices=("list", "get", "put", "remove"), default="list", help=what)
    name = "its name; get writes it to standard output, put reads it from standard input"
    parser.add_argument("name", nargs="?", metavar="NAME", help=name)
    parser.add_argument("--force", action="store_true", help="put replaces the file if it exists")


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="?", help="the file to write (standard output unless given)")
    parser.add_argument(
        "--all", action="store_true", required=True, help="everything: customers, settings, users, history"
    )
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")
