"""The debug gate of the continuous integration: it finds each way, and this project is clean."""

import importlib
<% if (answers.ci === 'github') { -%>
import re
<% } -%>
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PATTERNS = {
    "run": "app.run(debug=True)",
    "attribute": "app.debug = True",
    "item": 'app.config["DEBUG"] = True',
    "update": "app.config.update(DEBUG=True)",
    "update-dict": 'app.config.update({"DEBUG": 1})',
    "mapping": "app.config.from_mapping(DEBUG=True)",
    "class": "class Production:\n    DEBUG = True",
    "annotated": "class Production:\n    DEBUG: bool = True",
    "kwargs": 'options = {"debug": True}\napp.run(**options)',
    "dict": "options = dict(debug=True)",
    "environment": 'os.environ["FLASK_DEBUG"] = "1"',
    "setdefault": 'os.environ.setdefault("FLASK_DEBUG", "1")',
    "run-simple": 'run_simple("localhost", 5000, app, use_debugger=True)',
    "debugged": "app.wsgi_app = DebuggedApplication(app.wsgi_app)",
    "debugged-import": "from werkzeug.debug import DebuggedApplication as App",
    "toolbar": "DebugToolbarExtension(app)",
    "expression": "app.run(debug=not PRODUCTION)",
    "propagate": 'app.config["PROPAGATE_EXCEPTIONS"] = True',
    "testing": "app.testing = True",
    "setattr": 'setattr(app, "debug", True)',
    "tuple": 'app.config.update([("DEBUG", True)])',
    "unpacking": "app.debug, app.name = True, 1",
    "union": 'app.config |= {"DEBUG": True}',
    "bare-item": 'app.config.__setitem__("DEBUG", True)',
    "module-import": "from werkzeug import debug",
    "late-import": 'importlib.import_module("werkzeug.debug")',
    "reloader": "app.run(use_reloader=True)",
    "breakpoint": "breakpoint()",
    "no-python": "app.debug = ",
}
HARMLESS = '''
"""Never app.run(debug=True); DEBUG = True is for development."""
# app.debug = True
app.run(debug=False)
app.config["DEBUG"] = False
DEBUG = 0
NOTE = "os.environ['FLASK_DEBUG'] = '1'"
LEVELS = {"DEBUG": logging.DEBUG, "INFO": 20}
class Level(IntEnum):
    DEBUG = 10
log.debug("text", extra={"level": logging.DEBUG})
log.setLevel("DEBUG")
print("testing", app.name)
if app.debug or app.config.get("TESTING", True): pass
for key in ("DEBUG", "TESTING"): print(key)
'''
FILES = {
    "deploy/gunicorn.conf.py": "reload = True\n",
    "gunicorn_config.py": "spew=True\n",
    "deploy/nginx/site.conf": "    autoindex on;\n",
    "deploy/nginx/status.conf": "    stub_status;\n",
    "deploy/nginx/log.conf": "error_log /var/log/nginx/error.log debug;\n",
    "Dockerfile": "ENV A=1 FLASK_DEBUG=1\n",
    "Dockerfile.web": "ENV FLASK_DEBUG true\n",
    "deploy/Dockerfile": "ENV A=1 \\\n    FLASK_DEBUG=1\n",
    "tier/Dockerfile": "ENV APP_ENV=development\n",
    "pin/Dockerfile": "ENV WERKZEUG_DEBUG_PIN=off\n",
    "env/Dockerfile": "COPY --chown=app .env /opt/app/\n",
    "all/Dockerfile": "COPY . /opt/app\n",
    "start/Dockerfile": 'CMD ["flask", "--app", "app", "run"]\n',
    "compose.yaml": "environment:\n  FLASK_DEBUG: 1\n",
    "a/compose.yaml": "environment:\n  - FLASK_DEBUG=1\n",
    "b/compose.yaml": 'environment: {A: b, "FLASK_DEBUG": "1"}\n',
    "c/compose.yaml": "environment:\n  APP_ENV: testing\n",
    "d/compose.yaml": "command: gunicorn --reload\n",
    "e/compose.yaml": "command: python -m flask --debug run\n",
    "deploy/kubernetes/app.yaml": 'env:\n  - name: FLASK_DEBUG\n    value: "1"\n',
    "deploy/kubernetes/values.yml": "data:\n  PROPAGATE_EXCEPTIONS: true\n",
    "deploy/app.service": "Environment=FLASK_ENV=development\n",
    "deploy/b.service": 'Environment="A=1" "FLASK_DEBUG=1"\n',
    "deploy/c.service": "ExecStart=flask --app app run\n",
    "fly.toml": '[env]\nFLASK_DEBUG = "1"\n',
    "app.json": '{"env": {"FLASK_DEBUG": "1"}}\n',
    "instance.cfg": "DEBUG = True\n",
    ".env": "SECRET_KEY=x\n",
    ".env.production": "SECRET_KEY=x\n",
    ".env.example": "FLASK_DEBUG=1\n",
    ".flaskenv": "FLASK_DEBUG=1\n",
    "Procfile": "web: flask --app <%= project.package %> run --debug\n",
}
HARMLESS_FILES = {
    "deploy/gunicorn.conf.py": "reload = False\nmax_requests = 1  # then it reloads = True\n",
    "nginx.conf": "# autoindex on;\nautoindex off;\nerror_log /var/log/nginx/error.log warn;\n",
    "Dockerfile": "# ENV FLASK_DEBUG=1\nENV FLASK_DEBUG=0 LOG_LEVEL=DEBUG APP_ENV=production\n",
    "compose.yaml": 'LOG_LEVEL: DEBUG\nFLASK_DEBUG: "0"\nDEBUG: false\nAPP_ENV: production\n',
    ".github/workflows/ci.yml": "env:\n  APP_ENV: testing\n",
    "playbook.yml": "debug: show a variable\n",
    "pyproject.toml": "[tool.some]\ndebug = true\n",
    "all/Dockerfile": "COPY . /opt/app\n",
    "all/.dockerignore": ".git\n.env*\n",
    ".env.example": "# FLASK_DEBUG=1\nFLASK_DEBUG=\nSECRET_KEY=\n",
    "README.md": "Run FLASK_DEBUG=1 flask run --debug.\n",
}


