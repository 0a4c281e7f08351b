"""Names from requests become paths inside one folder, and nothing else.

https://owasp.org/www-community/attacks/Path_Traversal
"""

from __future__ import annotations

import os

from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join


def safe_path(folder: str | os.PathLike[str], *names: object) -> str:
    """Join names below a folder; 404 for what leads out of it, also by a symbolic link."""
    joined = safe_join(os.fspath(folder), *map(str, names))
    if joined is None or "\0" in joined:
        raise NotFound
    root, real = os.path.realpath(folder), os.path.realpath(joined)
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        raise NotFound
    return joined
