"""Who the client is and what it may call us: trusted hosts and the proxy's headers.

https://flask.palletsprojects.com/deploying/proxy_fix/
"""

from collections.abc import Iterator

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


class SingleValueProxyFix(ProxyFix):
    """ProxyFix that takes no list apart where there is one value, as behind one proxy."""

    def _get_real_value(self, trusted: int, value: str | None) -> str | None:
        if trusted == 1 and value and "," not in value and '"' not in value:
            return value.strip()
        return super()._get_real_value(trusted, value)


def init_app(app: Flask) -> None:
    """Believe the proxy about address, scheme and port, and nobody about the rest."""
    # Flask answers 400 for any other Host; unlike an empty list, None means "not asked for".
    # https://flask.palletsprojects.com/config/#TRUSTED_HOSTS
    app.config["TRUSTED_HOSTS"] = app.config.get("TRUSTED_HOSTS") or None
    if hops := app.config.get("PROXY_HOPS", 0):
        # Host and prefix stay as they came: Host is checked above, a prefix is for nobody to claim.
        app.wsgi_app = SingleValueProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_port=hops, x_host=0, x_prefix=0
        )


def problems(app: Flask) -> Iterator[str]:
    """Name the hosts that production must not answer to."""
    hosts = app.config["TRUSTED_HOSTS"] or []
    if not hosts:
        yield "TRUSTED_HOSTS: set it to the names this site answers to, separated by commas"
    for host in hosts:
        if "*" in host or "/" in host or host == ".":
            yield f"TRUSTED_HOSTS: {host!r} matches nothing; write .example.com for subdomains too"
