"""The byte form of a checkpoint: a zip archive, format 3, described in `docs/checkpoints.md`."""

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import msgspec

from gristmill.apps.base import Task
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import Viewport
from gristmill.errors import CheckpointError, SnapshotDamagedError
from gristmill.snapshots.image import require_database
from gristmill.snapshots.pages import PageChanges, PatchedImage, page_size_bytes

FORMAT = 3
WORLD, HEADER, BEFORE, NOW, MARKUP = (
    "world.sqlite",
    "checkpoint.json",
    "before.pages",
    "now.pages",
    "page.html",
)
MAX_BYTES = {WORLD: 2**30, HEADER: 2**26, BEFORE: 2**30, NOW: 2**30, MARKUP: 2**27}
MAGIC, MAGIC_OF_FORMAT_1 = b"PK\3\4", b"GRISTMILLCKPT\r\n\0"
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that zip supports, for reproducible bytes
DIGEST_BYTES = 64  # hexadecimal text, stored as the archive's comment
WORLDS = 8  # compressed worlds, and worlds of read checkpoints, that are cached
DAMAGED = "The bytes are damaged or cut off: read or copy the file again, or take another checkpoint."
# Exceptions of `zipfile` and its decompressors for damaged or invalid archives.
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, KeyError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip
shared = lru_cache(maxsize=WORLDS)(bytes)  # lets all read checkpoints of a world share one object


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """The numbers of the stored pages of a database, and its total number of pages."""

    pages: tuple[int, ...]
    page_count: int

    @classmethod
    def of(cls, image: PatchedImage) -> "Pages":
        """The pages in which an image differs from its base."""
        return cls(pages=tuple(sorted(image.changes)), page_count=image.page_count)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """A checkpoint without its databases and its page's markup."""

    format: int
    task: Task
    before: Pages
    now: Pages
    versions: Mapping[str, str]
    viewport: Viewport
    steps_taken: int
    error: str
    page: PageState
    tabs: Mapping[str, PageState]
    visited: tuple[str, ...]
    aria_part: int
    actions_done: int

    def to_json(self) -> bytes:
        """Encode this header as JSON text.

        Uses Python's `json`, since text may contain lone surrogates, which UTF-8 cannot encode.
        """
        plain = msgspec.to_builtins(self, enc_hook=dict)  # converts mappings other than `dict`
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def of_json(cls, data: Any) -> "Header":
        """Decode a header from parsed JSON.

        Raises:
            ValueError: it is not a header.
        """
        header = msgspec.convert(data, cls)
        if json.loads(header.to_json()) != data:  # msgspec ignores unknown fields
            raise ValueError("its header has unknown or missing fields")
        if not header.page.history or header.steps_taken < 0:
            raise ValueError("its page has no address, or its number of steps is negative")
        return header


def packed(header: Header, *, start: PatchedImage, now: PatchedImage, markup: str) -> bytes:
    """Encode a checkpoint; equal checkpoints give equal bytes.

    Raises:
        CheckpointError: a part exceeds the size that `unpacked` accepts.
    """
    parts = {
        HEADER: header.to_json(),
        BEFORE: joined(start.changes),
        NOW: joined(now.changes),
        MARKUP: markup.encode("utf-8", "surrogatepass"),
    }
    for name, part in (parts | {WORLD: now.base}).items():
        if len(part) > MAX_BYTES[name]:
            raise CheckpointError(
                f"A checkpoint's {name} has {len(part)} bytes; at most {MAX_BYTES[name]} are allowed. "
                "Keep the checkpoint in memory, or make the world smaller."
            )
    file = io.BytesIO(packed_world(now.base))
    with zipfile.ZipFile(file, "a") as archive:
        for name, part in parts.items():
            archive.writestr(entry(name), part)
        archive.comment = b"0" * DIGEST_BYTES
    body = file.getvalue()[:-DIGEST_BYTES]
    return body + digest_of(body)


@lru_cache(maxsize=WORLDS)
def packed_world(world: bytes) -> bytes:
    """An archive with only the world, to which the parts of each of its checkpoints are appended; cached."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(entry(WORLD), world)
    return file.getvalue()


def entry(name: str) -> zipfile.ZipInfo:
    """A zip entry without timestamps or platform attributes, for reproducible bytes."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def digest_of(body: bytes) -> bytes:
    """The sha256 of an archive without its comment, which stores it."""
    return hashlib.sha256(body).hexdigest().encode()


