"""Gunicorn; every value that differs from its default says why.

https://gunicorn.org/reference/settings/
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
<%- slot('gunicorn.app') %>

# A socket file: nothing but Nginx's group can connect, so its X-Forwarded-* can be believed.
# With TCP, FORWARDED_ALLOW_IPS names the proxies that are; the app reads it too.
bind = os.environ.get("GUNICORN_BIND", "unix:/run/<%= project.slug %>/gunicorn.sock")
umask = 0o007  # the socket would be world-writable otherwise

<%- slot('gunicorn.workers') %>
timeout = 30
graceful_timeout = 30
keepalive = 75  # longer than Nginx keeps its side: it must be the one to close
max_requests = 10_000  # bounds what a leak can cost
max_requests_jitter = 1_000
memory = Path("/dev/shm")  # noqa: S108 # nosec B108
if memory.is_dir():
    worker_tmp_dir = str(memory)  # heartbeat files: a slow disk must not look like a hang

# Requests that can be read in two ways: none with odd header names, none that is too long.
header_map = "refuse"
forwarder_headers = ""  # SCRIPT_NAME and PATH_INFO never come from a header
limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190
secure_scheme_headers = {"X-FORWARDED-PROTO": "https"}  # the one that a proxy of ours sets

errorlog = "-"
accesslog = "-"
# %(U)s: without the query string, which may carry tokens.
access_log_format = '%(h)s "%(m)s %(U)s" %(s)s %(b)s %(M)s ms'
