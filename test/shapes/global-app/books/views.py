from flask import Blueprint, redirect, request, session

blueprint = Blueprint("views", __name__)


@blueprint.route("/")
def index():
    return "Books of " + session.get("username", "nobody")


@blueprint.route("/sign-in", methods=["POST"])
def sign_in():
    session["username"] = request.form["name"]
    return redirect(request.form.get("next", "/"))
