"""`flask secret-key`: make and rotate the secret key."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from . import key_rotation
from . import secret_key

NEXT = {
    "accept": "Reload every process on every host, then: flask secret-key promote",
    "promote": "Reload every process; when the longest session has ended: flask secret-key drop",
    "drop": "Reload every process.",
}


@click.group("secret-key")
def group() -> None:
    """Make and rotate the secret key."""


@group.command()
@click.option("--file", "path", type=click.Path(path_type=Path), help="Write it there, mode 600.")
def new(path: Path | None) -> None:
    """Print a new key, or write it to a new file."""
    if path is None:
        click.echo(secret_key.generate())
    elif path.exists():
        raise click.ClickException(f"{path} exists; use accept, promote and drop to rotate")
    else:
        key_rotation.save(path, [secret_key.generate()])


@group.command()
@with_appcontext
def status() -> None:
    """Show how many keys there are and their age, never the keys."""
    for place, key in enumerate(_keys()):
        made = secret_key.made(key)
        role = "accepted" if place else "signs"
        click.echo(f"{role}: made {made.isoformat() if made else 'at an unknown time'}")
    if secret_key.too_old(current_app):
        click.echo("The signing key is due for rotation: flask secret-key accept")


@group.command()
@with_appcontext
def accept() -> None:
    """Step 1: let every process know a new key; the old one still signs."""
    _step("accept", lambda keys: key_rotation.accept(keys, secret_key.generate(*keys[:1])))


@group.command()
@with_appcontext
def promote() -> None:
    """Step 2: sign with the new key; the old one is still accepted."""
    _step("promote", key_rotation.promote)


@group.command()
@with_appcontext
def drop() -> None:
    """Step 3: forget every key but the one that signs."""
    _step("drop", key_rotation.drop)


def _keys() -> list[str]:
    config = current_app.config
    return secret_key.ring(config["SECRET_KEY"], config["SECRET_KEY_FALLBACKS"])


def _step(name: str, change: Callable[[list[str]], list[str]]) -> None:
    """Write the keys back to their file, or print what must stand where they come from."""
    try:
        keys = change(_keys())
    except key_rotation.RotationError as error:
        raise click.ClickException(str(error)) from error
    path = os.environ.get("SECRET_KEY_FILE")
    if os.environ.get("SECRET_KEY"):
        click.echo(f"SECRET_KEY={keys[0]}")
        click.echo(f"SECRET_KEY_FALLBACKS={','.join(keys[1:])}")
    elif path and os.access(path, os.W_OK) and os.access(Path(path).parent, os.W_OK):
        key_rotation.save(Path(path), keys)
    else:  # a mounted secret: the secret store must hold these lines
        click.echo("\n".join(keys))
    if os.environ.get("SECRET_KEY_FALLBACKS") and not os.environ.get("SECRET_KEY"):
        click.echo("Unset SECRET_KEY_FALLBACKS: its keys would stay accepted.", err=True)
    click.echo(NEXT[name], err=True)
