"""Scripts and styles that stand in the pages: each is marked as the app's own.

Injected markup has no such mark, so that browsers do not run it.
https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP#nonces
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
import secrets
from typing import Any
from urllib.parse import unquote

from flask import Flask
from flask import has_request_context
from flask import request
from jinja2.ext import Extension
from markupsafe import Markup

# In the WSGI environment, as long as the request lives.
NONCE, HANDLERS, ADDRESSES = "csp.nonce", "csp.handlers", "csp.addresses"
LIBRARIES = "csp.libraries"  # whose templates are part of the page
# A tag of a script, a style or a style sheet that has no nonce.
BARE = re.compile(
    r"<(?:script|style|link(?=[^>]*\bstylesheet\b))(?=[\s>])(?![^>]*\bnonce\b)", re.IGNORECASE
)
PACKAGE = re.compile(r"[/\\](?:site|dist)-packages[/\\](\w+)")
# The scripts in a part that jQuery fetches have the nonce of that answer: they get that of the page.
FETCHED = """
(function (page) {
  if (!window.jQuery) return;
  jQuery.ajaxPrefilter("html text *", function (options, original, request) {
    var filter = options.dataFilter;
    options.dataFilter = function (text, type) {
      var policy = (!options.crossDomain && request.getResponseHeader("Content-Security-Policy")) || "";
      var nonce = /'nonce-([^']+)'/.exec(policy);
      text = filter ? filter.call(this, text, type) : text;
      return nonce && typeof text === "string" ? text.split(nonce[1]).join(page) : text;
    };
  });
})(document.currentScript.nonce);
"""


def init_app(app: Flask) -> None:
    """Give templates the filters, and the templates of libraries their nonces."""
    app.jinja_env.filters["nonced"] = nonced
    app.jinja_env.filters["own_code"] = own_code
    app.jinja_env.add_extension(LibraryTemplates)


def nonce(library: str = "") -> str:
    """Return the nonce of this response; there is none where a mail is rendered."""
    if not has_request_context():
        return ""
    if library:
        request.environ.setdefault(LIBRARIES, set()).add(library)
    if NONCE not in request.environ:
        request.environ[NONCE] = secrets.token_urlsafe(16)
    return str(request.environ[NONCE])


def nonced(markup: Any, library: str = "") -> Any:
    """Give the nonce to what a library of the app prints; never to text of users."""
    if not isinstance(markup, Markup):
        return markup
    return type(markup)(BARE.sub(lambda tag: f'{tag[0]} nonce="{nonce(library)}"', str(markup)))


def own_code(code: str) -> str:
    """Allow the code of an attribute that a template writes: `onclick` or `javascript:`.

    The policy of this response lists its hash, so that any other code still does not run.
    """
    if has_request_context():
        text = html.unescape(code).replace("\r\n", "\n")
        address = re.match(r"\s*javascript:", text, re.IGNORECASE)
        kept = request.environ.setdefault(ADDRESSES if address else HANDLERS, {})
        kept[digest(text)] = True
        if address:  # browsers also compare it the way they write addresses
            rest = re.sub(r"[\t\n]", "", text[address.end() :]).rstrip()
            kept[digest("javascript:" + unquote(rest))] = True
    return code


def digest(code: str) -> str:
    """Return the source of a policy that allows this very code."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


class LibraryTemplates(Extension):
    """Puts nonces into the templates of installed packages, which are code and no text of users."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Return the template with a nonce in every tag that wants one."""
        found = PACKAGE.search(filename or "")
        if not found or found[1] == __name__.split(".")[0]:
            return source
        asks = f" nonce=\"{{{{ csp_nonce('{found[1]}') }}}}\""
        marked = BARE.sub(lambda tag: tag[0] + asks, source)
        if "jquery" not in marked.lower():
            return marked
        return re.sub(r"(?=</body>)", lambda _: f"<script{asks}>{FETCHED}</script>", marked, count=1)
