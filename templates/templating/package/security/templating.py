"""Markup from people: cleaned by a short allow-list. Autoescaping covers everything else.

https://flask.palletsprojects.com/templating/#controlling-autoescaping
"""

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


def init_app(app: Flask) -> None:
    """Escape in every template but plain text, and offer the filter `sanitize`."""
    # By Flask's own rule a name like page.html.j2 would not be escaped.
    app.jinja_env.autoescape = select_autoescape(
        disabled_extensions=("txt",), default=True, default_for_string=True
    )
    app.add_template_filter(sanitize)


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
