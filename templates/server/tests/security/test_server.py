"""The server: whose word is believed about host, client and scheme, and how Gunicorn runs."""

import importlib
import json
import logging
import os
<% if (answers.deploy.includes('docker') || answers.deploy.includes('kubernetes')) { -%>
import re
<% } -%>
import runpy
import shutil
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
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


def test_proxies_of_a_platform_are_believed_once_they_are_counted(production: Make) -> None:
    answer = echo(production(PROXY_HOPS=1)).test_client().get("/echo", headers=SPOOFED)
    assert answer.json == {
        "client": "203.0.113.9",  # the last address, which the proxy itself has seen
        "root": "https://localhost/",
        "scheme": "https",
    }


<% } -%>
def test_what_a_proxy_passes_on_does_not_reach_readiness(production: Make) -> None:
    answer = production().test_client().get("/readyz", headers=SPOOFED)
    assert answer.status_code == 404


def test_behind_two_proxies_a_single_address_is_the_client_s_own_word(production: Make) -> None:
    client = echo(production(PROXY_HOPS=2)).test_client()
    chain = "6.6.6.6, 203.0.113.9, 10.0.0.1"
    for given, seen in ((chain, "203.0.113.9"), ("6.6.6.6", "127.0.0.1")):
        forwarded = {"X-Forwarded-For": given}
        answer = client.get("/echo", base_url="https://localhost", headers=forwarded)
        assert answer.json is not None
        assert answer.json["client"] == seen


def test_gunicorn_parses_strictly_and_keeps_its_socket_private() -> None:
    settings = runpy.run_path(str(CONFIGURATION))
    assert settings["http_parser"] == "python"
    assert settings["header_map"] == "refuse"
    assert settings["forwarder_headers"] == ""
    assert settings["umask"] == 0o007
    assert settings["control_socket_disable"] is True


def test_gunicorn_logs_one_object_a_line() -> None:
    settings = runpy.run_path(str(CONFIGURATION))
    record = logging.makeLogRecord({"msg": 'a\n{"level": "CRITICAL"}', "levelname": "INFO"})
    text = settings["JsonLines"]().format(record)
    assert "\n" not in text
    assert json.loads(text)["level"] == "INFO"


@unix_only
def test_gunicorn_logs_so_itself() -> None:
    settings = runpy.run_path(str(CONFIGURATION))
    configuration = importlib.import_module("gunicorn.config").Config()
    configuration.set("logger_class", settings["logger_class"])
    logger = configuration.logger_class(configuration)
    kinds = {type(handler.formatter).__name__ for handler in logger.error_log.handlers}
    assert kinds == {"JsonLines"}
<% if (answers.proxy === 'nginx') { -%>
    # Either of these would log each request a second time.
    assert settings["accesslog"] is None
    assert "logconfig_dict" not in settings
<% } -%>


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
<% if (answers.deploy.includes('kubernetes')) { -%>
BASE = "deploy/kubernetes/base"
<% } -%>
# What keeps a break-in small; each is one line of a file that starts the app.
HARDENING = [
<% if (answers.deploy.includes('systemd')) { -%>
    (UNIT, "NoNewPrivileges=yes"),
    (UNIT, "ProtectSystem=strict"),
    (UNIT, "CapabilityBoundingSet="),
    (UNIT, "UMask=0027"),
    (UNIT, "PrivateUsers=yes"),
<% if (has['secret-key']) { -%>
    (UNIT, "Environment=SECRET_KEY_FILE=/etc/<%= project.slug %>/secret_key"),
<% } -%>
<% } -%>
<% if (answers.deploy.includes('docker')) { -%>
    ("compose.yaml", "read_only: true"),
    ("compose.yaml", "cap_drop: [ALL]"),
    ("compose.yaml", 'security_opt: ["no-new-privileges:true"]'),
<% if (has.sessions && answers.store === 'redis') { -%>
    ("compose.yaml", "network_mode: none"),
<% } -%>
<% } -%>
<% if (answers.deploy.includes('docker') || answers.deploy.includes('kubernetes')) { -%>
    ("Dockerfile", "USER 10001:10001"),
    (".dockerignore", "*"),
<% } -%>
<% if (answers.deploy.includes('kubernetes')) { -%>
    (f"{BASE}/namespace.yaml", "pod-security.kubernetes.io/enforce: restricted"),
    (f"{BASE}/deployment.yaml", "runAsNonRoot: true"),
    (f"{BASE}/deployment.yaml", "readOnlyRootFilesystem: true"),
    (f"{BASE}/deployment.yaml", "allowPrivilegeEscalation: false"),
    (f"{BASE}/deployment.yaml", "capabilities: {drop: [ALL]}"),
    (f"{BASE}/deployment.yaml", "seccompProfile: {type: RuntimeDefault}"),
    (f"{BASE}/deployment.yaml", "automountServiceAccountToken: false"),
    (f"{BASE}/network-policies.yaml", "podSelector: {}"),
    ("deploy/kubernetes/secret.example.yaml", 'secret_key: ""'),
<% } -%>
]


