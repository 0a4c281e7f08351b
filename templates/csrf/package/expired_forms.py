"""A form that outlived its session comes back with what was typed, instead of being lost.

Only where the token was signed here and the browser says that our own page sends it: then a new
session is all that is missing. Every other failure of the check stays the plain 400.
"""

import logging
import re
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask
from flask import current_app
from flask import render_template
from flask import request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from itsdangerous import BadData
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import BadRequest
from wtforms import Form
from wtforms import PasswordField
from wtforms.fields.core import UnboundField

from .logs import security_event
from .security import csrf

MAX_FIELDS = 100
# Names of what is never sent back; further words of your own go here.
SECRET = re.compile(
    r"pass|pwd|kennwort|wachtwoord|heslo|haslo|senha|contrase|parol|secret|token|credential"
    r"|otp|pin\b|cvc|cvv|card|iban|ssn",
    re.IGNORECASE,
)


class Field(NamedTuple):
    """A field as the page shows it; an empty value where it is asked for again."""

    name: str
    value: str
    kind: str


def init_app(app: Flask) -> None:
    """Answer for the check of the token."""
    app.register_error_handler(CSRFError, answer)


def answer(error: CSRFError) -> ResponseReturnValue:
    """Give an expired form back; refuse everything else."""
    if is_expired(error):
        fields = list(kept_fields())
        if len(fields) <= MAX_FIELDS:
            about = request.remote_addr, "form"
            security_event("session_expired", *about, level=logging.INFO, message="form expired")
            return render_template("expired_form.html", fields=fields), 400
    if not isinstance(error, csrf.CrossSiteError):  # that one is logged already
        security_event("malicious_csrf", request.remote_addr, message=error.description or "")
    return current_app.handle_http_exception(BadRequest(error.description))


def is_expired(error: CSRFError) -> bool:
    """Tell whether a page of ours sends a form whose token was good once."""
    if isinstance(error, csrf.CrossSiteError) or request.method != "POST":
        return False
    # Said by the browser; the check of the origin also lets pass who says nothing.
    origin, site = csrf.sender(), request.headers.get("Sec-Fetch-Site")
    ours = site == "same-origin" or (origin is not None and csrf.is_ours(origin))
    if not ours or not request.accept_mimetypes.accept_html:
        return False
    keys = current_app.config["WTF_CSRF_SECRET_KEY"]
    try:
        token = request.form.get(current_app.config["WTF_CSRF_FIELD_NAME"], "")
        URLSafeTimedSerializer(keys, salt="wtf-csrf-token").loads(token)
    except BadData:
        return False
    return True


def kept_fields() -> Iterator[Field]:
    """Yield what was typed, and the places of passwords and files without what was in them."""
    for name, value in request.form.items(multi=True):
        if name.endswith(current_app.config["WTF_CSRF_FIELD_NAME"]):
            continue
        if SECRET.search(name) or name.rpartition("-")[2] in password_fields():
            yield Field(name, "", "password")
        else:
            yield Field(name, value, "long" if "\n" in value or len(value) > 80 else "text")
    yield from (Field(name, "", "file") for name in request.files)


def password_fields() -> set[str]:
    """Return the names that the forms of this app use for passwords, whatever the language."""
    kinds = Form.__subclasses__()
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    fields = ((name, getattr(kind, name)) for kind in kinds for name in dir(kind))
    return {
        name
        for name, field in fields
        if isinstance(field, UnboundField) and issubclass(field.field_class, PasswordField)
    }
