"""Markup from people: cleaned by a short allow-list before a page shows it.

https://flask.palletsprojects.com/templating/#controlling-autoescaping
"""

from __future__ import annotations

import nh3
from flask import Flask
from markupsafe import Markup

# Text structure only. No img: fetching one tells its owner who reads, and when. No style, no id,
# no class: they reach into the page around. https://nh3.readthedocs.io/
TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "h4", "hr", "i", "li", "ol", "p",
    "pre", "s", "strong", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}}
SCHEMES = {"http", "https", "mailto"}


def init_app(app: Flask) -> None:
    """Offer the filter `sanitize`, in place of `safe` for what people write."""
    app.add_template_filter(sanitize)


def sanitize(html: object) -> Markup:
    """Return the allowed part of a person's HTML, safe to show as markup."""
    clean = nh3.clean(
        "" if html is None else str(html),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer nofollow ugc",
    )
    return Markup(clean)  # noqa: S704 # nosec B704 # safe: nh3 has just cleaned it
