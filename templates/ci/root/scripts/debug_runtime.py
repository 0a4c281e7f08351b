"""Build the production app and see whether it serves; started by debug_gate.py, one process each.

Exit codes: 0 it serves and nothing is on, 3 it refuses to serve, 1 anything else.
"""

import os
import sys

REFUSED = 3

# A production environment that is sound, so that a refusal has one reason only. Nothing is
# contacted: /healthz needs neither session nor database.
ENVIRONMENT = {
    "APP_ENV": "production",
    "SECRET_KEY": os.urandom(32).hex(),
    <%- slot('gate.environment') %>
}

# Each of these must be refused; "code:" runs on the finished app, the others are variables.
MUST_REFUSE: list[str] = [
    <%- slot('gate.refusals') %>
]


def main(change: str) -> int:
    """Build the app, apply the change, ask for a page; report by exit code."""
    from <%= project.package %> import create_app

    app = create_app()
    if change.startswith("code:"):
        setattr(app, change.removeprefix("code:"), True)
    status = app.test_client().get("/healthz", base_url="https://localhost").status_code
    if status == 503:
        return REFUSED
    on = [name for name in ("debug", "testing") if getattr(app, name)]
    on += [name for name in ("PROPAGATE_EXCEPTIONS",) if app.config[name]]
    print(f"the production app answers {status}; switched on: {', '.join(on) or 'nothing'}")
    return 0 if status == 200 and not on else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
