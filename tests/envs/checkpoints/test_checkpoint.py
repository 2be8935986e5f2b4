"""An episode that goes on from a checkpoint goes on as it would have, wherever that is."""

import copy
import hashlib
import io
import json
import pickle
import re
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.wrappers import TimeLimit
from hypothesis import given, settings
from hypothesis import strategies as st

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.checkpoints.archive import (
    DIGEST_BYTES,
    HEADER,
    MAGIC_OF_FORMAT_1,
    MARKUP,
    MAX_BYTES,
    NOW,
    WORLD,
)
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.page_state import Focus, Mouse, NodeLocator
from gristmill.envs.env import WebEnv
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import CheckpointError, EngineFault, InvalidOptionError
from gristmill.plugins import installed

STEPS = 20
TASK = "Shop-Checkout-v0"
Observation = dict[str, Any]
Trace = list[tuple[str, list[Any]]]


@pytest.fixture(scope="module")
def envs() -> Iterator[Callable[..., WebEnv]]:
    """Environments of the dom engine by task and options, and by number when several are needed."""
    made: dict[str, WebEnv] = {}

    def get(task: str = TASK, nth: int = 0, **options: Any) -> WebEnv:
        key = f"{task} {nth} {options}"
        if key not in made:
            made[key] = WebEnv(task, engine="dom", **options)
        return made[key]

    yield get
    for env in made.values():
        env.close()


def outcome(env: WebEnv, action: str) -> list[Any]:
    """All that can be told of a step."""
    seen, reward, terminated, truncated, info = env.step(action)
    return [seen, reward, terminated, truncated, info, env.state_digest()]


def walk(env: WebEnv, seen: Observation, seed: int, *, with_oracle: bool = False) -> Trace:
    """Go on from here, at random or by the oracle, and note what happens."""
    agent, trace = RandomAgent(), []
    agent.begin(env, seed)
    for _ in range(STEPS):
        action = env.oracle() if with_oracle else agent.act(seen)
        trace.append((action, outcome(env, action)))
        seen = trace[-1][1][0]
        if trace[-1][1][2]:
            break
    return trace


def require_same(env: WebEnv, trace: Trace) -> None:
    """Whoever takes the same actions meets the same."""
    for action, expected in trace:
        assert outcome(env, action) == expected, action


def ref(seen: Observation, role: str, name: str | re.Pattern[str]) -> str:
    node = parse_aria_snapshot(seen["aria"]).find(role, name)
    assert node is not None, f"no {role} {name} in {seen['aria']}"
    return node.ref


def at_checkout(env: WebEnv, seed: int) -> Observation:
    seen, _ = env.reset(seed=seed)
    while "/checkout" not in seen["url"]:
        seen = env.step(env.oracle())[0]
    return seen


def half_filled(env: WebEnv) -> Observation:
    at_checkout(env, 3)
    seen = env.step("goto /checkout/address/new")[0]
    box = parse_aria_snapshot(seen["aria"]).all("textbox")[1].ref
    env.step(f'fill {box} "Ada Park"')
    env.step("press ArrowLeft")
    return env.step("press Shift+ArrowLeft")[0]


def refused(env: WebEnv) -> Observation:
    at_checkout(env, 5)
    seen = env.step("goto /cart")[0]
    env.step(f'fill {ref(seen, "textbox", "Coupon code")} "NO-SUCH-CODE"')
    seen = env.step(f"click {ref(seen, 'button', 'Apply coupon')}")[0]
    assert "NO-SUCH-CODE" in seen["aria"]
    return seen


def opened(env: WebEnv) -> Observation:
    env.reset(seed=2)
    seen = env.step("goto /d/clothing")[0]
    return env.step(f"click {ref(seen, 'generic', re.compile('More brands .*'))}")[0]


def gone_back(env: WebEnv) -> Observation:
    env.reset(seed=7)
    env.step("goto /orders")
    seen = env.step("goto /cart")[0]
    env.step(f"click {parse_aria_snapshot(seen['aria']).all('link')[0].ref}")
    env.step("back")
    return env.step("back")[0]


def scrolled(env: WebEnv) -> Observation:
    env.reset(seed=8)
    env.step("goto /search?q=lamp")
    env.step("scroll bottom")
    return env.step("click e999")[0]


