"""Find code that switches a debugging aid on, by reading the syntax tree.

A setting counts as on unless its value is literally off: `debug=not PRODUCTION` is found, too.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

NAMES = frozenset(
    {"DEBUG", "FLASK_DEBUG", "FLASK_ENV", "PROPAGATE_EXCEPTIONS", "TESTING",
     "PRESERVE_CONTEXT_ON_EXCEPTION", "TRAP_HTTP_EXCEPTIONS", "TRAP_BAD_REQUEST_ERRORS",
     "USE_DEBUGGER", "USE_EVALEX", "USE_RELOADER"}
)  # fmt: skip
# Classes and modules that have no place in an app that may run in production.
TOOLS = frozenset({"DebuggedApplication", "DebugToolbar", "DebugToolbarExtension"})
MODULES = ("flask_debugtoolbar", "werkzeug.debug", "pdb", "ipdb", "pudb", "debugpy", "pydevd")
CALLS = frozenset({"breakpoint", "set_trace", "post_mortem"})
IMPORTERS = frozenset({"import_module", "__import__"})
# Functions that bind the name in their last argument but one to their last argument.
BINDERS = frozenset(
    {"setattr", "__setattr__", "setitem", "__setitem__", "setdefault", "putenv", "setenv"}
)
OFF = (False, None, 0, "", "0", "false", "off", "no", "production")

Finding = tuple[int, str]


def findings(path: Path) -> Iterator[Finding]:
    """Yield (line, reason) for each place of a Python file that turns debugging on."""
    try:
        tree = ast.parse(path.read_bytes(), str(path))
    except (SyntaxError, ValueError) as error:
        yield getattr(error, "lineno", None) or 1, "this is no Python"
        return
    for node in ast.walk(tree):
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
        case ast.Call(
            func=ast.Name(id=function) | ast.Attribute(attr=function),
            args=[*_, ast.Constant(value=str(name)), value],
        ) if function in BINDERS:
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
    match value:
        case ast.Name(id=name) if name.istitle():
            return True  # a class: {"testing": Testing} chooses settings, it sets none
        case ast.Attribute(attr="DEBUG") | ast.Constant(value=10):
            return True  # a level of logging; the app that is started tells what it really is
        case ast.Constant(value=constant):
            return (constant.lower() if isinstance(constant, str) else constant) in OFF
    return False


def _tools(node: ast.AST) -> Iterator[Finding]:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in TOOLS:
            yield node.lineno, f"{name} is used"
        case ast.Import(names=names):
            yield from ((node.lineno, f"{n.name} is imported") for n in names if _tool(n.name))
        case ast.ImportFrom(module=str(module), names=names):
            found = [name for n in names if _tool(name := f"{module}.{n.name}")]
            yield from ((node.lineno, f"{name} is imported") for name in found)
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args):
            if name in CALLS:
                yield node.lineno, f"{name}() stops the program"
            modules = [m for arg in args for m in _text(arg) if name in IMPORTERS and _tool(m)]
            yield from ((node.lineno, f"{module} is imported") for module in modules)


def _tool(module: str) -> bool:
    return any(module == name or module.startswith(f"{name}.") for name in MODULES)