@pytest.fixture(autouse=True)
def _scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")


def gate(check: str, *files: Path) -> str:
    """Run one look of the gate on files and return its findings."""
    looks = vars(importlib.import_module("debug_gate"))
    return "\n".join(looks[check](list(files)))


@pytest.mark.parametrize("name", PATTERNS)
def test_the_gate_finds_each_pattern(tmp_path: Path, name: str) -> None:
    (tmp_path / "module.py").write_text(PATTERNS[name] + "\n")
    assert "module.py:" in gate("code", tmp_path / "module.py")


@pytest.mark.parametrize("name", ["settings/production.py", "settings/base.py", "__init__.py"])
def test_only_the_other_tiers_may_debug(tmp_path: Path, name: str) -> None:
    (tmp_path / "settings").mkdir()
    for path in (tmp_path / name, tmp_path / "settings" / "development.py"):
        path.write_text("DEBUG = True\n")
    assert gate("code", tmp_path / name)
    assert gate("code", tmp_path / "settings" / "development.py") == ""


def test_the_gate_lets_harmless_code_pass(tmp_path: Path) -> None:
    (tmp_path / "module.py").write_text(HARMLESS)
    assert gate("code", tmp_path / "module.py") == ""


def written(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write files and return their paths."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return [folder / name for name in files]


@pytest.mark.parametrize("name", FILES)
def test_the_gate_finds_each_configuration(tmp_path: Path, name: str) -> None:
    assert name in gate("config", *written(tmp_path, {name: FILES[name]}))


def test_the_gate_lets_harmless_configuration_pass(tmp_path: Path) -> None:
    assert gate("config", *written(tmp_path, HARMLESS_FILES)) == ""


def test_this_project_passes_the_gate() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "debug_gate.py"), str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_app_that_is_debugged_in_production_fails_the_gate(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    factory = tmp_path / "src" / "<%= project.package %>" / "__init__.py"
    evasion = '    vars(app)["de" "bug"] = app.config["DEB" + "UG"] = True\n    return app'
    factory.write_text(factory.read_text().replace("    return app", evasion))
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "deploy.yml").write_text("env:\n  FLASK_DEBUG: 1\n")
    command = [sys.executable, str(ROOT / "scripts" / "debug_gate.py"), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert result.returncode == 1
    assert "production does not start as it is" in result.stderr
    assert "deploy.yml:2" in result.stderr


<% if (has.debug) { -%>
def test_an_app_that_would_serve_with_debug_on_fails_the_gate(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src")
    factory = tmp_path / "src" / "<%= project.package %>" / "__init__.py"
    factory.write_text(factory.read_text().replace("    startup.init_app(app)\n", ""))
    command = [sys.executable, str(ROOT / "scripts" / "debug_gate.py"), str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert result.returncode == 1
    assert "production serves with code:debug" in result.stderr


<% } -%>
<% if (answers.ci === 'github') { -%>
def test_the_workflow_pins_actions_and_may_only_read() -> None:
    text = ROOT.joinpath("<%= answers.folder === '' ? '.github/workflows/ci.yml' : `${project.up}.github/workflows/${project.slug}.yml` %>").read_text()
    uses = re.findall(r"uses: (\S+)", text)
    assert uses
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", use) for use in uses)
    assert re.search(r"^permissions:\n  contents: read\n", text, re.MULTILINE)
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")
    assert "pull_request_target" not in text
    assert "python scripts/debug_gate.py" in text
    steps = re.findall(r"^ +- run: \"?(?:uv run --no-sync )?(.*)", text, re.MULTILINE)
    for check in ("ruff check", "mypy", "bandit", "pytest", "pip-audit --strict"):
        assert [step for step in steps if step.startswith(check)]
    installs = [step for step in steps if re.match("pip install|uv sync", step)]
    assert installs
    assert all(re.search("--require-hashes|--no-deps|--locked", step) for step in installs)


<% } -%>
<% if (answers.ci === 'gitlab') { -%>
def test_the_pipeline_runs_the_gate() -> None:
    text = (ROOT / ".gitlab-ci.yml").read_text()
    assert "python scripts/debug_gate.py" in text
    assert "allow_failure" not in text


<% } -%>
<% if (answers.ci === 'script') { -%>
def test_the_script_runs_the_gate() -> None:
    text = (ROOT / "scripts" / "check").read_text()
    assert "python scripts/debug_gate.py" in text
    assert "|| true" not in text


<% } -%>
