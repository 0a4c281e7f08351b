"""Files: what leaves the upload folder, and what gets into it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
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
    response = files.send("note.txt", download_name='Grüße"\r\nX-Evil: 1.txt')
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


@pytest.mark.usefixtures("folder")
def test_a_stored_file_gets_a_name_of_ours() -> None:
    names = {uploads.store(upload(PNG, name)) for name in ("../../x.png", "a b/ü.PNG", "con.png")}
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


@pytest.mark.parametrize("limit", ["UPLOAD_MAX_BYTES", "UPLOAD_QUOTA_BYTES"])
@pytest.mark.usefixtures("folder")
def test_sizes_are_bounded(app: Flask, limit: str) -> None:
    app.config[limit] = 10
    with pytest.raises(uploads.RefusedUploadError):
        uploads.store(upload(PNG))


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


<% if (answers.examples) { -%>
def send_file(client: FlaskClient, content: bytes, name: str) -> TestResponse:
    data: dict[str, object] = {"file": (BytesIO(content), name)}
<% if (has.csrf) { -%>
    page = client.get("/files/").text
    data["csrf_token"] = page.partition('name="csrf_token" value="')[2].partition('"')[0]
<% } -%>
    return client.post("/files/", data=data)


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


def files_of(app: Flask) -> Path:
    return Path(app.instance_path, "uploads")


<% } -%>


def test_production_leaves_sending_to_nginx_only_where_there_is_one(production: Make) -> None:
    expected = None
<% if (has.server && answers.proxy === 'nginx') { -%>
    expected = "/_files/"
<% } -%>
    assert production().config.get("DOWNLOAD_ACCEL") == expected