STATES = {each.__name__: each for each in (half_filled, refused, opened, gone_back, scrolled)}


@pytest.mark.slow
@pytest.mark.parametrize("with_oracle", [False, pytest.param(True, marks=pytest.mark.sweep)])
@pytest.mark.parametrize("state", STATES)
def test_a_restored_episode_goes_on_as_the_original(
    envs: Callable[..., WebEnv], state: str, *, with_oracle: bool
) -> None:
    env, other = envs(), envs(nth=1)
    seen = STATES[state](env)
    checkpoint = env.checkpoint()
    info = env.runner.info()
    trace = walk(env, seen, seed=1, with_oracle=with_oracle)
    for each, kept in ((env, checkpoint), (other, Checkpoint.from_bytes(checkpoint.to_bytes()))):
        assert each.reset(options={"checkpoint": kept}) == (seen, info)
        assert each.checkpoint().page == checkpoint.page
        require_same(each, trace)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.sweep)])
@pytest.mark.sampled("task", 4)
@pytest.mark.parametrize("task", list(installed().families))
def test_every_family_goes_on_from_anywhere(envs: Callable[..., WebEnv], task: str, seed: int) -> None:
    env, other = envs(task), envs(task, nth=1)
    seen, _ = env.reset(seed=seed)
    rng = np.random.default_rng(seed)
    for _ in range(rng.integers(1, 5)):
        action = env.oracle()
        if action.partition(" ")[0] in {"done", "answer", "give_up"}:
            break
        seen = env.step(action)[0]
    agent = RandomAgent()
    agent.begin(env, seed)
    for _ in range(rng.integers(5, 15)):
        seen = env.step(agent.act(seen))[0]
    checkpoint = env.checkpoint()
    trace = walk(env, seen, seed)
    assert other.reset(options={"checkpoint": checkpoint})[0] == seen
    require_same(other, trace)


@pytest.mark.slow
def test_taking_a_checkpoint_changes_nothing_and_is_repeatable(envs: Callable[..., WebEnv]) -> None:
    env, other = envs(), envs(nth=1)
    half_filled(env)
    half_filled(other)
    checkpoint = env.checkpoint()
    assert env.checkpoint() == checkpoint == other.checkpoint()
    assert checkpoint.to_bytes() == other.checkpoint().to_bytes()
    require_same(other, walk(env, env.runner.observation(), seed=4))


@pytest.mark.slow
def test_progress_is_paid_as_if_nothing_had_happened(envs: Callable[..., WebEnv]) -> None:
    env, other = envs(reward="progress"), envs(nth=1, reward="progress")
    env.reset(seed=3)
    for _ in range(4):
        seen = env.step(env.oracle())[0]
    checkpoint = env.checkpoint()
    trace = walk(env, seen, seed=1, with_oracle=True)
    assert sum(reward for _, (_, reward, *_) in trace) > 1
    other.reset(options={"checkpoint": checkpoint})
    require_same(other, trace)


PLAY = """
import json, sys
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.page_state import Focus, Mouse, NodeLocator
from gristmill.envs.env import WebEnv
with open(sys.argv[1], "rb") as file:
    env = WebEnv(sys.argv[2], engine="dom")
    seen, _ = env.reset(options={"checkpoint": Checkpoint.from_bytes(file.read())})
told = [[seen]]
for action in json.loads(sys.argv[3]):
    told.append([*env.step(action)[:4], env.state_digest()])
print(json.dumps(told))
"""


@pytest.mark.slow
def test_another_process_goes_on_from_the_bytes(envs: Callable[..., WebEnv], tmp_path: Path) -> None:
    env = envs()
    seen = half_filled(env)
    file = tmp_path / "half-filled.checkpoint"
    file.write_bytes(env.checkpoint().to_bytes())
    trace = walk(env, seen, seed=3)[:8]
    actions = json.dumps([action for action, _ in trace])
    done = subprocess.run(
        [sys.executable, "-c", PLAY, str(file), TASK, actions], stdout=subprocess.PIPE, text=True, check=True
    )
    expected = [[seen], *([*told[:4], told[5]] for _, told in trace)]
    assert json.loads(done.stdout) == expected


