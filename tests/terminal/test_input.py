"""What is typed, pasted or thrown at a running program, in a real pseudo-terminal."""

import os
import random
import signal
from pathlib import Path
from time import monotonic

import pytest
from tests.terminal.pty_app import PtyApp, sample

QUIT = b"\x1b[19~"  # F8


def key(app: PtyApp) -> str:
    return app.until_said("key").split()[1]


def random_rounds(rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    with sample("input") as app:
        for _ in range(rounds):
            # Any byte, with escapes more often than chance has them; but neither F8 nor ctrl+c, which end it.
            data = bytes(rng.choices([*range(256), *[0x1B] * 40, *b"[" * 40, *b"OM<;0123"], k=1500))
            app.send(data.replace(b"19~", b"").replace(b"\x03", b"").replace(b"\x11", b""))
            app.send(b"\x1b[201~\x1b[6~")  # out of a paste, if it is in one; then a key that means nothing
            while key(app) != "pagedown":
                pass
        app.send(b"\x1b[201~" + QUIT)
        assert app.until_end() == 0
        assert app.attributes_are_back()


def test_random_bytes() -> None:
    random_rounds(3, seed=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1, 12))
def test_random_bytes_for_long(seed: int) -> None:
    random_rounds(50, seed)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\xc3", b"\xf0\x9f\x98", b"\x1b[M\xff\xff\xff", b"\x80" * 5000])
def test_invalid_utf8_is_lost_and_nothing_else(data: bytes) -> None:
    with sample() as app:
        app.send(b"a")
        assert key(app) == "a"
        app.send(data + b"b")
        assert key(app) == "b"


@pytest.mark.parametrize(
    ("mode", "env", "least"),
    [
        ("keys", {}, 0.03),
        ("keys", {"SSH_CONNECTION": "1 2 3 4"}, 0.1),
        ("keys", {"ESCDELAY": "60"}, 0.06),
        ("patient", {"ESCDELAY": "60"}, 0.2),  # what the user set counts more
    ],
)
def test_a_lone_escape_is_answered_soon(mode: str, env: dict[str, str], least: float) -> None:
    with sample(mode, env=env) as app:
        took = []
        for _ in range(5):
            pressed = monotonic()
            app.send(b"\x1b")
            _, name, answered = app.until_said("key").split()
            assert name == "escape"
            took.append(float(answered) - pressed)  # the monotonic clock is one for all processes
        assert least <= min(took) < least + 0.05


def test_keys_and_characters_that_are_split_stay_whole() -> None:
    with sample(env={"ESCDELAY": "10000"}) as app:  # so that this test does not depend on the machine's speed
        for data, name in [
            (b"\x1b[A", "up"),
            (b"\x1b[1;5C", "ctrl+right"),
            ("ä".encode(), "ä"),
            (b"\x1bOB", "down"),
        ]:
            for byte in data:
                app.send(bytes([byte]))
                app.send(b"")
            assert key(app) == name


def test_a_paste_comes_as_one_whatever_is_in_it() -> None:
    with sample() as app:
        app.until_shown("keys")
        assert b"\x1b[?2004h" in app.raw
        app.send(b"\x1b[200~q\rline two\x1b[A \xc3\xa4\x1b[201~j")
        assert app.until_said("paste") == r"paste 'q\rline two\x1b[A \xe4'"
        assert key(app) == "j"


def test_focus_and_resize() -> None:
    with sample() as app:
        app.send(b"\x1b[O")
        app.until_said("blur")
        app.send(b"\x1b[I")
        app.until_said("focus")
        app.resize(100, 30)
        app.until_said("size 100 30")
        app.resize(1, 1)
        app.until_said("size 1 1")
        app.resize(300, 100)
        app.until_said("size 300 100")


def test_a_hundred_resizes() -> None:
    rng = random.Random(3)
    with sample("input") as app:
        for _ in range(100):
            app.resize(rng.randint(1, 300), rng.randint(1, 100))
        app.resize(90, 20)
        app.until_said("size 90 20")
        app.until_shown("input")
        app.send(QUIT)
        assert app.until_end() == 0


def test_the_size_is_the_terminal_s_and_not_the_environment_s() -> None:
    with PtyApp(
        [Path(__file__).with_name("sample_app.py"), "keys", os.devnull], env={"COLUMNS": "33", "LINES": "11"}
    ) as app:
        app.until_said("size 80 24")


@pytest.mark.parametrize("nohup", [False, True])
def test_the_end_of_the_terminal_ends_the_program_and_saves(nohup: bool) -> None:
    with sample(nohup=nohup) as app:
        app.close_terminal()
        app.until_said("saved")
        assert app.until_end(read_terminal=False) == 128 + signal.SIGHUP


def test_a_stopped_program_leaves_the_screen_and_takes_it_again() -> None:
    with sample() as app:
        app.until_shown("keys")
        app.send(b"\x1b[17~")  # F6: as ctrl+z
        app.until_said("key f6")
        os.waitid(os.P_PID, app.process.pid, os.WSTOPPED | os.WNOWAIT)
        app.read_rest()
        assert app.attributes_are_back()
        assert app.raw.rindex(b"\x1b[?1049l") > app.raw.rindex(b"\x1b[?1049h")
        app.raw.clear()
        app.signal(signal.SIGCONT)
        app.until_written(b"keys")  # before that the terminal itself would write what is typed
        app.send(b"j")
        assert key(app) == "j"
        assert b"\x1b[?1049h" in app.raw
        app.send(QUIT)
        assert app.until_end() == 0
        assert app.attributes_are_back()


def test_a_program_that_was_stopped_by_force_goes_on_and_restores_the_terminal_in_the_end() -> None:
    with sample() as app:
        app.until_shown("keys")
        app.signal(signal.SIGSTOP)
        os.waitid(os.P_PID, app.process.pid, os.WSTOPPED | os.WNOWAIT)
        app.read_rest()
        app.raw.clear()
        app.signal(signal.SIGCONT)
        app.send(b"j")
        assert key(app) == "j"
        app.send(QUIT)
        assert app.until_end() == 0
        assert app.raw.count(b"\x1b[?1049h") == 1  # taken again, once
        assert app.attributes_are_back()
