"""Markup and addresses from people: cleaned by a short allow-list. Autoescaping covers the rest.

https://flask.palletsprojects.com/templating/#controlling-autoescaping
"""

import re

import nh3
from flask import Flask
from jinja2 import select_autoescape
from markupsafe import Markup

# Text structure only. No img: fetching one tells its owner who reads, and when. No style, no id,
# no class: they reach into the page around. https://nh3.readthedocs.io/
TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h3", "h4", "hr", "i", "li", "ol", "p", "pre",
    "s", "strong", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = {"http", "https", "mailto"}
# What a browser takes for the scheme of an address: https://url.spec.whatwg.org/#scheme-state
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
# A browser drops these before it looks: "java\nscript:" and "\1javascript:" are "javascript:".
INSIDE = str.maketrans("", "", "\t\n\r")
AROUND = "".join(map(chr, range(0x21)))


def init_app(app: Flask) -> None:
    """Escape in every template but plain text; offer the filters `sanitize` and `web_address`."""
    # By Flask's own rule a name like page.html.j2 would not be escaped.
    app.jinja_env.autoescape = select_autoescape(
        disabled_extensions=("txt",), default=True, default_for_string=True
    )
    app.add_template_filter(sanitize)
    app.add_template_filter(web_address)


def sanitize(html: str | None) -> Markup:
    """Return the allowed part of a person's HTML, safe to show as markup."""
    clean = nh3.clean(
        html or "",
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        clean_content_tags={"script", "style"},  # drops what is inside them, too
        link_rel="noopener noreferrer nofollow ugc",
        strip_comments=True,
    )
    return Markup(clean)  # noqa: S704 # nosec B704 # safe: nh3 has just cleaned it


def web_address(address: str | None) -> str:
    """Return a person's address for href or src if it can run nothing, else `#`."""
    seen = (address or "").translate(INSIDE).strip(AROUND)
    scheme = SCHEME.match(seen)
    return seen if not scheme or scheme[1].lower() in SCHEMES else "#"
