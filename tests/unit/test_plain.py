"""The quick way of text.py is taken only where it comes to the same."""

from __future__ import annotations

from crm_tui import text
from crm_tui.plain import cells, is_plain, one_line, shortened


def test_every_plain_character_stays_and_takes_one_cell() -> None:
    plain = [chr(code) for code in range(0x30000) if is_plain(chr(code))]
    assert set("aåøßÞŁ 7-") <= set(plain)
    for character in plain:
        assert (text.clean(character), text.width(character)) == (character, 1), hex(ord(character))
    assert text.clean("".join(plain)) == "".join(plain)


def test_other_text_goes_the_long_way() -> None:
    for written in ("a\x1b[2Jb", "a\u202eb", "東京 Oy", "a\u0301", "x\ty", "\xad", "", "Ørsted"):
        assert one_line(written) == text.clean(written)
        line = one_line(written)
        assert cells(line) == text.width(line)
        assert shortened(line, 3) == text.cut(line, 3)
