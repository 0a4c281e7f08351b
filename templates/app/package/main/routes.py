"""The public pages: a start page with a form, and its confirmation."""

import logging

from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import url_for
from flask.typing import ResponseReturnValue

from .forms import MessageForm

blueprint = Blueprint("main", __name__)
log = logging.getLogger(__name__)


@blueprint.get("/")
def index() -> str:
    """Show the start page with an empty form."""
    return render_template("main/index.html", form=MessageForm())


@blueprint.post("/")
def send_message() -> ResponseReturnValue:
    """Take a message, or show the form again with what is wrong."""
    form = MessageForm(request.form)
    if not form.validate():
        return render_template("main/index.html", form=form), 422
    deliver(form)
    return redirect(url_for("main.sent"), 303)


@blueprint.get("/sent")
def sent() -> str:
    """Confirm; a reload of this page sends nothing twice."""
    return render_template("main/sent.html")


def deliver(form: MessageForm) -> None:
    """Hand the message on: replace this line by your mail, queue or database."""
    # Lengths only: what people write does not belong in a log.
    log.info("message received", extra={"event": {"length": len(form.message.data or "")}})
