"""Checkpoints: an episode at one moment, to be continued here, in another process or on another day.

The byte form is described in `docs/checkpoints.md`.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import msgspec

from gristmill.apps.base import Task
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import Viewport
from gristmill.envs.episode.task_sampling import SampledTask
from gristmill.errors import CheckpointError, SnapshotDamagedError
from gristmill.snapshots.image import require_database
from gristmill.snapshots.pages import PageChanges, PatchedImage, page_size_bytes

MAGIC = b"GRISTMILLCKPT\r\n\0"
FORMAT = 1
NUMBER_BYTES = 4
START = len(MAGIC) + 2 * NUMBER_BYTES
DIGEST_BYTES = 32
MAX_BLOB_BYTES = 2**31
PARTS = 4
WORLDS = 8  # of late
DAMAGED = "The bytes are damaged or cut off: read or copy the file again, or take another checkpoint."
packed_world = lru_cache(maxsize=WORLDS)(zlib.compress)  # of all checkpoints of a world
shared = lru_cache(maxsize=WORLDS)(bytes)  # the same world, as one object for all that are read


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Checkpoint:
    """An episode at one moment. It is never changed, so it can be continued as often as one likes.

    In memory it shares its world's database with all others, and holds the pages that differ.

    Attributes:
        sampled: the task, and the database as the episode began.
        now: the database as it is now.
        versions: of the world and the app clones; a checkpoint is continued by the same ones alone.
        viewport: of the page.
        steps_taken: since the episode began.
        error: what the last observation said.
        page: the open page.
    """

    sampled: SampledTask
    now: PatchedImage
    versions: Mapping[str, str]
    viewport: Viewport
    steps_taken: int
    error: str
    page: PageState

    def __repr__(self) -> str:
        task = self.task
        return (
            f"Checkpoint({task.family}, split={task.split!r}, seed={task.seed}, "
            f"steps_taken={self.steps_taken}, pages={len(self.now.changes)})"
        )

    @property
    def task(self) -> Task:
        """What is asked."""
        return self.sampled.task

    def to_bytes(self) -> bytes:
        """This checkpoint as bytes that any process with the same versions can continue.

        The first of a world takes 60 ms or so, further ones a few.
        """
        blobs = [
            self.now.base,
            joined(self.sampled.start.changes),
            joined(self.now.changes),
            self.page.markup.encode("utf-8", "surrogatepass"),
        ]
        packed = [packed_world(blobs[0]), *map(zlib.compress, blobs[1:])]
        text = Header(
            task=self.task,
            before=Pages.of(self.sampled.start),
            now=Pages.of(self.now),
            versions=self.versions,
            viewport=self.viewport,
            steps_taken=self.steps_taken,
            error=self.error,
            page=replace(self.page, markup=""),
            sizes=tuple(map(len, blobs)),
            packed_sizes=tuple(map(len, packed)),
        ).to_json()
        body = b"".join([MAGIC, number(FORMAT), number(len(text)), text, *packed])
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Checkpoint":
        """The checkpoint that `to_bytes` wrote.

        Raises:
            CheckpointError: these bytes are none, are damaged, or are of another format.
        """
        text, packed = opened(bytes(data))
        try:
            return assembled(Header.of_json(text), packed)
        except (ValueError, RecursionError, zlib.error, SnapshotDamagedError) as error:
            raise CheckpointError(f"A checkpoint cannot be read: {error}. {DAMAGED}") from error


def number(value: int) -> bytes:
    """A number as it stands in a checkpoint's bytes."""
    return value.to_bytes(NUMBER_BYTES, "big")