def test_checkpoints_of_an_episode_share_its_database_and_can_be_copied(envs: Callable[..., WebEnv]) -> None:
    env = envs()
    env.reset(seed=3)
    one = env.checkpoint()
    env.step(env.oracle())
    two = env.checkpoint()
    assert two.now.base is one.now.base is one.sampled.start.base
    assert sum(map(len, two.now.changes.values())) < 100_000
    assert pickle.loads(pickle.dumps(two)) == copy.deepcopy(two) == two


def test_checkpoints_that_are_read_share_one_world(envs: Callable[..., WebEnv]) -> None:
    env = envs()
    first, second = (Checkpoint.from_bytes(checkpoint_of_seed(env, seed).to_bytes()) for seed in (1, 2))
    assert first.now != second.now
    assert len({id(image.base) for one in (first, second) for image in (one.now, one.sampled.start)}) == 1


def checkpoint_of_seed(env: WebEnv, seed: int) -> Checkpoint:
    """The beginning of an episode."""
    env.reset(seed=seed)
    return env.checkpoint()


def test_there_is_no_checkpoint_before_a_reset_or_after_the_end() -> None:
    env = WebEnv(TASK, engine="dom")
    with pytest.raises(ResetNeeded, match="checkpoint"):
        env.checkpoint()
    env.reset(seed=1)
    env.step("done")
    with pytest.raises(ResetNeeded, match="checkpoint"):
        env.checkpoint()
    env.close()


def test_steps_count_on_from_the_checkpoint(envs: Callable[..., WebEnv]) -> None:
    env = envs()
    env.reset(seed=3)
    assert env.steps_taken == 0
    env.step("scroll down")
    checkpoint = env.checkpoint()
    env.reset(seed=4)
    env.reset(options={"checkpoint": checkpoint})
    env.step("scroll down")
    assert (checkpoint.steps_taken, env.steps_taken) == (1, 2)


def test_the_seed_beside_a_checkpoint_decides_the_tasks_after_it(envs: Callable[..., WebEnv]) -> None:
    env = envs()
    first, _ = env.reset(seed=3)
    checkpoint = env.checkpoint()
    assert env.reset(seed=11, options={"checkpoint": checkpoint})[0] == first
    after = env.reset()[0]
    env.reset(seed=11)
    assert env.reset()[0] == after


@pytest.mark.parametrize("options", [{}, {"max_episode_steps": 30}])
def test_step_limits_survive_a_checkpoint_through_gymnasiums_wrappers(options: dict[str, Any]) -> None:
    env: Any = TimeLimit(gym.make(TASK, engine="dom", **options), 6)
    env.reset(seed=3)
    for _ in range(4):
        env.step("scroll down")
    checkpoint = env.unwrapped.checkpoint()
    for _ in range(2):
        env.reset(options={"checkpoint": checkpoint})
        assert [env.step("scroll down")[3] for _ in range(2)] == [False, True]
    env.reset(seed=3)
    assert [env.step("scroll down")[3] for _ in range(6)] == [False] * 5 + [True]
    env.close()


def test_the_limit_of_gymnasiums_make_counts_the_steps_before_a_checkpoint() -> None:
    env: Any = gym.make(TASK, engine="dom", max_episode_steps=3)
    env.reset(seed=3)
    env.step("scroll down")
    checkpoint = env.unwrapped.checkpoint()
    other: Any = gym.make(TASK, engine="dom", max_episode_steps=3)
    other.reset(options={"checkpoint": checkpoint})
    assert [other.step("scroll down")[3] for _ in range(2)] == [False, True]
    for made in (env, other):
        made.close()


def test_the_repr_of_a_checkpoint_is_one_line(checkpoint: Checkpoint) -> None:
    assert repr(checkpoint).startswith(f"Checkpoint({TASK}, split='train', seed=")
    assert "\n" not in repr(checkpoint)
    assert len(repr(checkpoint)) < 120


@pytest.fixture(scope="module")
def checkpoint() -> Checkpoint:
    env = WebEnv(TASK, engine="dom")
    half_filled(env)
    checkpoint = env.checkpoint()
    env.close()
    return checkpoint


