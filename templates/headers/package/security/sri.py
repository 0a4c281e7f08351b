"""Subresource integrity: a changed script or style sheet is not run.

https://developer.mozilla.org/docs/Web/Security/Subresource_Integrity
"""

import base64
import functools
import hashlib
from pathlib import Path

from flask import current_app
from werkzeug.security import safe_join


def integrity(filename: str) -> str:
    """Return the value of the integrity attribute for a file of the static folder."""
    path = safe_join(current_app.static_folder or "", filename)
    if path is None:
        raise ValueError(f"{filename} is not in the static folder")
    return _digest(path, Path(path).stat().st_mtime_ns)


@functools.lru_cache(maxsize=256)
def _digest(path: str, _changed: int) -> str:
    content = Path(path).read_bytes()
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()
