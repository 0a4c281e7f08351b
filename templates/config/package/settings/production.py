"""Settings for production; also what runs when APP_ENV is not set."""

from .base import Base


class Production(Base):
    """What production insists on; the environment cannot relax these."""

    <%- slot('settings.production') %>
