"""Templates written by people outside the team: plain data in, bounded text out.

Refuses what it does not know: a template may use the constructs, filters and values named here.
https://jinja.palletsprojects.com/sandbox/
"""

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2 import TemplateError
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_SOURCE = 20_000  # characters
MAX_OUTPUT = 200_000  # characters
MAX_STEPS = 10_000  # of all loops together, so that nesting them gains nothing
MAX_NUMBER = 10**15
PLAIN = (str, int, float, bool, type(None))

# Not among them: calls, macros, assignments (doubling a text makes it huge), includes, imports.
ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.If, nodes.CondExpr, nodes.For, nodes.Filter, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg, nodes.Pos,
)  # fmt: skip
ALLOWED_FILTERS = frozenset(
    {"capitalize", "e", "escape", "first", "int", "last", "length", "lower", "title", "trim",
     "upper"}
)  # fmt: skip


class RefusedTemplateError(ValueError):
    """A template that is not rendered; the message says why, without any value of the context."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are keys of plain data, operators work on numbers of a sane size."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse methods and attributes of every object; keys of a dict are items instead."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Stop 'a' * 10**9, 9**9**9 and '%9999999d' % 1 before they run."""
        numbers = all(isinstance(side, int | float) for side in (left, right))
        if not numbers or max(abs(left), abs(right)) > MAX_NUMBER:
            raise RefusedTemplateError(f"{operator} works on numbers up to {MAX_NUMBER} only")
        if operator == "**" and abs(right) > 16:
            raise RefusedTemplateError("the exponent of ** must not be over 16")
        return super().call_binop(context, operator, left, right)


def render_untrusted(source: str, data: Mapping[str, Any]) -> str:
    """Render a person's template with plain data; the result is escaped HTML."""
    if len(source) > MAX_SOURCE:
        raise RefusedTemplateError("the template is too long")
    environment = Sandbox(undefined=StrictUndefined, autoescape=True)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in ALLOWED_FILTERS}
    environment.filters["_counted"] = _counter()
    try:
        tree = environment.parse(source)
        _inspect(tree)
        for loop in tree.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, "_counted", [], [], None, None)
        return _bounded(environment.from_string(tree).generate(_plain(data)))
    except (TemplateError, ArithmeticError, TypeError, RecursionError) as error:
        raise RefusedTemplateError(f"it does not render: {type(error).__name__}") from error


def _inspect(node: nodes.Node) -> None:
    if not isinstance(node, ALLOWED_NODES):
        raise RefusedTemplateError(f"line {node.lineno}: {type(node).__name__} is not allowed")
    if isinstance(node, nodes.Filter) and node.name not in ALLOWED_FILTERS:
        raise RefusedTemplateError(f"line {node.lineno}: the filter {node.name} is not allowed")
    for child in node.iter_child_nodes():
        _inspect(child)


def _counter() -> Callable[[Any], Any]:
    steps = 0

    def counted(items: Any) -> Any:
        nonlocal steps
        steps += len(items)
        if steps > MAX_STEPS:
            raise RefusedTemplateError("the loops of the template take too long")
        return items

    return counted


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if type(value) in PLAIN:
        return value
    raise TypeError(f"{type(value).__name__} is no plain data")


def _bounded(chunks: Iterable[str]) -> str:
    parts, size = [], 0
    for chunk in chunks:
        size += len(chunk)
        if size > MAX_OUTPUT:
            raise RefusedTemplateError("the template makes too much text")
        parts.append(chunk)
    return "".join(parts)
