"""No other site can act in a user's name: a token in every unsafe request, its origin checked too.

https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
"""

import logging
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from flask import Response
from flask import current_app
from flask import g
from flask import request
from flask_wtf.csrf import CSRFError
from flask_wtf.csrf import CSRFProtect

# Views without the check, "module.function" with the reason; a test shows that no others exist.
EXEMPTIONS: dict[str, str] = {}

DEFAULTS: dict[str, Any] = {
    # The token lives as long as the session: a long form does not expire before it.
    "WTF_CSRF_TIME_LIMIT": None,
    # It demands a Referer, which privacy tools remove; check_origin() below takes its place.
    "WTF_CSRF_SSL_STRICT": False,
    # Other origins of your own that may post here, such as "https://www.example.com".
    "CSRF_TRUSTED_ORIGINS": (),
}
log = logging.getLogger(__name__)


def init_app(app: Flask, protect: CSRFProtect | None = None) -> None:
    """Check every POST, PUT, PATCH and DELETE; the views must not have run yet."""
    protect = protect or CSRFProtect()
    for key, value in DEFAULTS.items():
        app.config.setdefault(key, value)
    app.config.setdefault("WTF_CSRF_SECRET_KEY", signing_keys(app))
    app.before_request(check_origin)
    protect.init_app(app)
    for view in EXEMPTIONS:
        protect.exempt(view)
    app.after_request(keep_out_of_caches)


def signing_keys(app: Flask) -> list[str | bytes]:
    """Return all keys, the signing one last: forms opened before a rotation can still be sent.

    https://itsdangerous.palletsprojects.com/en/stable/concepts/#key-rotation
    """
    return [*(app.config.get("SECRET_KEY_FALLBACKS") or []), app.config["SECRET_KEY"]]


def check_origin() -> None:
    """Refuse what the browser itself marks as coming from elsewhere; the token comes on top.

    https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Sec-Fetch-Site
    """
    config = current_app.config
    if not config["WTF_CSRF_ENABLED"] or request.method not in config["WTF_CSRF_METHODS"]:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or f"{view.__module__}.{view.__name__}" in EXEMPTIONS:
        return
    origin = request.headers.get("Origin") or _origin(request.headers.get("Referer"))
    site = request.headers.get("Sec-Fetch-Site", "none")
    if origin in config["CSRF_TRUSTED_ORIGINS"]:
        return
    if origin not in {None, f"{request.scheme}://{request.host}"} or site not in SAME:
        log.warning("cross-site request refused", extra={"event": {"event": "csrf"}})
        raise CSRFError("The request comes from another site.")


# "none" is the user's own doing, such as a reload.
SAME = {"same-origin", "none"}


def keep_out_of_caches(response: Response) -> Response:
    """A page with a token is for one person only."""
    if current_app.config["WTF_CSRF_FIELD_NAME"] in g:
        response.headers["Cache-Control"] = "private, no-store"
    return response


def _origin(referer: str | None) -> str | None:
    parts = urlsplit(referer or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else None
