from collections.abc import Callable
from typing import Any
from typing import TypeVar

from flask import Blueprint
from flask import Flask
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

Exempted = TypeVar("Exempted", bound=Callable[..., Any] | Blueprint | str)

class CSRFError(BadRequest): ...

class CSRFProtect:
    _exempt_views: set[str]
    _exempt_blueprints: set[Blueprint]
    def __init__(self, app: Flask | None = None) -> None: ...
    def init_app(self, app: Flask) -> None: ...
    def protect(self, apply_exemptions: bool = False) -> None: ...
    def exempt(self, view: Exempted) -> Exempted: ...
    def _is_exempt(self) -> bool: ...

def generate_csrf(
    secret_key: str | bytes | None = None, token_key: str | None = None
) -> str: ...
def validate_csrf(
    data: str | None,
    secret_key: str | bytes | None = None,
    time_limit: int | None = None,
    token_key: str | None = None,
) -> None: ...
def csrf_meta_tag(
    name: str | None = None,
    secret_key: str | bytes | None = None,
    token_key: str | None = None,
) -> Markup: ...
