"""Pages."""


def test_sign_in(client):
    assert client.post("/", data={"user": "ann"}).status_code == 302
    assert b"Hello ann" in client.get("/").data
