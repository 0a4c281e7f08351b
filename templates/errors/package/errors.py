"""Error answers: a page or problem+json (RFC 9457), with the request id, never a traceback.

These run when anything may be broken, so they touch neither the session (its store may be down)
nor url_for (it fails for a host that is not trusted), and no context processor either.
"""

import logging

from flask import Flask
from flask import Response
from flask import current_app
from flask import json
from flask import request
from jinja2 import TemplateError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from .logs import request_id

log = logging.getLogger(__name__)

HTML, PROBLEM, JSON = "text/html", "application/problem+json", "application/json"
# Title and a way out, in words for the person who sees the page.
PAGES = {
    400: ("Bad request", "The request could not be understood. Go back, reload and try again."),
    403: ("Not allowed", "You do not have permission to see or do this."),
    404: ("Page not found", "There is nothing at this address. Check it, or start again."),
    405: ("Method not allowed", "This address does not take this kind of request."),
    413: ("Too large", "What you sent is larger than we accept. Send less, or a smaller file."),
    429: ("Too many requests", "You are a little too fast. Wait a moment and try again."),
    500: ("Something went wrong", "The fault is ours and it has been logged. Try again later."),
    503: ("Not available", "The service cannot answer right now. Try again in a few minutes."),
}


def init_app(app: Flask) -> None:
    """Answer every HTTP error; Flask logs a crash and turns it into a 500 first."""
    app.register_error_handler(HTTPException, answer)


def answer(error: HTTPException) -> BaseResponse:
    """Return the error in the form that the client asked for."""
    if error.response is not None or error.code is None:
        return error.get_response()
    if error.code >= 500 and getattr(error, "original_exception", None) is None:
        log.error("answered with %s", error.code)
    title, advice = PAGES.get(error.code, (error.name, "The request could not be completed."))
    if error.code < 500 and error.description != type(error).description:
        advice = error.description or advice
    body = problem if wants_json() else page
    response = body(error.code, title, advice)
    # What the protocol asks for: Allow with 405, Retry-After with 429 and 503.
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
    body["request_id"] = request_id()
    return current_app.response_class(json.dumps(body), code, content_type=PROBLEM)


def page(code: int, title: str, advice: str) -> Response:
    """Return the error for a person."""
    values = {"code": code, "title": title, "advice": advice, "request_id": request_id()}
    try:
        template = current_app.jinja_env.get_template("errors/page.html")
        text = template.render(values, root=request.root_path)
    except TemplateError:  # the page itself is broken: no second error on top
        log.exception("the error page cannot be rendered")
        text = f"{code} {title}\n{request_id()}\n"
        return current_app.response_class(text, code, content_type="text/plain; charset=utf-8")
    return current_app.response_class(text, code)
