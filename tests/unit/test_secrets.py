"""Where a token is kept: the states that a keyring can be in, files, programs, and that it is seen nowhere."""

from __future__ import annotations

import os
import pickle
import sys
import time
import traceback
from pathlib import Path

import pytest

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets.program import printed_by
from crm_tui.secrets.secret import Secret
from crm_tui.secrets.system_keyring import KeyringFailed, SystemKeyring
from crm_tui.secrets.tokens import TOKEN_FILE, Tokens
from crm_tui.terminal import crash

URL = "https://crm.example.com"
CANARY = "crm_" + "c0ffee00" * 8
#: a keyring as it would be in the child, made to be in a state; what it keeps is in a file
_CHILD = """
import json, pathlib, sys, time
sys.path.insert(0, {src!r})
kept = pathlib.Path({kept!r})
class Keyring:
    def _all(self): return json.loads(kept.read_text()) if kept.exists() else {{}}
    def get_password(self, service, username): return self._all().get(f"{{service}} {{username}}")
    def set_password(self, service, username, password):
        kept.write_text(json.dumps(self._all() | {{f"{{service}} {{username}}": password}}))
    def delete_password(self, service, username):
        kept.write_text(json.dumps({{k: v for k, v in self._all().items() if k != f"{{service}} {{username}}"}}))
Keyring.__module__ = "keyring.backends.SecretService"
def failing(error):
    def fail(self, *_): raise error
    Keyring.get_password = Keyring.set_password = Keyring.delete_password = fail
found = Keyring()
{state}
from crm_tui.secrets import keyring_child
if sys.modules.get("keyring", keyring_child):
    import keyring
    keyring.get_keyring = lambda: found
sys.exit(keyring_child.main(sys.argv[1:]))
"""
_STATES = {
    "none": "from keyring.backends import fail; found = fail.Keyring()",
    "none after all": "import keyring.errors as e; failing(e.NoKeyringError('no D-Bus'))",
    "locked": "import keyring.errors as e; failing(e.KeyringLocked('locked'))",
    "no answer to unlocking": "import keyring.errors as e; failing(e.InitError('dismissed'))",
    "refuses": "import keyring.errors as e; failing(e.KeyringError(sys.stdin.read()))",
    "breaks": "failing(ValueError(sys.stdin.read()))",
    "dead daemon": "time.sleep(60)",
    "writes it down": "Keyring.__module__ = 'keyrings.alt.file'",
    "not installed": "sys.modules['keyring'] = None; sys.modules['keyring.errors'] = None",
}
_SAID = {
    "none": "this session has none",
    "none after all": "this session has none",
    "locked": "it is locked; unlock it",
    "no answer to unlocking": "it is locked; unlock it",
    "refuses": "it refused",
    "breaks": "it refused",
    "dead daemon": "did not answer within 1 seconds",
    "writes it down": "would write secrets down for everybody to read",
    "not installed": "the package keyring is not installed",
}


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """What the keyring of the child keeps."""
    return tmp_path / "kept.json"


def keyring_in(state: str, kept: Path, seconds: float = 20, setup: str = "") -> SystemKeyring:
    """A keyring whose child is in a state, or has another ``setup``."""
    setup = _STATES[state] if state else setup
    src = str(Path(crash.__file__).parents[2])
    return SystemKeyring((sys.executable, "-c", _CHILD.format(src=src, kept=str(kept), state=setup)), seconds)


def tokens(tmp_path: Path, kept: Path, state: str = "", environ: dict[str, str] | None = None) -> Tokens:
    return Tokens(environ=environ or {}, keyring=keyring_in(state, kept), folder=tmp_path / "tokens")


def test_a_token_is_kept_in_the_keyring(tmp_path: Path, kept: Path) -> None:
    its = tokens(tmp_path, kept)
    assert its.find(URL) is None
    its.keep_in_file(URL, Secret(CANARY))
    its.keep_in_keyring(URL, Secret(CANARY))
    assert list((tmp_path / "tokens").iterdir()) == []
    found = its.find(URL)
    assert found is not None
    assert found.reveal() == CANARY
    assert its.find("https://other.example.com") is None
    its.forget(URL)
    its.forget(URL)
    assert its.find(URL) is None


def test_a_token_is_in_no_list_of_processes(tmp_path: Path, kept: Path) -> None:
    seen = tmp_path / "seen"
    shown = f"import os; pathlib.Path({str(seen)!r}).write_text(repr((sys.orig_argv, dict(os.environ))))"
    keyring = keyring_in("", kept, setup=shown)
    keyring.set(URL, Secret(CANARY))
    found = keyring.get(URL)
    assert found is not None
    assert found.reveal() == CANARY
    assert URL in seen.read_text()
    assert CANARY not in seen.read_text()


