"""The app under test, with views that touch its session in every way; for tests only."""

import time

from acme_portal import create_app
from acme_portal.security import sessions
from flask import Flask
from flask import session


def add_views(app: Flask) -> None:
    @app.get("/t/untouched")
    def untouched() -> str:
        return "untouched"

    @app.get("/t/read")
    def read() -> dict[str, object]:
        return {key: value for key, value in session.items() if key != "_permanent"}

    @app.get("/t/write/<value>")
    def write(value: str) -> str:
        session["value"] = value
        return "written"

    @app.get("/t/user/<name>")
    def user(name: str) -> str:
        session.clear()
        sessions.regenerate()
        session["user_id"] = name
        return "signed in"

    @app.get("/t/leave")
    def leave() -> str:
        session.clear()
        return "left"

    @app.get("/t/slow/<way>/<float:seconds>")
    def slow(way: str, seconds: float) -> str:
        session["value"] = "late"
        if way == "renewing":
            sessions.regenerate()
        time.sleep(seconds)
        return "late"

    @app.get("/t/everywhere/<name>")
    def everywhere(name: str) -> str:
        return str(sessions.sign_out_everywhere(name))


app = create_app()
add_views(app)
