"""Security headers on every response, through Talisman, computed once and not per request.

https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

import secrets
from typing import Any

from flask import Flask
from flask import Response
from flask import redirect
from flask import request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_talisman import DENY
from flask_talisman import Talisman

from . import sri
from .header_values import CONTENT_SECURITY_POLICY
from .header_values import ONE_YEAR
from .header_values import PERMISSIONS_POLICY
from .header_values import REFERRER_POLICY
from .header_values import Prepared
from .header_values import prepare

NONCE = "csp.nonce"  # in the WSGI environment, as long as the request lives


class PreparedTalisman(Talisman):
    """Talisman with its values written out once, and without trust in raw X-Forwarded-Proto."""

    def init_app(self, app: Flask, **options: Any) -> None:
        """Bind to an app; takes Talisman's options."""
        super().init_app(app, **options)
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

    def _make_nonce(self) -> None:
        """Do nothing: the nonce is made when a template asks for it, also on an error page."""

    def _get_nonce(self) -> str:
        if NONCE not in request.environ:
            request.environ[NONCE] = secrets.token_urlsafe(16)
        return str(request.environ[NONCE])

    def _set_response_headers(self, response: Response) -> Response:
        prepared = self._prepared.get(request.endpoint)
        if prepared is None:
            prepared = self._prepared[request.endpoint] = prepare(self._get_local_options())
        headers = response.headers
        values = prepared.values(request.environ.get(NONCE))
        if self.strict_transport_security and request.is_secure:
            values.append(("Strict-Transport-Security", self._hsts))
        # What a view has set is meant: a download sends a stricter policy.
        present = {name.lower() for name, _ in headers}
        # Past Headers.add(), which checks and compares each value again: half of the cost.
        headers._list.extend(item for item in values if item[0].lower() not in present)
        session = request_ctx._session
        if session is not None and session.accessed:
            headers["Cache-Control"] = "private, no-store"  # ASVS 14.3.2
        return response


def init_app(app: Flask, talisman: PreparedTalisman | None = None) -> None:
    """Send the headers with every response of the app."""
    app.config.setdefault("CONTENT_SECURITY_POLICY", CONTENT_SECURITY_POLICY)
    app.config.setdefault("FORCE_HTTPS", True)
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
        # Both bind hosts that this app does not know of; https://hstspreload.org/#removal
        strict_transport_security_include_subdomains=False,
        strict_transport_security_preload=False,
    )
    app.extensions["talisman"] = talisman
    app.jinja_env.globals["sri"] = sri.integrity
