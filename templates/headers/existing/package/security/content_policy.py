"""What the pages of this app may load and run: nothing but what they load and run today.

Dewar found it in the app's templates, scripts and styles; `dewar add headers` looks again.
https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import has_request_context
from flask import request

from . import inline

CONTENT_SECURITY_POLICY: dict[str, list[str]] = {
    <%- slot('headers.policy') %>
}
# These also allow what has the nonce of the response.
<%- slot('headers.nonces') %>
# What the policy becomes when the steps by hand are done; browsers only report it so far.
<%- slot('headers.aim') %>
# Pages of libraries, by the beginning of their endpoint, and what they need besides.
<%- slot('headers.pages') %>
# Who may show the pages in a frame.
<%- slot('headers.frames') %>
# Features that no page of this app asks for.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        <%- slot('headers.features') %>
    )
)
MAX_HASHES = 24  # of one answer: proxies refuse headers of more than 4 kB


def headers(environ: dict[str, Any], present: dict[str, str]) -> list[tuple[str, str]]:
    """Return the policies of one answer; `present` has its own headers."""
    streamed = "content-length" not in present and "html" in present.get("content-type", "")
    if streamed and inline.NONCE not in environ:  # its template has yet to ask for one
        environ[inline.NONCE] = secrets.token_urlsafe(16)
    values = [("Content-Security-Policy", write(CONTENT_SECURITY_POLICY, environ, present))]
    if AIM:
        aim = write({**CONTENT_SECURITY_POLICY, **AIM}, environ, present)
        values.append(("Content-Security-Policy-Report-Only", aim))
    return values


def write(policy: dict[str, list[str]], environ: dict[str, Any], present: dict[str, str]) -> str:
    """Return a policy as a header value, with the nonce and the hashes of this answer."""
    parts = {name: list(sources) for name, sources in policy.items()}
    if "x-frame-options" in present:  # the view has its own idea of who may frame it
        parts.pop("frame-ancestors", None)
    add_hashes(parts, environ)
    if inline.NONCE in environ and "'unsafe-inline'" not in parts["script-src"]:
        for name in NONCE_IN:
            parts[name].append(f"'nonce-{environ[inline.NONCE]}'")
    endpoint = (request.endpoint or "") if has_request_context() else ""
    for beginning, sources in LIBRARY_PAGES.items():
        if endpoint.startswith(beginning):
            parts.update({name: [*parts.get(name, []), *more] for name, more in sources.items()})
    return "; ".join(" ".join([name, *dict.fromkeys(values)]) for name, values in parts.items())


def add_hashes(parts: dict[str, list[str]], environ: dict[str, Any]) -> None:
    """Allow the code of attributes that the templates of this answer wrote."""
    handlers, addresses = environ.get(inline.HANDLERS, {}), environ.get(inline.ADDRESSES, {})
    if len(handlers) + len(addresses) <= MAX_HASHES:
        if handlers or addresses:
            parts["script-src"] += ["'unsafe-hashes'", *handlers, *addresses]
    elif len(addresses) <= MAX_HASHES:
        parts["script-src"] += ["'unsafe-hashes'", *addresses] if addresses else []
        parts["script-src-attr"] = ["'unsafe-inline'"]
    else:  # such addresses have no directive of their own
        kept = (each for each in parts["script-src"] if not each.startswith(("'sha", "'unsafe-h")))
        parts["script-src"] = [*kept, "'unsafe-inline'"]
