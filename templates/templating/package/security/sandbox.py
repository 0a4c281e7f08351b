"""Templates written by people outside the team: plain data in, bounded text out.

Refuses what it does not know: a template may use the constructs, filters and values named here.
https://jinja.palletsprojects.com/sandbox/
"""

from collections.abc import Mapping
from typing import Any

from jinja2 import StrictUndefined
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from .sandbox_limits import MAX_DEPTH
from .sandbox_limits import MAX_NODES
from .sandbox_limits import MAX_SOURCE
from .sandbox_limits import Meter
from .sandbox_limits import RefusedTemplateError

__all__ = ["RefusedTemplateError", "render_untrusted"]

MAX_NUMBER = 10**15
MAX_EXPONENT = 16

# Not among them: calls, macros, assignments (doubling a text makes it huge), includes, imports.
ALLOWED_NODES = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.Getattr,
    nodes.Getitem, nodes.If, nodes.CondExpr, nodes.For, nodes.Filter, nodes.Compare,
    nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Mul, nodes.Div,
    nodes.FloorDiv, nodes.Mod, nodes.Pow, nodes.Neg, nodes.Pos,
)  # fmt: skip
# Each takes time in proportion to the text it is given.
ALLOWED_FILTERS = frozenset(
    {"capitalize", "e", "escape", "first", "int", "last", "length", "lower", "title", "trim",
     "upper"}
)  # fmt: skip
# What Jinja itself puts into a template: objects, not data.
RESERVED = frozenset({"loop", "self"})


class Sandbox(ImmutableSandboxedEnvironment):
    """Attributes are keys of plain data, operators work on numbers of a sane size."""

    intercepted_binops = frozenset(ImmutableSandboxedEnvironment.default_binop_table)

    def __init__(self, meter: Meter) -> None:
        # Not optimized: that would compute constant expressions while compiling, without limits.
        super().__init__(undefined=StrictUndefined, autoescape=True, optimized=False)
        self.globals.clear()
        self.filters = {name: meter.bounded(self.filters[name]) for name in ALLOWED_FILTERS}
        self.filters |= {"_check": meter.check, "_each": meter.each}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Refuse methods and attributes of every object; keys of a dict are items instead."""
        return False

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Stop 'a' * 10**9, 9**9**9 and '%9999999d' % 1 before they run."""
        numbers = all(isinstance(side, int | float) for side in (left, right))
        if not numbers or max(abs(left), abs(right)) > MAX_NUMBER:
            raise RefusedTemplateError(f"{operator} works on numbers up to {MAX_NUMBER} only")
        if operator == "**" and abs(right) > MAX_EXPONENT:
            raise RefusedTemplateError(f"the exponent of ** must not be over {MAX_EXPONENT}")
        return super().call_binop(context, operator, left, right)


def render_untrusted(source: str, data: Mapping[str, Any]) -> str:
    """Render a person's template with plain data; the result is escaped HTML."""
    if len(source) > MAX_SOURCE:
        raise RefusedTemplateError("the template is too long")
    meter = Meter()
    environment = Sandbox(meter)
    try:
        plain = meter.plain(data)
        tree = environment.parse(source)
        _inspect(tree)
        _watch(tree)
        return meter.text(environment.from_string(tree).generate(plain))
    except RefusedTemplateError:
        raise
    except Exception as error:  # whatever a template provokes is its own fault, not the caller's
        raise RefusedTemplateError(f"it does not render: {type(error).__name__}") from error


def _inspect(node: nodes.Node, depth: int = 0, seen: int = 0) -> int:
    """Refuse a tree with anything that is not named above; return how many nodes were seen."""
    kind, seen = type(node).__name__, seen + 1
    if depth > MAX_DEPTH or seen > MAX_NODES:
        raise RefusedTemplateError(f"line {node.lineno}: the template is too complex")
    if not isinstance(node, ALLOWED_NODES):
        raise RefusedTemplateError(f"line {node.lineno}: {kind} is not allowed")
    match node:
        case nodes.Filter(name=name) if name not in ALLOWED_FILTERS or _arguments(node):
            raise RefusedTemplateError(f"line {node.lineno}: the filter {name} is not allowed so")
        case nodes.Name(name=name) if name in RESERVED:
            raise RefusedTemplateError(f"line {node.lineno}: the name {name} is not allowed")
        case nodes.For(recursive=True):  # its output would be kept back, past every limit
            raise RefusedTemplateError(f"line {node.lineno}: a recursive loop is not allowed")
    for child in node.iter_child_nodes():
        seen = _inspect(child, depth + 1, seen)
    return seen


def _arguments(node: nodes.Filter) -> bool:
    return bool(node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)


def _watch(tree: nodes.Template) -> None:
    """Let the meter see each step of a loop and each comparison; it sees output and filters."""
    for loop in tree.find_all(nodes.For):
        loop.iter = nodes.Filter(loop.iter, "_each", [], [], None, None)
    for comparison in tree.find_all(nodes.Compare):
        for operand in comparison.ops:
            operand.expr = nodes.Filter(operand.expr, "_check", [], [], None, None)
