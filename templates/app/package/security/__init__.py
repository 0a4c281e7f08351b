"""The defences, in the order in which they see a request."""

from flask import Flask

<%- slot('security.imports') %>


def init_app(app: Flask) -> None:
    """Switch every defence on. The order matters: see the reason at each line."""
    <%- slot('security.init') %>
