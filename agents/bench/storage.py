"""Writes the folder of a run: episodes are appended as they end, everything else is replaced as a whole."""

import errno
import os
import sys
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from gristmill.agents.bench.episodes import BenchEpisode
from gristmill.agents.bench.run import EPISODES, FRAMES, JUNIT, REPORT, SETTINGS, SUMMARY, RunSettings
from gristmill.errors import GristmillError, InvalidOptionError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class StorageError(GristmillError):
    """Results cannot be written; the message says where and why, and that those before are kept."""


class RunWriter:
    """Appends to the episodes of a run, to which nothing else writes meanwhile. The caller closes it.

    A half-written last line, as a killed process leaves it, is cut off first.

    Raises:
        StorageError: the folder cannot be written to.
        InvalidOptionError: another process writes to this run.
    """

    def __init__(self, directory: Path, settings: RunSettings) -> None:
        self._directory = directory
        self._frames: set[str] = set()
        try:
            (directory / FRAMES).mkdir(parents=True, exist_ok=True)
            if not (directory / SETTINGS).exists():
                write_whole(directory / SETTINGS, pretty(settings.to_json()))
            self._file: FileIO = (directory / EPISODES).open("ab+", buffering=0)
            try:
                require_lock(self._file, directory)
            except InvalidOptionError:
                self._file.close()
                raise
            self._size = cut_to_whole_lines(self._file)
        except OSError as error:
            raise storage_error(directory, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def append(self, episode: BenchEpisode, frames: Mapping[str, bytes]) -> None:
        """Store a finished episode: afterwards it outlives this process.

        Raises:
            StorageError: it cannot be written; the file then holds the episodes before, and nothing of it.
        """
        try:
            for name, data in frames.items():
                self._write_frame(name, data)
            line = episode.to_line()
            write_all(self._file, line)
            self._size += len(line)
        except OSError as error:
            self._undo()
            raise storage_error(self._directory, error) from error

    def _write_frame(self, name: str, data: bytes) -> None:
        path = self._directory / FRAMES / name
        if name not in self._frames and not path.exists():
            write_whole(path, data)
        self._frames.add(name)

    def _undo(self) -> None:
        """Drop what was written of an episode."""
        self._file.truncate(self._size)


def write_all(file: FileIO, data: bytes) -> None:
    """Write all of it; the system may take it in parts."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def require_lock(file: FileIO, directory: Path) -> None:
    """Lock a file until it is closed.

    Raises:
        InvalidOptionError: another process has locked it.
    """
    if sys.platform == "win32":
        return
    import fcntl

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InvalidOptionError(
            f"Another process is running the benchmark in {directory}. Wait for it, or choose another --out."
        ) from None


def cut_to_whole_lines(file: FileIO) -> int:
    """Cut off what follows the last line feed; returns the size that is left, in bytes."""
    size = file.seek(0, os.SEEK_END)
    while size > 0:
        start = max(0, size - 65536)
        file.seek(start)
        found = file.read(size - start).rfind(b"\n")
        if found >= 0:
            size = start + found + 1
            break
        size = start
    file.truncate(size)
    file.seek(0, os.SEEK_END)
    return size


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is never seen half-written; on failure the old one stays."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def store(path: Path, data: bytes) -> None:
    """`write_whole`, whose failure is reported.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        write_whole(path, data)
    except OSError as error:
        raise storage_error(path, error) from error


def pretty(value: object) -> bytes:
    """A value as indented JSON, with a line feed at the end."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=dict), indent=2) + b"\n"


def storage_error(path: Path, error: OSError) -> StorageError:
    """Describe why something cannot be written."""
    if error.errno in FULL:
        return StorageError(
            f"There is no space left to write to {path} ({error.strerror}). The finished episodes are kept: "
            "free some space and run the same command again to go on."
        )
    return StorageError(f"Cannot write to {path}: {error.strerror}. Choose another folder with --out.")


def remove_run(directory: Path) -> None:
    """Remove the files of a run, and nothing else that is in its folder."""
    for name in (EPISODES, SUMMARY, JUNIT, REPORT, SETTINGS):
        (directory / name).unlink(missing_ok=True)
    for frame in (directory / FRAMES).glob("*.jpg"):
        frame.unlink()
