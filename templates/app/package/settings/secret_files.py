"""Secrets as files: out of the process list, of crash reports and of child processes.

Looked up for a variable NAME, first match wins:
1. NAME itself, or the file that NAME_FILE names (both at once is an error);
2. the file `name` in $CREDENTIALS_DIRECTORY, where systemd puts LoadCredential=;
3. the file `name` in /run/secrets, where Docker and Kubernetes mount secrets.
"""

from __future__ import annotations

import os
from pathlib import Path

MOUNTED: str | Path | None = "/run/secrets"


def content(name: str, value: str) -> str:
    """Return the value of a secret, or what its file holds; empty when there is neither."""
    named = os.environ.get(f"{name}_FILE", "").strip()
    if value and named:
        raise ValueError(f"set {name} or {name}_FILE, not both")
    if value:
        return value
    if named:
        return _text(Path(named))
    for folder in (os.environ.get("CREDENTIALS_DIRECTORY"), MOUNTED):
        path = Path(folder, name.lower()) if folder else None
        if path and path.is_file():
            return _text(path)
    return ""


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:  # its message would show some of the secret
        raise ValueError(f"{path} is no text in UTF-8") from None
