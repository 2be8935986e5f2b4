"""Folders that commands write to."""

from pathlib import Path
from tempfile import TemporaryFile

from gristmill.errors import InvalidOptionError


def require_writable(folder: Path, what: str = "report") -> None:
    """Create the folder of a report, before anything is played for it.

    Raises:
        InvalidOptionError: files cannot be created there.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidOptionError(
            f"The {what} cannot be written to {folder}: {error.strerror}. "
            "Choose another directory with --out."
        ) from error
