from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import login_user, logout_user
from werkzeug.security import check_password_hash

from .models import User

bp = Blueprint("auth", __name__, url_prefix="/auth")


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        user = User.query.filter_by(name=request.form["name"]).first()
        if user and check_password_hash(user.password, request.form["password"]):
            login_user(user)
            return redirect(request.args.get("next") or url_for("basket.show"))
        flash("Wrong name or password.")
    return render_template("login.html")


@bp.post("/logout")
def logout():
    logout_user()
    return redirect(url_for("auth.login"))
