"""Files that are written whole or not at all, and whose damage is detected."""

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from gristmill.errors import LearningFileError

MAGIC = b"gristmill"


def write_sealed(path: Path, kind: str, content: bytes) -> None:
    """Write a file whose first line has its kind and the sha256 of the rest; it replaces an older one.

    Raises:
        LearningFileError: it cannot be written, such as on a full disk; an older file is unchanged.
    """
    head = b"%s %s %s\n" % (MAGIC, kind.encode(), sha256(content).hexdigest().encode())
    temporary = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(head)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise LearningFileError(
            f"{path} cannot be written: {error.strerror}. What was there before is unchanged; make room or "
            "choose another folder, then resume."
        ) from error


def read_sealed(path: Path, kind: str) -> bytes:
    """Read a file that `write_sealed` wrote.

    Raises:
        LearningFileError: it is missing, empty, damaged, or of another kind.
    """
    try:
        head, _, content = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise LearningFileError(f"{path} cannot be read: {error.strerror}.") from error
    if not head:
        raise LearningFileError(f"{path} is empty. Make it anew.")
    parts = head.split(b" ")
    if len(parts) != 3 or parts[0] != MAGIC:
        raise LearningFileError(f"{path} was not written by Gristmill, or its beginning is damaged.")
    if parts[1].decode(errors="replace") != kind:
        raise LearningFileError(
            f"{path} holds {parts[1].decode(errors='replace')!r}; expected {kind!r}. If another version of "
            "Gristmill wrote it, use that one, or make the file anew."
        )
    if sha256(content).hexdigest().encode() != parts[2]:
        raise LearningFileError(f"{path} is damaged: its content does not match its digest. Make it anew.")
    return content
