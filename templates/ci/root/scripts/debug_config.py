"""Find configuration that would run production with a debugging aid; standard library only."""

import re
from collections.abc import Iterator
from pathlib import Path

Finding = tuple[Path, int, str]

ON = r"[\"']?(?!0|false|no|off|production|none|[\"']|\s|$)"
SETTING = r"(?:FLASK_DEBUG|FLASK_ENV|DEBUG|PYTHONBREAKPOINT|WERKZEUG_DEBUG_PIN)"
START = re.compile(r"flask\b.*\brun\b|flask\b.*--debug\b|\s--reload\b")
COMMITTED = re.compile(r"\.env(\.(?!example$|sample$|template$).+)?")
# Files by name, the pattern that must not occur in them, and what it means.
RULES = (
    ("gunicorn*.py", re.compile(r"^\s*(reload|spew)\s*=\s*(?!False)"), "Gunicorn reloads code"),
    ("*.conf", re.compile(r"\bautoindex\s+on\b"), "Nginx lists folders"),
    ("*.conf", re.compile(r"\bstub_status\b"), "Nginx shows its state"),
    (
        "Dockerfile*",
        re.compile(rf"^\s*(ENV\s.*|ARG\s+)?\b{SETTING}[= ]{ON}", re.IGNORECASE),
        "the image sets it",
    ),
    (
        "*.y*ml",
        re.compile(rf"^\s*-?\s*[\"']?{SETTING}[\"']?\s*[:=]\s*{ON}", re.IGNORECASE),
        "the service sets it",
    ),
    (
        "*.service",
        re.compile(rf"^\s*Environment=.*\b{SETTING}={ON}", re.IGNORECASE),
        "the unit sets it",
    ),
    (".env*", re.compile(rf"^\s*(export\s+)?{SETTING}\s*=\s*{ON}", re.IGNORECASE), "it is set"),
    (".flaskenv", re.compile(rf"^\s*{SETTING}\s*=\s*{ON}", re.IGNORECASE), "it is set"),
    ("Procfile", START, "a development server is started"),
    ("Dockerfile*", START, "a development server is started"),
    ("*.service", START, "a development server is started"),
    ("compose*.y*ml", START, "a development server is started"),
)


def findings(files: list[Path]) -> Iterator[Finding]:
    """Yield (file, line, reason) for everything in the listed files that turns debugging on."""
    for path in files:
        # .env is for one machine; only examples and templates of it are committed.
        if COMMITTED.fullmatch(path.name):
            yield path, 1, "an environment file is committed"
        rules = [rule for rule in RULES if path.match(rule[0])]
        lines = path.read_text(encoding="utf-8").splitlines() if rules else []
        for number, line in enumerate(lines, 1):
            for _, pattern, reason in rules:
                if not line.lstrip().startswith("#") and pattern.search(line):
                    yield path, number, f"{line.strip()}: {reason}"
