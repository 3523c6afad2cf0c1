"""Why a connection failed, for whoever asks others: what lies below an error, and what is wrong with a certificate."""

from __future__ import annotations

from collections.abc import Iterator

#: the numbers of OpenSSL for what is wrong with a certificate
_OUT_OF_DATE = (9, 10)
_OTHER_NAME = (62, 64)


def distrusted(code: int, named_by: str) -> str:
    """Why a certificate is not trusted, by OpenSSL's number for it; ``named_by`` is what names whom to trust."""
    if code in _OUT_OF_DATE:
        return "it has expired, or the clock of this computer is wrong"
    if code in _OTHER_NAME:
        return "it is for a machine of another name, so it may be another machine that answers"
    return f"nobody that this computer trusts has issued it ({named_by} names whom to trust)"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and what led to it, one after the other."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
