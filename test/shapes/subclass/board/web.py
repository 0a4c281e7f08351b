from flask import Flask, Request


class BoardRequest(Request):
    """Knows its board."""

    @property
    def board(self):
        return self.args.get("board", "main")


class BoardFlask(Flask):
    """The app's own kind of Flask."""

    request_class = BoardRequest
