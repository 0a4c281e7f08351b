"""How a log line is written: one JSON object in UTC, without secrets and without tricks.

https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude
"""

import json
import logging
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from typing import Any
from urllib.parse import unquote
from urllib.parse import urlsplit

from flask import has_request_context
from flask import request

COLOURS = re.compile(r"\x1b\[[0-9;]*m")  # of Werkzeug's development server


class PlainFormatter(logging.Formatter):
    """Lines for a person at a terminal, which no input can forge or recolour."""

    def __init__(self, config: Mapping[str, Any], request_id: Callable[[], str]) -> None:
        super().__init__()
        self.config = config
        self.request_id = request_id

    def format(self, record: logging.LogRecord) -> str:
        """Return the record, and a traceback indented below it."""
        first = f"{record.levelname} {record.name}: {record.getMessage()}"
        hidden = list(known_secrets(self.config))
        return "\n    ".join(shown(line, hidden) for line in [first, *self.traceback(record)])

    def traceback(self, record: logging.LogRecord) -> list[str]:
        """Return the lines of what was raised."""
        return self.formatException(record.exc_info).split("\n") if record.exc_info else []


class JsonFormatter(PlainFormatter):
    """One object a line, for whatever collects the logs."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record; the details of an event cannot replace what comes first."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry |= {"request_id": self.request_id(), "source_ip": request.remote_addr}
            entry |= {"method": request.method, "path": request.path}
        entry = getattr(record, "event", {}) | entry
        hidden = list(known_secrets(self.config))
        line = {key: plain(value, hidden) for key, value in entry.items()}
        if record.exc_info:
            line["exception"] = "\n".join(shown(each, hidden) for each in self.traceback(record))
        return json.dumps(line)


def plain(value: object, hidden: list[str]) -> object:
    """Return a value that JSON has; anything else as text."""
    return value if isinstance(value, bool | int | float | None) else shown(str(value), hidden)


def shown(text: str, hidden: list[str]) -> str:
    """Return text in which all that a terminal or a viewer would obey can be seen instead."""
    text = COLOURS.sub("", text)
    for secret in hidden:
        text = text.replace(secret, "[secret]")
    # Line breaks, escapes, marks of direction: https://cwe.mitre.org/data/definitions/117.html
    letters = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return text if text.isprintable() else "".join(letters)


def known_secrets(config: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an exception may carry and no line shall hold: keys, passwords, cookies."""
    keys = [config.get("SECRET_KEY"), *(config.get("SECRET_KEY_FALLBACKS") or [])]
    yield from (str(key) for key in keys if key)
    for key, value in config.items():
        if key.endswith("_URL") and isinstance(value, str) and (word := urlsplit(value).password):
            yield from (word, unquote(word))
    if has_request_context():
        yield from (value for value in request.cookies.values() if len(value) >= 16)
