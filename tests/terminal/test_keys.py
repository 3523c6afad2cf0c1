"""Bytes of keys to events, with the time given by hand."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from crm_tui.terminal.keys import LATE, KeyReader

DELAY = 0.03


def names(messages: list[Message]) -> list[str]:
    found = []
    for message in messages:
        if isinstance(message, events.Key):
            found.append(message.key)
        elif isinstance(message, events.Paste):
            found.append(f"paste:{message.text}")
        else:
            found.append(type(message).__name__)
    return found


def read(*chunks: str | float) -> list[str]:
    """What comes of the chunks; a number is a pause in seconds, in which the reader's patience may end."""
    reader, now = KeyReader(DELAY), 0.0
    found: list[Message] = []
    for chunk in chunks:
        if isinstance(chunk, str):
            found += reader.feed(chunk, now)
        else:
            if reader.patience is not None and reader.patience <= chunk:
                found += reader.expire(now + reader.patience)
            now += chunk
    return names(found)


SOON, LATER = DELAY / 2, DELAY * 2


@pytest.mark.parametrize(
    ("chunks", "keys"),
    [
        (["jk"], ["j", "k"]),
        (["\x1b[A\x1bOB\x1b[1;5C"], ["up", "down", "ctrl+right"]),
        (["\x1b", LATER], ["escape"]),
        (["\x1b", SOON], []),
        (["\x1b\x1b", LATER], ["escape", "escape"]),
        (["\x1bj"], ["alt+j"]),
        (["\x1b", SOON, "[A"], ["up"]),
        (["\x1b[", LATER, "A"], ["up"]),
        (["\x1b", SOON, "[", LATER, "1;", LATER, "5C"], ["ctrl+right"]),
        (["j\x1b[B\x1b", LATER, "k"], ["j", "down", "escape", "k"]),
        (["\x1b[[A\x1b[3~\x1b[3$\x1b[Z", LATE], ["f1", "delete", "shift+tab"]),
        (["\x1b[3$", LATE], ["shift+delete"]),
        (["\x1b[27u\x1b[97;5u"], ["escape", "ctrl+a"]),
        (["\x1b[I\x1b[O"], ["AppFocus", "AppBlur"]),
        (["\x1b[<0;3;4M\x1b[<0;3;4m"], ["MouseDown", "MouseUp"]),
        (["\x1b[?2026;2$y"], ["TerminalSupportsSynchronizedOutput"]),
        (["\x1b[48;24;80;480;800t"], ["Resize"]),
    ],
)
def test_keys(chunks: list[str | float], keys: list[str]) -> None:
    assert read(*chunks) == keys


@pytest.mark.parametrize(
    ("chunks", "keys"),
    [
        (["\x1b", LATER, "[A", "j"], ["escape", "j"]),
        (["\x1b", LATER, "[", SOON, "Aj"], ["escape", "j"]),
        (["\x1b", LATER, "OA", "j"], ["escape", "j"]),
        (["\x1b", LATER, "[<35;10;5M"], ["escape"]),
        (["\x1b[1;", LATE, "5Cj"], ["j"]),
        (["\x1b[1;", 0.6, "5Cj"], ["j"]),
        (["\x1b", LATER, "[", LATER], ["escape", "left_square_bracket"]),
        (["\x1b", LATER, "Oslo"], ["escape", "O", "s", "l", "o"]),
        (["\x1b", LATER, LATE * 2, "[A"], ["escape", "left_square_bracket", "A"]),
        (["\x1b", LATER, "5"], ["escape", "5"]),
        (["\x1b", LATER, "\x1b[A"], ["escape", "up"]),
    ],
)
def test_a_late_rest_is_not_taken_for_typed_keys(chunks: list[str | float], keys: list[str]) -> None:
    assert read(*chunks) == keys


@pytest.mark.parametrize(
    "junk",
    [
        "\x1b[99999999999u",  # beyond Unicode
        "\x1b[55296u",  # half a surrogate pair
        "\x1b[97;1;55296u",
        "\x1b[27:65u",
        "\x1b[48;0;0;0;0t",  # a screen without cells
        "\x1b[48;90000;90000;1;1t",  # one of eight gigacells
        "\x1b[?62;1;6c",  # an answer nobody asked for
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1bP1$r0m\x1b\\",
        "\x1b]52;c;cm0=\x07",
        "\x1b[M\xa0\ufffd\x80",
        "\x1b[M !!",
        "\x1b[1;\x01",
        "\x1b[1;2§",
        "\x1b[123z",
        "\x1bOz",
        "\ufffd",
        "\x1b[" + "1;" * 3000 + "A",
        "\x1b]" + "x" * 300 + "\x1b[200;300z",
    ],
    ids=lambda junk: ascii(junk)[:20],
)
def test_junk_costs_itself_only(junk: str) -> None:
    keys = read("a" + junk + "b\x1b[A", LATE)
    assert keys[0] == "a"
    assert keys[-2:] == ["b", "up"]
    assert not [key for key in keys[1:-2] if len(key) == 1 and key.isalnum()]


def test_pasted_text_is_one_event_whatever_is_in_it() -> None:
    text = "Matti\r\nq\x1b[A\x1b:wq\x00[Ö"
    whole = f"a\x1b[200~{text}\x1b[201~b"
    expected = ["a", "paste:" + text.replace("\0", ""), "b"]
    assert read(whole) == expected
    assert read(*whole) == expected
    for cut in range(len(whole)):
        assert read(whole[:cut], 0.01, whole[cut:]) == expected


def test_a_paste_that_comes_slowly_stays_one() -> None:
    assert read("\x1b[200~one", 5.0, "two\x1b", 5.0, "[201~") == ["paste:onetwo"]


SHARDS = st.text(st.sampled_from("\x1b\x1b[[]OPM<;?0159:~uAmtc$ yéJ\x07\\\x01"), max_size=12)


@given(st.lists(SHARDS, max_size=8))
def test_no_input_breaks_the_reader(chunks: list[str]) -> None:
    reader, now = KeyReader(DELAY), 0.0
    for chunk in chunks:
        list(reader.feed(chunk, now))
        if reader.patience is not None:
            now += reader.patience
            list(reader.expire(now))
    now += LATE * 2
    list(reader.feed("\x1b[201~", now))  # it may have been in a paste
    assert names(list(reader.feed("j", now))) == ["j"]


def test_the_speed_of_a_big_paste_is_linear() -> None:
    rng = random.Random(1)
    text = "".join(rng.choices("abc \r", k=200_000))
    chunks = [text[i : i + 4096] for i in range(0, len(text), 4096)]
    assert read("\x1b[200~", *chunks, "\x1b[201~") == ["paste:" + text]
