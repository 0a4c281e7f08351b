"""Every unsafe route of the URL map wants a CSRF token, but for the exemptions with a reason."""

from __future__ import annotations

<%- slot('csrf_test.imports') %>

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def unguarded(app):
    """Return the unsafe routes that let a request without a token in."""
    protect = app.extensions["csrf"]
    found = []
    for rule in app.url_map.iter_rules():
        for method in UNSAFE & set(rule.methods or ()):
            path = "/" + rule.rule.partition("?")[0].lstrip("/")
            with app.test_request_context(path, method=method, headers={"Cookie": "a=b"}):
                request.url_rule = rule
                try:
                    protect.protect()
                except CSRFError:
                    continue
                if protect.exemption() is None:
                    found.append((method, rule.rule))
    return found


def unguarded_when_checked(app):
    """Return them with the check on, as in production."""
    before = {key: app.config.get(key) for key in ("CSRF_IN_TESTS", "WTF_CSRF_ENABLED")}
    app.config.update(CSRF_IN_TESTS=True, WTF_CSRF_ENABLED=True)
    try:
        return unguarded(app)
    finally:
        app.config.update(before)


<%- slot('csrf_test.case') %>
