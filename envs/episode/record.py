"""Episode records: JSON with everything needed to score an episode again."""

import base64
import binascii
import json
import zlib
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from typing import Any, Self

import msgspec

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.world.builder import world_key
from gristmill.envs.episode.episode import Episode
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.episode.task_sampling import SampledTask
from gristmill.errors import RecordError
from gristmill.plugins import installed
from gristmill.snapshots.pages import PatchedImage, page_size_bytes
from gristmill.verifiers.base import Verdict

FORMAT = 1
NUMBER_BYTES = 4
MAX_PATCH_BYTES = 2**31
ASK_AGAIN = "Copy the file again, or record another episode."


@dataclass(frozen=True, kw_only=True, slots=True)
class Patch:
    """A database as a patch of its world's.

    Attributes:
        page_count: number of pages of the whole database.
        pages: base64 of zlib of the changed pages, each preceded by its number (4 bytes, big-endian).
    """

    page_count: int
    pages: str

    @classmethod
    def of(cls, image: PatchedImage) -> Self:
        """Encode an image whose base is its world."""
        parts = (
            number.to_bytes(NUMBER_BYTES, "big") + page for number, page in sorted(image.changes.items())
        )
        return cls(
            page_count=image.page_count, pages=base64.b64encode(zlib.compress(b"".join(parts))).decode()
        )

    def on(self, world: bytes) -> PatchedImage:
        """Apply the patch to its world.

        Raises:
            RecordError: the pages are damaged.
        """
        size = NUMBER_BYTES + page_size_bytes(world)
        try:
            reader = zlib.decompressobj()
            data = reader.decompress(base64.b64decode(self.pages, validate=True), MAX_PATCH_BYTES)
        except (binascii.Error, zlib.error) as error:
            raise RecordError(f"A record's database pages are damaged: {error}. {ASK_AGAIN}") from error
        cut = [data[at : at + size] for at in range(0, len(data), size)]
        pages = {int.from_bytes(each[:NUMBER_BYTES], "big"): each[NUMBER_BYTES:] for each in cut}
        if not reader.eof or len(data) % size or not all(0 < number <= self.page_count for number in pages):
            raise RecordError(f"A record's database pages are inconsistent. {ASK_AGAIN}")
        return PatchedImage(world, pages, self.page_count)


