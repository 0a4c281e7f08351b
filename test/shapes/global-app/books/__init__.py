from flask import Flask

app = Flask(__name__)


def create_app():
    app.config.update(SECRET_KEY="books", DEBUG=True)
    from books import views

    app.register_blueprint(views.blueprint)
    return app
