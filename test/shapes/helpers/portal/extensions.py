# -*- coding: utf-8 -*-
"""Extensions module."""
from flask_caching import Cache
from flask_sqlalchemy import SQLAlchemy

cache = Cache()
db = SQLAlchemy()
