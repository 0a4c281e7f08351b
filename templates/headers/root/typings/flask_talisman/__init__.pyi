from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

from flask import Flask
from flask import Response
from flask.typing import ResponseReturnValue

Policy = Mapping[str, str | Sequence[str]] | str
View = TypeVar("View", bound=Callable[..., Any])

DENY: str
SAMEORIGIN: str
NONCE_LENGTH: int

class Talisman:
    app: Flask
    force_https: bool
    frame_options: str | None
    content_security_policy: Policy | None
    content_security_policy_nonce_in: Sequence[str]
    permissions_policy: Mapping[str, str] | str | None
    referrer_policy: str
    strict_transport_security: bool
    strict_transport_security_max_age: int
    strict_transport_security_include_subdomains: bool
    strict_transport_security_preload: bool
    def __init__(self, app: Flask | None = None, **kwargs: Any) -> None: ...
    def init_app(self, app: Flask, **kwargs: Any) -> None: ...
    def __call__(self, **kwargs: Any) -> Callable[[View], View]: ...
    def _force_https(self) -> ResponseReturnValue | None: ...
    def _make_nonce(self) -> None: ...
    def _get_nonce(self) -> str: ...
    def _get_local_options(self) -> dict[str, Any]: ...
    def _parse_structured_header_policy(self, policy: Mapping[str, str] | str) -> str: ...
    def _parse_policy(self, policy: Policy) -> str: ...
    def _set_response_headers(self, response: Response) -> Response: ...
