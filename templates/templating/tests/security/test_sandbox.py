"""The sandbox: templates from outside reach no object, and cost little."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from <%= project.package %>.security import sandbox
from <%= project.package %>.security import sandbox_limits
from <%= project.package %>.security.sandbox_limits import MAX_SECONDS

DATA: dict[str, Any] = {
    "name": "ann",
    "user": {"name": "ann"},
    "many": list(range(3000)),
    "same": list(range(3000)),
    "long": "y" * 30_000,
    "tags": "<" * 30_000,
}
DIGITS = "9" * 19_000
SEARCH = " or -1 in many"
SUM = "{% if x" + "+x" * 40 + " %}{% endif %}"

# From attribute to attribute until something runs a command: the ways that cheat sheets list.
WALKS = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__']['__base__'] }}",
    "{{ name['__cl' 'ass__'] }}",
    "{{ name['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ name['__cl' ~ 'ass__'] }}",
    "{{ name|attr('__class__') }}",
    "{{ name|attr('\\x5f\\x5fclass\\x5f\\x5f') }}",
    "{{ name|attr(['__cla', 'ss__']|join) }}",
    "{{ name|attr('__ssalc__'|reverse) }}",
    "{{ name|attr('%c%cclass%c%c'|format(95, 95, 95, 95)) }}",
    "{{ [].__class__.__base__ }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ {}.__class__ }}",
    "{{ (1).__class__ }}",
    "{{ 1.5.__class__ }}",
    "{{ true.__class__ }}",
    "{{ none.__class__ }}",
    "{{ user.__class__ }}",
    "{{ user['__class__'].__init__ }}",
    "{{ user.__getitem__ }}",
    "{{ user.items }}",
    "{{ user.get('name') }}",
    "{{ many.append(1) }}",
    "{{ many.__class__ }}",
    "{{ missing.__class__ }}",
    "{{ missing._fail_with_undefined_error.__globals__ }}",
    "{{ name.upper() }}",
    "{{ name.upper }}",
    "{{ '{0.__class__}'.format(name) }}",
    "{{ '{a.__class__}'.format_map({'a': name}) }}",
    "{{ '%s' % name.__class__ }}",
    "{{ config }}",
    "{{ config.items() }}",
    "{{ config.from_pyfile('/etc/passwd') }}",
    "{{ config.__class__.__init__.__globals__['os'].popen('id').read() }}",
    "{{ request.application.__globals__ }}",
    "{{ request|attr('application')|attr('__globals__') }}",
    "{{ session }}",
    "{{ g.pop.__globals__ }}",
    "{{ app.__class__ }}",
    "{{ current_app }}",
    "{{ url_for.__globals__.current_app.config }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ csrf_token() }}",
    "{{ lipsum() }}",
    "{{ lipsum.__globals__.os.popen('id').read() }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ dict.mro() }}",
    "{{ range }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.cycler }}",
    "{% for x in many %}{{ loop }}{% endfor %}",
    "{% for x in many %}{{ loop._iterator.gi_frame }}{% endfor %}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% for x in user.__class__ %}{% endfor %}",
    "{% if ''.__class__ %}yes{% endif %}",
    "{{ 'yes' if ''.__class__ == 1 }}",
    "{{ user[user.__class__] }}",
    "{{ name[''.__class__] }}",
    "{{ [user]|map(attribute='__class__')|list }}",
    "{{ [user]|groupby('__class__') }}",
    "{{ [user]|selectattr('__class__')|list }}",
    "{{ [user]|sort(attribute='__class__') }}",
    "{{ [user]|sum(attribute='__class__') }}",
    "{{ [name]|map('attr', '__class__')|list }}",
    "{{ user|xmlattr }}",
    "{{ user|pprint }}",
    "{{ name|safe }}",
    "{{ name|_check }}",
    "{{ many|_each }}",
    "{{ name is callable }}",
    "{% set x = ''.__class__ %}{{ x }}",
    "{% with a = ''.__class__ %}{{ a }}{% endwith %}",
    "{% filter attr('__class__') %}a{% endfilter %}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{{ m.__globals__ }}",
    "{% macro m() %}{{ varargs.__class__ }}{% endmacro %}{{ m(1) }}",
    "{% call (x) m() %}{% endcall %}",
    "{% include 'base.html' %}",
    "{% include '/etc/passwd' %}",
    "{% import 'base.html' as b %}",
    "{% from 'base.html' import b %}",
    "{% extends 'base.html' %}",
    "{% block a %}{{ super.__class__ }}{% endblock %}",
    "{% autoescape false %}{{ name }}{% endautoescape %}",
    "{% do user.update({}) %}",
    "{{ __builtins__ }}",
    "{{ __import__('os') }}",
    "{{ environment }}",
    "{{ context }}",
    "{{ resolve }}",
]  # fmt: skip



def looped(condition: str) -> str:
    """Return a template that computes a condition in each step of a loop."""
    return "{% for x in many %}{% if " + condition + " %}{% endif %}{% endfor %}"


# Little to write, much to compute.
BOMBS = {
    "multiplied text": "{{ 'a' * 100000000 }}",
    "multiplied list": "{{ many * 100000000 }}",
    "added texts": "{{ long + long }}",
    "joined texts": "{{ long ~ long }}",
    "power": "{{ 99 ** 9 ** 9 }}",
    "power of powers": "{{ 2 ** 16 ** 16 ** 16 }}",
    "large exponent": "{{ 2 ** 17 }}",
    "large product": "{{ 999999999 * 999999999 * 2 }}",
    "division": "{{ 1 / 0 }}",
    "range": "{% for x in range(100000000) %}{% endfor %}",
    "center": "{{ name|center(100000000) }}",
    "join": "{{ many|join(long) }}",
    "format": "{{ '%100000000d' % 1 }}",
    "format with a star": "{{ '%*d' % (100000000, 1) }}",
    "filter format": "{{ '%100000000d'|format(1) }}",
    "method format": "{{ '{:>100000000}'.format(1) }}",
    "replace": "{{ long|replace('', long) }}",
    "indent": "{{ long|indent(100000000, true) }}",
    "wordwrap": "{{ long|wordwrap(1, true, long) }}",
    "batch": "{{ many|batch(100000000, 'x')|list }}",
    "slice": "{{ many|slice(100000000)|list }}",
    "tojson": "{{ many|tojson }}",
    "urlize": "{{ long|urlize }}",
    "striptags": "{{ tags|striptags }}",
    "trim by a long text": "{{ long|trim(long) }}",
    "number of base 36": "{{ long|int(base=36) }}",
    "long number": "{{ " + DIGITS + " }}",
    "long hexadecimal number": "{{ 0x" + DIGITS + " }}",
    "sum of a long number": "{{ 1 + " + DIGITS[:4000] + " }}",
    "loops in loops": "{% for x in many %}{% for y in many %}{% endfor %}{% endfor %}",
    "many loops in loops": "{% for x in many %}" * 15 + "{% endfor %}" * 15,
    "too many loops in loops": "{% for x in many %}" * 30 + "{% endfor %}" * 30,
    "output in a loop": "{% for x in many %}{{ long }}{% endfor %}",
    "recursive loop": "{% for x in many recursive %}{{ long }}{% endfor %}",
    "recursive macro": "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "doubling": "{% set x = long %}" + "{% set x = x ~ x %}" * 10 + "{{ x }}",
    "filters in a loop": looped("long|title|upper|lower == x"),
    "long texts of a list": looped("many|upper|title == x"),
    "growing text": "{{ tags" + "|e|title" * 20 + "|length }}",
    "growing text in a loop": looped("tags|e|title|e|title == x"),
    "comparisons in a loop": looped("0" + SEARCH * 40),
    "equal lists": looped("many == same" + " == many == same" * 40 + " == 1"),
    "loop condition": "{% for x in many if 0" + SEARCH * 40 + " %}{% endfor %}",
    "arithmetic in a loop": "{% for x in many %}" + SUM * 20 + "{% endfor %}",
    "brackets": "{{ " + "(" * 5000 + ")" * 5000 + " }}",
    "brackets of lists": "{{ " + "[" * 5000 + "]" * 5000 + " }}",
    "not not not": "{{ " + "not " * 4900 + "1 }}",
    "a little deep": "{{ " + "not " * 60 + "1 }}",
    "minus minus minus": "{{ " + "-" * 19_000 + "1 }}",
    "sum of many": "{{ 1" + "+1" * 9000 + " }}",
    "chain of keys": "{{ user" + ".a" * 9000 + " }}",
    "chain of filters": "{{ name" + "|e" * 9000 + " }}",
    "chain of comparisons": "{{ 1" + "<2" * 9000 + " }}",
    "chain of choices": "{{ " + "1 if 0 else " * 1600 + "1 }}",
    "many outputs": "{{1}}" * 4000,
    "many conditions": "{%if 1%}{%endif%}" * 1100,
    "conditions in conditions": "{%if 1%}" * 1000 + "{%endif%}" * 1000,
    "unclosed comment": "{#" * 9000,
    "unclosed tags": "{{" * 9000,
    "unclosed text": "{{ '" + "\\\\" * 9000,
    "long source": "x" * 20_001,
    "unclosed loop": "{% for x in",
}  # fmt: skip


def test_plain_data_is_rendered_escaped() -> None:
    source = "Dear {{ user.name|upper }}, {% for n in sums if n > 0 %}{{ n * 2 }} {% endfor %}"
    text = sandbox.render_untrusted(source, {"user": {"name": "<Ann>"}, "sums": [1, 0, 2]})
    assert text == "Dear &lt;ANN&gt;, 2 4 "


def test_an_ordinary_template_is_within_the_limits() -> None:
    source = "{% for o in orders %}<li>{{ o.name|title }}: {{ o.sum * 2 }}</li>{% endfor %}" * 2
    orders = [{"name": f"order {n}", "sum": n} for n in range(1000)]
    assert sandbox.render_untrusted(source, {"orders": orders}).count("<li>") == 2000


@pytest.mark.parametrize("source", WALKS)
def test_no_object_is_reached(source: str) -> None:
    with pytest.raises(sandbox.RefusedTemplateError):
        sandbox.render_untrusted(source, DATA)


def cost(source: str, reason: str | None = None) -> float:
    """Return the seconds of a processor that a template takes until it is refused."""
    started = time.thread_time()
    with pytest.raises(sandbox.RefusedTemplateError, match=reason):
        sandbox.render_untrusted(source, DATA)
    return time.thread_time() - started


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_stopped_early(bomb: str) -> None:
    assert cost(BOMBS[bomb]) < MAX_SECONDS + 0.5


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        ("loops in loops", "too many steps"),
        ("output in a loop", "too much text"),
        ("growing text", "a filter makes too much text"),
        ("recursive loop", "a recursive loop is not allowed"),
        ("many outputs", "too complex"),
        ("a little deep", "too complex"),
        ("long source", "too long"),
    ],
)
def test_each_limit_stops_what_it_is_for(bomb: str, reason: str) -> None:
    cost(BOMBS[bomb], reason)


@pytest.mark.parametrize(
    "step",
    [
        "text",
        "{{ name }}",
        "{% for x in many %}{% endfor %}",
        "{% if name|upper %}{% endif %}",
        "{% if 1 in many %}{% endif %}",
        "{% if 1 < 2 %}{% endif %}",
    ],
)
def test_the_time_is_read_at_each_step(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox_limits, "MAX_SECONDS", 0)
    cost(step, "takes too long")


def test_the_time_limit_holds_in_every_thread() -> None:
    """No signal is used: those reach the main thread only."""
    slow = [BOMBS["filters in a loop"]] * 4
    with ThreadPoolExecutor(len(slow)) as threads:
        costs = list(threads.map(cost, slow, ["takes too long"] * len(slow)))
    assert max(costs) < MAX_SECONDS + 0.5


def test_what_it_is_given_cannot_be_changed() -> None:
    assert issubclass(sandbox.Sandbox, ImmutableSandboxedEnvironment)


class Text(str):
    """A text with a method more."""


@pytest.mark.parametrize(
    "value",
    [object(), cost, Markup("<b>"), Text("x"), b"x", {1: [object()]}, {Text("x"): 1}, {1, 2}, 1j],
)
def test_objects_are_no_data(value: Any) -> None:
    with pytest.raises(sandbox.RefusedTemplateError, match="no plain data"):
        sandbox.render_untrusted("{{ value }}", {"value": value})


@pytest.mark.parametrize("value", ["x" * 100_000, [0] * 100_000, {"a": ["x" * 50_000] * 2}])
def test_the_data_is_bounded(value: Any) -> None:
    with pytest.raises(sandbox.RefusedTemplateError, match="too large"):
        sandbox.render_untrusted("hello", {"value": value})


def test_data_that_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(sandbox.RefusedTemplateError):
        sandbox.render_untrusted("hello", {"value": endless})


def test_the_reason_tells_no_value() -> None:
    secret = "s3cret-value"
    for source in ("{{ value + 1 }}", "{{ value.x }}", "{{ value|nosuch }}", "{{ value() }}"):
        with pytest.raises(sandbox.RefusedTemplateError) as refusal:
            sandbox.render_untrusted(source, {"value": secret})
        assert secret not in str(refusal.value)
