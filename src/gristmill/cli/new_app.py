"""`gristmill new-app`."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from gristmill.apps.base import RESERVED
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

TEMPLATES = "templates/new_app"
NAME, TITLE, SUFFIX = "@@name@@", "@@Name@@", ".tmpl"
WORD = re.compile(r"[a-z][a-z0-9]*")


@click.command("new-app")
@click.argument("name")
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to write it; by default gristmill-NAME.",
)
def new_app(name: str, folder: Path | None) -> None:
    """Write a distribution with an app clone to start from.

    It has a list page, a form, two task families with verifier and oracle, tests and CI. It installs, runs
    and passes every check of `gristmill check` as it stands; its comments teach. See docs/plugins.md.

    \b
    Examples:
      gristmill new-app tools
      gristmill new-app tools --dir ~/clones/tools
    """  # noqa: D301 - click reads \b
    require_free(name)
    target = folder or Path(f"gristmill-{name}")
    require_empty(target)
    written = write_app(name, target)
    click.echo(f"Wrote {len(written)} files to {target}. Next:")
    click.echo(f"  cd {target} && pip install -e '.[test]' && pytest && gristmill check {name}")


def require_free(name: str) -> None:
    """Check the name of a new app clone.

    Raises:
        InvalidOptionError: it is no lower-case word, or taken.
    """
    if not WORD.fullmatch(name):
        raise InvalidOptionError(f"The name {name!r} must be one lower-case word, such as 'tools'.")
    if name in RESERVED or name in installed().apps:
        raise InvalidOptionError(f"The name {name!r} is taken by an installed app clone. Choose another.")


def require_empty(folder: Path) -> None:
    """Check that nothing would be overwritten.

    Raises:
        InvalidOptionError: the folder exists and is not empty, or is a file.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidOptionError(f"{folder} exists and is not empty: choose another folder with --dir.")


def write_app(name: str, folder: Path) -> list[Path]:
    """Write all files of a new app clone; returns their paths.

    Raises:
        InvalidOptionError: a file cannot be written.
    """
    written = []
    try:
        for template, path in templates(files("gristmill.cli") / TEMPLATES, Path()):
            target = folder / filled(str(path), name).removesuffix(SUFFIX)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(filled(template.read_text(encoding="utf-8"), name), encoding="utf-8")
            written.append(target)
    except OSError as error:
        raise InvalidOptionError(
            f"{folder} cannot be written: {error}. Choose another with --dir."
        ) from error
    return written


def templates(folder: Traversable, inside: Path) -> list[tuple[Traversable, Path]]:
    """The template files below a folder, with their paths in it; sorted."""
    found: list[tuple[Traversable, Path]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        path = inside / entry.name
        if entry.is_dir():
            found += templates(entry, path)
        elif entry.name.endswith(SUFFIX):
            found.append((entry, path))
    return found


def filled(text: str, name: str) -> str:
    """A template with the name of the app clone filled in, as a word and as a title."""
    return text.replace(NAME, name).replace(TITLE, name.title())
