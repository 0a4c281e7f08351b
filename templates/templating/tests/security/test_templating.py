"""Templating: markup from people is escaped, cleaned or rendered in a sandbox."""

import ast
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask import render_template_string
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

import <%= project.package %>
from <%= project.package %>.security import sandbox
from <%= project.package %>.security.templating import sanitize

PACKAGE = Path(<%= project.package %>.__file__).parent
# A reason behind the word "safe:" on the same line is what makes an exception acceptable.
REASON = re.compile(r"safe: \w.{10,}")
UNESCAPED = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+(false|off)", re.IGNORECASE)
MARKUP = {"Markup", "SafeString"}


def unjustified(path: Path) -> list[str]:
    """Return the lines of a template or module that switch escaping off without a reason."""
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    if path.suffix == ".py":
        calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
        found = {
            call.lineno
            for call in calls
            if getattr(call.func, "id", getattr(call.func, "attr", "")) in MARKUP
        }
    else:
        found = {n for n, line in enumerate(lines, 1) if UNESCAPED.search(line)}
    return [f"{path.name}:{n}" for n in sorted(found) if not REASON.search(lines[n - 1])]


def test_nothing_is_marked_safe_without_a_reason() -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html", ".txt"}]
    assert [line for path in sources for line in unjustified(path)] == []


def test_the_check_for_reasons_sees_each_way(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ a|safe }}\n{% autoescape false %}\n{{ b | safe }}\n")
    (tmp_path / "view.py").write_text("Markup(a)\nmarkupsafe.Markup(a)\nMarkup(b)  # safe: ours\n")
    assert len(unjustified(tmp_path / "page.html")) == 3
    assert len(unjustified(tmp_path / "view.py")) == 3


@pytest.mark.parametrize("name", ["page.html", "page.html.j2", "picture.svg", "feed.xml", None])
def test_every_template_but_plain_text_escapes(app: Flask, name: str | None) -> None:
    decide = app.jinja_env.autoescape
    assert callable(decide)
    assert decide(name)
    assert not decide("mail.txt")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<p>{{ value }}</p>", "<p>&lt;script&gt;&#34;&#39;</p>"),
        ('<p title="{{ value }}">', '<p title="&lt;script&gt;&#34;&#39;">'),
        ("{{ value|tojson }}", r'"\u003cscript\u003e\"\u0027"'),
    ],
)
def test_hostile_values_stay_values(app: Flask, template: str, expected: str) -> None:
    with app.test_request_context():
        assert render_template_string(template, value="<script>\"'") == expected


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<b>bold</b> text", "<b>bold</b> text"),
        ("<script>alert(1)</script>x", "x"),
        ("<style>p{}</style>x", "x"),
        ('<p onclick="x()" style="color:red" id="a" class="b">x</p>', "<p>x</p>"),
        ('<img src="https://tracker.example/x.png">x', "x"),
        ("<svg onload=alert(1)>x</svg>", "x"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer nofollow ugc">x</a>'),
        ("<iframe src=//evil.example></iframe>x<!-- c -->", "x"),
        (None, ""),
    ],
)
def test_sanitize_keeps_text_structure_only(html: str | None, clean: str) -> None:
    assert sanitize(html) == clean


def test_sanitize_is_a_filter_whose_result_is_not_escaped_again(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string("{{ value|sanitize }}", value="<b>x</b><img src=y>")
    assert page == "<b>x</b>"
    assert isinstance(sanitize("x"), Markup)


def test_the_sandbox_renders_plain_data_escaped() -> None:
    source = "Dear {{ user.name|upper }}, {% for n in sums %}{{ n * 2 }} {% endfor %}"
    text = sandbox.render_untrusted(source, {"user": {"name": "<Ann>"}, "sums": [1, 2]})
    assert text == "Dear &lt;ANN&gt;, 2 4 "


@pytest.mark.parametrize(
    "source",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ user['__class__'].__init__ }}",
        "{{ name.upper() }}",
        "{{ name.upper }}",
        "{{ user.items }}",
        "{{ range(10) }}",
        "{{ range }}",
        "{{ lipsum() }}",
        "{{ config }}",
        "{{ missing }}",
        "{{ user.missing }}",
        "{% include 'base.html' %}",
        "{% import 'base.html' as b %}",
        "{% macro m() %}{% endmacro %}",
        "{% set x = name %}",
        "{{ name ~ name }}",
        "{{ 'a' * 1000000000 }}",
        "{{ 'a' + 'b' }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ 99 ** 9 ** 9 }}",
        "{{ 2 ** 17 }}",
        "{{ 1 / 0 }}",
        "{{ name|center(1000000000) }}",
        "{{ name|attr('upper') }}",
        "{{ name|_counted }}",
        "{{ name|nosuchfilter }}",
        "{% for x in many %}{% for y in many %}{% endfor %}{% endfor %}",
        "{% for x in many %}{{ long }}{% endfor %}",
        "{{ " + "(" * 5000 + ")" * 5000 + " }}",
        "x" * 30_000,
        "{% for x in",
    ],
)
def test_the_sandbox_refuses_quickly(source: str) -> None:
    data: dict[str, Any] = {
        "name": "ann",
        "user": {"name": "ann"},
        "many": list(range(3000)),
        "long": "y" * 1000,
    }
    started = time.monotonic()
    with pytest.raises(sandbox.RefusedTemplateError):
        sandbox.render_untrusted(source, data)
    assert time.monotonic() - started < 2


def test_the_sandbox_cannot_change_what_it_is_given() -> None:
    assert issubclass(sandbox.Sandbox, ImmutableSandboxedEnvironment)


def test_the_sandbox_takes_no_objects() -> None:
    for value in (object(), test_the_sandbox_takes_no_objects, Markup("<b>")):
        with pytest.raises(sandbox.RefusedTemplateError):
            sandbox.render_untrusted("{{ value }}", {"value": value})
