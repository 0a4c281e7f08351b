"""No other site can act in a user's name: a token in every unsafe request, its origin checked too.

https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import logging
import re
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import request
from flask_wtf.csrf import CSRFError
from flask_wtf.csrf import CSRFProtect

# Endpoints without the check, and why; a test shows that there are no others.
EXEMPTIONS: dict[str, str] = {
    # "shop.paid": "the payment service signs its calls, and the view checks that",
    <%- slot('csrf.exemptions') %>
}

DEFAULTS: dict[str, Any] = {
    # The token lives as long as the session: a long form does not expire before it.
    "WTF_CSRF_TIME_LIMIT": None,
    # It demands a Referer, which privacy tools remove; check_origin() below takes its place.
    "WTF_CSRF_SSL_STRICT": False,
    # Other origins of your own that may post here, such as "https://www.example.com".
    "CSRF_TRUSTED_ORIGINS": (),
}
# "none" is the user's own doing, such as a reload.
SAME = {"same-origin", "none"}
log = logging.getLogger(__name__)


class CrossSiteError(CSRFError):
    """The browser itself says that another site sends this."""

    description = "The request comes from another site."


def init_app(app: Flask, protect: CSRFProtect | None = None) -> None:
    """Check every POST, PUT, PATCH and DELETE; the views must not have run yet."""
    protect = protect or CSRFProtect()
    for key, value in DEFAULTS.items():
        app.config.setdefault(key, value)
    app.config.setdefault("WTF_CSRF_SECRET_KEY", signing_keys(app))
    protect.init_app(app)
    # In place of its own function, which goes by the names of views' functions: a decorator without
    # functools.wraps gives one name to all that it wraps, and so exempts all when one is meant.
    app.before_request_funcs[None][-1] = check
    app.after_request(keep_out_of_caches)


def signing_keys(app: Flask) -> list[str | bytes]:
    """Return all keys, the signing one last: forms opened before a rotation can still be sent.

    https://itsdangerous.palletsprojects.com/en/stable/concepts/#key-rotation
    """
    return [*(app.config.get("SECRET_KEY_FALLBACKS") or []), app.config["SECRET_KEY"]]


def check() -> None:
    """Refuse an unsafe request that another site sends, or that has no token of this session."""
    config = current_app.config
    if request.method not in config["WTF_CSRF_METHODS"] or request.endpoint in EXEMPTIONS:
        return
    if config["WTF_CSRF_ENABLED"] and config["WTF_CSRF_CHECK_DEFAULT"] and request.endpoint:
        check_origin()
        current_app.extensions["csrf"].protect(apply_exemptions=True)


def check_origin() -> None:
    """Refuse what the browser itself marks as coming from elsewhere; the token comes on top.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    origin, site = sender(), request.headers.get("Sec-Fetch-Site", "none")
    if origin in current_app.config["CSRF_TRUSTED_ORIGINS"] or (site in SAME and is_ours(origin)):
        return
    event = {"event": f"malicious_csrf:{request.remote_addr}"}
    log.warning("cross-site request refused", extra={"event": event})
    raise CrossSiteError


def sender() -> str | None:
    """Return the origin that the browser names; some tools remove both headers."""
    referer = "/".join(request.headers.get("Referer", "").split("/")[:3])
    return request.headers.get("Origin") or referer or None


def is_ours(origin: str | None) -> bool:
    """Tell whether an origin is this site; where none is named, the token alone decides."""
    here = f"{request.scheme}://{request.host}"
    if origin in {None, here}:
        return True
    # A port that was mapped on the way, 8443 to 443, is one that only the browser knows.
    known = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return known and without_port(origin or "") == without_port(here)


def without_port(origin: str) -> str:
    """Return scheme and host of an origin."""
    return re.sub(r":\d+\Z", "", origin)


def keep_out_of_caches(response: Response) -> Response:
    """A page with a token is for one person only."""
    if current_app.config["WTF_CSRF_FIELD_NAME"] in g:
        response.headers["Cache-Control"] = "private, no-store"
    return response
