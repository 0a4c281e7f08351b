"""Downloads: only known types, only from one folder, never shown as a page of this site.

https://cheatsheetseries.owasp.org/cheatsheets/File_Upload_Cheat_Sheet.html
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import quote

from flask import Flask
from flask import Response
from flask import current_app
from flask import request
from flask import send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

View = Callable[..., ResponseReturnValue]
UNUSABLE = (OSError, ValueError)  # raised by a name that is missing, too long or holds a NUL

# What may be stored and handed out, with the type it is sent as. No HTML and no SVG: both run
# script on this site's origin. No archives: unpacking them is a danger of its own.
TYPES = {
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "txt": "text/plain",
    "webp": "image/webp",
}


def init_app(app: Flask) -> None:
    """Let upload views read more than the usual body, and nobody see hidden static files."""
    # Before every before_request function: the CSRF check reads the whole body, and by then
    # the limit must stand. https://flask.palletsprojects.com/web-security/#resource-use
    app.url_value_preprocessor(_prepare)


def accepts_upload(view: View) -> View:
    """Mark a view that takes files of up to UPLOAD_MAX_BYTES."""
    view.accepts_upload = True  # type: ignore[attr-defined]
    return view


def folder() -> Path:
    """Return the folder of the files, made if need be."""
    path = Path(current_app.instance_path, "uploads")
    path.mkdir(mode=0o750, parents=True, exist_ok=True)
    return path.resolve()


def extension(name: str) -> str | None:
    """Return the extension of a name that may be handed out, else None."""
    ending = name.rpartition(".")[2].lower()
    return ending if ending in TYPES and "." in name else None


def find(name: str) -> Path:
    """Return the path of a stored file; whatever is wrong with the name, the answer is 404."""
    joined = safe_join(str(folder()), name)
    if joined is None or _hidden(name) or extension(name) is None:
        raise NotFound
    path = Path(joined)
    try:
        # A symbolic link anywhere on the way makes the two differ: links lead out of the folder.
        plain = path.resolve(strict=True) == path and path.is_file()
    except UNUSABLE:
        plain = False
    if not plain:
        raise NotFound
    return path


def shown_name(name: str, stored: str) -> str:
    """Return what a stored file may be called: one line, no folders, and the type that it is."""
    # What is not printable could break a header, or turn the text around to show another type.
    last = "".join(filter(str.isprintable, PureWindowsPath(name).name)).lstrip(". ")[:120]
    ending = extension(stored)
    return last if extension(last) == ending else f"{last or 'file'}.{ending}"


def send(name: str, download_name: str = "") -> Response:
    """Answer with a stored file as an attachment."""
    path = find(name)
    # Behind Nginx the answer only names the file; Nginx sends it, or the range that is asked for.
    # https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
    accel = current_app.config.get("DOWNLOAD_ACCEL")
    response = send_file(
        BytesIO() if accel else path,
        mimetype=TYPES[extension(name) or "txt"],
        as_attachment=True,  # never inline: a file must not run as a page of this origin
        download_name=shown_name(download_name or path.name, path.name),
        conditional=not accel,  # ranges and dates are up to who sends the file
    )
    if accel:
        inside = path.relative_to(folder()).as_posix()
        response.headers["X-Accel-Redirect"] = accel + quote(inside)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _hidden(name: str) -> bool:  # what editors and version control leave, or a .env
    return any(part.startswith(".") for part in name.split("/"))


def _prepare(endpoint: str | None, values: dict[str, Any] | None) -> None:
    name = endpoint or ""
    if getattr(current_app.view_functions.get(name), "accepts_upload", False):
        request.max_content_length = current_app.config["UPLOAD_MAX_BYTES"]
    if name.rpartition(".")[2] == "static" and _hidden((values or {}).get("filename", "")):
        raise NotFound
