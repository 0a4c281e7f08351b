"""Find code that switches debugging on, by reading the syntax tree; part of debug_gate.py."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any
from typing import Iterator

# Folders, files, classes and functions that never run in production.
APART = re.compile(
    r"(?i)(?:^|[_.-])(?:dev|tests?|local|docs?|examples?|migrations|conftest)(?:[_.-]|$)"
    r"|devel|testing|^\."
)
TIER = re.compile(r"(?i)dev|test|local|debug")
FOREIGN = {"node_modules", "venv", "env", "site-packages", "build", "dist", "__pycache__"}


def findings(root: Path) -> Iterator[str]:
    """Yield each place of the code that switches debugging on."""
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root).parts
        if not any(part in FOREIGN or APART.search(part) for part in parts):
            try:
                tree = ast.parse(path.read_bytes())
            except (SyntaxError, ValueError):
                continue  # it cannot run either
            for line in switches(tree):
                yield f"{path.relative_to(root)}:{line}: debugging is switched on"


def switches(node: ast.AST) -> Iterator[int]:
    """Yield the lines below a node that switch debugging on, but in what is for development."""
    for child in ast.iter_child_nodes(node):
        condition = ast.dump(child.test) if isinstance(child, ast.If) else ""
        if TIER.search(getattr(child, "name", None) or condition):
            continue
        if any(is_on(value) for value in switched(child)):
            yield child.lineno  # type: ignore[attr-defined]
        yield from switches(child)


def switched(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the values that a statement or call gives to a switch."""
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in {"run", "run_simple"}:
        names = {"debug", "use_debugger", "use_evalex"}
        yield from (each.value for each in node.keywords if each.arg in names)
    if isinstance(node, ast.Assign) and any(is_switch(target) for target in node.targets):
        yield node.value


def is_switch(target: ast.AST) -> bool:
    """Tell whether this is app.debug or app.config["DEBUG"]."""
    if not isinstance(target, ast.Subscript):
        return getattr(target, "attr", "") == "debug"
    key: Any = target.slice
    while hasattr(key, "value"):  # one step more before Python 3.9
        key = key.value
    return bool(key == "DEBUG")


def is_on(value: ast.AST) -> bool:
    """Tell whether a value is literally on; the other look is for what depends on anything."""
    return isinstance(value, ast.Constant) and value.value in (True, 1, "1")
