"""Flask-Session's interface, made lazy, free of pickle and safe against races.

Delete this module when Flask-Session offers the same: https://flask-session.readthedocs.io/
"""

from __future__ import annotations

import functools
import time
from datetime import timedelta

from flask import Flask
from flask import Request
from flask import Response
from flask.sessions import SessionMixin
from flask_session.base import ServerSideSessionInterface

from . import session_anomalies
from . import session_cookie
from .session_format import Record
from .session_format import encode
from .session_lifetime import idle
from .session_lifetime import lifetime
from .session_lifetime import oldest
from .session_state import SESSION_ID
from .session_state import LazySession
from .session_state import new_id
from .session_state import owner_of
from .session_state import store_key
from .stores import Entry
from .stores import Store
from .stores import guard


class LazySessionInterface(ServerSideSessionInterface):
    """Opens without asking the store; writes so that an ended session stays ended."""

    session_class = LazySession

    def __init__(self, app: Flask, store: Store) -> None:
        super().__init__(app, permanent=False)
        self.serializer = None  # the inherited one falls back to pickle, which runs code
        self.store = store

    def open_session(self, app: Flask, request: Request) -> LazySession:
        """Return a session that has not even looked at the request's cookies yet."""
        return LazySession(functools.partial(self._fetch, request))

    def regenerate(self, session: LazySession) -> None:
        """Give the session a new id; also an empty one. The old id ends with the response."""
        session.load()
        if session.stored:
            session.retired.append(session.stored)
        session.sid = session.stored = ""
        session.modified = True

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write what changed and send the cookie; an unreachable store becomes a 503 page."""
        if not isinstance(session, LazySession):
            raise TypeError("this session was not opened by LazySessionInterface")
        if session.accessed:
            session_cookie.vary(response)
        if session.lost or not session.modified:
            return
        try:
            self._write(app, session, response)
        except guard.StoreDown as error:
            guard.answer_instead(app, error, response)

    def _write(self, app: Flask, session: LazySession, response: Response) -> None:
        owner = owner_of(app.config, session)
        if owner != session.owner:
            # A sign-in that forgets to renew the id would invite session fixation.
            self.regenerate(session)
            session.created = 0
        gone = [key for key in session.retired if not self.store.delete(key)]
        if gone and owner and owner == session.owner:
            return  # signed out elsewhere while this request ran
        if not session:
            if session.stored:
                self._delete_session(session.stored)
            session_cookie.remove(app, response)
            return
        fresh = not session.stored
        session.sid = session.sid or new_id(owner)
        session.created = session.created or int(time.time())
        life = lifetime(app.config, session.created, session.sid)
        self._upsert_session(life, session, store_key(session.sid))
        if not session.lost and (fresh or session.permanent):
            session_cookie.send(app, session, response)

    def _fetch(self, request: Request, session: LazySession) -> None:
        sid = request.cookies.get(self.get_cookie_name(self.app), "")
        if not SESSION_ID.fullmatch(sid):
            return
        session.lost = True  # unless the store answers
        record = self._retrieve_session_data(sid)
        session.lost = False
        if record is not None and record["created"] > oldest(self.app.config):
            session.fill(record, sid)
            session.owner = owner_of(self.app.config, session)

    def _retrieve_session_data(self, store_id: str) -> Record | None:
        life = idle(self.app.config, store_id)  # the cookie's id: it says whose kind it is
        value = self.store.read(store_key(store_id), int(life.total_seconds()))
        return session_anomalies.opened(store_id, value)

    def _upsert_session(
        self, session_lifetime: timedelta, session: LazySession, store_id: str
    ) -> None:
        value = encode({"created": session.created, "data": dict(session)})
        owner = owner_of(self.app.config, session)
        entry = Entry(store_id, value, int(session_lifetime.total_seconds()), owner)
        if not session.stored:
            self.store.create(entry)
        elif not self.store.replace(entry):
            session.lost = True  # ended meanwhile; the browser may hold a new session's cookie
            session_anomalies.overtaken()

    def _delete_session(self, store_id: str) -> None:
        self.store.delete(store_id)
