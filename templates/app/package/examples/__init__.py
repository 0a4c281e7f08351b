"""Example pages; delete this package when your own pages stand."""

from flask import Flask

<%- slot('examples.imports') %>


def init_app(app: Flask) -> None:
    """Register the example blueprints."""
<% if (answers.examples) { -%>
    app.register_blueprint(account.blueprint)
    app.register_blueprint(api.blueprint)
<% } -%>
    <%- slot('examples.init') %>
