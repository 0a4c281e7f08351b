"""Fail when production could run with debugging on: `python scripts/debug_gate.py [FOLDER]`.

Three looks: at the code, at the configuration files, and at the production app itself, which must
serve as it is and refuse to once a debugging aid is switched on. Standard library only.
"""

import os
import subprocess  # nosec B404
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import debug_config
import debug_patterns
import debug_runtime

# Where debugging may be switched on: these never run in production.
ALLOWED = ("settings/development.py", "settings/testing.py")
NO_GIT = (OSError, subprocess.CalledProcessError)
SKIPPED = {"tests", "node_modules", "instance", "venv", "__pycache__"}


def main(root: Path) -> int:
    """Print every finding; 0 when there is none."""
    files = sources(root)
    problems = [*code(files), *config(files), *runtime(root)]
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"debug gate: {len(files)} files, {len(problems)} problems")
    return 1 if problems else 0


def sources(root: Path) -> list[Path]:
    """Return what is or would be committed; without git, everything but .env and hidden folders."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(  # noqa: S603 # nosec B603
            command, cwd=root, capture_output=True, check=True, text=True
        )
        names = [Path(name) for name in listed.stdout.split("\0") if name]
    except NO_GIT:
        names = [path.relative_to(root) for path in root.rglob("*") if path.name != ".env"]
    kept = (name for name in names if not SKIPPED & set(name.parts) and not hidden(name))
    return sorted(root / name for name in kept if (root / name).is_file())


def hidden(name: Path) -> bool:
    """Tell whether a file lies in a hidden folder; CI workflows count as visible."""
    return any(part.startswith(".") and part != ".github" for part in name.parts[:-1])


def code(files: list[Path]) -> Iterator[str]:
    """Yield what the Python files switch on."""
    for path in files:
        if path.suffix == ".py" and not path.as_posix().endswith(ALLOWED):
            for line, reason in debug_patterns.findings(path):
                yield f"{path}:{line}: {reason}"


def config(files: list[Path]) -> Iterator[str]:
    """Yield what other files switch on."""
    for path, line, reason in debug_config.findings(files):
        yield f"{path}:{line}: {reason}"


def runtime(root: Path) -> Iterator[str]:
    """Yield how the production app misbehaves."""
    changes = ["as-is", *debug_runtime.MUST_REFUSE]
    with ThreadPoolExecutor() as threads:  # each probe is a process: the threads only wait
        outcomes = list(threads.map(probe, [root] * len(changes), changes))
    status, output = outcomes[0]
    if status != 0:
        yield f"production does not start as it is ({status}): {output}"
        return  # what it refuses besides would say nothing
    for change, (status, output) in zip(changes[1:], outcomes[1:], strict=True):
        if status != debug_runtime.REFUSED:
            yield f"production serves with {change}: {output}"


def probe(root: Path, change: str) -> tuple[int, str]:
    """Run the production app in a process of its own, with one change."""
    own = {key: os.environ[key] for key in ("PATH", "SYSTEMROOT") if key in os.environ}
    name, _, value = change.partition("=")
    environment = own | debug_runtime.ENVIRONMENT | ({name: value} if value else {})
    environment["PYTHONPATH"] = str(root / "src")
    script = Path(__file__).with_name("debug_runtime.py")
    try:
        result = subprocess.run(  # noqa: S603 # nosec B603
            [sys.executable, str(script), change],
            env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return 1, "it did not come to an end; something in create_app() waits"
    return result.returncode, (result.stdout + result.stderr).strip()[-2000:]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
