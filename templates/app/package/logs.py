"""Logs as one JSON object a line: UTC time and the id of the request."""

import json
import logging
import re
import secrets
import sys
from datetime import UTC
from datetime import datetime

from flask import Flask
from flask import Response
from flask import g
from flask import has_request_context
from flask import request

HEADER = "X-Request-ID"
# An id from the proxy is taken over only if it cannot break a log line or a page.
ACCEPTED = re.compile(r"[A-Za-z0-9-]{16,64}")


def init_app(app: Flask) -> None:
    """Write to standard error and send the request id with every response."""
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(__name__)
    plain = logging.Formatter("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if app.config["LOG_JSON"] else plain)
    root = logging.getLogger()
    root.handlers = [*(old for old in root.handlers if old.name != __name__), handler]
    root.setLevel(app.config["LOG_LEVEL"])
    app.after_request(send_request_id)


def request_id() -> str:
    """Return the id of this request, made when first asked for."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if ACCEPTED.fullmatch(given) else secrets.token_hex(16)
    return str(g.request_id)


def send_request_id(response: Response) -> Response:
    """Let a user's report be matched with the log."""
    response.headers[HEADER] = request_id()
    return response


class JsonFormatter(logging.Formatter):
    """JSON escapes line breaks, so that no input can forge a log line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            entry |= {"request_id": request_id(), "method": request.method, "path": request.path}
        entry = getattr(record, "event", {}) | entry
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry, default=str, ensure_ascii=True)
