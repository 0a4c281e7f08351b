"""Fail when production could run with debugging on: `python scripts/debug_gate.py`.

Two looks: at the code, and at the app itself as production makes it, which must serve as it is and
refuse to once a debugging aid is switched on. Standard library and the app only; run it where the
app's packages are installed. Variables that the app insists on come from the environment.
"""

from __future__ import annotations

import importlib
import os
import subprocess  # nosec B404
import sys
from pathlib import Path
from typing import Any
from typing import Iterator

import debug_switches

ROOT = Path(__file__).resolve().parents[1]
<%- slot('gate.target') %>
NOWHERE = "/-debug-gate-"  # a page that the app does not have: it needs no database
REFUSED = 3
OFF = {"FLASK_DEBUG", "FLASK_ENV"}  # of whoever runs this, not of production

# What a sound production has, so that a refusal has one reason only; nothing is contacted.
ENVIRONMENT = {
    "SECRET_KEY": os.urandom(32).hex(),
    "TRUSTED_HOSTS": "localhost",
    <%- slot('gate.environment') %>
}
# Each of these must be refused: an attribute of the finished app that is switched on.
MUST_REFUSE: list[str] = [
    <%- slot('gate.refusals') %>
]


def main() -> int:
    """Print every finding; 0 when there is none."""
    problems = [*debug_switches.findings(ROOT), *runtime()]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"debug gate: {len(problems)} problems")
    return 1 if problems else 0


def runtime() -> Iterator[str]:
    """Yield how the production app misbehaves."""
    for change in ["as-is", *MUST_REFUSE]:
        status, output = probe(change)
        if change == "as-is" and status != 0:
            yield f"production does not start as it is ({status}): {output}"
            return  # what it refuses besides would say nothing
        if change != "as-is" and status != REFUSED:
            yield f"production serves with {change}: {output}"


def probe(change: str) -> tuple[int, str]:
    """Make the production app in a process of its own, with one change, and ask it for a page."""
    given = {key: value for key, value in os.environ.items() if key not in OFF}
    try:
        result = subprocess.run(  # noqa: S603 # nosec B603
            [sys.executable, __file__, change],
            env={**ENVIRONMENT, **given, "APP_ENV": "production"},
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1, "it did not come to an end; something that makes the app waits"
    return result.returncode, (result.stdout + result.stderr).strip()[-2000:]


def inside(change: str) -> int:
    """Run in that process: 0 it serves with nothing switched on, 3 it refuses, 1 anything else."""
    sys.path.insert(0, str(ROOT / FOLDER))
    os.chdir(ROOT / FOLDER)
    app: Any = eval(EXPRESSION, vars(importlib.import_module(MODULE)))  # noqa: S307 # nosec B307
    if change.startswith("code:"):
        setattr(app, change[len("code:") :], True)
    on = [name for name in ("debug", "testing") if getattr(app, name)]
    served = {"SERVER_SOFTWARE": "gate"}  # without it this would be a test of the app
    client = app.test_client()
    answer = client.get(NOWHERE, base_url="https://localhost", environ_overrides=served)
    print(f"the production app answers {answer.status_code}; on: {', '.join(on) or 'nothing'}")
    if answer.status_code == 503:
        return REFUSED
    return 1 if on else 0


if __name__ == "__main__":
    sys.exit(inside(sys.argv[1]) if len(sys.argv) > 1 else main())
