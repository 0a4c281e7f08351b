from flask import Blueprint, render_template, request, session

main = Blueprint("main", __name__)


@main.app_errorhandler(404)
def page_not_found(e):
    return render_template("404.html"), 404


@main.app_errorhandler(500)
def internal_server_error(e):
    return render_template("500.html"), 500


@main.route("/", methods=["GET", "POST"])
def index():
    if request.method == "POST":
        session["name"] = request.form["name"]
    return render_template("index.html", name=session.get("name"))
