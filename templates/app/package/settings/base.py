"""Settings that every tier shares."""

from . import environment as env


class Base:
    """One line a setting, with its reason; https://flask.palletsprojects.com/config/."""

    # Files made while running (embedded stores, development key); must be an absolute path.
    INSTANCE_PATH = env.folder("INSTANCE_PATH")
    # Signs cookies and tokens; has no default on purpose. Also read from SECRET_KEY_FILE.
    SECRET_KEY = env.secret("SECRET_KEY")
    # Flask reads bodies of any size unless told otherwise; raise it per view for uploads.
    MAX_CONTENT_LENGTH = env.number("MAX_CONTENT_LENGTH", 1024 * 1024, minimum=1)
    MAX_FORM_MEMORY_SIZE = 256 * 1024  # one multipart field without a file
    MAX_FORM_PARTS = 100  # multipart fields in one request
    LOG_LEVEL = env.choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO")
    LOG_JSON = True  # one object a line, for whatever collects the logs
    <%- slot('settings.base') %>
