import unittest

from app import create_app


class BasicsTestCase(unittest.TestCase):
    def setUp(self):
        self.app = create_app("testing")
        self.app_context = self.app.app_context()
        self.app_context.push()

    def tearDown(self):
        self.app_context.pop()

    def test_app_is_testing(self):
        self.assertTrue(self.app.config["TESTING"])

    def test_form(self):
        self.assertEqual(self.app.test_client().post("/", data={"name": "x"}).status_code, 200)
