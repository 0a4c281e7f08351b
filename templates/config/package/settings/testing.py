"""Settings for the test suite: as close to production as a test client allows."""

from .base import Base


class Testing(Base):
    """What tests change."""

    TESTING = True  # errors reach the test that caused them
    <%- slot('settings.testing') %>
