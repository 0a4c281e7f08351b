"""Security headers on every answer, through Talisman; what an answer already says stays as it is.

https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any

from flask import Flask
from flask import redirect
from flask import request
from flask_talisman import Talisman

from . import content_policy
from . import inline

if TYPE_CHECKING:
    from collections.abc import Iterable

    from werkzeug.wrappers import Response

ONE_YEAR = 365 * 24 * 60 * 60
# Other sites learn the host and not the page; the app's own pages still send Referer and Origin.
REFERRER_POLICY = "strict-origin-when-cross-origin"


class LastTalisman(Talisman):  # type: ignore[misc]
    """Talisman that adds its headers when an answer leaves, each where the answer has none.

    By then every other hook, error page and middleware inside has had its say.
    """

    def init_app(self, app: Flask, **options: Any) -> None:
        """Bind to an app; takes Talisman's options."""
        super().init_app(app, **options)
        app.before_request_funcs[None].remove(self._make_nonce)
        app.after_request_funcs[None].remove(self._set_response_headers)
        self.fixed = [
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", REFERRER_POLICY),
            ("Permissions-Policy", content_policy.PERMISSIONS_POLICY),
        ]
        if content_policy.FRAME_OPTIONS:
            self.fixed.append(("X-Frame-Options", content_policy.FRAME_OPTIONS))
        self.inner, app.wsgi_app = app.wsgi_app, self.answer  # type: ignore[method-assign]

    def _get_nonce(self, library: str = "") -> str:
        return inline.nonce(library)

    def _force_https(self) -> Response | None:
        """Send a browser that came to the proxy by plain HTTP on to HTTPS.

        A request that no proxy marked comes from the host itself, such as a health check, and a
        client that is no browser keeps what it had.
        """
        if request.is_secure or self.app.testing or self.app.debug or not self.force_https:
            return None
        forwarded = request.headers.get("X-Forwarded-Proto", "").strip().lower() == "http"
        browses = request.method in {"GET", "HEAD"} and "text/html" in str(request.accept_mimetypes)
        if not forwarded or not browses:
            return None
        return redirect(request.url.replace("http://", "https://", 1), 308)  # type: ignore[return-value]

    def answer(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on, and add to its answer what is missing."""

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            present = {name.lower(): value for name, value in headers}
            values = self.fixed + self.conditional(environ, present, status)
            missing = [item for item in values if item[0].lower() not in present]
            return start_response(status, headers + missing, *error)

        return self.inner(environ, start)  # type: ignore[no-any-return]

    def conditional(
        self, environ: dict[str, Any], present: dict[str, str], status: str
    ) -> list[tuple[str, str]]:
        """Return what depends on the request or the answer."""
        values = []
        # Browsers take HSTS by HTTPS only.
        if self.force_https and environ.get("wsgi.url_scheme") == "https":
            values.append(("Strict-Transport-Security", f"max-age={ONE_YEAR}"))
        # With 304 a browser shows the page that it has, whose nonce is in the policy that it has.
        if not status.startswith("304"):
            values += content_policy.headers(environ, present)
        return values


def init_app(app: Flask) -> None:
    """Send the headers with every answer of the app."""
    talisman = LastTalisman()
    talisman.init_app(
        app,
        content_security_policy=content_policy.CONTENT_SECURITY_POLICY,
        force_https=app.config["FORCE_HTTPS"],
        frame_options=content_policy.FRAME_OPTIONS,
        referrer_policy=REFERRER_POLICY,
        # Talisman writes these into the configuration: leave there what is there.
        session_cookie_secure=False,
        session_cookie_http_only=False,
        session_cookie_samesite=app.config["SESSION_COOKIE_SAMESITE"],
        # Without subdomains: they may not speak HTTPS, and browsers remember it for a year.
        strict_transport_security_include_subdomains=False,
    )
    app.extensions["talisman"] = talisman
    inline.init_app(app)
