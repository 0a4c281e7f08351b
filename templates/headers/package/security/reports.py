"""What browsers report, violations of the Content-Security-Policy above all: one log line each.

Anybody can send reports, so the size and the rate are limited, and nothing in one is believed.
https://www.w3.org/TR/reporting-1/
"""

import json
import re
from typing import Any

from flask import Flask
from flask import abort
from flask import request

from .. import rate_limits
from ..logs import security_event
from .header_values import REPORTS_PATH

# report-to sends the first, in batches; the older report-uri the second, one by one.
BATCH, SINGLE = "application/reports+json", "application/csp-report"
MAX_BYTES = 32 * 1024
MAX_REPORTS = 20  # of one batch
MAX_LENGTH = 200  # of one value in the log
MALFORMED = (ValueError, TypeError, LookupError, RecursionError)
# What is logged of a report, under the names of both forms.
FIELDS = {
    "directive": ("effectiveDirective", "effective-directive", "violated-directive"),
    "blocked": ("blockedURL", "blocked-uri"),
    "page": ("documentURL", "document-uri"),
    "source": ("sourceFile", "source-file"),
    "line": ("lineNumber", "line-number"),
    "disposition": ("disposition",),
}


def init_app(app: Flask) -> None:
    """Take reports; security/csrf.py lets them pass without a token and says why."""
    app.add_url_rule(REPORTS_PATH, "browser_reports", collect, methods=["POST"])


def collect() -> tuple[str, int]:
    """Log the reports of one request."""
    rate_limits.check("REPORTS_PER_ADDRESS", rate_limits.client())
    if request.mimetype not in {BATCH, SINGLE}:
        abort(415)
    request.max_content_length = MAX_BYTES  # before a byte is read
    for kind, body in reports(request.get_data(cache=False)):
        log_report(kind, body)
    return "", 204


def reports(content: bytes) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and body of each report; 400 for anything else."""
    try:
        parsed = json.loads(content)
        if request.mimetype == SINGLE:
            parsed = [{"type": "csp-violation", "body": parsed["csp-report"]}]
        found = [(shortened(each["type"]), dict(each["body"])) for each in parsed[:MAX_REPORTS]]
    except MALFORMED:
        abort(400)
    return found


def log_report(kind: str, body: dict[str, Any]) -> None:
    """Log what is known of one report."""
    known = {
        name: shortened(next(body[key] for key in keys if key in body))
        for name, keys in FIELDS.items()
        if not body.keys().isdisjoint(keys)
    }
    agent = shortened(request.headers.get("User-Agent", ""))
    about = request.remote_addr, known.get("directive", ""), known.get("blocked", ""), agent
    violation = kind == "csp-violation"
    event = "malicious_csp_violation" if violation else "browser_report"
    message = f"a browser reports: {kind}"
    security_event(event, *about, message=message, details=known)


def shortened(value: object) -> str:
    """Return short text; of an address neither user, query nor fragment, which hold secrets."""
    text = str(value) if isinstance(value, str | int) else ""
    return re.sub(r"//[^/]*@", "//", re.split("[?#]", text, maxsplit=1)[0])[:MAX_LENGTH]