@pytest.mark.parametrize(("name", "line"), HARDENING)
def test_a_break_in_stays_small(name: str, line: str) -> None:
    assert line in [text.strip() for text in (ROOT / name).read_text().splitlines()]


<% } -%>
<% if (answers.deploy.includes('docker') || answers.deploy.includes('kubernetes')) { -%>
def test_the_image_installs_only_what_the_lock_names() -> None:
    installs = re.findall(r"^RUN pip .*", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
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


NOT_YET = (ConnectionRefusedError, FileNotFoundError)


def connected(path: Path) -> socket.socket:
    """Connect to a socket file; it is there a moment before somebody listens."""
    deadline = time.monotonic() + 30
    while True:
        client = socket.socket(socket.AF_UNIX)
        try:
            client.connect(str(path))
        except NOT_YET:
            client.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            client.settimeout(30)
            return client


@pytest.fixture(scope="module")
def served() -> Iterator[Path]:
    """Run Gunicorn; return its socket file."""
    folder = Path("/tmp", f"acme-{os.getpid()}")  # noqa: S108  # socket paths must be short
    folder.mkdir(mode=0o700)
    server = gunicorn(folder)
    try:
        connected(folder / "g.sock").close()
        yield folder / "g.sock"
    finally:
        server.terminate()
        server.communicate(timeout=30)
        shutil.rmtree(folder)


@unix_only
def test_gunicorn_serves_on_a_socket_that_is_not_world_writable(served: Path) -> None:
    assert stat.S_IMODE(served.stat().st_mode) == 0o770
    client = HTTPConnection("localhost")
    client.sock = connected(served)
    client.request("GET", "/healthz", headers={"X-Forwarded-Proto": "https"})
    assert client.getresponse().status == 200
    client.close()


SMUGGLED = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n"


# The lengths of a request may not be open to two readings, whoever stands in front.
@unix_only
@pytest.mark.parametrize(
    "lines",
    [
        "Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
        "Host: localhost\r\nTransfer-Encoding: identity, chunked\r\n\r\n0\r\n",
        f"Host: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1;{'x' * 4000}\r\na\r\n0\r\n",
        "Host: localhost\r\nTransfer-Encoding : chunked\r\n",
        "Host: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Host: localhost\r\nContent-Length: 0\r\nContent-Length: 5\r\n",
        "Host: localhost\r\nContent-Length: +0\r\n",
        "Host: localhost\r\nHost: localhost\r\n",
        "X-No-Host: 1\r\n",
        "Host: localhost\nContent-Length: 0\r\n",
        "Host: localhost\r\nX-Folded: a\r\n b\r\n",
        "Host: localhost\r\nSCRIPT_NAME: /evil\r\n",
        f"Host: localhost\r\nX-Long: {'x' * 8190}\r\n",
        "Host: localhost\r\n" + "X: y\r\n" * 50,
    ],
)
def test_gunicorn_refuses_what_can_be_read_in_two_ways(served: Path, lines: str) -> None:
    with connected(served) as client:
        client.sendall(f"POST /healthz HTTP/1.1\r\n{lines}\r\n{SMUGGLED}".encode())
        with client.makefile("rb") as answers:
            statuses = [int(line[9:12]) for line in answers if line.startswith(b"HTTP/1.1 ")]
    assert len(statuses) == 1
    assert statuses[0] in {400, 431, 501}


@unix_only
def test_gunicorn_takes_the_scheme_from_one_header(served: Path) -> None:
    client = HTTPConnection("localhost")
    client.sock = connected(served)
    client.request(
        "GET", "/healthz", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "off"}
    )
    assert client.getresponse().status == 200
    client.close()
