"""The app: create_app() below is its table of contents."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

<%- slot('app.imports') %>


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the app from the settings of its tier; overrides win."""
    given = dict(overrides or {})
    config = settings.load(given.get("APP_ENV")) | given
    app = Flask(__name__, instance_path=config["INSTANCE_PATH"])
    app.config.from_mapping(config)

    logs.init_app(app)
    rate_limits.init_app(app)
    security.init_app(app)
    <%- slot('app.errors') %>
    app.register_blueprint(health.blueprint)
    app.register_blueprint(main.blueprint)
<% if (answers.examples) { -%>
    examples.init_app(app)
<% } -%>
    <%- slot('app.blueprints') %>
    commands.init_app(app)
    startup.init_app(app)
    return app