def opened(data: bytes) -> tuple[bytes, bytes]:
    """The header and the packed parts of a checkpoint's bytes, whose digest is right."""
    if not data.startswith(MAGIC):
        raise CheckpointError(
            f"{len(data)} bytes that begin with {data[: len(MAGIC)]!r} are not a checkpoint. "
            "Pass what Checkpoint.to_bytes returned."
        )
    if len(data) < START + DIGEST_BYTES:
        raise CheckpointError(f"A checkpoint ends after {len(data)} bytes. {DAMAGED}")
    body, digest = data[:-DIGEST_BYTES], data[-DIGEST_BYTES:]
    version = int.from_bytes(data[len(MAGIC) : len(MAGIC) + NUMBER_BYTES], "big")
    if version != FORMAT:
        raise CheckpointError(
            f"A checkpoint has the format {version}; this version of gristmill reads format {FORMAT}. "
            "Install the version that wrote it, or take another checkpoint."
        )
    if hashlib.sha256(body).digest() != digest:
        raise CheckpointError(f"A checkpoint's sha256 does not fit its {len(data)} bytes. {DAMAGED}")
    end = START + int.from_bytes(data[len(MAGIC) + NUMBER_BYTES : START], "big")
    return body[START:end], body[end:]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pages:
    """Which pages of a database are given, and how many it has."""

    pages: tuple[int, ...]
    page_count: int

    @classmethod
    def of(cls, image: PatchedImage) -> "Pages":
        """Those that an image has otherwise than its base."""
        return cls(pages=tuple(sorted(image.changes)), page_count=image.page_count)


@dataclass(frozen=True, kw_only=True, slots=True)
class Header:
    """What stands before the packed parts."""

    task: Task
    before: Pages
    now: Pages
    versions: Mapping[str, str]
    viewport: Viewport
    steps_taken: int
    error: str
    page: PageState
    sizes: tuple[int, ...]
    packed_sizes: tuple[int, ...]

    def to_json(self) -> bytes:
        """This header as it stands in a checkpoint's bytes.

        Python's JSON writes and reads it: text may hold halves of characters, which UTF-8 cannot.
        """
        plain = msgspec.to_builtins(self, enc_hook=dict)  # for mappings other than `dict`
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()

    @classmethod
    def of_json(cls, text: bytes) -> "Header":
        """The header that `to_json` wrote.

        Raises:
            ValueError, RecursionError: it wrote no such thing.
        """
        data = json.loads(text)
        header = msgspec.convert(data, cls)
        if json.loads(header.to_json()) != data:  # since msgspec passes over what it does not know
            raise ValueError("its header has parts that it should not, or lacks some")
        return header


def assembled(header: Header, packed: bytes) -> Checkpoint:
    """The checkpoint of a header and the packed parts after it.

    Raises:
        ValueError, zlib.error: they do not fit each other.
    """
    world, before, now, markup = unpacked(packed, header.sizes, header.packed_sizes)
    if not header.page.history or header.steps_taken < 0:
        raise ValueError("its page has no address, or its steps are below 0")
    require_database(world)
    world = shared(world)
    return Checkpoint(
        sampled=SampledTask(header.task, taken_apart(world, before, header.before)),
        now=taken_apart(world, now, header.now),
        versions=header.versions,
        viewport=header.viewport,
        steps_taken=header.steps_taken,
        error=header.error,
        page=replace(header.page, markup=markup.decode("utf-8", "surrogatepass")),
    )


def joined(changes: PageChanges) -> bytes:
    """Pages one after the other, by number."""
    return b"".join(page for _, page in sorted(changes.items()))


def taken_apart(world: bytes, data: bytes, given: Pages) -> PatchedImage:
    """The image whose pages `joined` joined.

    Raises:
        ValueError: they do not fit their numbers.
    """
    size = page_size_bytes(world)
    if not size or len(data) != size * len(given.pages) or min(*given.pages, given.page_count, 1) < 1:
        raise ValueError("its database pages do not fit their numbers")
    pages = {each: data[at * size : (at + 1) * size] for at, each in enumerate(given.pages)}
    return PatchedImage(world, pages, given.page_count)


def unpacked(packed: bytes, sizes: Sequence[int], packed_sizes: Sequence[int]) -> list[bytes]:
    """The parts, of exactly these sizes.

    Raises:
        ValueError, zlib.error: they are not.
    """
    if (
        len(sizes) != PARTS
        or len(packed_sizes) != PARTS
        or min(packed_sizes) < 0
        or sum(packed_sizes) != len(packed)
    ):
        raise ValueError("its parts have other sizes")
    blobs, at = [], 0
    for size, packed_size in zip(sizes, packed_sizes, strict=True):
        if not 0 <= size < MAX_BLOB_BYTES:
            raise ValueError(f"a part of {size} bytes is too large")
        reader = zlib.decompressobj()
        blob = reader.decompress(packed[at : at + packed_size], size + 1)
        if len(blob) != size or not reader.eof:
            raise ValueError("a part has another size")
        blobs.append(blob)
        at += packed_size
    return blobs
