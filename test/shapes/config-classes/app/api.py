from flask import Blueprint, g, jsonify, request
from flask_httpauth import HTTPBasicAuth

api = Blueprint("api", __name__)
auth = HTTPBasicAuth()


@auth.verify_password
def verify_password(email_or_token, password):
    g.user = email_or_token
    return email_or_token != ""


@api.before_request
@auth.login_required
def before_request():
    pass


@api.route("/posts/", methods=["POST"])
def new_post():
    return jsonify(request.json), 201
