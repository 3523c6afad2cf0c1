"""Whatever data holds and whatever widget shows it: nothing of it steers the terminal.

Every byte that reaches the terminal is looked at: what the program itself writes is taken away, and in what
is left there may be no control character, no mark of writing direction and no link.
"""

import json
import random
import re
import unicodedata
from pathlib import Path

import pytest
from tests.terminal.pty_app import PtyApp
from tests.terminal.surface_app import BATCH, SURFACES

NAUGHTY: list[str] = json.loads((Path(__file__).parents[1] / "data/naughty/blns.json").read_text("utf-8"))
HOSTILE = [
    "\x1b]52;c;cm0gLXJmIH4=\x07",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\here\x1b]8;;\x1b\\",
    "\x1b[2J\x1b[H\x1b[0;66mred\x1b[6n",
    "\x1bc\x1b[?1049l\x1bPq\x1b\\",
    "\x9b2J\x9d52;c;eA==\x9c\x90\x85",
    "a\x00b\x07c\x08\x08\x08d\x0b\x0c\x0e\x0f\x7f",
    "line\rover\nnext\r\n\ttab\u2028sep\u2029",
    "\u202egnp.exe\u202c\u2066x\u2069\u200f\u061c",
    "zero\u200bwidth\ufeff\u2060\U000e0041\U000e007f",
    "half \ud800 and \udfff",
    "[/] [@click=app.quit]x[/] [bold]b[/bold] [link=http://x]l[/link]",
    "👨\u200d👩\u200d👧 🇫🇮 👍🏽 ❤\ufe0f",
    "漢字" * 50,
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞",
]
# What Textual writes: colours as Rich makes them, cursor positions, its modes, and the answers it asks for.
OWN = re.compile(
    r"\x1b\[(?:0|[1-9][0-9]*(?:;[0-9]+)*)?m|\x1b\[[0-9]+;[0-9]+H|\x1b\[\?[0-9]+(?:[hl]|\$p)|\x1b\[[<>][0-9]*u"
    r"|\x1b\]22;[a-z-]+(?:\x07|\x1b\\)|[\r\n]"
)
DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def foreign(raw: bytes | bytearray) -> list[str]:
    text = OWN.sub("", raw.decode("utf-8"))
    bad = [m.start() for m in re.finditer(r"[^\x20-\x7e]", text) if is_foreign(m[0])]
    return [ascii(text[max(0, at - 10) : at + 20]) for at in bad]


def is_foreign(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} or character in DIRECTION


# They show another text, or not all of them at once.
WITHOUT_MARKS = {"static link", "digits", "markdown", "toast"}


def show(surface: str, texts: list[str], folder: Path) -> bytes:
    """All that is written while the texts are shown, each marked by its number; waits until each has been seen."""
    file = folder / "texts.json"
    file.write_text(json.dumps([f"<{number}>{text}" for number, text in enumerate(texts)]))
    with PtyApp([Path(__file__).with_name("surface_app.py"), surface, file], size=(100, 170)) as app:
        for start in range(0, len(texts), BATCH):
            app.until_said("shown")
            if surface not in WITHOUT_MARKS:
                for number in range(start, min(start + BATCH, len(texts))):
                    app.until_written(f"<{number}>".encode())
            app.send(b"\x1bOQ")
        assert app.until_end() == 0
        return bytes(app.raw)


# with the tests those through which data goes; the long runs have all, and all texts
@pytest.mark.parametrize("surface", ["clean rows", "clean facts", "static link", "input", "title", "markdown", "toast"])
def test_no_control_character_of_data_reaches_the_terminal(surface: str, tmp_path: Path) -> None:
    texts = HOSTILE + random.Random(surface).sample(NAUGHTY, len(NAUGHTY) // 10)
    raw = show(surface, texts, tmp_path)
    assert not foreign(raw)


@pytest.mark.soak
@pytest.mark.parametrize("surface", [*SURFACES, "toast"])
def test_no_control_character_of_any_naughty_or_random_text_does(surface: str, tmp_path: Path) -> None:
    rng = random.Random(surface)
    points = [*range(0x250), *range(0x2000, 0x2070), *range(0xFE00, 0xFF00), 0xD800, 0xE0041]
    weird = [chr(point) for point in points]
    texts = HOSTILE + NAUGHTY + ["".join(rng.choices(weird, k=20)) for _ in range(300)]
    assert not foreign(show(surface, texts, tmp_path))


def test_what_is_looked_for_would_be_found() -> None:
    for text in HOSTILE[:5] + HOSTILE[6:7] + HOSTILE[8:9]:
        assert foreign(f"\x1b[1;31mok\x1b[0m{text}".encode())
    assert foreign(HOSTILE[5].encode())
    assert not foreign("\x1b[38;2;1;2;3mÅbo\x1b[0m\x1b[1;1H\x1b[?25l".encode())
