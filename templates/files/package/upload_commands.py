"""`flask uploads`: look after stored files."""

from datetime import timedelta

import click
from flask.cli import with_appcontext

from .security import uploads


@click.group("uploads")
def group() -> None:
    """Look after stored files."""


@group.command()
@click.option("--days", type=click.IntRange(min=1), required=True, help="How old a file may be.")
@with_appcontext
def sweep(days: int) -> None:
    """Delete files that are older than that."""
    click.echo(f"{uploads.sweep(timedelta(days=days))} files deleted")
