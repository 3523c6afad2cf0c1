"""Commands on screens and widgets: bindings from the table, and one door through which each is run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import KEY_NAME_REPLACEMENTS, key_to_character
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from crm_tui.commands import COMMANDS, Command
from crm_tui.keymap import Keys, textual_name

Availability = bool | str
"""True: works now. False: not there at all. A text: shown, but disabled for this reason."""


def bindings(command_ids: Iterable[str]) -> list[Binding]:
    """Textual bindings of commands, with the command id as binding id so that a keymap can move them."""
    return [
        Binding(
            ",".join(map(textual_name, command.keys)) or "no_key",
            f"command('{command.id}')",
            command.label,
            tooltip=command.tooltip,
            id=command.id,
            show=False,
        )
        for command in map(COMMANDS.__getitem__, command_ids)
    ]


if TYPE_CHECKING:
    _Node = DOMNode
else:
    # Textual takes styles and type names from the first base that is a DOMNode: it must not be the mixin.
    _Node = object


class CommandTarget(_Node):
    """Mixin for an app, a screen or a widget that carries out commands.

    COMMAND_IDS names them; each needs a method, `do_card_next` for `card.next` (checked when the class is
    made), which may be a coroutine function. `availability` says which of them work now.
    """

    COMMAND_IDS: ClassVar[tuple[str, ...]] = ()
    #: commands that are offered here by name, in palette and help, while their keys mean something else
    KEYLESS_IDS: ClassVar[tuple[str, ...]] = ()
    #: what a command is called here, where its label says something else
    COMMAND_WORDS: ClassVar[Mapping[str, str]] = {}
    #: what it shows that wants explaining, each with a sentence: help lists it
    EXPLAINS: ClassVar[Sequence[tuple[str, str]]] = ()

    @dataclass
    class CommandRefused(Message):
        """A disabled command was asked for; the reason is to be shown."""

        command: Command
        reason: str

    def __init_subclass__(cls, **kwargs: Any) -> None:
        own = cls.__dict__.get("COMMAND_IDS", ())
        named = (*own, *cls.__dict__.get("KEYLESS_IDS", ()))
        if missing := [COMMANDS[name].method for name in named if not hasattr(cls, COMMANDS[name].method)]:
            raise TypeError(f"{cls.__name__} has no {', '.join(missing)}")
        if own:
            cls.BINDINGS = [*cls.__dict__.get("BINDINGS", ()), *bindings(own)]
        super().__init_subclass__(**kwargs)

    def availability(self, command_id: str) -> Availability:
        """Whether a command of COMMAND_IDS works now; a text says why not."""
        return True

    def offered(self, command_id: str) -> Availability:
        """The same, but for commands that the program withholds from this user: those are not there."""
        withheld: frozenset[str] = getattr(self.app, "withheld", frozenset())
        return False if command_id in withheld else self.availability(command_id)

    def worded(self, command_id: str) -> Command:
        """A command with the label that it has here."""
        command = COMMANDS[command_id]
        return command._replace(label=self.COMMAND_WORDS.get(command_id, command.label))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A command that is not there is no binding; a disabled one stays, to say why it is."""
        if action == "command" and parameters:
            return self.offered(str(parameters[0])) is not False
        return super().check_action(action, parameters)

    async def action_command(self, command_id: str) -> None:
        """Carry out a command, or say why it does not work now."""
        await self.run_command(command_id)

    async def run_command(self, command_id: str) -> None:
        """Carry out a command, whoever asks: key, palette, help, menu or mouse."""
        command = self.worded(command_id)
        available = self.offered(command_id)
        if isinstance(available, str):
            self.post_message(self.CommandRefused(command, available))
        elif available:
            result = getattr(self, command.method)()
            if result is not None:
                await result


class CommandState(NamedTuple):
    """A command as it stands at one moment: who runs it, its keys, why not now (None: it works)."""

    command: Command
    target: CommandTarget
    keys: tuple[str, ...]
    reason: str | None

    async def run(self) -> None:
        """Carry it out."""
        await self.target.run_command(self.command.id)


def commands_here(screen: Screen[Any], keys: Keys) -> list[CommandState]:
    """All commands there are at the focus of a screen, innermost first, disabled ones with the reason."""
    start: DOMNode = screen.focused or screen
    found: dict[str, CommandState] = {}
    for node in start.ancestors_with_self:
        if not isinstance(node, CommandTarget):
            continue
        for cls in type(node).__mro__:
            own, keyless = cls.__dict__.get("COMMAND_IDS", ()), cls.__dict__.get("KEYLESS_IDS", ())
            for command_id in (*own, *keyless):
                available = node.offered(command_id)
                if available is not False and command_id not in found:
                    reason = available if isinstance(available, str) else None
                    of_it = keys.of(command_id) if command_id in own else ()
                    found[command_id] = CommandState(node.worded(command_id), node, of_it, reason)
        if node.is_modal:
            break
    return list(found.values())


def explained_here(screen: Screen[Any]) -> list[tuple[str, str]]:
    """What is explained of what the focus of a screen is in."""
    nodes = (screen.focused or screen).ancestors_with_self
    return [line for node in nodes if isinstance(node, CommandTarget) for line in node.EXPLAINS]


def _typed(focused: Widget | None, key: str) -> bool:
    """Whether the focused widget takes the key as text; Textual's own test forgets keys with friendly names."""
    character = "/" if key in KEY_NAME_REPLACEMENTS.values() else key_to_character(key)
    return focused is not None and focused.check_consume_key(key, character)


def footer_commands(screen: Screen[Any]) -> list[tuple[Command, CommandTarget]]:
    """The commands worth a place in the footer now, in the order of the table; only those whose key works."""
    found: dict[str, CommandTarget] = {}
    for key, active in screen.active_bindings.items():
        if active.node is not screen.focused and _typed(screen.focused, key):
            continue
        command = COMMANDS.get(active.binding.id or "")
        if command is not None and command.footer and isinstance(active.node, CommandTarget):
            found.setdefault(command.id, active.node)
    return [
        (found[command.id].worded(command.id), found[command.id])
        for command in COMMANDS.values()
        if command.id in found and found[command.id].offered(command.id) is True
    ]
