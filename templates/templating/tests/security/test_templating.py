"""Templating: what people write stays text, in every place of a page."""

import ast
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask import render_template_string
from flask.testing import FlaskClient
from markupsafe import Markup

import <%= project.package %>
<% if (answers.examples) { -%>
from <%= project.package %>.examples import users
<% } -%>
from <%= project.package %>.security.templating import sanitize
from <%= project.package %>.security.templating import web_address

from ..conftest import Submit

PACKAGE = Path(<%= project.package %>.__file__).parent
# A reason behind the word "safe:" on the same line is what makes an exception acceptable.
REASON = re.compile(r"safe: \w.{10,}")
URL = r"href|src|srcset|action|formaction|data|poster|ping|background|xlink:href"
UNSAFE = re.compile(
    # Escaping is off.
    r"\|\s*safe\b|\{%-?\s*autoescape\s+(false|off)"
    # A space in the value would end an attribute without quotes.
    r"|[\w-]=\{\{"
    # Escaping does not stop javascript:. What url_for makes is safe; root is the app's own prefix.
    rf"|\b({URL})\s*=\s*[\"']\s*\{{\{{"
    r"(?!\s*url_for\()(?!\s*root\s*\}\}/)(?!.*?\|\s*web_address\b)",
    re.IGNORECASE,
)
REL = 'rel="noopener noreferrer nofollow ugc"'
MARKUP = {"Markup", "SafeString"}
HOSTILE = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'><svg/onload=alert(1)>",
    '" onmouseover="alert(1)', "' autofocus onfocus='alert(1)", "` onclick=alert(1) `",
    "x onclick=alert(1)", "</title><script>alert(1)</script>", "</textarea><b onclick=alert(1)>",
    "</script><script>alert(1)</script>", "<!--<script>", "--><b>", "<![CDATA[<b>]]>", "<b", "<",
    "&lt;b&gt;", "&#60;b&#62;", "&quot; onclick=alert(1)", "&", "'\"", "\\", '\\"; alert(1) //',
    "\\u003cb\\u003e", "\u2028alert(1)", "\u202ealert", "${alert(1)}", "{{ 7 * 7 }}", "{% raw %}",
    "{{ config }}", "+ADw-b+AD4-", "\uff1cb\uff1e", "*/ alert(1) /*", "\nalert(1)",
]  # fmt: skip
ADDRESSES = {
    "https://example.com/?a=1&b=2#c": "https://example.com/?a=1&b=2#c",
    "HTTP://example.com": "HTTP://example.com",
    "mailto:ann@example.com": "mailto:ann@example.com",
    "/path?next=javascript:x": "/path?next=javascript:x",
    "page.html": "page.html",
    " https://example.com\n": "https://example.com",
    "": "",
    "javascript:alert(1)": "#",
    "JaVaScRiPt:alert(1)": "#",
    " javascript:alert(1)": "#",
    "\x01javascript:alert(1)": "#",
    "java\nscript:alert(1)": "#",
    "j\ta\rvascript\n:alert(1)": "#",
    "javascript://example.com/%0aalert(1)": "#",
    "data:text/html,<script>alert(1)</script>": "#",
    "vbscript:msgbox(1)": "#",
    "blob:https://example.com/1": "#",
    "view-source:https://example.com": "#",
}


