"""Example: sign in, sign out, sign out everywhere."""

import logging

import click
from flask import Blueprint
from flask import redirect
from flask import render_template
from flask import request
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response
from wtforms import Form
from wtforms import PasswordField
from wtforms import StringField
from wtforms import validators

<%- slot('account.imports') %>

blueprint = Blueprint("account", __name__, url_prefix="/account", cli_group="users")


class SignInForm(Form):
    """Name and password; the length limit keeps the hashing cheap."""

    name = StringField("Name", [validators.InputRequired(), validators.Length(max=80)])
    password = PasswordField("Password", [validators.InputRequired(), validators.Length(max=128)])


@blueprint.get("/")
def show() -> ResponseReturnValue:
    """Show who is signed in."""
    user = current_user()
    if user is None:
        return redirect(url_for("account.sign_in"), 303)
    return render_template("examples/account.html", user=user)


@blueprint.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Check name and password; say no more about a failure than that."""
    form = SignInForm(request.form)
    if request.method == "GET":
        return render_template("examples/sign_in.html", form=form)
    # Before the password is hashed: hashing is what costs most here.
    rate_limits.check("SIGN_IN_PER_ADDRESS", rate_limits.client())
    rate_limits.check("SIGN_IN_PER_ACCOUNT", form.name.data or "")
    user = form.validate() and users.verify(form.name.data or "", form.password.data or "")
    if not user:
        # By id, not as typed: people type passwords into the wrong field.
        who = users.id_of(form.name.data or "")
        security_event("authn_login_fail", who or "unknown", message="sign-in failed")
        return render_template("examples/sign_in.html", form=form, failed=True), 422
    start_session(user)
    return redirect(url_for("account.show"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End this session. Never by GET: a picture on another site could do that."""
    return end_session()


<%- slot('account.views') %>
def current_user() -> users.User | None:
    """Return who is signed in; one query, so ask once per request."""
    return users.find(session["user_id"]) if "user_id" in session else None


def start_session(user: users.User) -> None:
    """Make this session the user's."""
    session.clear()
    <%- slot('account.start') %>
    session["user_id"] = user.id
    security_event("authn_login_success", user.id, level=logging.INFO, message="signed in")


def end_session() -> Response:
    """Leave nothing of the user behind, here or in the browser."""
    who = session.get("user_id", "unknown")
    security_event("session_logout", who, level=logging.INFO, message="signed out")
    session.clear()
    response = redirect(url_for("account.sign_in"), 303)
    # Not "cookies": it would hide a session cookie that the server failed to delete.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@blueprint.cli.command("add")
@click.argument("name")
@click.password_option()
def add_user(name: str, password: str) -> None:
    """Add a user; asks for the password."""
    if not name.strip() or len(name) > 80 or not name.isprintable() or name != name.strip():
        raise click.ClickException(
            "the name needs 1 to 80 characters that can be seen, without blanks around them"
        )
    if not 12 <= len(password) <= 128:
        raise click.ClickException("the password needs 12 to 128 characters")
    try:
        user = users.add(name, password)
    except users.NameTakenError as error:
        raise click.ClickException(f"there is a user {name} already") from error
    click.echo(f"user {user.id}: {user.name}")
