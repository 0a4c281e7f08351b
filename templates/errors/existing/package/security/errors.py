"""Error answers: a page or problem+json (RFC 9457), never a traceback.

The app's own handlers come first. These run when anything may be broken, so they touch neither the
session nor url_for, and no template of the app.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from flask import Response
from flask import current_app
from flask import json
from flask import request
from markupsafe import escape
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

log = logging.getLogger(__name__)

HTML, PROBLEM, JSON = "text/html", "application/problem+json", "application/json"
# A way out, in words for the person who sees the page; other errors say what they are.
ADVICE = {
    404: "There is nothing at this address. Check how it is written, or begin at the start page.",
    500: "The fault is ours and it has been logged. Try again later.",
    503: "The service cannot answer right now. Try again in a few minutes.",
}
# No style and no script: it shows under every Content-Security-Policy. The title is Werkzeug's, which tests look for.
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{code} {title}</title>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{advice}</p>
<p><a href="{root}/">Back to the start</a></p>
</main>
</body>
</html>
"""


def init_app(app: Flask) -> None:
    """Answer every HTTP error that the app leaves to Flask, 400 to 503.

    Flask asks handlers of a status first, and of a blueprint; a crash is logged and becomes a 500.
    """
    handlers = app.error_handler_spec[None][None]
    if HTTPException not in handlers:
        app.register_error_handler(HTTPException, answer)


def answer(error: HTTPException) -> Any:
    """Return the error in the form that the client asked for."""
    own = current_app.error_handler_spec[None][None].get(Exception)
    if own is not None:  # the app answers everything itself, wherever it says so
        return current_app.ensure_sync(own)(error)
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    advice = ADVICE.get(error.code) or error.description or "Something went wrong."
    if error.code < 500:
        said = error.description != type(error).description  # abort(404, "There is no such post.")
        advice = error.description if said and error.description else advice
    elif getattr(error, "original_exception", None) is None:
        log.error("answered %r with %s", request.path, error.code)  # no line of its own
    body = problem if wants_json() else page
    return with_headers(body(error.code, error.name, advice), error)


def with_headers(response: Response, error: HTTPException) -> BaseResponse:
    """Add what the protocol asks for: Allow with 405, Retry-After with 429 and 503."""
    headers = dict(error.get_headers(request.environ))
    headers.pop("Content-Type", None)
    response.headers.update(headers)
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept")
    return response


def wants_json() -> bool:
    """Tell whether JSON suits the client better than a page."""
    offers = [PROBLEM, JSON, HTML] if request.is_json else [HTML, PROBLEM, JSON]
    return request.accept_mimetypes.best_match(offers, HTML) != HTML


def problem(code: int, title: str, advice: str) -> Response:
    """Return the error for a program."""
    body = {"type": "about:blank", "title": title, "status": code, "detail": advice}
    return current_app.response_class(json.dumps(body), code, content_type=PROBLEM)


def page(code: int, title: str, advice: str) -> Response:
    """Return the error for a person."""
    words = {"title": title, "advice": advice, "root": request.root_path}
    text = PAGE.format(code=code, **{name: escape(word) for name, word in words.items()})
    return current_app.response_class(text, code, content_type="text/html; charset=utf-8")
