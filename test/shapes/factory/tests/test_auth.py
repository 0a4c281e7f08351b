def test_login_page(client):
    assert client.get("/auth/login").status_code == 200
