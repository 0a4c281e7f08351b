"""Settings for work on one's own machine, over plain HTTP."""

<% if (!has['secret-key']) { -%>
import secrets

from . import environment as env
<% } -%>
from .base import Base


class Development(Base):
    """What development relaxes; nothing here reaches another tier."""

<% if (!has['secret-key']) { -%>
    # Unset: another at each start, which ends the sessions.
    SECRET_KEY = env.text("SECRET_KEY", secrets.token_urlsafe(32))
<% } -%>
    # Edited templates show without a restart; `flask run --debug` does the same for code.
    TEMPLATES_AUTO_RELOAD = True
    LOG_JSON = False  # lines for a person at a terminal
    <%- slot('settings.development') %>
