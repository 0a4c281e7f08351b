import sqlite3

from flask import Flask, flash, g, redirect, render_template, request, send_file, session, url_for
from markupsafe import Markup

app = Flask(__name__)
app.secret_key = "super secret"
app.config["UPLOADS"] = "uploads"


def database():
    if "db" not in g:
        g.db = sqlite3.connect("notes.db")
    return g.db


@app.route("/")
def index():
    rows = database().execute("select text from notes").fetchall()
    return render_template("index.html", rows=rows, greeting=Markup("<b>%s</b>") % request.args.get("name", ""))


@app.route("/notes", methods=["POST"])
def add():
    database().execute("insert into notes values (?)", [request.form["text"]])
    flash("Kept.")
    return redirect(url_for("index"))


@app.route("/login", methods=["POST"])
def login():
    if request.form["password"] == "letmein":
        session["logged_in"] = True
    return redirect(url_for("index"))


@app.route("/file")
def download():
    return send_file("uploads/" + request.args["name"])


if __name__ == "__main__":
    app.run(debug=True, host="0.0.0.0")
