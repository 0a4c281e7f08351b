import unittest

import app


class PagesTest(unittest.TestCase):
    def setUp(self):
        app.app.config["TESTING"] = True
        self.client = app.app.test_client()

    def test_sign_in(self):
        answer = self.client.post("/login", data={"password": "letmein"})
        self.assertEqual(answer.status_code, 302)


if __name__ == "__main__":
    unittest.main()