@pytest.mark.parametrize("state", _STATES)
def test_a_keyring_that_can_t_be_used_says_why_in_time_and_keeps_nothing(
    state: str, tmp_path: Path, kept: Path
) -> None:
    keyring = keyring_in(state, kept, seconds=1 if state == "dead daemon" else 20)
    before = time.monotonic()
    with pytest.raises(KeyringFailed) as failed:
        keyring.set(URL, Secret(CANARY))
    assert state != "dead daemon" or time.monotonic() - before < 3
    assert _SAID[state] in str(failed.value)
    assert CANARY not in "".join(traceback.format_exception(failed.value)) + crash.report(failed.value)
    assert not kept.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_where_there_is_no_keyring_nobody_is_signed_in(tmp_path: Path, kept: Path) -> None:
    assert tokens(tmp_path, kept, "none").find(URL) is None
    tokens(tmp_path, kept, "none").forget(URL)
    for call in (Tokens.find, Tokens.forget):
        with pytest.raises(Unavailable, match="locked"):
            call(tokens(tmp_path, kept, "locked"), URL)


def test_a_file_is_the_user_s_alone_and_asked_before_the_keyring(tmp_path: Path, kept: Path) -> None:
    its = tokens(tmp_path, kept, "locked")
    path = its.keep_in_file(URL, Secret(CANARY))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    found = its.find(URL)
    assert found is not None
    assert found.reveal() == CANARY
    path.chmod(0o640)
    with pytest.raises(Unavailable, match=r"Others may read the token in .*chmod 600"):
        its.find(URL)
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match="can't be read"):
        its.find(URL)


@pytest.mark.parametrize("content", [b"", b"two\nlines\n", b"a b", b"\xff\xfe", b"x" * 2000, b"a\x1b[31m"])
def test_what_is_no_token_is_not_used(tmp_path: Path, kept: Path, content: bytes) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Unavailable, match="holds no token") as refused:
        tokens(tmp_path, kept, environ={TOKEN_FILE: str(path)}).find(URL)
    assert "\x1b" not in str(refused.value)


def test_the_environment_names_a_file(tmp_path: Path, kept: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "token"
    real.write_text(f"{CANARY}\n")
    real.chmod(0o600)
    link.symlink_to(real)
    its = tokens(tmp_path, kept, "locked", {TOKEN_FILE: str(link)})
    found = its.find(URL, ("false",))
    assert found is not None
    assert found.reveal() == CANARY
    real.chmod(0o604)
    with pytest.raises(Unavailable, match="Others may read"):
        its.find(URL)
    link.unlink()
    with pytest.raises(Unavailable, match=f"which {TOKEN_FILE} names, is not there"):
        its.find(URL)
    os.mkfifo(link)
    link.chmod(0o600)
    with pytest.raises(Unavailable, match="no file with a token"):
        its.find(URL)


def test_a_program_prints_it(tmp_path: Path, kept: Path) -> None:
    found = tokens(tmp_path, kept, "locked").find(URL, ("sh", "-c", f"echo {CANARY}; echo more; echo noise >&2"))
    assert found is not None
    assert found.reveal() == CANARY


@pytest.mark.parametrize(
    ("script", "why", "seconds"),
    [
        ("exit 3", "ended with code 3", 20),
        ("echo and more", "no token", 20),
        ("exec sleep 60", "within 0.5 seconds", 0.5),
        ("exec cat /dev/zero", "within 0.5 seconds", 0.5),
        ("exec >&-; exec sleep 60", "within 0.5 seconds", 0.5),
    ],
)
def test_a_program_that_fails_is_named_and_what_it_said_is_not(script: str, why: str, seconds: float) -> None:
    with pytest.raises(Unavailable, match=f"sh.*{why}") as failed:
        printed_by(("sh", "-c", f"printf '%s ' {CANARY}; {script}"), seconds)
    assert CANARY not in "".join(traceback.format_exception(failed.value))
    with pytest.raises(Unavailable, match="nowhere, which is to print the token, can't be started"):
        printed_by(("/nowhere",))


def test_a_secret_shows_nothing_by_chance() -> None:
    secret = Secret(CANARY)
    for shown in (repr(secret), str(secret), f"{secret}", "%s %r" % (secret, [secret])):  # noqa: UP031
        assert CANARY not in shown
    with pytest.raises(TypeError):
        pickle.dumps(secret)
