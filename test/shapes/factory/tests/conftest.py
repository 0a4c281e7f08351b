import pytest

from shop import create_app


@pytest.fixture
def client():
    return create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": "sqlite://"}).test_client()
