"""Run each debugging pattern on a production app, and say what the app answers then.

Reads {title: code} from its input, and writes {title: [status before its first request, status
after one]} to its output. Code that starts a server starts one, on a port of its own.
"""

import http.client
import json
import os
import re
import socket
import sys
import threading
import time
import warnings

from acme_portal import create_app
from flask import Flask
from werkzeug.serving import run_simple

ENVIRONMENT = dict(os.environ)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def in_process(app: Flask) -> int:
    return app.test_client().get("/healthz", base_url="https://localhost").status_code


def over_http(port: int) -> int:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.05)
    return 0


def status(code: str, used: bool) -> int:
    os.environ.clear()
    os.environ.update(ENVIRONMENT)
    app = create_app()
    if used and in_process(app) != 200:
        return -1
    names = {"app": app, "run_simple": run_simple, "port": free_port()}
    if not re.search(r"\bport\b", code):
        exec(code, names)
        return in_process(app)
    threading.Thread(target=exec, args=(code, names), daemon=True).start()
    return over_http(names["port"])


warnings.simplefilter("ignore")
answers = {title: [status(code, used) for used in (False, True)] for title, code in json.load(sys.stdin).items()}
json.dump(answers, sys.stdout)
sys.stdout.flush()
os._exit(0)  # the servers never end by themselves
