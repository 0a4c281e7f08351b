"""Look at a live site from outside: `python scripts/smoke.py https://HOST`.

--load SECONDS adds a load test with 64 clients; run it against your own staging only.
--ca FILE trusts a private CA. Exit 0 when nothing is wrong. Standard library only.
"""

import argparse
import ssl
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from http.client import HTTPException
from http.client import HTTPMessage
from http.client import HTTPResponse
from http.client import HTTPSConnection
from urllib.parse import SplitResult
from urllib.parse import urlsplit

UNREACHABLE = (OSError, HTTPException)
CLIENTS = 64
ONCE = (
    "Strict-Transport-Security",
    "Content-Security-Policy",
    "X-Frame-Options",
    "X-Content-Type-Options",
    "Referrer-Policy",
)


class Site:
    """Makes requests to one site without following redirects."""

    def __init__(self, url: SplitResult, context: ssl.SSLContext) -> None:
        self.name = url.hostname or ""
        self.port = url.port or 443
        self.context = context

    def connect(self) -> HTTPSConnection:
        """Return a connection with the certificate checked."""
        return HTTPSConnection(self.name, self.port, timeout=15, context=self.context)

    def ask(self, method: str, path: str, **headers: str) -> tuple[int, HTTPMessage]:
        """Return status and headers of one request."""
        client = self.connect()
        client.request(method, path, headers=headers)
        answer = client.getresponse()
        answer.read()
        client.close()
        return answer.status, answer.headers


def problems(site: Site) -> Iterator[str]:
    """Yield what is wrong with the site."""
    for path, expected in (("/", 200), ("/healthz", 200), ("/missing-page", 404)):
        status, headers = site.ask("GET", path)
        if status != expected:
            yield f"{path}: {status} instead of {expected}"
        for name in ONCE:
            if len(headers.get_all(name, [])) != 1:
                yield f"{path}: {name} is there {len(headers.get_all(name, []))} times"
        yield from (f"{path}: {reason}" for reason in cookie_problems(headers))
    if (status := site.ask("POST", "/")[0]) not in {400, 403, 404, 405}:
        yield f"a post without a token gets {status}"
    if (status := site.ask("GET", "/", Host="unknown.invalid")[0]) not in {400, 404, 421}:
        yield f"an unknown host gets {status}"
    for path in ("/.git/config", "/.env", "/readyz"):
        if (status := site.ask("GET", path)[0]) != 404:
            yield f"{path} gets {status}"
    yield from plain_http(site.name)


def cookie_problems(headers: HTTPMessage) -> Iterator[str]:
    """Yield cookies that could leak."""
    for cookie in headers.get_all("Set-Cookie", []):
        missing = [f for f in ("Secure", "HttpOnly", "SameSite") if f.lower() not in cookie.lower()]
        if missing:
            yield f"cookie {cookie.partition('=')[0]} lacks {', '.join(missing)}"


def plain_http(name: str) -> Iterator[str]:
    """Yield what is wrong with port 80, if it answers."""
    client = HTTPConnection(name, 80, timeout=15)
    try:
        client.request("GET", "/")
        answer = client.getresponse()
    except UNREACHABLE:
        return
    if not redirected(answer, name):
        yield f"plain HTTP gets {answer.status} and not a redirect to https://{name}"


def redirected(answer: HTTPResponse, name: str) -> bool:
    """Tell whether an answer moves the client to HTTPS on the same name."""
    target = urlsplit(answer.getheader("Location", ""))
    return answer.status in {301, 308} and (target.scheme, target.hostname) == ("https", name)


def load(site: Site, seconds: float) -> Iterator[str]:
    """Yield server errors seen under load."""

    def client(_: int) -> Counter[int]:
        seen: Counter[int] = Counter()
        while time.monotonic() < end:
            seen[site.ask("GET", "/")[0]] += 1
        return seen

    end = time.monotonic() + seconds
    with ThreadPoolExecutor(CLIENTS) as pool:
        total = sum(pool.map(client, range(CLIENTS)), Counter[int]())
    print(f"load: {total.total() / seconds:.0f} requests/s, answers by status {dict(total)}")
    yield from (f"load: {n} answers {code}" for code, n in total.items() if code >= 500)


def main() -> int:
    """Print what is wrong; 0 when nothing is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--load", type=float, default=0, metavar="SECONDS")
    parser.add_argument("--ca", help="certificate file of a private CA")
    given = parser.parse_args()
    site = Site(urlsplit(given.url), ssl.create_default_context(cafile=given.ca))
    found = [*problems(site), *(load(site, given.load) if given.load else ())]
    for problem in found:
        print(problem, file=sys.stderr)
    print(f"{given.url}: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
