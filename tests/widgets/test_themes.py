"""Themes: everything that must be read can be read, in every theme one can choose."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from crm_tui.themes import CRM_CONTRAST, FALLBACK, THEMES, contrast, theme_names, variable_defaults
from crm_tui.widgets.cells import STYLES

TEXT = ("crm-bright", "crm-muted", "crm-accent", "crm-good", "crm-warn", "crm-bad", "crm-match")


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_our_text_colours_can_be_read_on_all_our_backgrounds(theme: Theme) -> None:
    assert theme.foreground is not None
    texts = {name: theme.variables[name] for name in TEXT} | {"foreground": theme.foreground}
    # on dialogs and the header the 256 colours leave no amber darker than 4.9 to 1
    for ground, usual in ((theme.background, 5.0), (theme.surface, 4.9)):
        least = 7 if theme is CRM_CONTRAST else usual
        assert ground is not None
        for name, text in texts.items():
            assert contrast(Color.parse(text), Color.parse(ground)) >= least, (name, ground)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_row_under_the_cursor_can_be_read(theme: Theme) -> None:
    least = 7 if theme is CRM_CONTRAST else 4.5
    cursor = Color.parse(theme.variables["crm-cursor"])
    for name in ("crm-cursor-text", "crm-good", "crm-warn", "crm-bad", "crm-accent", "crm-match"):
        assert contrast(Color.parse(theme.variables[name]), cursor) >= least, name
    button = contrast(Color.parse(theme.variables["crm-button-text"]), Color.parse(theme.variables["crm-accent"]))
    assert button >= least


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_is_one_of_the_256(theme: Theme) -> None:
    steps = (0, 95, 135, 175, 215, 255)
    greys = {8 + 10 * step for step in range(24)}
    for name, value in theme.variables.items():
        red, green, blue = Color.parse(value).rgb
        assert (red in steps and green in steps and blue in steps) or (red == green == blue and red in greys), name


@pytest.mark.parametrize("name", [name for name, theme in BUILTIN_THEMES.items() if not theme.ansi])
def test_text_can_be_read_in_every_other_theme(name: str) -> None:
    variables = variable_defaults(name)
    ground = Color.parse(BUILTIN_THEMES[name].to_color_system().generate()["background"])
    for text in TEXT:
        assert contrast(Color.parse(variables[text]), ground) >= min(
            5, contrast(Color.parse(variables["crm-bright"]), ground)
        )


@pytest.mark.parametrize("name", theme_names())
def test_every_theme_has_all_our_names(name: str) -> None:
    own = {theme.name: theme.variables for theme in THEMES}
    variables = variable_defaults(name) | own.get(name, {})
    assert set(FALLBACK) <= set(variables)
    used = {word[1:] for style in STYLES.values() for word in style.split() if word.startswith("$crm-")}
    assert used <= set(FALLBACK)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)
