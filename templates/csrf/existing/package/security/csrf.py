"""No other site can act in a user's name: every unsafe request must carry a token of its session.

https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

from __future__ import annotations

import logging
from fnmatch import fnmatchcase
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import request
from flask_wtf.csrf import CSRFError
from flask_wtf.csrf import CSRFProtect

from . import settings

# What goes without the check, and why: endpoints ("shop.paid", "api.*"), paths ("/hooks/*") or
# dotted names of views ("shop.views.Paid").
EXEMPTIONS: dict[str, str] = {
    <%- slot('csrf.exemptions') %>
}

DEFAULTS: dict[str, Any] = {
    # The token lives as long as the session: a long form does not expire before it.
    "WTF_CSRF_TIME_LIMIT": None,
    # It demands a Referer, which privacy tools remove; Sec-Fetch-Site takes its place.
    "WTF_CSRF_SSL_STRICT": False,
    # Other origins of your own that may post here, such as "https://www.example.com".
    "CSRF_TRUSTED_ORIGINS": (),
    # Tests post without a token; those of the check itself set this.
    "CSRF_IN_TESTS": False,
}
# What a browser adds by itself, to the requests of other sites too.
AMBIENT = {"basic", "digest", "negotiate", "ntlm"}
KEY_HEADERS = ("X-API-Key", "X-Auth-Token", "X-Access-Token", "Api-Key")
log = logging.getLogger(__name__)


class Protect(CSRFProtect):
    """Flask-WTF's check, which leaves out what no browser sends in a user's name."""

    def protect(self, *args: Any, **kwargs: Any) -> None:
        """Refuse an unsafe request of another site, or without a token of this session."""
        if request.method not in current_app.config["WTF_CSRF_METHODS"] or is_test():
            return
        if self.exemption() is None and not speaks_for_itself():
            check_site()
            super().protect(*args, **kwargs)

    def exemption(self) -> str | None:
        """Return why this request needs no token; None for most."""
        view: Any = current_app.view_functions.get(request.endpoint or "")
        view = getattr(view, "view_class", view)
        dotted = f"{getattr(view, '__module__', '')}.{getattr(view, '__qualname__', '')}"
        names = (request.endpoint or "", request.path, dotted)
        for pattern, why in EXEMPTIONS.items():
            if any(fnmatchcase(name, pattern) for name in names):
                return why
        return None


def init_app(app: Flask) -> None:
    """Check every POST, PUT, PATCH and DELETE; the views must not have run yet."""
    for key, value in DEFAULTS.items():
        app.config.setdefault(key, value)
    protect = Protect()
    <%- slot('csrf.instance') %>
    protect.init_app(app)
    app.after_request(keep_out_of_caches)


def is_test() -> bool:
    """Tell whether the app's own tests send this request."""
    tested = current_app.testing or settings.tier(current_app) == "testing"
    return tested and not current_app.config["CSRF_IN_TESTS"]


def speaks_for_itself() -> bool:
    """Tell whether a request brings an authority that no page of another site can send.

    A browser asks the app first (CORS) before it sends such a header, JSON or another method.
    """
    scheme = request.headers.get("Authorization", "").partition(" ")[0].lower()
    if (scheme and scheme not in AMBIENT) or any(name in request.headers for name in KEY_HEADERS):
        return True
    return not request.cookies and (request.is_json or request.method != "POST")


def check_site() -> None:
    """Refuse what the browser itself marks as coming from another site; the token comes on top.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    trusted = request.headers.get("Origin") in current_app.config["CSRF_TRUSTED_ORIGINS"]
    if request.headers.get("Sec-Fetch-Site") == "cross-site" and not trusted:
        log.warning("request of another site refused: %r", request.path)  # no line of its own
        raise CSRFError("The request comes from another site.")


def keep_out_of_caches(response: Response) -> Response:
    """A page with a token is for one person only."""
    if current_app.config["WTF_CSRF_FIELD_NAME"] in g:
        response.headers["Cache-Control"] = "private, no-store"
    return response
