"""Atomic file writes: a file is complete or absent, even if its writer is killed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

TEMPORARY = ".writing"

_numbers = count()


def write_whole(path: Path, data: bytes) -> None:
    """Atomically replace `path` with these bytes, and remove temporary files of killed writers beside it.

    Raises:
        OSError: the directory cannot be created or written, or is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path.parent)
    with _temporary(path.parent) as (fd, temporary):
        with open(fd, "wb", closefd=False) as file:
            file.write(data)
        os.fsync(fd)
        if sys.platform == "win32":
            os.close(fd)  # Windows cannot rename an open file
        temporary.replace(path)


@contextmanager
def _temporary(directory: Path) -> Iterator[tuple[int, Path]]:
    fd, temporary = _locked_file(directory)
    try:
        yield fd, temporary
    finally:
        with suppress(OSError):  # closed already, or renamed already
            os.close(fd)
        temporary.unlink(missing_ok=True)


def _locked_file(directory: Path) -> tuple[int, Path]:
    """Create a temporary file and lock it. The operating system releases the lock when the process ends."""
    while True:
        path = directory / f"{os.getpid()}-{next(_numbers)}{TEMPORARY}"
        try:  # unlike tempfile's, readable as the umask allows
            fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
        except FileExistsError:  # written by another machine, or left by an earlier process with this pid
            continue
        if _lock(fd) and path.exists():
            return fd, path
        os.close(fd)  # another writer removed it as a leftover before it was locked


def _remove_leftovers(directory: Path) -> None:
    for path in directory.glob(f"*{TEMPORARY}"):
        with suppress(OSError):  # already removed, or (on Windows) still open in its writer
            if sys.platform == "win32":
                path.unlink()
                continue
            fd = os.open(path, os.O_RDWR)
            try:
                if _lock(fd):
                    path.unlink(missing_ok=True)
            finally:
                os.close(fd)


if sys.platform == "win32":

    def _lock(fd: int) -> bool:
        return True

else:
    import fcntl

    def _lock(fd: int) -> bool:
        """Try to lock without blocking; whether it succeeded."""
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
