"""What went wrong on the way to a server, in sentences that say what to do. None of them repeats what was sent, or
what came back."""

from __future__ import annotations

from crm_tui.domain.errors import Corrupt, Invalid, MaybeSaved, NotSignedIn, Offline, Unavailable

_LATER = "Check the network connection and try again later."


def too_late(host: str, seconds: float) -> Offline:
    """It did not answer in its time."""
    return Offline(host, f"{host} did not answer within {seconds:g} seconds. {_LATER}")


def not_found(host: str) -> Offline:
    """Its name leads nowhere."""
    return Offline(host, f"This computer can't find {host}. {_LATER}")


def no_connection(host: str) -> Offline:
    """Nobody takes the connection, or the network does not lead there."""
    return Offline(host, f"There is no connection to {host}. {_LATER}")


def proxy_failed(host: str, proxy: str) -> Offline:
    """The proxy is not there, or does not lead there."""
    return Offline(
        host, f"The proxy {proxy}, which leads to {host}, does not let anybody through; check it in the settings."
    )


def cut_off(host: str) -> Offline:
    """The connection ended before the answer did."""
    return Offline(host, f"{host} closed the connection before its answer was complete. {_LATER}")


def incomplete(host: str) -> Offline:
    """It waited for the rest of the request until it would wait no longer."""
    return Offline(host, f"Not all of what was sent reached {host}. {_LATER}")


def closed_here(host: str) -> Offline:
    """The store was closed, with a question under way."""
    return Offline(host, f"The store at {host} was closed here before it had answered.")


def no_trust(host: str, why: str) -> Offline:
    """Its certificate does not fit; ``why`` are words of ours."""
    return Offline(host, f"The certificate of {host} does not fit: {why}. Nothing was sent.")


def not_secure(host: str) -> Offline:
    """No encryption could be agreed on."""
    return Offline(host, f"No secure connection to {host} could be made, so nothing was sent; check the address.")


def bad_authorities(path: str) -> Invalid:
    """The file with whom to trust can't be used."""
    return Invalid("ca_file", f"{path} can't be read as certificates of authorities (PEM)")


def bad_address() -> Invalid:
    """What is set as the address of the server is none."""
    return Invalid("store", "that is no address of a server; one looks like https://crm.example.com")


def no_server(base: str) -> Unavailable:
    """Something answers there, which knows nothing of what is asked for."""
    return Unavailable(f"There is no crm-tui server at {base}; check the address.")


def bad_proxy() -> Invalid:
    """What is set as a proxy is none."""
    return Invalid("proxy", "an address such as http://proxy.example:3128 is needed")


def not_behind_proxy(host: str, status: int) -> Offline:
    """A machine in between answered that the server does not."""
    return Offline(host, f"The server behind {host} does not answer (HTTP {status}). Try again in a minute.")


def sent_away(host: str, status: int) -> Unavailable:
    """It wants to be asked at another address, where nothing is sent."""
    return Unavailable(f"{host} wants to be asked at another address (HTTP {status}); check the store's address.")


def unreadable(host: str, why: str) -> Corrupt:
    """It answered something else than what is agreed; ``why`` are words of ours."""
    return Corrupt(f"{host} gave an answer that can't be read: {why}. Is it a crm-tui server of this version?")


def perhaps_saved(host: str, reason: str) -> MaybeSaved:
    """A write was sent, and no answer came however often it was asked for."""
    return MaybeSaved(f"{reason} What you wanted to save may have been saved by {host}: look before you do it again.")


def not_sent(host: str, reason: str) -> Offline:
    """A write that never left this machine."""
    return Offline(host, f"{reason} Nothing was saved.")


def no_database(host: str) -> Offline:
    """It answers, but can't reach its database."""
    why = "the server's log says why"
    return Offline(host, f"{_away(host, only_database=True)}: {why}. Try again later.")


def is_offline(host: str, *, only_database: bool) -> Offline:
    """It was not there just now, or its database was not, and what is asked for was not read before."""
    later = "Try again later." if only_database else _LATER
    return Offline(host, f"{_away(host, only_database=only_database)}, and this was not read before. {later}")


def writes_wait(host: str, *, only_database: bool) -> Offline:
    """Nothing is sent while it is not there, or its database is not."""
    away = _away(host, only_database=only_database)
    return Offline(host, f"{away}, so nothing was sent or saved; save again once it is back.")


def _away(host: str, *, only_database: bool) -> str:
    return f"{f'The database of {host}' if only_database else host} can't be reached just now"


def not_signed_in(base: str, host: str) -> NotSignedIn:
    """It does not know the token, or not any more."""
    return NotSignedIn(f"You are not signed in at {host} (any more): sign in with crm-tui login {base}")