MISFITS: dict[str, tuple[dict[str, Any], Callable[[Checkpoint], Checkpoint], str]] = {
    "task": ({"task": "Shop-AddToCart-v0"}, lambda c: c, "gym.make('Shop-Checkout-v0')"),
    "split": ({"split": "test"}, lambda c: c, "split='train'"),
    "wordings": ({"wordings": "test"}, lambda c: c, "wordings='train'"),
    "viewport": ({"viewport": (400, 300)}, lambda c: c, "viewport=(1024, 768)"),
    "version": ({}, lambda c: replace(c, versions={**c.versions, "shop": "0"}), "shop 0 (here "),
    "app": ({}, lambda c: replace(c, versions={**c.versions, "mail": "2"}), "mail 2 (here none)"),
    "database": (
        {},
        lambda c: replace(c, now=replace(c.now, changes={2: b"\xff" * 4096})),
        "database cannot be used",
    ),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_what_cannot_be_continued_is_refused_and_the_episode_goes_on(
    envs: Callable[..., WebEnv], checkpoint: Checkpoint, misfit: str
) -> None:
    options, change, told = MISFITS[misfit]
    env = envs(**options)
    env.reset(seed=1)
    before = [env.runner.observation(), env.runner.info(), env.state_digest(), env.checkpoint()]
    with pytest.raises(CheckpointError, match=re.escape(told)):
        env.reset(options={"checkpoint": change(checkpoint)})
    assert [env.runner.observation(), env.runner.info(), env.state_digest(), env.checkpoint()] == before
    assert env.step("scroll down")[0]["error"] == ""


@pytest.mark.parametrize("given", [b"bytes", "text", 1, {}])
def test_what_is_no_checkpoint_is_refused(envs: Callable[..., WebEnv], given: object) -> None:
    with pytest.raises(InvalidOptionError, match=r"Checkpoint\.from_bytes"):
        envs().reset(options={"checkpoint": given})


def test_a_fault_while_restoring_is_survived_or_reported(
    envs: Callable[..., WebEnv], checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = WebEnv(TASK, engine="dom")
    env.reset(seed=1)
    page: Any = env.runner.page

    def break_down(*_: object) -> Any:
        raise EngineFault("The page is gone.")

    monkeypatch.setattr(page, "restore", break_down)
    assert env.reset(options={"checkpoint": checkpoint})[0]["goal"] == checkpoint.task.goal
    monkeypatch.setattr(type(page), "restore", break_down)
    with pytest.raises(EngineFault, match="The page is gone"):
        env.reset(options={"checkpoint": checkpoint})
    env.close()


PAGES: dict[str, dict[str, Any]] = {
    "clipboard": {"clipboard": "copied \ud83d"},
    "time for its timers": {"clock_ms": 4000.5},
    "place of the focus": {"focus": Focus(locator=NodeLocator(tag="p", nth=2), is_passed=True, child=1)},
    "mouse": {"mouse": Mouse(x=3.5, y=7.25)},
}


@pytest.fixture(scope="module")
def whole(checkpoint: Checkpoint) -> bytes:
    return checkpoint.to_bytes()


def signed(body: bytes) -> bytes:
    return body + hashlib.sha256(body).hexdigest().encode()


def archived(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A signed archive of any parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
        archive.comment = b"0" * DIGEST_BYTES
    return signed(file.getvalue()[:-DIGEST_BYTES])


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_damaged_bytes_raise_and_change_nothing(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole) - 1) | st.integers(0, 3000))
    bits = data.draw(st.integers(1, 255))
    flipped = whole[:at] + bytes([whole[at] ^ bits]) + whole[at + 1 :]
    for damaged in (whole[:at], flipped, whole + b"\0", whole[at + 1 :]):
        with pytest.raises(CheckpointError):
            Checkpoint.from_bytes(damaged)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_bytes_that_were_tampered_with_raise_or_are_read(whole: bytes, data: st.DataObject) -> None:
    body = whole[:-DIGEST_BYTES]
    near_end = st.integers(len(body) - 6000, len(body))
    at = data.draw(st.integers(4, 6000) | near_end)
    cut = data.draw(st.integers(0, 40))
    put = data.draw(
        st.binary(max_size=8) | st.sampled_from([b"null", b"[]", b"-1", b"1e400", b"[[[[", b"{}"])
    )
    try:
        read = Checkpoint.from_bytes(signed(body[:at] + put + body[at + cut :]))
    except CheckpointError:
        return
    assert isinstance(read, Checkpoint)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "not a checkpoint"),
        (b"SQLite format 3\0", "not a checkpoint"),
        (b"PK\3\4", "cut off"),
        (MAGIC_OF_FORMAT_1 + b"\0\0\0\1" + bytes(60), "format 1, which was written by an older gristmill"),
        (archived({}), "not a checkpoint"),
        (archived({"a.txt": b"a"}), "no item named 'checkpoint.json'"),
        (archived({HEADER: b"[[[[["}), "cannot be read"),
        (archived({HEADER: b"[" * 100_000}), "cannot be read"),
        (archived({HEADER: b'{"format": 4}'}), "format 4; this gristmill reads format 3"),
        (archived({HEADER: b'{"format": 3}'}), "its parts are checkpoint.json"),
    ],
)
def test_bytes_that_are_none_say_what_they_are(data: bytes, told: str) -> None:
    with pytest.raises(CheckpointError, match=told):
        Checkpoint.from_bytes(data)


