"""A long page is shown in parts that lose nothing; a screenshot is scaled as declared."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gristmill.envs.actions.types import Scroll, Wait
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.presentation import TextParts, parts_of, scaled
from gristmill.errors import InvalidOptionError

LIMIT = 1_000
LINES = st.lists(st.tuples(st.integers(0, 6), st.text("abc: \"'", max_size=80)), max_size=120)


@given(LINES)
def test_parts_are_within_the_limit_and_hold_every_line(lines: list[tuple[int, str]]) -> None:
    aria = "\n".join(f"{'  ' * depth}- {text}" for depth, text in lines)
    parts = parts_of(aria, LIMIT)
    assert all(len(part) <= LIMIT for part in parts)
    assert (len(parts) == 1) is (len(aria) <= LIMIT)
    kept = [line for part in parts for line in part.split("\n")]
    wanted = iter(aria.split("\n"))
    missing = next(wanted)
    for line in kept:  # repeated lines aside, all are there in order
        if line == missing:
            missing = next(wanted, "")
    assert missing == ""


def test_a_part_begins_with_the_lines_around_it() -> None:
    rows = "\n".join(f"    - listitem [ref=e{n}]: {'x' * 40}" for n in range(3, 60))
    first, second, *_ = parts_of(f"- main [ref=e1]:\n  - list [ref=e2]:\n{rows}", LIMIT)
    assert second.startswith("- main [ref=e1]:\n  - list [ref=e2]:\n    - listitem [ref=e")
    assert re.search(r"\n- text: \(part 1 of \d; scroll down shows the next part, .*\)$", first)


def test_a_line_that_is_longer_than_a_part_goes_on_in_the_next() -> None:
    text = "".join(chr(ord("a") + n % 26) for n in range(5_000))
    parts = parts_of(f"- paragraph [ref=e1]: {text}", LIMIT)
    assert all(len(part) <= LIMIT for part in parts)
    runs = re.findall(r'(?:ref=e1\]: |- text: ")([a-z]+)', "\n".join(parts))
    assert "".join(runs) == text


def test_scrolling_turns_parts_and_another_page_begins_with_the_first() -> None:
    parts, aria = TextParts(LIMIT), "\n".join(f"- text: {n}" for n in range(400))
    numbers = []
    for direction in ("top", "down", "down", "up", "bottom", "down"):
        parts.turn(Scroll(direction), "http://a.test/", "http://a.test/#x")
        numbers.append(int(re.findall(r"\(part (\d+)", parts.shown(aria))[0]))
    count = len(parts_of(aria, LIMIT))
    assert numbers == [1, 2, 3, 2, count, count]
    parts.turn(Wait(), "http://a.test/", "http://a.test/")
    assert parts.at == count - 1
    parts.turn(None, "http://a.test/", "http://a.test/b")
    assert parts.at == 0


def test_an_episode_shows_parts_whose_refs_can_all_be_used() -> None:
    env = WebEnv("Shop-AddToCart-v0", engine="dom", aria_limit=2_000)
    whole = WebEnv("Shop-AddToCart-v0", engine="dom")
    seen, info = env.reset(seed=1)
    everything = whole.reset(seed=1)[0]["aria"]
    assert len(seen["aria"]) <= 2_000 < len(everything)
    assert seen in env.observation_space
    assert info["outline"] == whole.runner.outline()
    last = re.findall(r"\[ref=(e\d+)\]", everything)[-1]
    assert last not in seen["aria"]
    seen = env.step("scroll bottom")[0]
    assert f"[ref={last}]" in seen["aria"]
    kept = env.checkpoint()
    seen = env.step(f"hover {last}\nscroll top\nhover {last}")[0]
    assert seen["error"] == ""
    assert "(part 1 of" in seen["aria"]
    again = env.reset(options={"checkpoint": type(kept).from_bytes(kept.to_bytes())})[0]
    assert f"[ref={last}]" in again["aria"]
    for each in (env, whole):
        each.close()


@pytest.mark.parametrize(
    ("option", "value"),
    [("aria_limit", value) for value in (999, 200_001, 2e3)]
    + [("pixel_scale", value) for value in (0, 1.5, True)],
)
def test_options_out_of_range_are_refused(option: str, value: float) -> None:
    with pytest.raises(InvalidOptionError, match=option):
        WebEnv("Shop-AddToCart-v0", engine="dom", **{option: value})  # type: ignore[arg-type]


def test_a_scaled_screenshot_keeps_its_colours() -> None:
    pixels = np.zeros((768, 1024, 3), np.uint8)
    pixels[:, 512:] = 200
    small = scaled(pixels, 0.5)
    assert (small.shape, small.dtype) == ((384, 512, 3), np.uint8)
    assert (small[:, :250] == 0).all()
    assert (small[:, 262:] == 200).all()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("viewport", "scale", "shape"),
    [
        ((1024, 768), 1.0, (768, 1024, 3)),
        ((1280, 800), 1.0, (800, 1280, 3)),
        ((1280, 800), 0.5, (400, 640, 3)),
    ],
)
def test_screenshots_have_the_size_that_is_declared(
    viewport: tuple[int, int], scale: float, shape: tuple[int, ...]
) -> None:
    env = WebEnv("Shop-AddToCart-v0", observation="pixels", viewport=viewport, pixel_scale=scale)
    seen, info = env.reset(seed=1)
    assert seen["pixels"].shape == shape
    assert seen in env.observation_space
    assert info["pixel_scale"] == scale
    env.close()
