"""Gunicorn; every value that differs from its default says why.

https://gunicorn.org/reference/settings/
"""

import json
import logging
import os
import subprocess  # nosec B404
import sys
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

wsgi_app = "<%= project.package %>:create_app()"

<% if (answers.proxy === 'nginx') { -%>
# A socket file: nothing but Nginx's group can connect, so its X-Forwarded-* can be believed.
SOCKET = "unix:/run/<%= project.slug %>/gunicorn.sock"
bind = os.environ.get("GUNICORN_BIND", SOCKET)
<% } -%>
<% if (answers.proxy === 'none') { -%>
# Loopback only. Without a proxy Gunicorn terminates TLS itself when it is given a certificate.
bind = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000")
certfile = os.environ.get("GUNICORN_CERTFILE") or None
keyfile = os.environ.get("GUNICORN_KEYFILE") or None
forwarded_allow_ips = ""  # nobody in front of us may claim https for a client
<% } -%>
umask = 0o007  # the socket would be world-writable otherwise

# Threads wait for Redis and the database; processes use the cores. WEB_CONCURRENCY sets processes.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("GUNICORN_THREADS", "4"))
timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than Nginx keeps its side: it must be the one to close
max_requests = 10_000  # bounds what a leak can cost
max_requests_jitter = 1_000
memory = Path("/dev/shm")  # noqa: S108 # nosec B108
if memory.is_dir():
    worker_tmp_dir = str(memory)  # heartbeat files: a slow disk must not look like a hang

# Smuggling: the strict parser ("auto" would prefer a laxer one in C), no odd header names.
http_parser = "python"
header_map = "refuse"
forwarder_headers = ""  # SCRIPT_NAME and PATH_INFO never come from a header
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}  # the one that a proxy of ours sets

# The control socket sits at one path per user: a second app of that user would take it over.
control_socket_disable = True

errorlog = "-"
accesslog = None  # Nginx and the app have logged the request already
<% if (answers.proxy === 'none') { -%>
accesslog = "-"
# %(U)s: without the query string.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)s ms %({x-request-id}o)s'
<% } -%>


class JsonLines(logging.Formatter):
    """One object a line, as the app itself logs; JSON escapes what a client could break it with."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


def logger_class() -> type:
    """Return Gunicorn's logger with these lines; a logging configuration would log each request."""
    from gunicorn.glogging import Logger

    class JsonLogger(Logger):  # type: ignore[misc]
        def setup(self, cfg: Any) -> None:
            super().setup(cfg)
            for handler in (*self.error_log.handlers, *self.access_log.handlers):
                handler.setFormatter(JsonLines())

    return JsonLogger


# In a process of its own: what the arbiter imports, a reload could not renew.
CHECK = """
import sys
from <%= project.package %> import create_app, startup
sys.exit(startup.report(create_app()))
"""


def on_starting(server: Any) -> None:
    """Leave at once, with the reasons in the log, when production must not serve."""
    if subprocess.run([sys.executable, "-c", CHECK], check=False).returncode:  # noqa: S603 # nosec
        raise SystemExit(3)  # what Gunicorn itself exits with when the app does not start


def pre_request(_worker: Any, request: Any) -> None:
    """Refuse what leaves room for two readings, before the app sees it.

    Browsers send a length with each body and a Host with each request.
    https://www.rfc-editor.org/rfc/rfc9112#section-6.1
    """
    # Here, because Windows has no Gunicorn, and the tests read this file there too.
    from gunicorn.http.errors import InvalidHeader
    from gunicorn.http.errors import UnsupportedTransferCoding

    names = {name for name, _ in request.headers}
    if "TRANSFER-ENCODING" in names:
        raise UnsupportedTransferCoding("Transfer-Encoding: send a Content-Length")
    if "HOST" not in names:
        raise InvalidHeader("HOST", req=request)