class Reader(HTMLParser):
    """Reads a page as a browser does: its tags with their attributes, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def shape(self) -> list[tuple[str, list[str]]]:
        """Return what a value must not change."""
        return [(tag, sorted(attributes)) for tag, attributes in self.tags]


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
        found = {n for n, line in enumerate(lines, 1) if UNSAFE.search(line)}
    return [f"{path.name}:{n}" for n in sorted(found) if not REASON.search(lines[n - 1])]


def test_nothing_is_marked_safe_without_a_reason() -> None:
    sources = [path for path in PACKAGE.rglob("*") if path.suffix in {".py", ".html", ".txt"}]
    assert [line for path in sources for line in unjustified(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        "{{ a|safe }}",
        "{% autoescape false %}",
        "{{ b | safe }}",
        "<p title={{ a }}>",
        '<a href="{{ a }}">',
        "<img alt='' src = '{{ a|upper }}'>",
        '<a href="{{ root }}">',
    ],
)
def test_the_check_sees_each_unsafe_way(tmp_path: Path, line: str) -> None:
    page = tmp_path / "page.html"
    page.write_text(f"{line}\n")
    assert unjustified(page) == ["page.html:1"]
    page.write_text(f"{line} {{# safe: the team wrote it #}}\n")
    assert unjustified(page) == []


def test_the_check_sees_markup_made_in_code(tmp_path: Path) -> None:
    (tmp_path / "view.py").write_text("Markup(a)\nmarkupsafe.Markup(a)\nMarkup(b)  # safe: ours\n")
    assert len(unjustified(tmp_path / "view.py")) == 3


@pytest.mark.parametrize("name", ["page.html", "page.html.j2", "picture.svg", "feed.xml", None])
def test_every_template_but_plain_text_escapes(app: Flask, name: str | None) -> None:
    decide = app.jinja_env.autoescape
    assert callable(decide)
    assert decide(name)
    assert not decide("mail.txt")


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_values(app: Flask, value: str) -> None:
    template = """<title>{{ value }}</title>
        <p title="{{ value }}" class='{{ value }}'>{{ value }}</p>
        <a href="{{ url_for('main.index', q=value) }}" data-json='{{ value|tojson }}'></a>
        <a href="/?q={{ value|urlencode }}"></a><textarea>{{ value }}</textarea>
        <script>const value = {{ value|tojson }};</script>"""
    with app.test_request_context():
        page = Reader(render_template_string(template, value=value))
        harmless = Reader(render_template_string(template, value="x"))
    assert page.shape() == harmless.shape()
    tags = [attributes for _, attributes in page.tags]
    assert tags[1] == {"title": value, "class": value}
    assert json.loads(str(tags[2]["data-json"])) == value
    # RCDATA and script are read to their end tags; what they hold is the value and nothing else.
    texts = "".join(page.texts)
    script = texts[texts.rindex("const value = ") :].removeprefix("const value = ")
    assert json.loads(script.removesuffix(";")) == value
    assert not set("<>&'") & set(script)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_stay_values_on_a_page(
    client: FlaskClient, submit: Submit, value: str
) -> None:
    fields = {"name": value, "email": value.replace("@", ""), "message": value}
    page = Reader(submit(client, "/", fields).text)
    harmless = Reader(submit(client, "/", dict.fromkeys(fields, "x" * len(value))).text)
    assert page.shape() == harmless.shape()
    shown = {attributes.get("id"): attributes for _, attributes in page.tags}
    assert shown["name"]["value"] == value


<% if (answers.examples) { -%>
@pytest.mark.parametrize("name", HOSTILE[:10])
def test_hostile_names_stay_names(
    app: Flask, client: FlaskClient, submit: Submit, name: str
) -> None:
    password = "correct horse battery staple"
    with app.app_context():
        users.add(name, password)
    submit(client, "/account/sign-in", {"name": name, "password": password})
    page = Reader(client.get("/account/").text)
    assert f"You are signed in as {name}." in page.texts


<% } -%>
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_runs_nothing(app: Flask, address: str) -> None:
    with app.test_request_context():
        page = render_template_string('<a href="{{ value|web_address }}">', value=address)
    assert Reader(page).tags == [("a", {"href": ADDRESSES[address]})]
    assert web_address(None) == ""


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<b>bold</b> text", "<b>bold</b> text"),
        ("<script>alert(1)</script>x", "x"),
        ("<style>p{}</style>x", "x"),
        ('<p onclick="x()" style="color:red" id="a" class="b">x</p>', "<p>x</p>"),
        ('<img src="https://tracker.example/x.png">x', "x"),
        ('<picture><source srcset="//tracker.example/x"></picture>x', "x"),
        ('<video poster="//tracker.example/x"></video><audio src="//t.example"></audio>x', "x"),
        ('<p background="//t.example" style="background:url(//t.example)">x</p>', "<p>x</p>"),
        ('<blockquote cite="//t.example">x</blockquote>', "<blockquote>x</blockquote>"),
        ('<link rel=stylesheet href="//t.example"><base href="//evil.example">x', "x"),
        ('<meta http-equiv=refresh content="0;url=//evil.example">x', "x"),
        ('<form action="//evil.example"><input name=a><button>b</button></form>x', "bx"),
        ("<object data=x></object><embed src=x>x", "x"),
        ("<svg onload=alert(1)>x</svg>", "x"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
        ('<noscript><p title="</noscript><img src=x onerror=alert(1)>">x', None),
        ('<a href="javascript:alert(1)">x</a>', f"<a {REL}>x</a>"),
        ('<a href="java&#10;script:alert(1)">x</a>', f"<a {REL}>x</a>"),
        ('<a href="data:text/html,x">x</a>', f"<a {REL}>x</a>"),
        ('<a href="/x" target=_blank ping="//t.example">x</a>', f'<a href="/x" {REL}>x</a>'),
        ("<iframe src=//evil.example></iframe>x<!-- c -->", "x"),
        ("<b>not closed", "<b>not closed</b>"),
        (None, ""),
    ],
)
def test_sanitize_keeps_text_structure_only(html: str | None, clean: str | None) -> None:
    result = sanitize(html)
    assert clean is None or result == clean
    # Nothing in it is fetched by itself, and nothing runs.
    names = {name for _, attributes in Reader(result).tags for name in attributes}
    assert names <= {"href", "title", "rel"}


def test_sanitize_is_a_filter_whose_result_is_not_escaped_again(app: Flask) -> None:
    with app.test_request_context():
        page = render_template_string("{{ value|sanitize }}", value="<b>x</b><img src=y>")
    assert page == "<b>x</b>"
    assert isinstance(sanitize("x"), Markup)
