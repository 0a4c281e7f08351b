"""Settings module for test app."""
ENV = "development"
TESTING = True
SECRET_KEY = "not-so-secret-in-tests"
SQLALCHEMY_DATABASE_URI = "sqlite://"
CACHE_TYPE = "SimpleCache"
