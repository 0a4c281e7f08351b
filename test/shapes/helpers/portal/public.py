# -*- coding: utf-8 -*-
"""Public section."""
from flask import Blueprint, redirect, render_template, request, session, url_for

blueprint = Blueprint("public", __name__)


@blueprint.route("/", methods=["GET", "POST"])
def home():
    """Home page."""
    if request.method == "POST":
        session["user_id"] = request.form["user"]
        return redirect(url_for("public.home"))
    return render_template("home.html", user=session.get("user_id"))


@blueprint.route("/logout")
def logout():
    """Sign out."""
    session.clear()
    return redirect(url_for("public.home"))
