import os

from flask import jsonify, render_template_string, request

from board.web import BoardFlask

PAGE = """<form method="post" action="/post"><input name="text"></form>"""


def create_app():
    app = BoardFlask(__name__)
    app.config["SECRET_KEY"] = os.environ.get("BOARD_SECRET") or "changeme"
    app.config["SESSION_COOKIE_SAMESITE"] = "Strict"
    with app.app_context():
        _routes(app)
        return app


def _routes(app):
    @app.route("/")
    def index():
        response = app.make_response(render_template_string(PAGE))
        response.set_cookie("board", request.board)
        return response

    @app.post("/post")
    def post():
        return jsonify(text=request.form["text"], board=request.board)