def unpacked(data: bytes) -> tuple[Header, PatchedImage, PatchedImage]:
    """Decode an archive: header with markup, database at the start, current database.

    Raises:
        CheckpointError: the bytes are not a checkpoint, are damaged, or have another format version.
    """
    if data.startswith(MAGIC_OF_FORMAT_1):
        raise CheckpointError(
            "This checkpoint has format 1, which was written by an older gristmill; this one reads format "
            f"{FORMAT}. Continue it with the version that wrote it, or take another checkpoint."
        )
    if not data.startswith(MAGIC):
        raise CheckpointError(
            f"{len(data)} bytes that begin with {data[: len(MAGIC)]!r} are not a checkpoint. "
            "Pass what Checkpoint.to_bytes returned."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            header = header_of(archive)
            if digest_of(data[:-DIGEST_BYTES]) != data[-DIGEST_BYTES:]:
                raise ValueError(f"its sha256 does not fit its {len(data)} bytes")
            return assembled(header, archive)
    except (*UNREADABLE, RecursionError, MemoryError, SnapshotDamagedError) as error:
        raise CheckpointError(f"A checkpoint cannot be read: {error}. {DAMAGED}") from error


def header_of(archive: zipfile.ZipFile) -> Header:
    """Read the header of an archive.

    Raises:
        CheckpointError: it has another format version.
        ValueError: it is invalid.
    """
    data = json.loads(part_of(archive, HEADER))
    found = data.get("format") if isinstance(data, dict) else None
    if isinstance(found, int) and found != FORMAT:
        raise CheckpointError(
            f"A checkpoint has format {found}; this gristmill reads format {FORMAT}. "
            "Install the version that wrote it, or take another checkpoint."
        )
    if archive.namelist() != [WORLD, HEADER, BEFORE, NOW, MARKUP]:
        raise ValueError(f"its parts are {', '.join(archive.namelist()[:6])}")
    return Header.of_json(data)


def part_of(archive: zipfile.ZipFile, name: str) -> bytes:
    """Read a part of an archive, up to its maximum size.

    Raises:
        ValueError: it is too large, or compressed by an unexpected method.
    """
    info = archive.getinfo(name)
    if info.file_size > MAX_BYTES[name]:
        raise ValueError(f"its {name} has {info.file_size} bytes, more than {MAX_BYTES[name]}")
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(f"its {name} is packed by method {info.compress_type}")
    with archive.open(info) as file:
        part = file.read(info.file_size + 1)  # limits decompression of a manipulated archive
    if len(part) != info.file_size:
        raise ValueError(f"its {name} has another size")
    return part


def assembled(header: Header, archive: zipfile.ZipFile) -> tuple[Header, PatchedImage, PatchedImage]:
    """Complete the header of an archive and decode its databases.

    Raises:
        ValueError: the parts are inconsistent.
    """
    world = part_of(archive, WORLD)
    require_database(world)
    world = shared(world)
    start = taken_apart(world, part_of(archive, BEFORE), header.before)
    now = taken_apart(world, part_of(archive, NOW), header.now)
    markup = part_of(archive, MARKUP).decode("utf-8", "surrogatepass")
    return replace(header, page=replace(header.page, markup=markup)), start, now


def joined(changes: PageChanges) -> bytes:
    """Concatenate pages in order of their numbers."""
    return b"".join(page for _, page in sorted(changes.items()))


def taken_apart(world: bytes, data: bytes, given: Pages) -> PatchedImage:
    """Rebuild the image from pages concatenated by `joined`.

    Raises:
        ValueError: the data does not match the page numbers.
    """
    size = page_size_bytes(world)
    if not size or len(data) != size * len(given.pages) or min(*given.pages, given.page_count, 1) < 1:
        raise ValueError("its database pages do not match their numbers")
    pages = {each: data[at * size : (at + 1) * size] for at, each in enumerate(given.pages)}
    return PatchedImage(world, pages, given.page_count)
