"""Find code that switches a debugging aid on, by reading the syntax tree.

A setting counts as on unless its value is literally off: `debug=not PRODUCTION` is found, too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

NAMES = frozenset(
    {"DEBUG", "FLASK_DEBUG", "FLASK_ENV", "PROPAGATE_EXCEPTIONS", "TESTING",
     "PRESERVE_CONTEXT_ON_EXCEPTION", "USE_DEBUGGER", "USE_EVALEX", "USE_RELOADER"}
)  # fmt: skip
# Classes and modules that have no place in an app that may run in production.
TOOLS = frozenset({"DebuggedApplication", "DebugToolbar", "DebugToolbarExtension"})
MODULES = ("flask_debugtoolbar", "werkzeug.debug", "pdb", "ipdb", "debugpy", "pydevd")
CALLS = frozenset({"breakpoint", "set_trace"})
OFF = (False, None, 0, "", "0", "false", "off", "no", "production")

Finding = tuple[int, str]


def findings(path: Path) -> Iterator[Finding]:
    """Yield (line, reason) for each place of a Python file that turns debugging on."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        yield from _settings(node)
        yield from _tools(node)


def _settings(node: ast.AST) -> Iterator[Finding]:
    for line, name, value in _pairs(node):
        if name.upper() in NAMES and not _is_off(value):
            yield line, f"{name} is set to something other than off"


def _pairs(node: ast.AST) -> Iterator[tuple[int, str, ast.expr | None]]:
    """Yield every (line, name, value) that a node binds, in whatever way it does so."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from ((node.lineno, name, value) for name in _targets(target))
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from ((node.lineno, name, value) for name in _targets(target))
        case ast.AugAssign(target=target) | ast.NamedExpr(target=target):
            yield from ((node.lineno, name, node.value) for name in _targets(target))
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from ((value.lineno, name, value) for name in _text(key))
        case ast.keyword(arg=str(name), value=value):
            yield value.lineno, name, value
        case ast.Call(args=[*_, ast.Constant(value=str(name)), value]):
            # setattr(app, "debug", x), os.environ.setdefault("FLASK_DEBUG", x), putenv, setitem
            if not isinstance(node.func, ast.Attribute) or node.func.attr not in {"get", "getenv"}:
                yield node.lineno, name, value
        case ast.Tuple(elts=[ast.Constant(value=str(name)), value]) if not list(_text(value)):
            yield node.lineno, name, value  # update([("DEBUG", x)])


def _targets(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Subscript(slice=key):
            yield from _text(key)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _targets(part)


def _text(node: ast.expr | None) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _is_off(value: ast.expr | None) -> bool:
    if isinstance(value, ast.Name) and value.id.istitle():
        return True  # a class: {"testing": Testing} chooses settings, it sets none
    if not isinstance(value, ast.Constant):
        return False
    text = value.value.lower() if isinstance(value.value, str) else value.value
    return text in OFF


def _tools(node: ast.AST) -> Iterator[Finding]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in TOOLS:
            yield node.lineno, f"{name} is used"
        case ast.Import(names=names):
            yield from ((node.lineno, f"{n.name} is imported") for n in names if _tool(n.name))
        case ast.ImportFrom(module=str(module)) if _tool(module):
            yield node.lineno, f"{module} is imported"
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in CALLS:
            yield node.lineno, f"{name}() stops the program"


def _tool(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in MODULES)
