"""The completions of fish: a line for each command, option and argument.

fish quotes what it puts in by itself. It looks for what is typed in what is said about a candidate, too: a customer's
number is found by the name.
"""

from __future__ import annotations

from crm_tui.cli.completions import FILES, Command, Option, Value

_HEAD = """\
# crm-tui completions for fish. To have them in every new shell:
#   crm-tui completions fish > ~/.config/fish/completions/crm-tui.fish
# Write it anew after an update of crm-tui.

"""

_FUNCTIONS = """
# whether a command is being typed (as much of it as $argv[1] says), and its argument number $argv[2], or any
function __crm_tui_at
    set -l command
    set -l place 0
    set -l skips
    set -l only
    for word in (commandline -opc)[2..-1]
        if set -q skips[1]
            set -e skips
        else if test -z "$only" -a "$word" = --
            set only 1
        else if test -z "$only"; and string match -q -- '-*' $word
            contains -- "$command $word" $__crm_tui_takes; and set skips 1
        else if test $place -eq 0; and contains -- (string trim -- "$command $word") $__crm_tui_commands
            set command (string trim -- "$command $word")
        else
            set place (math $place + 1)
        end
    end
    test "$command" = "$argv[1]"; or return 1
    set -q argv[2]; or return 0
    test "$argv[2]" = any -o "$argv[2]" = $place
end

function __crm_tui_ask
    set -l store
    set -l user
    set -l words (commandline -opc)
    for number in (seq 2 (count $words))
        switch $words[$number]
            case --store
                set store $words[(math $number + 1)]
            case --as
                set user $words[(math $number + 1)]
            case '--store=*'
                set store (string replace -- --store= '' $words[$number])
            case '--as=*'
                set user (string replace -- --as= '' $words[$number])
        end
    end
    set -l typed (commandline -ct | string replace -r -- '^--[a-z-]+=' '')
    command crm-tui complete fish $argv[1] "$typed" "$store" "$user" '' 2>/dev/null
end

complete -c crm-tui -e
complete -c crm-tui -f
"""


def script(program: Command) -> str:
    """The script."""
    commands = list(program.all)
    names = " ".join(_in_quotes(command.name) for command in commands if command.name)
    takes = " ".join(_in_quotes(f"{command.name} {option}") for command in commands for option in command.valued)
    tables = f"set -g __crm_tui_commands {names}\nset -g __crm_tui_takes {takes}\n"
    return _HEAD + tables + _FUNCTIONS + "".join(line for command in commands for line in _lines(command))


def _lines(command: Command) -> list[str]:
    lines = []
    for each in command.below:
        word = each.name.rpartition(" ")[2]
        lines.append(f"{_when(command, '0')} -a {word} -d {_in_quotes(each.about)}\n")
    lines += [f"{_when(command)} {_option(option)}\n" for option in command.options]
    for number, value in enumerate(command.values):
        if given := _given(value):
            lines.append(f"{_when(command, 'any' if value.many and number == 0 else str(number))} {given}\n")
    return lines


def _when(command: Command, place: str = "") -> str:
    at = f'__crm_tui_at "{command.name}" {place}'.rstrip()
    return f"complete -c crm-tui -n {_in_quotes(at)}"


def _option(option: Option) -> str:
    names = " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)
    value = "" if option.value is None else f" {_given(option.value) or '-x'}"
    if value.startswith(" -a"):
        value = f" -r{'' if option.value and option.value.kind == 'store' else 'f'}{value}"
    return f"{names}{value} -d {_in_quotes(option.about)}"


def _given(value: Value) -> str:
    if value.choices:
        return f"-a {_in_quotes(' '.join(value.choices))}"
    if value.kind == FILES:
        return "-F -r"
    if value.kind == "store":
        return "-a '(__crm_tui_ask store)' -F"
    return f"-a '(__crm_tui_ask {value.kind})'" if value.kind else ""


def _in_quotes(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
