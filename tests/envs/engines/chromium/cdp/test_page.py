"""Pages are lean, and what makes them so does not show."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gristmill.envs.engines.base import ObservationMode
from gristmill.envs.engines.chromium.cdp.begin_frame import ManualFrames
from gristmill.envs.engines.chromium.cdp.page import CRASH
from gristmill.envs.env import WebEnv
from gristmill.errors import EngineFault

SIZES = """() => {
  const sizes = (seen) => [seen.outerWidth, seen.outerHeight, seen.screen.width, seen.screen.height,
    seen.screenX, seen.screenY, seen.devicePixelRatio];
  const frame = document.body.appendChild(document.createElement("iframe"));
  const all = [sizes(window), sizes(frame.contentWindow), [innerWidth, innerHeight, visualViewport.width]];
  frame.remove();
  return all;
}"""


@pytest.fixture(params=["aria", "aria+pixels"])
def page(request: pytest.FixtureRequest) -> Iterator[Any]:
    env = WebEnv("Shop-Checkout-v0", observation=ObservationMode(request.param), viewport=(801, 603))
    env.reset(seed=1)
    yield env.runner.page
    env.close()


@pytest.mark.browser
def test_a_window_is_as_large_as_the_viewport_to_every_script_with_and_without_screenshots(page: Any) -> None:
    own, framed, inner = page._run(lambda: page._tab.page.evaluate(SIZES))
    assert own == framed == [801, 603, 800, 600, 0, 0, 1]
    assert inner == [801, 603, 801]


@pytest.mark.browser
def test_a_window_that_nobody_looks_at_is_a_sixteenth_with_and_without_screenshots(page: Any) -> None:
    async def window() -> Any:
        tab = page._tab.page
        return (await tab._wire.send("Browser.getWindowForTarget", targetId=tab._target))["bounds"]

    bounds = page._run(window)
    assert (bounds["width"], bounds["height"]) == (51, 38)


@pytest.mark.browser
def test_what_playwright_turns_off_stays_off_whatever_else_is_turned_off(page: Any) -> None:
    async def command_line() -> Any:
        return (await page._tab.page._wire.send("SystemInfo.getInfo"))["commandLine"]

    lists = re.findall(r"--disable-features=(\S+)", page._run(command_line))
    playwrights, heeded = set(lists[0].split(",")), set(lists[-1].split(","))
    of_edge = {name for name in playwrights if name.startswith("ms")}
    assert playwrights - of_edge <= heeded
    assert "PartitionAllocLargeThreadCacheSize" in heeded - playwrights


@pytest.mark.browser
def test_a_page_counts_as_open_until_it_is_closed(page: Any) -> None:
    env = WebEnv("Shop-Checkout-v0", observation="aria+pixels" if page._with_pixels else "aria")
    env.reset(seed=2)
    opened: Any = env.runner.page
    wire = opened._tab.page._wire
    count = wire.listener_count(CRASH)
    assert count > 0
    env.close()
    assert wire.listener_count(CRASH) == count - 1


@pytest.mark.browser
def test_scripts_do_not_see_how_requests_tell_their_session(page: Any) -> None:
    seen = """() => {
      const frame = document.body.appendChild(document.createElement("iframe"));
      const all = [navigator.languages, frame.contentWindow.navigator.languages, [navigator.language]];
      frame.remove();
      return all;
    }"""
    assert page._run(lambda: page._tab.page.evaluate(seen)) == [["en-US"]] * 3


@pytest.mark.browser
def test_a_page_that_cannot_be_opened_leaves_no_context(monkeypatch: pytest.MonkeyPatch, page: Any) -> None:
    wire = page._tab.page._wire

    async def contexts() -> set[str]:
        return set((await wire.send("Target.getBrowserContexts"))["browserContextIds"])

    async def lost(_: ManualFrames) -> bool:
        raise EngineFault("The page was lost.")

    before, listening = page._run(contexts), wire.listener_count(CRASH)
    monkeypatch.setattr(ManualFrames, "is_supported", lost)
    with pytest.raises(EngineFault, match="lost"):
        WebEnv("Shop-Checkout-v0", observation="aria+pixels" if page._with_pixels else "aria").reset(seed=1)
    assert page._run(contexts) <= before
    assert wire.listener_count(CRASH) == listening


@pytest.mark.browser
def test_a_page_that_is_lost_while_it_draws_is_a_fault(page: Any) -> None:
    frames = page._tab.page.frames

    async def drawing() -> None:
        asyncio.get_running_loop().call_soon(frames.stop)
        await frames.draw()

    with pytest.raises(EngineFault, match="while it drew"):
        page._run(drawing)
