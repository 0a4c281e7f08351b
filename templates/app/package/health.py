"""Health for load balancers: /healthz is "the process runs", /readyz "it can do its work".

Neither touches the session, so that a check costs no round trip and leaves no record.
"""

from collections.abc import Callable
from typing import Any
from typing import Literal

from flask import Blueprint
from flask import Flask
from flask import abort
from flask import current_app
from flask import request

Status = Literal["ok", "warning", "failed"]
Check = Callable[[], Status]

blueprint = Blueprint("health", __name__)


def register(app: Flask, name: str, check: Check) -> None:
    """Make readiness ask a check; it is called for every request to /readyz and must be quick."""
    app.extensions.setdefault("readiness", {})[name] = check


@blueprint.get("/healthz")
def healthz() -> dict[str, Any]:
    """Answer as long as the process can answer."""
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, Any], int]:
    """Ask every registered check; 503 takes this process out of rotation."""
    # For the orchestrator, which asks the process itself: every proxy adds this header.
    if "X-Forwarded-For" in request.headers:
        abort(404)
    checks = {name: check() for name, check in current_app.extensions.get("readiness", {}).items()}
    failed = "failed" in checks.values()
    return {"status": "failed" if failed else "ok", "checks": checks}, 503 if failed else 200
