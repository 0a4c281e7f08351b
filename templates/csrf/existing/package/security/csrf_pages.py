"""Forms and scripts get their token: forms of packages when a page is sent, requests of scripts by csrf.js.

The app's own templates carry the field themselves. What reaches a page another way (a form of a
package, of a macro, or of a string in the code) gets it here.
"""

from __future__ import annotations

import re

from flask import Blueprint
from flask import Flask
from flask import Response
from flask import current_app
from flask import request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

# A script of this site, so that a Content-Security-Policy of 'self' allows it.
assets = Blueprint("csrf", __name__, static_folder="assets", static_url_path="/security-assets")

FORM = re.compile(r"<form\b[^>]*>", re.IGNORECASE)
END = re.compile(r"</form\s*>", re.IGNORECASE)
POSTS = re.compile(r"""\smethod\s*=\s*["']?\s*post\b""", re.IGNORECASE)
# A token in a form that goes to another site would be given away.
ACTION = re.compile(r"""\saction\s*=\s*["']?\s*(?:https?:)?//([^/"'\s>]*)""", re.IGNORECASE)
# Text of scripts and comments, where a form is none.
SKIPPED = re.compile(r"<!--.*?-->|<(script|style|textarea|template)\b.*?</\1\s*>", re.S | re.I)


def init_app(app: Flask) -> None:
    """Offer the script, and complete the pages that are sent."""
    app.register_blueprint(assets)
    app.after_request(complete)


def field() -> Markup:
    """Return the hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(
        current_app.config["WTF_CSRF_FIELD_NAME"], generate_csrf()
    )


def complete(response: Response) -> Response:
    """Give each form that posts and has no token its field; leave every other page as it is."""
    plain = response.mimetype == "text/html" and not response.content_encoding
    if not plain or response.is_streamed or response.direct_passthrough:
        return response
    if current_app.testing or b"<form" not in response.get_data().lower():
        return response
    before = response.get_data(as_text=True)
    after = with_fields(before)
    if after != before:
        response.set_data(after)
    return response


def with_fields(page: str) -> str:
    """Return a page whose forms that post have a token each."""
    skipped = [found.span() for found in SKIPPED.finditer(page)]
    parts, at = [], 0
    for form in FORM.finditer(page):
        if lacks_token(page, form) and not any(a <= form.start() < b for a, b in skipped):
            parts += [page[at : form.end()], field()]
            at = form.end()
    return "".join([*parts, page[at:]])


def lacks_token(page: str, form: re.Match[str]) -> bool:
    """Tell whether a form posts to this site without a token."""
    host = ACTION.search(form[0])
    if not POSTS.search(form[0]) or (host and host[1] != request.host):
        return False
    end = END.search(page, form.end())
    body = page[form.end() : end.start() if end else len(page)]
    return current_app.config["WTF_CSRF_FIELD_NAME"] not in body
