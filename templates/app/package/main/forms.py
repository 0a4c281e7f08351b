"""Forms of the public pages."""

from wtforms import EmailField
from wtforms import Form
from wtforms import StringField
from wtforms import TextAreaField
from wtforms import validators


class MessageForm(Form):
    """A message to the team. The CSRF token is checked for the whole app, not per form."""

    name = StringField("Your name", [validators.InputRequired(), validators.Length(max=80)])
    email = EmailField(
        "Your email address",
        [
            validators.InputRequired(),
            validators.Length(max=254),
            validators.Regexp(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z", message="Enter an email address."),
        ],
    )
    message = TextAreaField(
        "Message", [validators.InputRequired(), validators.Length(min=10, max=4000)]
    )