def rewritten(whole: bytes, change: Callable[[Any], object]) -> bytes:
    """These bytes with another header."""
    parts = parts_of(whole)
    header = json.loads(parts[HEADER])
    change(header)
    return archived(parts | {HEADER: json.dumps(header).encode()})


def test_any_program_can_unpack_a_checkpoint(whole: bytes, checkpoint: Checkpoint) -> None:
    parts = parts_of(whole)
    assert parts[WORLD] == checkpoint.now.base
    assert parts[MARKUP].decode() == checkpoint.page.markup
    header = json.loads(parts[HEADER])
    assert header["format"] == 3
    assert header["task"]["world"] == {"seed": 1, "size": "standard", "skin": "default"}
    assert {"clipboard", "clock_ms", "focus"} <= header["page"].keys()


def test_an_archive_does_not_depend_on_when_it_was_written(whole: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("page", PAGES)
def test_all_of_a_page_is_carried(checkpoint: Checkpoint, page: str) -> None:
    changed = replace(checkpoint, page=replace(checkpoint.page, **PAGES[page]))
    assert changed.page != checkpoint.page
    assert Checkpoint.from_bytes(changed.to_bytes()) == changed


@pytest.mark.slow
def test_a_part_that_would_unpack_to_too_much_is_refused_unread(
    whole: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = archived(parts_of(whole) | {NOW: bytes(50_000_000)})
    assert len(bomb) < len(whole) + 60_000
    monkeypatch.setitem(MAX_BYTES, NOW, 40_000_000)  # type: ignore[misc]
    tracemalloc.start()
    with pytest.raises(CheckpointError, match=r"now\.pages has 50000000 bytes, more than 40000000"):
        Checkpoint.from_bytes(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_part_that_claims_to_be_small_is_not_unpacked_beyond_that(whole: bytes) -> None:
    size = len(parts_of(whole)[NOW])
    bomb = archived(parts_of(whole) | {NOW: bytes(size + 50_000_000)})
    claimed = bomb[:-DIGEST_BYTES].replace(
        (size + 50_000_000).to_bytes(4, "little"), size.to_bytes(4, "little")
    )
    tracemalloc.start()
    with pytest.raises(CheckpointError, match="cannot be read"):
        Checkpoint.from_bytes(signed(claimed))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_a_part_packed_in_another_way_is_refused(whole: bytes) -> None:
    with pytest.raises(CheckpointError, match="packed by method 12"):
        Checkpoint.from_bytes(archived(parts_of(whole), zipfile.ZIP_BZIP2))


def test_a_checkpoint_that_could_not_be_read_is_not_written(
    checkpoint: Checkpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MAX_BYTES, MARKUP, 10)  # type: ignore[misc]
    with pytest.raises(CheckpointError, match=r"page\.html has \d+ bytes; at most 10"):
        checkpoint.to_bytes()


def test_a_header_is_read_by_what_it_says(whole: bytes, checkpoint: Checkpoint) -> None:
    assert Checkpoint.from_bytes(rewritten(whole, lambda header: None)) == checkpoint


WRONG: dict[str, tuple[Callable[[Any], object], str]] = {
    "a part too many": (lambda header: header["page"].update(more=1), "unknown or missing fields"),
    "a part too few": (lambda header: header["page"].pop("mouse"), "unknown or missing fields"),
    "another type": (lambda header: header.update(steps_taken="5"), "steps_taken"),
    "a claim as a number": (lambda header: header.update(steps_taken=True), "steps_taken"),
    "a broken number": (lambda header: header.update(steps_taken=5.0), "steps_taken"),
    "no number": (lambda header: header["page"]["mouse"].update(x=float("nan")), "JSON compliant"),
    "an endless number": (lambda header: header["task"]["terms"].update(n=float("inf")), "JSON compliant"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_header_that_says_anything_else_is_refused(whole: bytes, wrong: str) -> None:
    change, told = WRONG[wrong]
    with pytest.raises(CheckpointError, match=told):
        Checkpoint.from_bytes(rewritten(whole, change))


def test_terms_in_a_mapping_of_any_kind_and_halves_of_characters_are_carried(checkpoint: Checkpoint) -> None:
    task = replace(checkpoint.task, goal="\ud83d", terms=MappingProxyType({"nested": [{"n": 1.5}, None]}))
    read = Checkpoint.from_bytes(
        replace(checkpoint, sampled=replace(checkpoint.sampled, task=task)).to_bytes()
    )
    assert read.task == replace(task, terms=dict(task.terms))


@pytest.fixture
def vector() -> Iterator[WebVectorEnv]:
    made = WebVectorEnv(TASK, num_envs=4, engine="dom", max_episode_steps=8)
    yield made
    made.close()


def test_branches_of_one_state_each_go_their_way(envs: Callable[..., WebEnv], vector: WebVectorEnv) -> None:
    env = envs()
    seen = refused(env)
    checkpoint = env.checkpoint()
    batch, infos = vector.reset(options={"checkpoint": checkpoint})
    assert all(batch[key] == (seen[key],) * 4 for key in seen)
    assert infos["task"].tolist() == [checkpoint.task] * 4
    actions = [env.oracle(), "goto /orders", "scroll down", "click e12"]
    batch, rewards, terminations, _, infos = vector.step(actions)
    digests = vector.call("state_digest")
    for slot, action in enumerate(actions):
        env.reset(options={"checkpoint": checkpoint})
        alone = outcome(env, action)
        assert {key: batch[key][slot] for key in batch} == alone[0]
        assert [rewards[slot], terminations[slot], digests[slot]] == [alone[1], alone[2], alone[5]]


def test_slots_take_checkpoints_of_their_own_where_the_mask_says(vector: WebVectorEnv) -> None:
    vector.reset(seed=1)
    vector.step(["goto /orders", "goto /cart", "back", "scroll down"])
    kept = list(vector.call("checkpoint"))
    before, _ = vector.reset(seed=5)
    mask = np.array([True, False, True, True])
    batch, _ = vector.reset(options={"checkpoint": [kept[3], None, None, kept[0]], "reset_mask": mask})
    assert batch["url"][3] == "http://shop.test/orders"
    assert batch["goal"][0] == kept[3].task.goal
    assert batch["goal"][1] == before["goal"][1]
    assert batch["goal"][2] not in {before["goal"][2], kept[2].task.goal}


def test_a_slots_limit_counts_the_steps_before_the_checkpoint(vector: WebVectorEnv) -> None:
    vector.reset(seed=1)
    for _ in range(6):
        vector.step(["scroll down"] * 4)
    kept = vector.envs[0].checkpoint()
    vector.reset(seed=5)
    vector.reset(options={"checkpoint": kept, "reset_mask": np.array([True, False, False, False])})
    assert not vector.step(["scroll down"] * 4)[3].any()
    assert vector.step(["scroll down"] * 4)[3].tolist() == [True, False, False, False]


def test_slots_are_left_alone_if_a_checkpoint_does_not_fit(
    vector: WebVectorEnv, checkpoint: Checkpoint
) -> None:
    vector.reset(seed=1)
    before = vector.call("state_digest"), vector.call("checkpoint")
    misfit = replace(checkpoint, versions={})
    with pytest.raises(CheckpointError, match="other versions"):
        vector.reset(options={"checkpoint": [checkpoint, checkpoint, misfit, None]})
    with pytest.raises(InvalidOptionError, match="1 checkpoints for 4 slots"):
        vector.reset(options={"checkpoint": [checkpoint]})
    assert (vector.call("state_digest"), vector.call("checkpoint")) == before
