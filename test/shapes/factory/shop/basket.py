from flask import Blueprint, render_template, request, session
from flask_login import login_required

bp = Blueprint("basket", __name__)


@bp.route("/")
@login_required
def show():
    return render_template("basket.html", items=session.get("basket", []))


@bp.post("/add")
@login_required
def add():
    session["basket"] = [*session.get("basket", []), request.form["item"]]
    return render_template("basket.html", items=session["basket"])
