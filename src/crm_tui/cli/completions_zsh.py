"""The completions of zsh: a function for each command, which tells ``_arguments`` what can be typed.

zsh quotes what it puts in by itself, as the place in the line wants it.
"""

from __future__ import annotations

from crm_tui.cli.completions import FILES, Command, Option, Value

_HEAD = """\
#compdef crm-tui
# crm-tui completions for zsh. To have them in every new shell:
#   mkdir -p ~/.zfunc && crm-tui completions zsh > ~/.zfunc/_crm-tui
# and in ~/.zshrc, before compinit:
#   fpath=(~/.zfunc $fpath)
# or, after compinit:
#   eval "$(crm-tui completions zsh)"
# Write it anew after an update of crm-tui.

_crm_tui_ask() {
    local value about typed=${(Q)PREFIX}
    local -a values abouts
    while IFS=$'\\t' read -r value about; do
        values+=("$value")
        abouts+=("$value${about:+  ($about)}")
    done < <(command crm-tui complete zsh "$1" "$typed" "$store" "$user" '' 2>/dev/null)
    (($#values)) || return 1
    # numbers of what is found take the place of what is typed only when one of them is chosen
    [[ $#values -gt 1 && $values[1] == <-> && ( -z $typed || $values[1] != ${typed}* ) ]] && compstate[insert]=menu
    compadd -U -i "$IPREFIX" -I "$ISUFFIX" -l -V crm-tui -d abouts -a values
}

_crm_tui_store() {
    _crm_tui_ask store
    _files
}

"""

_MAIN = """\
_crm_tui() {
    local curcontext=$curcontext store= user= i
    for ((i = 2; i < CURRENT; i++)); do
        case $words[i] in
            --store) store=${(Q)words[i+1]} ;;
            --as) user=${(Q)words[i+1]} ;;
            --store=*) store=${(Q)words[i]#*=} ;;
            --as=*) user=${(Q)words[i]#*=} ;;
        esac
    done
    _crm_tui_of
}

if [[ $funcstack[1] == _crm-tui ]]; then
    _crm_tui "$@"
else
    compdef _crm_tui crm-tui
fi
"""


def script(program: Command) -> str:
    """The script."""
    return _HEAD + "".join(map(_function, program.all)) + _MAIN


def _function(command: Command) -> str:
    specs = [_option(option) for option in command.options]
    specs += [_place(number, value) for number, value in enumerate(command.values, 1)]
    if not command.below:
        lines = " \\\n        ".join(("_arguments -S", *specs))
        return f"{_name(command)}() {{\n    {lines}\n}}\n\n"
    words = {each: each.name.rpartition(" ")[2] for each in command.below}
    listed = "\n        ".join(_in_quotes(f"{word}:{each.about}") for each, word in words.items())
    cases = "\n        ".join(f"{word}) {_name(each)} ;;" for each, word in words.items())
    specs += [f"'1: : {_name(command)}_below'", "'*:: :->below'"]
    lines = " \\\n        ".join(("_arguments -C -S", *specs))
    return (
        f"{_name(command)}_below() {{\n    local -a commands=(\n        {listed}\n    )\n"
        "    _describe -t commands command commands\n}\n\n"
        f"{_name(command)}() {{\n    local state line\n    local -A opt_args\n    {lines} && return\n"
        f"    [[ $state == below ]] || return 1\n    case $line[1] in\n        {cases}\n        *) return 1 ;;\n"
        "    esac\n}\n\n"
    )


def _name(command: Command) -> str:
    return "_crm_tui_of" + "".join(f"_{word}" for word in command.name.replace("-", "_").split())


def _option(option: Option) -> str:
    """``'--tab=[one tab]:value:(1 2)'``; of two names the other is left out when one is there."""
    about = "".join(f"\\{letter}" if letter in "[]\\:" else letter for letter in option.about)
    value = "" if option.value is None else f":value:{_action(option.value)}"
    equals = "" if option.value is None else "="
    if len(option.names) == 1:
        return _in_quotes(f"{'*' * option.many}{option.names[0]}{equals}[{about}]{value}")
    names = f"'({' '.join(option.names)})'{{{','.join(option.names)}}}"
    return names + _in_quotes(f"{equals}[{about}]{value}")


def _place(number: int, value: Value) -> str:
    return _in_quotes(f"{'*' if value.many else number}: :{_action(value) or ' '}")


def _action(value: Value) -> str:
    if value.choices:
        return f"({' '.join(value.choices)})"
    if value.kind == FILES:
        return "_files"
    if value.kind == "store":
        return " _crm_tui_store"
    return f" _crm_tui_ask {value.kind}" if value.kind else " "


def _in_quotes(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
