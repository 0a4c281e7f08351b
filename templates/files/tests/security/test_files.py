"""Files: what leaves the upload folder, and what gets into it."""

import gzip
import os
<% if (answers.examples) { -%>
import re
<% } -%>
import time
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import NoReturn

import pytest
from flask import Blueprint
from flask import Flask
from flask import request
<% if (answers.examples) { -%>
from flask.testing import FlaskClient
<% } -%>
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
<% if (answers.examples) { -%>
from werkzeug.test import TestResponse
<% } -%>

from <%= project.package %>.security import files
from <%= project.package %>.security import uploads

from ..conftest import Make

PNG = b"\x89PNG\r\n\x1a\n" + bytes(16)
OUTSIDE = "outside the folder"


@pytest.fixture
def folder(app: Flask) -> Iterator[Path]:
    """Return the upload folder with a file in it and one beside it, inside an app context."""
    with app.test_request_context("/"):
        path = files.folder()
        (path / "note.txt").write_text("hello")
        (path.parent / "secret.txt").write_text(OUTSIDE)
        yield path


def upload(content: bytes, name: str | None = "picture.png") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def test_a_file_of_the_folder_is_found(folder: Path) -> None:
    assert files.find("note.txt") == folder / "note.txt"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.txt",
        "a/../../secret.txt",
        "..\\secret.txt",
        "/etc/hosts.txt",
        "%2e%2e/secret.txt",
        "",
        ".",
        "..",
        "missing.txt",
        "note.txt\0.png",
        "note.txt/",
        "n" * 5000 + ".txt",
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_name_that_leaves_the_folder_or_means_nothing_is_not_found(name: str) -> None:
    with pytest.raises(NotFound):
        files.find(name)


def test_an_absolute_path_is_not_found(folder: Path) -> None:
    with pytest.raises(NotFound):
        files.find(str(folder.parent / "secret.txt"))


@pytest.mark.parametrize("name", [".env.txt", ".hidden/note.txt", "sub/.note.txt"])
def test_a_hidden_file_is_not_found(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("hidden")
    with pytest.raises(NotFound):
        files.find(name)


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "app.py", "archive.zip", "txt"])
def test_a_type_that_is_not_listed_is_not_found(folder: Path, name: str) -> None:
    (folder / name).write_text("content")
    with pytest.raises(NotFound):
        files.find(name)


def test_a_symbolic_link_is_not_followed(folder: Path) -> None:
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    (folder / "sub").symlink_to(folder.parent, target_is_directory=True)
    for name in ("link.txt", "sub/secret.txt"):
        with pytest.raises(NotFound):
            files.find(name)


@pytest.mark.usefixtures("folder")
def test_a_download_is_an_attachment_that_cannot_run() -> None:
    response = files.send("note.txt", download_name='Gr\u00fc\u00dfe"\r\nX-Evil: 1.txt')
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert response.mimetype == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "private, no-store"
    response.direct_passthrough = False
    assert response.get_data() == b"hello"
    response.close()


@pytest.mark.usefixtures("folder")
def test_behind_nginx_the_answer_only_names_the_file(app: Flask) -> None:
    app.config["DOWNLOAD_ACCEL"] = "/_files/"
    response = files.send("note.txt")
    response.direct_passthrough = False
    assert response.headers["X-Accel-Redirect"] == "/_files/note.txt"
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.get_data() == b""
    response.close()


def test_nginx_is_given_a_name_that_it_decodes_to_the_file(folder: Path, app: Flask) -> None:
    (folder / "gr\u00fc\u00dfe %41?#.txt").write_text("hello")
    app.config["DOWNLOAD_ACCEL"] = "/_files/"
    response = files.send("gr\u00fc\u00dfe %41?#.txt")
    assert response.headers["X-Accel-Redirect"] == "/_files/gr%C3%BC%C3%9Fe%20%2541%3F%23.txt"
    response.close()


