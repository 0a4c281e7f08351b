"""Security headers on every response, through Talisman, computed once and not per request.

https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

import secrets
from collections.abc import Callable
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse
from wsgiref.types import WSGIEnvironment

from flask import Flask
from flask import redirect
from flask import request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_talisman import DENY
from flask_talisman import Talisman

from . import reports
from . import sri
from .header_values import CONTENT_SECURITY_POLICY
from .header_values import ONE_YEAR
from .header_values import PERMISSIONS_POLICY
from .header_values import REFERRER_POLICY
from .header_values import Prepared
from .header_values import prepare

Headers = list[tuple[str, str]]
# Anything but "host" binds hosts that this app does not know of: https://hstspreload.org/#removal
HSTS_SCOPES = {"host": (False, False), "subdomains": (True, False), "preload": (True, True)}
NONCE = "csp.nonce"  # in the WSGI environment, as long as the request lives


class PreparedTalisman(Talisman):
    """Talisman with its values written out once, and without trust in raw X-Forwarded-Proto."""

    def init_app(self, app: Flask, **options: Any) -> None:
        """Bind to an app; takes Talisman's options."""
        super().init_app(app, **options)
        # In place of these two: a nonce when a template asks, headers when the answer leaves.
        app.before_request_funcs[None].remove(self._make_nonce)
        app.after_request_funcs[None].remove(self._set_response_headers)
        self._inner, app.wsgi_app = app.wsgi_app, self._answer  # type: ignore[method-assign]
        self._prepared: dict[str | None, Prepared] = {}
        self._hsts = f"max-age={self.strict_transport_security_max_age}"
        if self.strict_transport_security_include_subdomains:
            self._hsts += "; includeSubDomains"
        if self.strict_transport_security_preload:
            self._hsts += "; preload"

    def _force_https(self) -> ResponseReturnValue | None:
        # ProxyFix decides what is secure: the raw header can come from anyone.
        if request.is_secure or self.app.debug or self.app.testing:
            return None
        if not self._get_local_options()["force_https"]:
            return None
        return redirect(request.url.replace("http://", "https://", 1), 308)

    def _get_nonce(self) -> str:
        environ = request.environ
        if NONCE not in environ:
            environ[NONCE] = secrets.token_urlsafe(16)
        return str(environ[NONCE])

    def _answer(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            return start_response(status, self._complete(environ, headers), *error)

        return self._inner(environ, start)

    def _complete(self, environ: WSGIEnvironment, headers: Headers) -> Headers:
        """Add the headers to those of an answer that is on its way out.

        Not to the response: Werkzeug copies and checks each value there, which costs more than
        all the rest of this; and an error page that replaced the response is covered here too.
        """
        context = request_ctx._get_current_object()  # type: ignore[attr-defined]
        prepared = self._prepared.get(context.request.endpoint)
        if prepared is None:
            prepared = self._prepared[context.request.endpoint] = prepare(self._get_local_options())
        values = prepared.values(environ.get(NONCE))
        if self.strict_transport_security and context.request.is_secure:
            values.append(("Strict-Transport-Security", self._hsts))
        if context._session is not None and context._session.accessed:
            headers = [item for item in headers if item[0].lower() != "cache-control"]
            values.append(("Cache-Control", "private, no-store"))  # ASVS 14.3.2
        # What a view has set is meant: a download sends a stricter policy.
        present = {name.lower() for name, _ in headers}
        return headers + [item for item in values if item[0].lower() not in present]


def init_app(app: Flask, talisman: PreparedTalisman | None = None) -> None:
    """Send the headers with every response of the app."""
    app.config.setdefault("CONTENT_SECURITY_POLICY", CONTENT_SECURITY_POLICY)
    app.config.setdefault("FORCE_HTTPS", True)
    subdomains, preload = HSTS_SCOPES[app.config.setdefault("HSTS_SCOPE", "host")]
    talisman = talisman or PreparedTalisman()
    talisman.init_app(
        app,
        content_security_policy=app.config["CONTENT_SECURITY_POLICY"],
        content_security_policy_nonce_in=["script-src"],
        force_https=app.config["FORCE_HTTPS"],
        frame_options=DENY,
        permissions_policy=PERMISSIONS_POLICY,
        referrer_policy=REFERRER_POLICY,
        # Talisman writes these into the configuration: leave there what is there.
        session_cookie_samesite=app.config["SESSION_COOKIE_SAMESITE"],
        session_cookie_http_only=False,
        strict_transport_security_max_age=ONE_YEAR,
        strict_transport_security_include_subdomains=subdomains,
        strict_transport_security_preload=preload,
    )
    app.extensions["talisman"] = talisman
    app.jinja_env.globals["sri"] = sri.integrity
    reports.init_app(app)
