"""Commands of `flask --app <%= project.package %>`."""

import click
from flask import Flask
from flask import current_app
from flask.cli import with_appcontext

<%- slot('commands.imports') %>


def init_app(app: Flask) -> None:
    """Register the commands."""
    app.cli.add_command(check)
    <%- slot('commands.init') %>


@click.command()
@with_appcontext
def check() -> None:
    """Say whether this configuration may serve; exit 1 if not."""
    problems = startup.problems(current_app)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"{current_app.config['APP_ENV']}: ready to serve")
