# -*- coding: utf-8 -*-
"""The app module, containing the app factory function."""
from flask import Flask

from portal import public
from portal.extensions import cache, db


def create_app(config_object="portal.settings"):
    """Create application factory."""
    app = Flask(__name__.split(".")[0])
    app.config.from_object(config_object)
    register_extensions(app)
    register_blueprints(app)
    return app


def register_extensions(app):
    """Register Flask extensions."""
    db.init_app(app)
    cache.init_app(app)
    return None


def register_blueprints(app):
    """Register Flask blueprints."""
    app.register_blueprint(public.blueprint)
    return None
