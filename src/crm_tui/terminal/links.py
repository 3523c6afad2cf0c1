"""Opening links, mail addresses and phone numbers that come from data, with the desktop's own programs."""

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote, urlsplit

LONGEST = 2048
PATIENCE = 10.0

_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
_PHONE = re.compile(r"\+?[0-9][0-9 ().\u00a0/-]{2,30}")
_BARE_HOST = re.compile(r"[^\W_][\w-]*(\.[\w-]+)+(:\d+)?([/?#].*)?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:[/?#]|\Z))")
_KEPT = "/?#[]@!$&'()*+,;=:%~-._"  # what may stand in a URL as it is; the rest is percent-encoded
# Nothing that a person could not see, or that a shell or browser could read as something else.
_FORBIDDEN = re.compile(
    r"[\s\\\"<>`{}|^\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


class CantOpen(ValueError):
    """What was asked is not opened; the message says why, in words for a toast."""


def openable(target: str) -> str:
    """`target` (a link, a mail address, a phone number) as a URL that is safe to hand to another program.

    http, https, mailto and tel only. Without a scheme it is guessed from the form. Raises CantOpen.
    """
    target = target.strip()
    if _PHONE.fullmatch(target.removeprefix("tel:")):
        return "tel:" + re.sub(r"[^0-9+]", "", target.removeprefix("tel:"))
    if len(target) > LONGEST:
        raise CantOpen("The link is too long to open.")
    if target.startswith("-") or not target or _FORBIDDEN.search(target):
        raise CantOpen("The link is not opened: it has characters that don't belong in one.")
    if _MAIL.fullmatch(target):
        return f"mailto:{target}"
    if not (scheme := _SCHEME.match(target)):
        if not _BARE_HOST.fullmatch(target):
            raise CantOpen("This is neither a web address nor a mail address nor a phone number.")
        return _web("https://" + target)
    match scheme[1].lower():
        case "http" | "https":
            return _web(target)
        case "mailto" if _MAIL.fullmatch(target[len("mailto:") :]):
            return "mailto:" + target[len("mailto:") :]
        case "mailto" | "tel":
            raise CantOpen("This is not opened: it is more than a plain mail address or phone number.")
        case other:
            raise CantOpen(f"Links of the kind “{other}:” are not opened, only http, https, mailto and tel.")


def _web(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        host = host if ":" in host else host.encode("idna").decode("ascii")
    except ValueError as error:
        raise CantOpen("The link is not opened: its address is malformed.") from error
    if parts.username is not None or parts.password is not None:
        raise CantOpen("The link is not opened: it holds a user name or password.")
    if not host or host.startswith("-"):
        raise CantOpen("The link is not opened: it names no host.")
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    rest = url.split("://", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme.lower()}://{place}{quote(rest, safe=_KEPT)}"


def opener(
    environ: Mapping[str, str], platform: str = sys.platform, *, what: str = "link", instead: str = "copy it instead"
) -> str:
    """The program that opens links and documents here. Raises CantOpen where there is no desktop to open them on;
    it says what to do ``instead``."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        raise CantOpen(f"Over SSH a {what} can't be opened on your own machine: {instead}.")
    if platform == "darwin":
        return "open"
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        raise CantOpen(f"There is no desktop here to open a {what} on: {instead}.")
    return "xdg-open"


def open_target(
    target: str, environ: Mapping[str, str], platform: str = sys.platform, command: Sequence[str] = ()
) -> str:
    """Open `target`; returns the URL handed over. Raises CantOpen. Waits: call it in a thread.

    `command` is the user's own program with arguments, which gets the URL as its last one.
    """
    url = openable(target)
    hand_over(command or [opener(environ, platform)], url, instead="copy it instead")
    return url


def hand_over(command: Sequence[str], target: str, *, instead: str) -> None:
    """Start a program with one more argument, and wait a while whether it fails. Raises CantOpen."""
    program = PurePath(command[0]).name
    quiet = subprocess.DEVNULL
    try:
        # Nothing of our terminal, and a session of its own: it must not draw, nor die with us.
        started = subprocess.Popen([*command, target], stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    except OSError as error:
        raise CantOpen(f"{program} can't be started ({error.strerror}): {instead}.") from error
    try:
        code = started.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return  # it became the browser itself
    if code:
        raise CantOpen(f"{program} could not open it (exit {code}): {instead}.")
