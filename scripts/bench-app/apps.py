"""The apps that are compared: the same page by a bare Flask app, a generated one, and stock libraries."""

import os
from typing import Any

import redis
from flask import Blueprint
from flask import Flask
from flask import render_template
from flask import session

page = Blueprint("page", __name__, template_folder="templates")
ITEMS = ["Sessions", "Forms", "Headers", "Files"]


@page.get("/bench")
def untouched() -> str:
    """The page that all of them serve."""
    return render_template("page.html", items=ITEMS, name="everybody")


@page.get("/bench/read")
def read() -> str:
    """The same, with one value from the session."""
    return render_template("page.html", items=ITEMS, name=session.get("name", "nobody"))


@page.get("/bench/begin")
def begin() -> str:
    """Make a session: its cookie is what the measured requests carry."""
    session["name"] = "everybody"
    return "begun"


def bare() -> Flask:
    """Flask and nothing else."""
    app = Flask(__name__)
    app.jinja_env.globals["csp_nonce"] = str  # an empty one: the template stays the same
    app.register_blueprint(page)
    return app


def generated() -> Flask:
    """The generated app as it is, with the measured page added."""
    from acme_portal import create_app

    app = create_app()
    app.register_blueprint(page)
    return app


def stock() -> Flask:
    """The same libraries as their documentation shows them.

    https://flask-session.readthedocs.io/en/latest/usage.html
    https://flask-wtf.readthedocs.io/en/1.2.x/csrf/
    https://github.com/wntrblm/flask-talisman
    """
    from flask_session import Session
    from flask_talisman import Talisman
    from flask_wtf.csrf import CSRFProtect
    from werkzeug.middleware.proxy_fix import ProxyFix

    app = Flask(__name__)
    client: Any = redis.Redis.from_url(os.environ["REDIS_URL"])
    app.config.update(
        SECRET_KEY=os.environ["SECRET_KEY"], SESSION_TYPE="redis", SESSION_REDIS=client
    )
    app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    Session(app)
    CSRFProtect(app)
    Talisman(app, content_security_policy_nonce_in=["script-src"])
    app.register_blueprint(page)
    return app
