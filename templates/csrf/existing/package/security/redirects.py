"""A redirect to an address from a request stays on this site.

https://cheatsheetseries.owasp.org/cheatsheets/Unvalidated_Redirects_and_Forwards_Cheat_Sheet.html
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin
from urllib.parse import urlsplit

from flask import request


def local_address(address: Any) -> Any:
    """Return an address of this site as it is; the start page in place of any other."""
    # A browser drops tabs and line ends, and takes "\\" for "/": "/\\example.org" is another site.
    seen = str(address or "").translate(str.maketrans("\\", "/", "\t\r\n")).strip()
    target = urlsplit(urljoin(request.host_url, seen))
    ours = target.scheme in {"http", "https"} and target.netloc == request.host
    return address if seen and ours else f"{request.root_path}/"