@pytest.mark.parametrize(("accel", "status"), [(None, 206), ("/_files/", 200)])
def test_a_range_is_cut_by_who_sends_the_file(app: Flask, accel: str | None, status: int) -> None:
    app.config["DOWNLOAD_ACCEL"] = accel
    with app.test_request_context("/", headers={"Range": "bytes=1-2"}):
        (files.folder() / "note.txt").write_text("hello")
        response = files.send("note.txt")
        response.direct_passthrough = False
        assert (response.status_code, response.get_data()) == (status, b"" if accel else b"el")
        assert ("Accept-Ranges" in response.headers) is not bool(accel)
        response.close()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("My picture.png", "My picture.png"),
        ("Gr\u00fc\u00dfe \u6570.PNG", "Gr\u00fc\u00dfe \u6570.PNG"),
        ("../../etc/x.png", "x.png"),
        ("C:\\Users\\ann\\x.png", "x.png"),
        ("..", "file.png"),
        (".htaccess.png", "htaccess.png"),
        ("evil.html", "evil.html.png"),
        ("a" * 116 + ".htm" + "l" * 50 + ".png", "a" * 116 + ".htm.png"),
        ("\u202egnp.exe", "gnp.exe.png"),
        ("a\r\nSet-Cookie: b=c\0.png", "aSet-Cookie: b=c.png"),
    ],
)
def test_a_file_is_shown_under_a_name_that_does_no_harm(name: str, shown: str) -> None:
    assert files.shown_name(name, "0123.png") == shown


@pytest.mark.usefixtures("folder")
def test_a_stored_file_gets_a_name_of_ours() -> None:
    names = {
        uploads.store(upload(PNG, name)) for name in ("../../x.png", "a b/\u00fc.PNG", "con.png")
    }
    assert len(names) == 3
    assert all(len(name) == 36 and name.endswith(".png") for name in names)
    assert all(files.find(name).read_bytes() == PNG for name in names)


def test_other_accounts_of_the_machine_cannot_read_the_files(folder: Path) -> None:
    stored = folder / uploads.store(upload(PNG))
    assert [path.stat().st_mode & 0o007 for path in (folder, stored)] == [0, 0]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.txt"),
        (PNG, "noextension"),
        (PNG, ""),
        (PNG, None),
        (PNG, "page.html"),
        (PNG, "picture.png.svg"),
        (PNG, "wrong.pdf"),
        (b"<script>alert(1)</script>", "script.png"),
        (b"MZ\x00\x01", "program.txt"),
        (b"\xff\xfe\x00latin", "binary.txt"),
        (b"RIFF....AVI ", "film.webp"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    folder: Path, content: bytes, name: str | None
) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(uploads.RefusedUploadError):
        uploads.store(upload(content, name))
    assert sorted(folder.iterdir()) == before


def refuse_to_unpack(*_: object) -> NoReturn:
    raise AssertionError("a file was unpacked")