@dataclass(frozen=True, kw_only=True, slots=True)
class EpisodeRecord:
    """A recorded episode, JSON-serializable. Score it again with `rescore`.

    Attributes:
        task: the task and its world; its terms are the answer key.
        world: what the world was built from: versions, seed, size, skin, libraries; see `WorldKey`.
        world_digest: digest of the world's content.
        start: database at the start of the episode.
        end: database when it was recorded, including events and world changes.
        answer: the agent's answer, if any.
        gave_up: the agent's reason for giving up, if it did.
        visited: URLs of the pages that were opened.
        steps: number of steps taken.
        verdict: the verdict; None if an infrastructure failure ended the episode.
        infra_error: that failure, or None.
    """

    task: Task
    world: Mapping[str, Any]
    world_digest: str
    start: Patch
    end: Patch
    answer: str | None
    gave_up: str | None
    visited: tuple[str, ...]
    steps: int
    verdict: Verdict | None
    infra_error: str | None
    format: int = FORMAT

    @classmethod
    def of(cls, episode: Episode, *, steps: int) -> Self:
        """Record the current state of an episode, as `WebEnv.record` does."""
        base = episode.start.base
        return cls(
            task=episode.task,
            world=world_of(episode.task, episode.runtime),
            world_digest=digest_of(base),
            start=Patch.of(episode.start),
            end=Patch.of(episode.session.snapshot()),
            answer=episode.answer,
            gave_up=episode.gave_up,
            visited=tuple(sorted(episode.session.visited)),
            steps=steps,
            verdict=None if episode.infra_error else episode.verdict,
            infra_error=episode.infra_error,
        )

    def to_json(self) -> str:
        """This record as JSON text."""
        return json.dumps(msgspec.to_builtins(self, enc_hook=dict), sort_keys=True, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Parse what `to_json` wrote.

        Raises:
            RecordError: the text is not a record, or has another format version.
        """
        try:
            data = json.loads(text)
            if data["format"] == FORMAT:
                return msgspec.convert(data, cls)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RecordError(f"Not an episode's record: {text[:60]!r} ({error}). {ASK_AGAIN}") from error
        raise RecordError(
            f"A record has the format {data['format']}; this Gristmill reads format {FORMAT}. "
            "Install the version that wrote it."
        )


def rescore(record: EpisodeRecord, runtime: Runtime | None = None, *, is_over: bool = True) -> Verdict:
    """Score a recorded episode with the currently installed verifier.

    Builds the world, or takes it from the cache; needs no browser.

    Args:
        record: the episode.
        runtime: by default the process's.
        is_over: whether the agent had ended it; pages that it opened count only then.

    Raises:
        RecordError: the world cannot be reproduced (the message names the parts that differ), or an
            infrastructure failure ended the episode, which is never scored.
        UnknownNameError: the task family or one of its apps is not installed.
    """
    if record.infra_error is not None:
        raise RecordError(f"This episode was ended by an infrastructure failure: {record.infra_error}")
    runtime = runtime or default_runtime()
    family = family_of(record.task)
    world = require_world(record, runtime)
    drawn = SampledTask(record.task, record.start.on(world))
    with closing(Episode(runtime, family, drawn, start=record.end.on(world))) as episode:
        episode.session.visited.update(record.visited)
        return episode.judge(record.answer, gave_up=record.gave_up, is_over=is_over)


def require_world(record: EpisodeRecord, runtime: Runtime) -> bytes:
    """Return a record's world, checked against its digest.

    Raises:
        RecordError: it cannot be reproduced with the installed versions.
    """
    require_same_choice(record)
    world = runtime.world(family_of(record.task), record.task.world).data
    if digest_of(world) != record.world_digest:
        here, there = flat(world_of(record.task, runtime)), flat(record.world)
        differing = [
            f"{name} {there.get(name, 'none')} (here {here.get(name, 'none')})"
            for name in sorted(here.keys() | there.keys())
            if here.get(name) != there.get(name)
        ]
        raise RecordError(
            "The record's world cannot be reproduced by this installation: "
            f"{', '.join(differing) or 'its content differs though versions are equal'}. "
            "Install the versions that it was recorded with."
        )
    return world


def require_same_choice(record: EpisodeRecord) -> None:
    """Refuse a record whose task is in another world than the one that its databases were taken from.

    Raises:
        RecordError: it is.
    """
    drawn = record.task.world
    expected = {"world_seed": drawn.seed, "size": drawn.size.value, "skin": drawn.skin}
    found = {name: record.world.get(name) for name in expected}
    if found != expected:
        raise RecordError(
            f"The record's world cannot be built here as it was: it has the seed {found['world_seed']!r}, "
            f"size {found['size']!r} and skin {found['skin']!r}, but its task the seed {drawn.seed}, "
            f"size {drawn.size.value!r} and skin {drawn.skin!r}. {ASK_AGAIN}"
        )


def world_of(task: Task, runtime: Runtime) -> dict[str, Any]:
    """The `WorldKey` of a task's world as JSON."""
    specs = runtime.specs(family_of(task))
    plain: dict[str, Any] = msgspec.to_builtins(asdict(world_key(specs, task.world)), enc_hook=dict)
    return plain


def family_of(task: Task) -> TaskFamily:
    """The installed family of a task, with the options that the task was sampled with."""
    return installed().family(task.family).configured(brief=task.brief, news=task.news)


def flat(world: Mapping[str, Any]) -> dict[str, str]:
    """Flatten a `WorldKey` to a mapping from names to texts, for comparison."""
    parts: dict[str, str] = {}
    for name, value in world.items():
        if isinstance(value, Mapping):
            parts |= {f"{name}.{key}": str(each) for key, each in value.items()}
        else:
            parts[name] = str(value)
    return parts


def digest_of(world: bytes) -> str:
    """A digest of a world's content, independent of the SQLite build that wrote it."""
    return PatchedImage.whole(world).content_digest().hex()
