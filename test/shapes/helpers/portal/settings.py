# -*- coding: utf-8 -*-
"""Application configuration, read from the environment."""
import os

ENV = os.environ.get("FLASK_ENV", "production")
DEBUG = ENV == "development"
SECRET_KEY = os.environ.get("SECRET_KEY", "not-so-secret")
SQLALCHEMY_DATABASE_URI = os.environ.get("DATABASE_URL", "sqlite:///portal.db")
CACHE_TYPE = "SimpleCache"
