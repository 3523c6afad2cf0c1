"""The token of a server: where it is looked for, and where login keeps it.

The first that is there counts: the file that CRM_TUI_TOKEN_FILE names, what ``token_command`` of the store prints, the
file that the user asked for because there is no keyring, and the keyring.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path

from crm_tui import paths
from crm_tui.domain.errors import Unavailable
from crm_tui.secrets import private_files
from crm_tui.secrets.secret import Secret, is_token
from crm_tui.secrets.system_keyring import KeyringFailed, SystemKeyring

TOKEN_FILE = "CRM_TUI_TOKEN_FILE"  # noqa: S105 - the name of a variable


class Tokens:
    """The tokens of the user who runs the program. All methods raise Unavailable; ``url`` is the address of a server as
    store.locate has it."""

    def __init__(
        self,
        *,
        environ: Mapping[str, str] = os.environ,
        keyring: SystemKeyring | None = None,
        folder: Path | None = None,
    ) -> None:
        self._environ = environ
        self._keyring = keyring or SystemKeyring()
        self._folder = folder

    def named_by(self, command: Sequence[str] = ()) -> str | None:
        """What says where the token is, instead of login; None where nothing does. ``command`` as in ``find``."""
        if self._environ.get(TOKEN_FILE):
            return TOKEN_FILE
        return "token_command in the settings" if command else None

    def find(self, url: str, command: Sequence[str] = ()) -> Secret | None:
        """The token for a server; None if nobody signed in there. ``command`` is the token_command of the store."""
        if named := self._environ.get(TOKEN_FILE):
            path = Path(named)
            try:
                found = private_files.read(path, follow=True)
            except Unavailable as error:
                raise Unavailable(f"{error} {TOKEN_FILE} names it.") from None
            if found is None:
                raise Unavailable(f"{path}, which {TOKEN_FILE} names, is not there.")
            return found
        if command:
            from crm_tui.secrets.program import printed_by

            return printed_by(command)
        return self.kept(url)

    def kept(self, url: str) -> Secret | None:
        """The token that login kept for a server."""
        in_file = private_files.read(self.file_of(url))
        if in_file is not None:
            return in_file
        try:
            found = self._keyring.get(url)
        except KeyringFailed as error:
            if error.is_missing:
                return None
            raise Unavailable(
                f"{error} So the token for {url} can't be read; token_command in the settings, or {TOKEN_FILE}, can"
                " name another place for it."
            ) from None
        return found if found is not None and is_token(found.reveal()) else None

    def keep_in_keyring(self, url: str, token: Secret) -> None:
        """Keep a token, there alone. Raises KeyringFailed."""
        self._keyring.set(url, token)
        private_files.remove(self.file_of(url))

    def keep_in_file(self, url: str, token: Secret) -> Path:
        """Keep a token in a file of the user alone, which one has to be asked about; returns which."""
        path = self.file_of(url)
        private_files.write(path, token)
        return path

    def forget(self, url: str) -> None:
        """Keep no token of a server any more."""
        private_files.remove(self.file_of(url))
        try:
            self._keyring.delete(url)
        except KeyringFailed as error:
            if not error.is_missing:
                raise

    def file_of(self, url: str) -> Path:
        """The file for a server's token, whether it is there or not."""
        folder = self._folder or paths.state_dir() / "tokens"
        return folder / f"{sha256(url.encode()).hexdigest()[:32]}.token"
