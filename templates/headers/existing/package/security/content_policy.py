"""What the pages of this app may load and run: nothing but what they load and run today.

Dewar found it in the app's templates, scripts and styles; `dewar add headers` looks again.
https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

from flask import current_app
from flask import has_request_context
from flask import request

from . import inline

CONTENT_SECURITY_POLICY: dict[str, list[str]] = {
    <%- slot('headers.policy') %>
}
# What the policy becomes when the steps by hand are done; browsers only report it so far.
<%- slot('headers.aim') %>
# What pages need besides that a library writes, or writes into: by the beginning of its package.
<%- slot('headers.pages') %>
# And those of any other: its templates get nonces when they are loaded, the rest is not known.
OTHER_PAGES = {
    "style-src": ["'unsafe-inline'", "https:"],
    "img-src": ["https:"],
    "font-src": ["https:", "data:"],
}
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
    if inline.NONCE in environ:
        for name in ("script-src", "style-src"):
            parts[name].append(f"'nonce-{environ[inline.NONCE]}'")
    for needs in of_libraries(environ):
        for name, sources in needs.items():
            parts[name] = parts.get(name, []) + sources
    return "; ".join(" ".join([name, *effective(values)]) for name, values in parts.items())


def effective(sources: list[str]) -> list[str]:
    """Return sources without those that would take back what another one allows."""
    void = ["'none'"] if len(sources) > 1 else []
    if "'unsafe-inline'" in sources:
        void += ["'nonce-", "'sha", "'unsafe-hashes"]
    return [each for each in dict.fromkeys(sources) if not each.startswith(tuple(void))]


def of_libraries(environ: dict[str, Any]) -> Iterator[dict[str, list[str]]]:
    """Yield what those libraries need that made this page, or a part of it."""
    wrote = environ.get(inline.LIBRARIES, set())
    made = set(wrote)
    if has_request_context():
        view = current_app.view_functions.get(request.endpoint or "")
        made.add(getattr(view, "__module__", ""))
        if current_app.debug:  # a toolbar writes into every page
            made.update(current_app.blueprints)
    for package, needs in LIBRARY_PAGES.items():
        if any(each.startswith(package) for each in made):
            yield needs
    if any(not each.startswith(tuple(LIBRARY_PAGES)) for each in wrote):
        yield OTHER_PAGES


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
        parts["script-src"].append("'unsafe-inline'")
