"""What the security headers say, written out before the first request."""

from collections.abc import Collection
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

ONE_YEAR = 365 * 24 * 60 * 60
# Other sites learn nothing; our own pages still send Referer and Origin.
REFERRER_POLICY = "same-origin"
REPORTS_PATH = "/browser-reports"  # see reports.py

# Nothing is allowed but what is named. Scripts need the nonce of their response, so that markup
# that got into a page loads none. https://csp.withgoogle.com/docs/strict-csp.html
CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "",  # the nonce, or 'none' on a page that has no script
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    # Strings do not become markup or code: https://web.dev/articles/trusted-types
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
    "report-to": "reports",
    "report-uri": REPORTS_PATH,  # for browsers that do not know report-to
}

# Features that no page of this app uses.
# https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Permissions-Policy
PERMISSIONS_POLICY = dict.fromkeys(
    (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "encrypted-media",
        "fullscreen",
        "geolocation",
        "gyroscope",
        "hid",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "picture-in-picture",
        "publickey-credentials-get",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    ),
    "()",
)

# Talisman has none of these. https://web.dev/articles/why-coop-coep
CROSS_ORIGIN = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "X-Permitted-Cross-Domain-Policies": "none",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """The headers of one view; only the nonce is left to fill in."""

    fixed: list[tuple[str, str]]
    without_nonce: str
    around_nonce: list[str]

    def values(self, nonce: str | None) -> list[tuple[str, str]]:
        """Return the headers of one response."""
        policy = nonce.join(self.around_nonce) if nonce else self.without_nonce
        return [*self.fixed, ("Content-Security-Policy", policy)] if policy else [*self.fixed]


def prepare(options: Mapping[str, Any]) -> Prepared:
    """Write out Talisman's options for a view."""
    permissions = options["permissions_policy"]
    if not isinstance(permissions, str):
        permissions = ", ".join(f"{name}={value}" for name, value in permissions.items())
    fixed = {
        "X-Frame-Options": options["frame_options"],
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": REFERRER_POLICY,
        "Permissions-Policy": permissions,
        "Reporting-Endpoints": f'reports="{REPORTS_PATH}"',
        **CROSS_ORIGIN,
    }
    policy = options["content_security_policy"] or {}  # a view can switch it off
    nonce_in = options["content_security_policy_nonce_in"]
    return Prepared(
        [(name, value) for name, value in fixed.items() if value],
        write_policy(policy, nonce_in, ""),
        write_policy(policy, nonce_in, "\0").split("\0"),
    )


def write_policy(policy: Mapping[str, Any] | str, nonce_in: Collection[str], nonce: str) -> str:
    """Return a content security policy as a header value."""
    if isinstance(policy, str):
        parts = (part.strip().partition(" ") for part in policy.split(";"))
        policy = {name: value for name, _, value in parts if name}
    directives = []
    for name, value in policy.items():
        sources = value.split() if isinstance(value, str) else list(value)
        if name in nonce_in:
            sources += [f"'nonce-{nonce}'"] if nonce else [] if sources else ["'none'"]
        directives.append(" ".join([name, *sources]))
    return "; ".join(directives)
