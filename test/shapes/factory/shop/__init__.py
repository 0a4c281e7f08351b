"""A small shop."""
import os

from flask import Flask, render_template

from .extensions import db, login_manager


def create_app(test_config=None):
    """Application factory."""
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(
        SECRET_KEY="dev",
        SQLALCHEMY_DATABASE_URI=os.environ.get("DATABASE_URL", "sqlite:///shop.db"),
    )
    if test_config is not None:
        app.config.update(test_config)

    db.init_app(app)
    login_manager.init_app(app)

    from . import auth, basket

    app.register_blueprint(auth.bp)
    app.register_blueprint(basket.bp)

    @app.errorhandler(404)
    def not_found(error):
        return render_template("404.html"), 404

    return app
