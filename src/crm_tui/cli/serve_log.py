"""Lines of the server's log about the server itself."""

from __future__ import annotations

import datetime as dt
import logging

import msgspec

from crm_tui.server.unforeseen import described


class JsonLines(logging.Formatter):
    """A line of JSON for each record: of its message the first line, since a traceback behind it could show data."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        message = record.getMessage().partition("\n")[0]
        line = {"at": at, "event": "server", "level": record.levelname.lower(), "message": message}
        if record.exc_info and record.exc_info[1] is not None:
            line |= described(record.exc_info[1])
        return msgspec.json.encode(line).decode()
