"""Example: a JSON endpoint, and a page that calls it by fetch."""

from flask import Blueprint
from flask import abort
from flask import render_template
from flask import request

blueprint = Blueprint("api", __name__, url_prefix="/api")


@blueprint.get("/")
def index() -> str:
    """Show the page; static/js/api.js does the rest."""
    return render_template("examples/api.html")


@blueprint.post("/greeting")
def greeting() -> dict[str, str]:
    """Greet; anything but JSON is refused with 415 before this looks at it."""
    body = request.get_json()
    name = body.get("name") if isinstance(body, dict) else None
    if not isinstance(name, str) or not 1 <= len(name.strip()) <= 80:
        abort(422, "Give a name of 1 to 80 characters.")
    return {"greeting": f"Hello, {name.strip()}!"}
