"""The three themes of crm-tui, and what their variables are in every other theme.

Every colour is one of the 256 that xterm-256color has, so a terminal without truecolor (the usual case over
SSH) shows exactly the same picture.
"""

from functools import cache

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

#: name of a theme variable -> value in 16 colours, for the ansi themes
FALLBACK = {
    "crm-bright": "ansi_default",  # names, titles: always together with bold
    "crm-muted": "ansi_default",  # labels, units, dates: bright black is unreadable in some palettes
    "crm-faint": "ansi_bright_black",  # rests of bars, rules: never text that must be read
    "crm-line": "ansi_bright_black",  # panel border without focus
    "crm-accent": "ansi_cyan",  # focus, keys, active tab, actual values
    "crm-good": "ansi_green",  # active, won, paid, done
    "crm-warn": "ansi_yellow",  # due soon, waiting, hidden, unsaved
    "crm-bad": "ansi_red",  # late, blocked, error
    "crm-cursor": "ansi_cyan",  # background of the row under the cursor
    "crm-cursor-text": "ansi_black",  # its text; inner colours are dropped there
    "crm-match": "ansi_yellow",  # what the filter matched (with underline)
    "crm-field": "ansi_default",  # background of an input or a set chip (underlined in 16 colours)
    "crm-dialog": "ansi_default",  # background of a dialog
    "crm-button-text": "ansi_black",  # text on the accent
}

CRM_DARK = Theme(
    name="crm-dark",
    dark=True,
    primary="#87afff",
    secondary="#87afff",
    accent="#87afff",
    success="#87d787",
    warning="#d7af5f",
    error="#ff8787",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    variables={
        "crm-bright": "#eeeeee",
        "crm-muted": "#949494",
        "crm-faint": "#585858",
        "crm-line": "#444444",
        "crm-accent": "#87afff",
        "crm-good": "#87d787",
        "crm-warn": "#d7af5f",
        "crm-bad": "#ff8787",
        "crm-cursor": "#303030",
        "crm-cursor-text": "#eeeeee",
        "crm-match": "#d7af5f",
        "crm-field": "#303030",
        "crm-dialog": "#1c1c1c",
        "crm-button-text": "#121212",
        "footer-background": "#121212",
        "block-cursor-background": "#303030",
        "block-cursor-foreground": "#eeeeee",
        "input-cursor-background": "#eeeeee",
        "input-selection-background": "#5f87af",
        "border": "#87afff",
        "border-blurred": "#444444",
        "scrollbar": "#444444",
        "scrollbar-background": "#121212",
    },
)

CRM_LIGHT = Theme(
    name="crm-light",
    dark=False,
    primary="#005faf",
    secondary="#005faf",
    accent="#005faf",
    success="#005f00",
    warning="#875f00",
    error="#af0000",
    foreground="#303030",
    background="#ffffff",
    surface="#eeeeee",
    panel="#e4e4e4",
    variables={
        "crm-bright": "#080808",
        "crm-muted": "#626262",
        "crm-faint": "#a8a8a8",
        "crm-line": "#bcbcbc",
        "crm-accent": "#005faf",
        "crm-good": "#005f00",
        "crm-warn": "#875f00",
        "crm-bad": "#af0000",
        "crm-cursor": "#e4e4e4",
        "crm-cursor-text": "#080808",
        "crm-match": "#875f00",
        "crm-field": "#dadada",
        "crm-dialog": "#eeeeee",
        "crm-button-text": "#ffffff",
        "footer-background": "#ffffff",
        "block-cursor-background": "#e4e4e4",
        "block-cursor-foreground": "#080808",
        "input-cursor-background": "#080808",
        "input-selection-background": "#afd7ff",
        "border": "#005faf",
        "border-blurred": "#bcbcbc",
        "scrollbar": "#bcbcbc",
        "scrollbar-background": "#ffffff",
    },
)

CRM_CONTRAST = Theme(
    name="crm-contrast",
    dark=True,
    primary="#5fd7ff",
    secondary="#5fd7ff",
    accent="#5fd7ff",
    success="#87ff87",
    warning="#ffd75f",
    error="#ffafaf",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    variables={
        "crm-bright": "#ffffff",
        "crm-muted": "#dadada",
        "crm-faint": "#949494",
        "crm-line": "#949494",
        "crm-accent": "#5fd7ff",
        "crm-good": "#87ff87",
        "crm-warn": "#ffd75f",
        "crm-bad": "#ffafaf",
        "crm-cursor": "#00005f",
        "crm-cursor-text": "#ffffff",
        "crm-match": "#ffd75f",
        "crm-field": "#262626",
        "crm-dialog": "#000000",
        "crm-button-text": "#000000",
        "footer-background": "#000000",
        "block-cursor-background": "#00005f",
        "block-cursor-foreground": "#ffffff",
        "input-cursor-background": "#ffffff",
        "input-selection-background": "#005faf",
        "border": "#5fd7ff",
        "border-blurred": "#949494",
        "scrollbar": "#949494",
        "scrollbar-background": "#000000",
    },
)

THEMES = (CRM_DARK, CRM_LIGHT, CRM_CONTRAST)

_READABLE = 5.0


def theme_names() -> list[str]:
    """All themes one can choose, our own first."""
    own = [theme.name for theme in THEMES]
    return own + sorted(name for name in BUILTIN_THEMES if name not in own)


@cache
def _defaults(name: str) -> dict[str, str]:
    theme = BUILTIN_THEMES.get(name)
    if theme is None or theme.ansi:
        return FALLBACK
    system = theme.to_color_system().generate()
    background, text = Color.parse(system["background"]), Color.parse(system["foreground"])

    def readable(value: str, ratio: float = _READABLE) -> str:
        """The colour, moved towards the text's until it can be read."""
        try:
            colour = background + Color.parse(value)
        except ColorParseError:
            return text.hex
        for step in range(11):
            mixed = colour.blend(text, step / 10)
            if contrast(mixed, background) >= ratio:
                return mixed.hex
        return text.hex

    surface, cursor = Color.parse(system["surface"]), background.blend(text, 0.15)
    return {
        "crm-bright": text.hex,
        "crm-muted": readable(background.blend(text, 0.6).hex),
        "crm-faint": background.blend(text, 0.35).hex,
        "crm-line": background.blend(text, 0.3).hex,
        "crm-accent": readable(system["primary"]),
        "crm-good": readable(system["success"]),
        "crm-warn": readable(system["warning"]),
        "crm-bad": readable(system["error"]),
        "crm-cursor": cursor.hex,
        "crm-cursor-text": text.hex,
        "crm-match": readable(system["warning"]),
        "crm-field": cursor.hex,
        "crm-dialog": surface.hex,
        "crm-button-text": background.hex,
    }


def variable_defaults(theme_name: str) -> dict[str, str]:
    """Our theme variables for a theme that does not have them; for App.get_theme_variable_defaults.

    The ansi themes get FALLBACK, the other built-in ones values made of their own colours.
    """
    return dict(_defaults(theme_name))


def contrast(one: Color, other: Color) -> float:
    """Contrast of two opaque colours as WCAG 2 counts it, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Color) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.r / 255, colour.g / 255, colour.b / 255)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
