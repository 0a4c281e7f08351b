from abc import ABC
from abc import abstractmethod
from collections.abc import Callable
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from typing import Self

from flask import Flask
from flask import Request
from flask import Response
from flask.sessions import SessionInterface
from flask.sessions import SessionMixin
from werkzeug.datastructures import CallbackDict

class ServerSideSession(CallbackDict[str, Any], SessionMixin):
    sid: str
    modified: bool
    accessed: bool
    on_update: Callable[[Self], None] | None
    def __init__(
        self,
        initial: Mapping[str, Any] | None = None,
        sid: str | None = None,
        permanent: bool | None = None,
    ) -> None: ...
    def __bool__(self) -> bool: ...

class Serializer(ABC):
    @abstractmethod
    def decode(self, serialized_data: bytes) -> dict[str, Any]: ...
    @abstractmethod
    def encode(self, session: ServerSideSession) -> bytes: ...

# `session` is Any: each interface takes the sessions of its own session_class only.
class ServerSideSessionInterface(SessionInterface, ABC):
    session_class: type[ServerSideSession]
    serializer: Serializer | None
    ttl: bool
    app: Flask
    key_prefix: str
    permanent: bool
    def __init__(
        self,
        app: Flask,
        key_prefix: str = "session:",
        use_signer: bool = False,
        permanent: bool = True,
        sid_length: int = 32,
        serialization_format: str = "msgpack",
        cleanup_n_requests: int | None = None,
    ) -> None: ...
    def regenerate(self, session: Any) -> None: ...
    def open_session(self, app: Flask, request: Request) -> ServerSideSession: ...
    def save_session(self, app: Flask, session: Any, response: Response) -> None: ...
    @abstractmethod
    def _retrieve_session_data(self, store_id: str) -> Mapping[str, Any] | None: ...
    @abstractmethod
    def _delete_session(self, store_id: str) -> None: ...
    @abstractmethod
    def _upsert_session(
        self, session_lifetime: timedelta, session: Any, store_id: str
    ) -> None: ...
