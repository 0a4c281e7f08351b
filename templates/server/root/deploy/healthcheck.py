"""Ask Gunicorn for /healthz the way a proxy would; exit 0 when it answers 200."""

import http.client
import os
import socket
import ssl
import sys

DEFAULT = "<%= answers.proxy === 'nginx' ? `unix:/run/${project.slug}/gunicorn.sock` : '127.0.0.1:8000' %>"
BIND = os.environ.get("GUNICORN_BIND", DEFAULT)


def connect() -> socket.socket:
    """Open what Gunicorn is bound to: a socket file or a port of this machine."""
    if BIND.startswith("unix:"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(2)
        connection.connect(BIND.removeprefix("unix:"))
        return connection
    connection = socket.create_connection(("127.0.0.1", int(BIND.rpartition(":")[2])), timeout=2)
    if os.environ.get("GUNICORN_CERTFILE"):
        # The certificate names the site, not this loopback address; we ask for life only.
        context = ssl._create_unverified_context()  # noqa: S323 # nosec B323
        connection = context.wrap_socket(connection)
    return connection


def main() -> int:
    """Return 0 when the app is alive."""
    # A name the app trusts, and the scheme it insists on.
    host = os.environ.get("TRUSTED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    client = http.client.HTTPConnection(host)
    client.sock = connect()
    client.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
    return 0 if client.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
