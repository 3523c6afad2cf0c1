"""The system's keyring, asked in a process of its own (keyring_child.py) that has three seconds."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from crm_tui.domain.errors import Unavailable
from crm_tui.secrets import keyring_child
from crm_tui.secrets.secret import Secret

#: -P: not what happens to lie in the folder where the program was started
_CHILD = (sys.executable, "-P", "-m", "crm_tui.secrets.keyring_child")
_SECONDS = 3.0
_MISSING = (keyring_child.NO_KEYRING, keyring_child.NOT_INSTALLED)
_REASONS = {
    keyring_child.NO_KEYRING: "this session has none",
    keyring_child.LOCKED: "it is locked; unlock it and try again",
    keyring_child.NOT_TRUSTED: "what is set up as one would write secrets down for everybody to read",
    keyring_child.NOT_INSTALLED: "the package keyring is not installed",
}


class KeyringFailed(Unavailable):
    """The keyring can't be used; ``is_missing``: there is none, so that nothing can be in it."""

    def __init__(self, why: str, *, is_missing: bool = False) -> None:
        super().__init__(f"The keyring of this system can't be used: {why}.")
        self.is_missing = is_missing


class SystemKeyring:
    """The keyring of the user who runs the program. A call takes three seconds at most, and raises KeyringFailed."""

    def __init__(self, child: Sequence[str] = _CHILD, seconds: float = _SECONDS) -> None:
        self._child = tuple(child)
        self._seconds = seconds

    def get(self, name: str) -> Secret | None:
        """What is kept under a name."""
        text = self._ask("get", name)
        return Secret(text) if text else None

    def set(self, name: str, secret: Secret) -> None:
        """Keep a secret, in place of an earlier one."""
        self._ask("set", name, secret)

    def delete(self, name: str) -> None:
        """Keep it no longer, if it is."""
        self._ask("delete", name)

    def _ask(self, action: str, name: str, secret: Secret | None = None) -> str:
        try:
            done = subprocess.run(
                (*self._child, action, name),
                input=secret.reveal() if secret else "",
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
                errors="replace",
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            why = f"it did not answer within {self._seconds:g} seconds; it may wait for you to unlock it"
            raise KeyringFailed(why) from None  # the exception has what was written so far
        except OSError as error:
            raise KeyringFailed(f"it can't be asked ({error.strerror})") from None
        code = done.returncode
        if code:
            raise KeyringFailed(_REASONS.get(code, "it refused"), is_missing=code in _MISSING)
        return done.stdout
