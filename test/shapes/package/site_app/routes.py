from flask import flash, redirect, render_template, request, url_for
from flask_login import login_user, logout_user

from site_app import app, bcrypt, login_manager
from site_app.forms import LoginForm


class User:
    is_authenticated = is_active = True
    is_anonymous = False
    password = bcrypt.generate_password_hash("secret").decode()

    def get_id(self):
        return "1"


@login_manager.user_loader
def load_user(user_id):
    return User()


@app.route("/")
@app.route("/home")
def home():
    return render_template("home.html")


@app.route("/login", methods=["GET", "POST"])
def login():
    form = LoginForm()
    if form.validate_on_submit():
        if bcrypt.check_password_hash(User.password, form.password.data):
            login_user(User(), remember=form.remember.data)
            next_page = request.args.get("next")
            return redirect(next_page) if next_page else redirect(url_for("home"))
        flash("Login unsuccessful.", "danger")
    return render_template("login.html", form=form)


@app.route("/logout")
def logout():
    logout_user()
    return redirect(url_for("home"))
