"""Find configuration that would run production with a debugging aid; standard library only."""

import re
from collections.abc import Iterator
from pathlib import Path

Finding = tuple[Path, int, str]

ON = r"[\"']?(?!(?i:0|false|no|off|production|none)\b|[\"']|\s|$)"
NAME = (
    r"(?:(?<=Environment=)|(?<![\w=:-]))(?:FLASK_DEBUG|FLASK_ENV|DEBUG|TESTING"
    r"|PROPAGATE_EXCEPTIONS|PYTHONBREAKPOINT|PYTHONDEVMODE)[\"']?"
)
ASSIGNED = rf"{NAME}[ \t]*[:=][ \t]*{ON}"
PAIR = rf"name:[ \t]*[\"']?{NAME}\s*\n\s*value:[ \t]*{ON}"  # how Kubernetes writes it
PIN = r"WERKZEUG_DEBUG_PIN"  # "off" is its dangerous value, and no value is of use in production
TIER = r"\bAPP_ENV[\"']?\s*[:= ]\s*[\"']?(?:development|testing)\b"
START = r"\bflask\b.*\brun\b|\bflask\b.*--debug\b|(?<![\w-])--(?:reload|spew)\b"


def rule(names: str, pattern: str, reason: str) -> tuple[list[str], re.Pattern[str], str]:
    """Return a pattern that must not occur, but in comments, in files of these names."""
    return names.split(), re.compile(rf"^(?!\s*[#;]).*?(?:{pattern}).*", re.MULTILINE), reason


IMAGES = "Dockerfile* Containerfile*"
DEPLOYED = f"{IMAGES} Procfile *.service *.y*ml fly.toml"
RULES = (
    rule("gunicorn*.py", r"(?<![\w.])(?:reload|spew)\s*=(?!\s*False)", "Gunicorn reloads code"),
    rule("*.conf", r"\bautoindex\s+on\b", "Nginx lists folders"),
    rule("*.conf", r"\bstub_status\b", "Nginx shows its state"),
    rule("*.conf", r"\berror_log\s.*\sdebug;", "Nginx logs what people send"),
    rule(IMAGES, rf"{NAME}[= ]{ON}", "the image sets it"),
    rule(IMAGES, r"(?:COPY|ADD)\s.*\.env\b", "the image holds it"),
    rule("*.y*ml *.service gunicorn*.py", f"{ASSIGNED}|{PAIR}", "it is set"),
    rule("*.toml *.json *.cfg *.ini .env* .flaskenv", ASSIGNED, "it is set"),
    rule(f"{DEPLOYED} .env* .flaskenv", PIN, "it is for a debugger"),
)
# Pipelines run tests, also of other tiers; what is deployed does not.
PIPELINES = {".github", ".gitlab-ci.yml"}
DEPLOYMENT_RULES = (
    rule(DEPLOYED, TIER, "this tier is not for production"),
    rule(DEPLOYED, START, "a development server is started"),
)
# .env is for one machine; only examples and templates of it are committed.
COMMITTED = re.compile(r"\.env(\.(?!example$|sample$|template$).+)?")
ALL_COPIED = re.compile(r"^\s*(?:COPY|ADD)\s+(?:--\S+\s+)*\./?\s", re.MULTILINE)


def findings(files: list[Path]) -> Iterator[Finding]:
    """Yield (file, line, reason) for everything in the listed files that turns debugging on."""
    for path in files:
        if COMMITTED.fullmatch(path.name):
            yield path, 1, "an environment file is committed"
        rules = RULES if PIPELINES & set(path.parts) else RULES + DEPLOYMENT_RULES
        rules = tuple(rule for rule in rules if any(map(path.match, rule[0])))
        text = path.read_text(encoding="utf-8") if rules else ""
        for _, pattern, reason in rules:
            for found in pattern.finditer(text):
                line = text.count("\n", 0, found.end()) + 1
                yield path, line, f"{' '.join(found[0].split())}: {reason}"
        if _takes_all(path) and ALL_COPIED.search(text):
            yield path, 1, "all files are copied: name .env in .dockerignore"


def _takes_all(path: Path) -> bool:
    """Tell whether nothing keeps .env out of this image."""
    if not any(map(path.match, IMAGES.split())):
        return False
    ignored = path.with_name(".dockerignore")
    lines = ignored.read_text(encoding="utf-8").split() if ignored.is_file() else []
    return not any(re.fullmatch(r"\*\*?|(\*\*/)?\.env\*?", line) for line in lines)
