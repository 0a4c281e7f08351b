"""What is logged: each line with the id of its request, and security events by their names.

https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html
"""

import logging
import re
import secrets
import sys
from collections.abc import Mapping

from flask import Flask
from flask import Response
from flask import request

from .log_format import JsonFormatter
from .log_format import PlainFormatter

HEADER = "X-Request-ID"
NAME = "request.id"  # in the WSGI environment, as long as the request lives
# An id from the proxy is taken over only if it cannot break a log line or a page.
ACCEPTED = re.compile(r"[A-Za-z0-9-]{16,64}")
log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Write to standard error and send the request id with every response."""
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(__name__)
    formatter = JsonFormatter if app.config["LOG_JSON"] else PlainFormatter
    handler.setFormatter(formatter(app.config, request_id))
    root = logging.getLogger()
    root.handlers = [*(old for old in root.handlers if old.name != __name__), handler]
    root.setLevel(app.config["LOG_LEVEL"])
    app.after_request(send_request_id)


def security_event(
    event: str,
    *about: object,
    message: str,
    level: int = logging.WARNING,
    details: Mapping[str, object] | None = None,
) -> None:
    """Log an event under its name in OWASP's vocabulary; `about` is what follows the colon.

    https://cheatsheetseries.owasp.org/cheatsheets/Logging_Vocabulary_Cheat_Sheet.html
    """
    name = f"{event}:{','.join(str(each).replace(',', ' ') for each in about)}"
    log.log(level, message, extra={"event": {"event": name, **(details or {})}})


def request_id() -> str:
    """Return the id of this request, made when first asked for."""
    environ = request.environ
    if NAME not in environ:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        environ[NAME] = given if ACCEPTED.fullmatch(given) else secrets.token_hex(16)
    return str(environ[NAME])


def send_request_id(response: Response) -> Response:
    """Let a user's report be matched with the log."""
    response.headers[HEADER] = request_id()
    return response
