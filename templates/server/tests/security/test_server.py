"""The server: whose word is believed about host, client and scheme, and how Gunicorn runs."""

import os
<% if (answers.deploy.includes('docker')) { -%>
import re
<% } -%>
import runpy
import shutil
import socket
import stat
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask
from flask import request

from <%= project.package %> import startup

from ..conftest import PRODUCTION
from ..conftest import Make

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy" / "gunicorn.conf.py"

unix_only = pytest.mark.skipif(sys.platform == "win32", reason="Gunicorn needs a Unix")


def echo(app: Flask) -> Flask:
    @app.get("/echo")
    def seen() -> dict[str, str | None]:
        return {"client": request.remote_addr, "root": request.root_url, "scheme": request.scheme}

    return app


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "a b"])
def test_an_unknown_host_is_refused(production: Make, host: str) -> None:
    client = production().test_client()
    answer = client.get("/healthz", base_url="https://localhost", headers={"Host": host})
    assert answer.status_code == 400


def test_no_link_or_redirect_takes_over_an_unknown_host(production: Make) -> None:
    answer = production().test_client().get("/", headers={"Host": "evil.example"})
    assert "//evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("hosts", [[], None, ["*.example.com"], ["https://example.com"]])
def test_production_needs_usable_host_names(production: Make, hosts: list[str] | None) -> None:
    problems = startup.problems(production(TRUSTED_HOSTS=hosts))
    assert any("TRUSTED_HOSTS" in problem for problem in problems)


def test_production_with_host_names_has_no_problem_with_them(production: Make) -> None:
    assert not [p for p in startup.problems(production()) if "TRUSTED_HOSTS" in p]


SPOOFED = {
    "X-Forwarded-For": "6.6.6.6, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
}


<% if (answers.proxy === 'nginx') { -%>
def test_the_proxy_is_believed_about_client_scheme_and_port(production: Make) -> None:
    client = echo(production()).test_client()
    answer = client.get("/echo", headers=SPOOFED | {"X-Forwarded-Port": "8443"})
    assert answer.json == {
        "client": "203.0.113.9",  # the last address, which the proxy itself has seen
        "root": "https://localhost:8443/",
        "scheme": "https",
    }


<% } -%>
<% if (answers.proxy === 'none') { -%>
def test_nobody_is_believed_about_the_client(production: Make) -> None:
    client = echo(production()).test_client()
    answer = client.get("/echo", base_url="https://localhost", headers=SPOOFED)
    assert answer.json == {
        "client": "127.0.0.1",
        "root": "https://localhost/",
        "scheme": "https",
    }


<% } -%>
def test_gunicorn_parses_strictly_and_keeps_its_socket_private() -> None:
    settings = runpy.run_path(str(CONFIGURATION))
    assert settings["http_parser"] == "python"
    assert settings["header_map"] == "refuse"
    assert settings["forwarder_headers"] == ""
    assert settings["umask"] == 0o007
    assert settings["control_socket_disable"] is True


def test_gunicorn_listens_to_this_machine_only_and_within_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GUNICORN_BIND", raising=False)
    settings = runpy.run_path(str(CONFIGURATION))
    assert settings["bind"].startswith(("unix:", "127.0.0.1:"))
    # Gunicorn takes 0 for "no limit".
    for name in ("timeout", "max_requests", "limit_request_line", "limit_request_fields"):
        assert settings[name] > 0
    assert settings["limit_request_field_size"] > 0


<% if (answers.deploy.length > 0) { -%>
<% if (answers.deploy.includes('systemd')) { -%>
UNIT = "deploy/<%= project.slug %>.service"
<% } -%>
# What keeps a break-in small; each is one line of a file that starts the app.
HARDENING = [
<% if (answers.deploy.includes('systemd')) { -%>
    (UNIT, "NoNewPrivileges=yes"),
    (UNIT, "ProtectSystem=strict"),
    (UNIT, "CapabilityBoundingSet="),
    (UNIT, "UMask=0007"),
<% if (has['secret-key']) { -%>
    (UNIT, "LoadCredential=secret_key:/etc/<%= project.slug %>/secret_key"),
<% } -%>
<% } -%>
<% if (answers.deploy.includes('docker')) { -%>
    ("Dockerfile", "USER 10001:10001"),
    ("compose.yaml", "read_only: true"),
    ("compose.yaml", "cap_drop: [ALL]"),
    ("compose.yaml", 'security_opt: ["no-new-privileges:true"]'),
    (".dockerignore", "*"),
<% if (has.sessions && answers.store === 'redis') { -%>
    ("compose.yaml", "network_mode: none"),
<% } -%>
<% } -%>
]


@pytest.mark.parametrize(("name", "line"), HARDENING)
def test_a_break_in_stays_small(name: str, line: str) -> None:
    assert line in [text.strip() for text in (ROOT / name).read_text().splitlines()]


<% } -%>
<% if (answers.deploy.includes('docker')) { -%>
def test_the_image_installs_only_what_the_lock_names() -> None:
    installs = re.findall(r"pip install.*", (ROOT / "Dockerfile").read_text())
    assert installs
    assert all("--require-hashes" in line for line in installs)


<% } -%>
def gunicorn(folder: Path, **changes: str) -> subprocess.Popen[bytes]:
    """Start Gunicorn on a socket file in a folder, as the unit file does."""
    given = {key: value for key, value in PRODUCTION.items() if isinstance(value, str)}
    environment = {
        **{key: os.environ[key] for key in ("PATH", "HOME", "TMPDIR") if key in os.environ},
        **given,
        "TRUSTED_HOSTS": "localhost",
        "PYTHONPATH": str(ROOT / "src"),
        "INSTANCE_PATH": str(folder),
        "GUNICORN_BIND": f"unix:{folder}/g.sock",
        "WEB_CONCURRENCY": "1",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", str(CONFIGURATION)]
    return subprocess.Popen(  # noqa: S603
        command, env=environment | changes, stderr=subprocess.PIPE, cwd=folder
    )


@unix_only
def test_gunicorn_leaves_at_start_when_production_is_unsafe(tmp_path: Path) -> None:
    server = gunicorn(tmp_path, TRUSTED_HOSTS="")
    try:
        output = server.communicate(timeout=30)[1].decode()
    finally:
        server.kill()
        server.communicate()
    assert server.returncode == 3
    assert "set it to the names this site answers to" in output


@unix_only
def connected(path: Path, deadline: float) -> socket.socket:
    """Connect to a socket file; it is there a moment before somebody listens."""
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(str(path))
        except ConnectionRefusedError:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return client


def test_gunicorn_serves_on_a_socket_that_is_not_world_writable() -> None:
    folder = Path("/tmp", f"acme-{os.getpid()}")  # noqa: S108  # socket paths must be short
    folder.mkdir(mode=0o700)
    server = gunicorn(folder)
    try:
        path = folder / "g.sock"
        deadline = time.monotonic() + 30
        while not path.exists() and server.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert stat.S_IMODE(path.stat().st_mode) == 0o770
        client = HTTPConnection("localhost")
        client.sock = connected(path, deadline)
        client.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
        assert client.getresponse().status == 200
        client.close()
    finally:
        server.terminate()
        server.communicate(timeout=30)
        shutil.rmtree(folder)
