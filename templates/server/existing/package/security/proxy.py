"""Who the client is and what it may call us: the headers of a proxy, and trusted hosts.

https://flask.palletsprojects.com/deploying/proxy_fix/
"""

from __future__ import annotations

import logging
from ipaddress import ip_address
from ipaddress import ip_network
from typing import TYPE_CHECKING
from typing import Any

from flask import Flask
from flask import abort
from flask import current_app
from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.sansio.utils import host_is_trusted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

log = logging.getLogger(__name__)


class KnownProxies:
    """Believes a proxy that is known about address and scheme of the client, and nobody else.

    Known are the addresses and networks of FORWARDED_ALLOW_IPS, which Gunicorn reads too ("*" for
    any), and whoever may open the socket file of the server.
    """

    def __init__(self, app: Flask, inner: Any) -> None:
        hops = app.config["PROXY_HOPS"]
        # Host, port and prefix stay as they came: many proxies pass on what a client says of them.
        self.believing = ProxyFix(inner, x_for=hops, x_proto=hops, x_host=0, x_port=0, x_prefix=0)
        self.inner = inner
        self.any = "*" in app.config["PROXY_ADDRESSES"]
        self.networks = [*filter(None, map(_network, app.config["PROXY_ADDRESSES"]))]
        self.warned = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass the request on, corrected where it comes from a proxy that is known."""
        if self.knows(environ.get("REMOTE_ADDR", "")):
            return self.believing(environ, start_response)
        if "HTTP_X_FORWARDED_PROTO" in environ and not self.warned:
            self.warned = True
            text = "X-Forwarded-Proto of %s is not believed: FORWARDED_ALLOW_IPS does not name it"
            log.warning(text, environ["REMOTE_ADDR"])
        return self.inner(environ, start_response)  # type: ignore[no-any-return]

    def knows(self, peer: str) -> bool:
        """Tell whether this peer is one of the proxies; a socket file has no address."""
        if self.any or not peer:
            return True
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        # A server that listens on :: sees IPv4 as ::ffff:127.0.0.1.
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.networks)


def init_app(app: Flask) -> None:
    """Believe known proxies, and answer 400 where TRUSTED_HOSTS does not name the host."""
    app.config["TRUSTED_HOSTS"] = app.config.get("TRUSTED_HOSTS") or None
    # An app that has its own middleware for this keeps it: it knows its proxies.
    if app.config["PROXY_HOPS"] and not isinstance(app.wsgi_app, ProxyFix):
        app.wsgi_app = KnownProxies(app, app.wsgi_app)  # type: ignore[method-assign]
    # First of all; Flask itself knows TRUSTED_HOSTS from 3.1 on.
    app.before_request_funcs.setdefault(None, []).insert(0, refuse_unknown_host)
    if app.config["APP_ENV"] == "production" and not app.config["TRUSTED_HOSTS"]:
        log.warning("TRUSTED_HOSTS is not set: links of this app name whatever host it is asked by")


def refuse_unknown_host() -> None:
    """Refuse a request for a name that is not ours; nothing is refused while no name is set."""
    hosts = current_app.config.get("TRUSTED_HOSTS")
    if hosts and not host_is_trusted(request.environ.get("HTTP_HOST", ""), hosts):
        abort(400)


def problems(app: Flask) -> Iterator[str]:
    """Name what production must not run with."""
    for host in app.config["TRUSTED_HOSTS"] or []:
        if "*" in host or "/" in host or host == ".":
            yield f"TRUSTED_HOSTS: {host!r} matches nothing; write .example.com for subdomains too"
    for name in app.config["PROXY_ADDRESSES"]:
        if name != "*" and _network(name) is None:
            yield f"FORWARDED_ALLOW_IPS: {name!r} is no address and no network"


def _network(name: str) -> Any:
    try:
        return ip_network(name)
    except ValueError:
        return None
