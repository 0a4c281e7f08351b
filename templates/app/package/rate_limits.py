"""Rate limits where guessing or flooding pays: the sign-in, and the reports that browsers send.

By client address, which slows one host, and by account, which slows many hosts together. Nobody is
locked out for good: a window moves on, and a refused try does not prolong it.
https://cheatsheetseries.owasp.org/cheatsheets/Authentication_Cheat_Sheet.html
"""

import functools
import hashlib
from ipaddress import IPv6Address
from ipaddress import ip_address
from ipaddress import ip_network

from flask import Flask
from flask import current_app
from flask import request
from limits import RateLimitItem
from limits import RateLimitItemPerMinute
from limits import parse
from werkzeug.exceptions import TooManyRequests

from .counters import Counters
from .counters import open_counters
from .logs import security_event

DEFAULTS = {
    "SIGN_IN_PER_ADDRESS": "20 per minute",  # an office behind one address still gets in
    "SIGN_IN_PER_ACCOUNT": "10 per 5 minutes",  # however many hosts take part
    "REPORTS_PER_ADDRESS": "30 per minute",
}
SAID = RateLimitItemPerMinute(1)  # one log line a minute, not one for each refusal


def init_app(app: Flask) -> None:
    """Make the counters; a limit that cannot be read fails here."""
    for key, value in DEFAULTS.items():
        item_of(app.config.setdefault(key, value))
    app.extensions["rate_limits"] = open_counters(app)


def check(limit: str, who: str) -> None:
    """Count a use against the limit of that name in the settings; one too many answers 429."""
    if not who:  # without an address, everybody would be one client
        return
    counters: Counters = current_app.extensions["rate_limits"]
    item, key = item_of(current_app.config[limit]), hashed(who)
    wait = counters.take(item, limit, key)
    if not wait:
        return
    if counters.is_first(SAID, limit, key):
        about = request.remote_addr, item.amount
        security_event("excess_rate_limit_exceeded", *about, message=f"{limit} is used up")
    raise TooManyRequests(retry_after=wait)


def client() -> str:
    """Return who asks; of an IPv6 address the network, because a host has all of it."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:  # behind a socket file without ProxyFix there is none
        return ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)


@functools.cache
def item_of(text: str) -> RateLimitItem:
    """Return a limit such as "10 per 5 minutes"."""
    return parse(text)


def hashed(who: str) -> str:
    """Return a key for an address or a name: people type passwords into the field for names."""
    return hashlib.sha256(who.strip().casefold().encode("utf-8", "replace")).hexdigest()
