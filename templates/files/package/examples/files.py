"""Example: upload and download. A visitor sees the files of their own session, no others."""

import logging
from datetime import timedelta

from flask import Blueprint
from flask import abort
from flask import redirect
from flask import render_template
from flask import request
from flask import session
from flask import url_for
from flask.typing import ResponseReturnValue

from ..security import files
from ..security import uploads

blueprint = Blueprint("files", __name__, url_prefix="/files")
log = logging.getLogger(__name__)

MAX_FILES = 20  # of one session
# Whoever loses the session loses sight of the files, so they must not lie there for good.
KEEP = timedelta(days=1)


@blueprint.get("/")
def index() -> str:
    """List the visitor's files and offer the upload form."""
    return page()


@blueprint.post("/")
@files.accepts_upload
def upload() -> ResponseReturnValue:
    """Take one file, or show the form again with what is wrong."""
    sent = request.files.get("file")
    mine = owned()
    if sent is None or not sent.filename:
        return page("Choose a file first."), 422
    if len(mine) >= MAX_FILES:
        return page(f"You have {MAX_FILES} files already."), 422
    uploads.sweep(KEEP)
    try:
        name = uploads.store(sent)
    except uploads.RefusedUploadError as refusal:
        return page(str(refusal)), 422
    session["files"] = mine | {name: files.shown_name(sent.filename, name)}
    log.info("file stored", extra={"event": {"file": name}})
    return redirect(url_for("files.index"), 303)


@blueprint.get("/<name>")
def download(name: str) -> ResponseReturnValue:
    """Send a file to the session that uploaded it."""
    if name not in owned():
        abort(404)  # not 403: whether the file exists is nobody else's business
    return files.send(name, download_name=owned()[name])


@blueprint.post("/<name>/delete")
def delete(name: str) -> ResponseReturnValue:
    """Delete a file of the session that uploaded it."""
    mine = owned()
    if name not in mine:
        abort(404)
    uploads.remove(name)
    session["files"] = {other: shown for other, shown in mine.items() if other != name}
    log.info("file deleted", extra={"event": {"file": name}})
    return redirect(url_for("files.index"), 303)


def owned() -> dict[str, str]:
    """Return the visitor's files: stored name to the name it had. Replace it by your table."""
    folder = files.folder()
    names: dict[str, str] = session.get("files", {})
    return {name: shown for name, shown in names.items() if (folder / name).is_file()}


def page(error: str = "") -> str:
    """Render the list with the form."""
    return render_template(
        "examples/files.html",
        files=owned(),
        error=error,
        types=sorted(files.TYPES),
        days=KEEP.days,
    )
