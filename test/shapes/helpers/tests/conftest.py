# -*- coding: utf-8 -*-
"""Defines fixtures available to all tests."""
import pytest

from portal.app import create_app


@pytest.fixture
def app():
    """Create application for the tests."""
    app = create_app("tests.settings")
    with app.app_context():
        yield app


@pytest.fixture
def client(app):
    """Ask without a server."""
    return app.test_client()
