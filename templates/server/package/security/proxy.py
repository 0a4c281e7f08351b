"""Who the client is and what it may call us: trusted hosts and the proxy's headers.

https://flask.palletsprojects.com/deploying/proxy_fix/
"""

from collections.abc import Iterator

from flask import Flask
<% if (answers.proxy === 'nginx') { -%>
from werkzeug.middleware.proxy_fix import ProxyFix
<% } -%>


def init_app(app: Flask) -> None:
    """Believe the proxy about address, scheme and port, and nobody about the rest."""
    # Flask answers 400 for any other Host; unlike an empty list, None means "not asked for".
    # https://flask.palletsprojects.com/config/#TRUSTED_HOSTS
    app.config["TRUSTED_HOSTS"] = app.config.get("TRUSTED_HOSTS") or None
<% if (answers.proxy === 'nginx') { -%>
    if hops := app.config.get("PROXY_HOPS", 0):
        # Host and prefix stay as they came: Nginx sends Host itself and blanks the other two.
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_port=hops, x_host=0, x_prefix=0
        )
<% } -%>


def problems(app: Flask) -> Iterator[str]:
    """Name the hosts that production must not answer to."""
    hosts = app.config["TRUSTED_HOSTS"] or []
    if not hosts:
        yield "TRUSTED_HOSTS: set it to the names this site answers to, separated by commas"
    for host in hosts:
        if "*" in host or "/" in host or host == ".":
            yield f"TRUSTED_HOSTS: {host!r} matches nothing; write .example.com for subdomains too"
