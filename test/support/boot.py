"""Boot every app below a folder, in one process, and ask each for its start page.

  boot.py FOLDER      prints a JSON object: what is wrong, by the name of the app's package

Each app lies in a folder named after its package. The interpreter has what any of them needs, so that
each app's own list of packages is compared with what its code imports.
"""

import ast
import importlib
import importlib.metadata
import json
import logging
import os
import re
import sys
import tomllib
import traceback
from pathlib import Path

# What an administrator sets; none of it is contacted.
PRODUCTION = {
    "APP_ENV": "production",
    "SECRET_KEY": "Qe3_5rWv9TzK1uYp7LxB2nDc8MgH4sJf",
    "TRUSTED_HOSTS": "localhost",
    "REDIS_URL": "unix:///nonexistent/redis.sock",
    "SESSION_DATABASE_URL": "postgresql+psycopg://sessions@db.example.com/portal",
}


def main(top):
    problems = {}
    for root in sorted(top.iterdir()):
        try:
            problems[root.name] = list(look(root))
        except Exception:
            problems[root.name] = [traceback.format_exc(limit=-4)]
    json.dump({name: found for name, found in problems.items() if found}, sys.stdout)


def look(root):
    sys.path.insert(0, str(root / "src"))
    yield from undeclared(root)
    yield from unnamed(root)
    yield from served(root, PRODUCTION)
    if (root / "src" / root.name / "settings" / "development.py").is_file():
        yield from served(root, {"APP_ENV": "development"})


def served(root, variables):
    """Yield what keeps the app of a tier from serving."""
    os.environ.clear()
    os.environ.update(variables, INSTANCE_PATH=str(root / "instance"))
    tier = variables["APP_ENV"]
    startup = importlib.import_module(f"{root.name}.startup")
    app = importlib.import_module(root.name).create_app(stores(root, tier))
    yield from (f"{tier}: {problem}" for problem in startup.problems(app))
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
    client = app.test_client()
    scheme = "https" if tier == "production" else "http"
    for path in ("/", "/healthz", "/static/css/app.css"):
        with client.get(path, base_url=f"{scheme}://localhost") as answer:
            if answer.status_code != 200:
                yield f"{tier}: {path} answers {answer.status}"


def stores(root, tier):
    """Sessions of production need a server: a file stands in for it, as in the app's own tests."""
    if tier != "production" or not (root / "src" / root.name / "security/stores").is_dir():
        return {}
    local = importlib.import_module(f"{root.name}.security.stores.local")
    return {"SESSION_STORE": local.LocalStore(str(root / "instance"))}


def undeclared(root):
    """Yield the packages that the code imports and the app does not ask for."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    runtime = names(project["dependencies"])
    development = runtime | names(extras["dev"]) | names(extras.get("production", []))
    providers = importlib.metadata.packages_distributions()
    for folder, declared in (("src", runtime), ("tests", development)):
        for path in (root / folder).rglob("*.py"):
            for module in imported(path) - sys.stdlib_module_names - {root.name}:
                owners = names(providers.get(module, [module]))
                if not owners & (declared | INDIRECT):
                    yield f"{path.relative_to(root)} imports {module}, which is not declared"


# Flask's own dependencies, part of what it offers.
INDIRECT = {"click", "itsdangerous", "jinja2", "markupsafe", "werkzeug"}


def names(requirements):
    return {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in requirements}


def imported(path):
    tree = ast.parse(path.read_text())
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and not node.level}
    return {name.partition(".")[0] for name in plain | froms}


def unnamed(root):
    """Yield the variables that the settings read and .env.example does not tell of."""
    named = set(re.findall(r"^(?:# )?([A-Z_]+)=", (root / ".env.example").read_text(), re.MULTILINE))
    environment = importlib.import_module(f"{root.name}.settings.environment")
    base = importlib.import_module(f"{root.name}.settings.base").Base
    for value in vars(base).values():
        if isinstance(value, environment.Variable) and value.name not in named:
            yield f".env.example does not name {value.name}"


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    logging.disable()
    main(Path(sys.argv[1]).resolve())
