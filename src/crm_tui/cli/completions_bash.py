"""The completions of bash: one function, with what can be typed in tables of ``case``.

Nothing of the line or of the store is ever evaluated: candidates come quoted from ``crm-tui complete``, and
``compgen -W``, which would expand its list, gets words of ours only.
"""

from __future__ import annotations

from crm_tui.cli.completions import FILES, Command, Value

_HEAD = """\
# crm-tui completions for bash (4 or newer). To have them in every new shell:
#   mkdir -p ~/.local/share/bash-completion/completions
#   crm-tui completions bash > ~/.local/share/bash-completion/completions/crm-tui
# or, without the package bash-completion, in ~/.bashrc:
#   eval "$(crm-tui completions bash)"
# Write it anew after an update of crm-tui.

"""

_FUNCTION = r"""
_crm_tui() {
    local line=${COMP_LINE:0:COMP_POINT} words=() word= quote= letter i
    for ((i = 0; i < ${#line}; i++)); do  # bash itself cuts words at : and =, too
        letter=${line:i:1}
        if [[ $letter == \\ && $quote != \' ]]; then
            word+=${line:i:2}
            ((i++))
        elif [[ -z $quote && $letter == [[:blank:]] ]]; then
            [[ -n $word ]] && words+=("$word")
            word=
        else
            [[ $letter == "$quote" ]] && quote= || { [[ -z $quote && $letter == [\'\"] ]] && quote=$letter; }
            word+=$letter
        fi
    done
    local command= option= only= store= user=
    local -i place=0
    for i in "${words[@]:1}"; do
        if [[ -n $option ]]; then
            [[ $option == --store ]] && store=$i
            [[ $option == --as ]] && user=$i
            option=
        elif [[ -z $only && $i == -- ]]; then
            only=1
        elif [[ -z $only && $i == -* ]]; then
            [[ $i == --store=* ]] && store=${i#*=}
            [[ $i == --as=* ]] && user=${i#*=}
            _crm_tui_takes "$command $i" && option=$i
        elif ((place == 0)) && _crm_tui_is "${command:+$command }$i"; then
            command=${command:+$command }$i
        else
            place+=1
        fi
    done
    local typed=$word before=
    COMPREPLY=()
    if [[ -z $option && -z $only && $word == --*=* ]] && _crm_tui_takes "$command ${word%%=*}"; then
        option=${word%%=*} typed=${word#*=}
    elif [[ -z $option && -z $only && $word == -* ]]; then
        _crm_tui_options "$command"
        return
    fi
    # what stands before a :, = or @ that is not quoted is not replaced
    local breaks=${COMP_WORDBREAKS//[^:=@]} bare=${typed//\\?/xx}
    if [[ -n $breaks && $bare != *[\'\"]* && $bare == *[$breaks]* ]]; then
        bare=${bare##*[$breaks]}
        before=${typed:0:${#typed}-${#bare}}
    fi
    _crm_tui_value "$command" "$option" "$place"
}

_crm_tui_ask() {
    local about candidate
    local -a found=() shown=()
    while IFS=$'\t' read -r candidate about; do
        found+=("$candidate")
        shown+=("$candidate${about:+  ($about)}")
    done < <(command crm-tui complete bash "$1" "$typed" "$store" "$user" "$before" 2>/dev/null)
    # what is said about them is only for lists, from which nothing is put in
    if ((${#found[@]} > 1)) && [[ $COMP_TYPE == 9 || $COMP_TYPE == 63 || $COMP_TYPE == 33 || $COMP_TYPE == 64 ]]; then
        COMPREPLY=("${shown[@]}")
    else
        COMPREPLY=("${found[@]}")
    fi
    compopt -o nosort 2>/dev/null
}

_crm_tui_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "${typed:${#before}}")
}

complete -F _crm_tui crm-tui
"""


def script(program: Command) -> str:
    """The script."""
    commands = list(program.all)
    names = [command.name for command in commands if command.name]
    takes = [f"{command.name} {option}" for command in commands for option in command.valued]
    return "".join(
        (
            _HEAD,
            "_crm_tui_is() {\n    case $1 in\n        ",
            _patterns(names),
            ") return 0 ;;\n    esac\n    return 1\n}\n\n",
            "_crm_tui_takes() {\n    case $1 in\n        ",
            _patterns(takes),
            ") return 0 ;;\n    esac\n    return 1\n}\n\n",
            "_crm_tui_options() {\n    case $1 in\n",
            *(f"        '{command.name}') _crm_tui_words '{_options(command)}' ;;\n" for command in commands),
            "    esac\n}\n\n",
            "_crm_tui_value() {\n    case $1:${2:-$3} in\n",
            *(line for command in commands for line in _values(command)),
            "    esac\n}\n",
            _FUNCTION,
        )
    )


def _options(command: Command) -> str:
    return " ".join(name for option in command.options for name in option.names)


def _patterns(words: list[str]) -> str:
    return " | \\\n        ".join(f"'{word}'" for word in words)


def _values(command: Command) -> list[str]:
    """The lines about what can stand after each option and in each place."""
    lines = []
    for option in command.options:
        if option.value is not None and (done := _done(option.value)):
            places = " | ".join(f"'{command.name}:{name}'" for name in option.names)
            lines.append(f"        {places}) {done} ;;\n")
    below = " ".join(each.name.rpartition(" ")[2] for each in command.below)
    if below:
        lines.append(f"        '{command.name}:0') _crm_tui_words '{below}' ;;\n")
    for place, value in enumerate(command.values):
        if done := _done(value):
            at = f"'{command.name}:'[0-9]*" if value.many and place == 0 else f"'{command.name}:{place}'"
            lines.append(f"        {at}) {done} ;;\n")
    return lines


def _done(value: Value) -> str:
    if value.choices:
        return f"_crm_tui_words '{' '.join(value.choices)}'"
    if value.kind == FILES:
        return "compopt -o default"
    if value.kind == "store":
        return "_crm_tui_ask store; ((${#COMPREPLY[@]})) || compopt -o default"
    return f"_crm_tui_ask {value.kind}" if value.kind else ""