@pytest.fixture
def _packed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be unpacked."""
    monkeypatch.setattr(zipfile, "ZipFile", refuse_to_unpack)
    monkeypatch.setattr(zlib, "decompress", refuse_to_unpack)
    monkeypatch.setattr(zlib, "decompressobj", refuse_to_unpack)


BOMB = b"PK\x03\x04" + zlib.compress(bytes(10_000_000))
# 2^31 - 1 pixels in each direction.
HUGE = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0"


@pytest.mark.usefixtures("folder", "_packed")
def test_an_archive_is_refused_and_a_picture_is_not_expanded() -> None:
    for name in ("bomb.zip", "bomb.txt", "bomb.png", "bomb.docx"):
        with pytest.raises(uploads.RefusedUploadError):
            uploads.store(upload(BOMB, name))
    assert files.find(uploads.store(upload(HUGE))).read_bytes() == HUGE


@pytest.mark.parametrize("limit", ["UPLOAD_MAX_BYTES", "UPLOAD_QUOTA_BYTES"])
@pytest.mark.usefixtures("folder")
def test_sizes_are_bounded(app: Flask, limit: str) -> None:
    app.config[limit] = 10
    with pytest.raises(uploads.RefusedUploadError):
        uploads.store(upload(PNG))


def test_a_file_that_goes_meanwhile_does_not_disturb_the_sum(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = list(os.scandir(folder))
    (folder / "note.txt").unlink()
    monkeypatch.setattr(os, "scandir", lambda _: entries)
    assert uploads.used(folder) == 0


def test_a_removed_file_is_gone_and_others_stay(folder: Path) -> None:
    stored = uploads.store(upload(PNG))
    for name in (stored, stored, "../secret.txt", str(folder.parent / "secret.txt"), ".."):
        uploads.remove(name)
    assert [path.name for path in folder.iterdir()] == ["note.txt"]
    assert (folder.parent / "secret.txt").exists()


def make_old(path: Path, days: int) -> None:
    then = time.time() - 86_400 * days
    os.utime(path, (then, then), follow_symlinks=False)


def test_old_files_are_swept_with_what_broken_off_uploads_left(folder: Path) -> None:
    for name in ("old.png", ".broken.png.part", "young.png"):
        (folder / name).write_bytes(PNG)
        make_old(folder / name, 2 if name == "young.png" else 8)
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    for path in (folder / "link.txt", folder.parent / "secret.txt"):
        make_old(path, 8)
    assert uploads.sweep(timedelta(days=7)) == 2
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["link.txt", "note.txt", "young.png"]
    assert (folder.parent / "secret.txt").exists()


def test_a_command_sweeps(app: Flask, folder: Path) -> None:
    make_old(folder / "note.txt", 8)
    result = app.test_cli_runner().invoke(args=["uploads", "sweep", "--days", "7"])
    assert (result.exit_code, result.output) == (0, "1 files deleted\n")
    assert app.test_cli_runner().invoke(args=["uploads", "sweep", "--days", "0"]).exit_code == 2


def test_a_hidden_file_in_a_static_folder_is_not_found(app: Flask, tmp_path: Path) -> None:
    blueprint = Blueprint("shop", __name__, static_folder=tmp_path, static_url_path="/shop")
    app.register_blueprint(blueprint)
    (tmp_path / ".git").mkdir()
    for name in (".env", ".git/config", "open.txt"):
        (tmp_path / name).write_text("content")
    client = app.test_client()
    names = (".env", ".git/config", "open.txt")
    statuses = [client.get(f"/shop/{name}", buffered=True).status_code for name in names]
    assert statuses == [404, 404, 200]


def test_only_marked_views_read_large_bodies(app: Flask) -> None:
    @app.post("/large")
    @files.accepts_upload
    def large() -> str:
        return str(len(request.get_data()))

    @app.post("/small")
    def small() -> str:
        return str(len(request.get_data()))

    app.config |= {"MAX_CONTENT_LENGTH": 10, "UPLOAD_MAX_BYTES": 20}
<% if (has.csrf) { -%>
    app.config["WTF_CSRF_ENABLED"] = False
<% } -%>
    client = app.test_client()
    assert client.post("/large", data=b"x" * 15).text == "15"
    assert client.post("/large", data=b"x" * 25).status_code == 413
    assert client.post("/small", data=b"x" * 15).status_code == 413


@pytest.mark.usefixtures("_packed")
def test_a_packed_body_stays_packed(app: Flask) -> None:
    @app.post("/body")
    def body() -> str:
        return str(len(request.get_data()))

<% if (has.csrf) { -%>
    app.config["WTF_CSRF_ENABLED"] = False
<% } -%>
    packed = gzip.compress(bytes(10_000_000))
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/octet-stream"}
    answer = app.test_client().post("/body", data=packed, headers=headers)
    assert answer.text == str(len(packed))


<% if (answers.examples) { -%>
def fields(client: FlaskClient) -> dict[str, object]:
    """Return what every form of the page sends."""
    page = client.get("/files/").text
    tokens = re.findall(r'name="csrf_token" value="([^"]+)"', page)
    return {"csrf_token": tokens[0]} if tokens else {}


def send_file(client: FlaskClient, content: bytes, name: str) -> TestResponse:
    return client.post("/files/", data=fields(client) | {"file": (BytesIO(content), name)})


def test_a_visitor_gets_back_the_file_and_nobody_else_does(app: Flask) -> None:
    client = app.test_client()
    assert send_file(client, PNG, "My picture.png").status_code == 303
    stored = next(files_of(app).glob("*.png")).name
    mine = client.get(f"/files/{stored}")
    assert mine.status_code == 200
    assert mine.data == PNG
    assert 'filename="My picture.png"' in mine.headers["Content-Disposition"]
    mine.close()
    assert app.test_client().get(f"/files/{stored}").status_code == 404


def test_a_refused_upload_says_why(client: FlaskClient) -> None:
    answer = send_file(client, b"<html>", "page.html")
    assert answer.status_code == 422
    assert "Only these types are taken" in answer.text
    assert send_file(client, b"", "").status_code == 422


NAMES = [
    "Gr\u00fc\u00dfe \u6570\u636e \U0001f389.png",
    "con.png",
    "aux.png",
    "a" * 3000 + ".png",
    "x.png.png",
    "../../../etc/cron.d/x.png",
    "..\\..\\x.png",
    'a"; filename="evil.html.png',
    "<script>alert(1)</script>.png",
    "{{ config }}.png",
    "\u202egnp.exe.png",
    " .png",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_name_is_neither_kept_on_disk_nor_harmful_when_it_is_shown(
    app: Flask, name: str
) -> None:
    client = app.test_client()
    assert send_file(client, PNG, name).status_code == 303
    [stored] = files_of(app).iterdir()
    assert re.fullmatch(r"[0-9a-f]{32}\.png", stored.name)
    page = client.get("/files/").text
    assert "<script>alert" not in page
    back = client.get(f"/files/{stored.name}")
    assert (back.status_code, back.mimetype) == (200, "image/png")
    assert back.headers["Content-Disposition"].startswith("attachment;")
    assert back.headers["Content-Disposition"].rstrip('"').endswith(".png")
    back.close()


def test_a_visitor_deletes_a_file_and_nobody_else_can(app: Flask) -> None:
    owner, other = app.test_client(), app.test_client()
    send_file(owner, PNG, "mine.png")
    [stored] = files_of(app).iterdir()
    path = f"/files/{stored.name}/delete"
    assert owner.get(path).status_code == 405
    assert other.post(path, data=fields(other)).status_code == 404
    assert stored.exists()
    assert owner.post(path, data=fields(owner)).status_code == 303
    assert not stored.exists()
    assert "mine.png" not in owner.get("/files/").text
    assert owner.post(path, data=fields(owner)).status_code == 404


def test_files_of_ended_sessions_make_room_again(app: Flask) -> None:
    first, second = app.test_client(), app.test_client()
    app.config["UPLOAD_QUOTA_BYTES"] = len(PNG)
    assert send_file(first, PNG, "old.png").status_code == 303
    assert send_file(second, PNG, "new.png").status_code == 422
    [stored] = files_of(app).iterdir()
    make_old(stored, 2)
    assert send_file(second, PNG, "new.png").status_code == 303
    assert "old.png" not in first.get("/files/").text


def test_a_body_of_many_parts_is_refused(client: FlaskClient) -> None:
    parts = {f"part{each}": "x" for each in range(2000)}
    answer = client.post("/files/", data=fields(client) | parts | {"file": (BytesIO(PNG), "a.png")})
    assert answer.status_code == 413


def files_of(app: Flask) -> Path:
    return Path(app.instance_path, "uploads")


<% } -%>


def test_production_leaves_sending_to_nginx_only_where_there_is_one(production: Make) -> None:
    expected = None
<% if (has.server && answers.proxy === 'nginx' && !answers.deploy.includes('kubernetes')) { -%>
    expected = "/_files/"
<% } -%>
    assert production().config.get("DOWNLOAD_ACCEL") == expected
