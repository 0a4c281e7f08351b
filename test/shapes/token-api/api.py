import hmac
import os

from flask import Flask, abort, jsonify, request

app = Flask(__name__)
TOKEN = os.environ["API_TOKEN"]


def check():
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given, TOKEN):
        abort(401)


@app.before_request
def authenticate():
    if request.path != "/health":
        check()


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.post("/jobs")
def create_job():
    return jsonify(request.get_json()), 201


@app.errorhandler(404)
def missing(error):
    return jsonify(error="not found"), 404
