"""The public pages."""

from .routes import blueprint

__all__ = ["blueprint"]
