"""Pages have the frames that something waits for, one for each screenshot, and no others.

The same holds of pages whose frames the browser draws by itself.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

import numpy as np
import pytest

from gristmill.caches import Caches
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.tuning import Tuning

pytestmark = pytest.mark.browser

ALONE_S = 6.0


@pytest.fixture(scope="module")
def runtimes() -> Iterator[dict[str, Runtime]]:
    """Runtimes whose pages draw on request, and natively."""
    native = Runtime(tuning=Tuning(manual_frames=False), caches=Caches(but={"screenshots": "off"}))
    yield {"manual": default_runtime(), "native": native}
    native.close()


@pytest.fixture(params=["manual", "native"])
def runtime(request: pytest.FixtureRequest, runtimes: dict[str, Runtime]) -> Runtime:
    return runtimes[request.param]


@pytest.fixture(scope="module")
def lasting() -> Iterator[dict[tuple[int, str], WebEnv]]:
    """Environments by runtime and observation, for all tests here."""
    made: dict[tuple[int, str], WebEnv] = {}
    yield made
    for env in made.values():
        env.close()


@pytest.fixture(params=["aria", "aria+pixels"])
def env(request: pytest.FixtureRequest, runtime: Runtime, lasting: dict[tuple[int, str], WebEnv]) -> WebEnv:
    key = id(runtime), request.param
    if key not in lasting:
        lasting[key] = WebEnv("Shop-Checkout-v0", observation=request.param, runtime=runtime)
    lasting[key].reset(seed=1)
    return lasting[key]


@pytest.fixture
def frames(env: WebEnv, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows with each frame that the environment's page draws."""
    page: Any = env.runner.page
    drawn: list[int] = []
    draw = page._tab.page.frames.draw

    async def counted() -> None:
        drawn.append(1)
        await draw()

    monkeypatch.setattr(page._tab.page.frames, "draw", counted)
    return drawn


def run(env: WebEnv, script: str) -> Any:
    page: Any = env.runner.page
    return page._run(lambda: page._tab.page.evaluate(script))


def test_the_shops_pages_wait_for_no_frame(env: WebEnv, frames: list[int]) -> None:
    env.reset(seed=1)
    for line in ('fill e6 "lamp"', "click e7", "hover e7", "goto /cart", "back"):
        assert env.step(line)[4]["infra_error"] is None
    assert frames == []


@pytest.mark.one_in(4)
@pytest.mark.parametrize(
    "waiting",
    [
        "() => requestAnimationFrame(() => requestAnimationFrame(() => { document.title = 'drawn'; }))",
        "() => new ResizeObserver(() => { document.title = 'drawn'; }).observe(document.body)",
        "() => new IntersectionObserver(() => { document.title = 'drawn'; }).observe(document.body)",
        "() => { document.startViewTransition(() => { document.title = 'drawn'; }); }",
        """() => {
          const main = document.querySelector("main");
          const observer = new IntersectionObserver(([seen]) => {
            if (seen.target === main) document.title = "drawn"; else observer.observe(main);
          });
          observer.observe(document.body);
        }""",
    ],
)
def test_what_comes_with_a_frame_comes_before_the_next_observation(waiting: str, env: WebEnv) -> None:
    run(env, waiting)
    env.step("hover e7")
    assert run(env, "() => document.title") == "drawn"


def test_scripts_hear_of_scrolling_within_the_step(env: WebEnv) -> None:
    run(env, "() => { window.heard = 0; addEventListener('scroll', () => { window.heard++; }); }")
    env.step("scroll down")
    assert run(env, "() => [window.heard > 0, scrollY > 0]") == [True, True]


FAR = """() => {
  const above = document.createElement("div"), far = document.createElement("button");
  above.style.height = "9000px";
  far.append("Far");
  document.querySelector("main").append(above, far);
}"""
HEARING = [
    "() => { window.heard = 0; addEventListener('scroll', () => { window.heard++; }); }",
    "() => { window.heard = 0; window.onscroll = () => { window.heard++; }; }",
    "() => { window.heard = 0; document.onscroll = () => { window.heard++; }; }",
    "() => { window.heard = 0; document.body.setAttribute('onscroll', 'window.heard++'); }",
    """() => {
      window.heard = 0;
      const main = document.querySelector("main");
      main.style.cssText = "max-height: 300px; overflow: auto";
      main.onscroll = () => { window.heard++; };
    }""",
]


@pytest.mark.one_in(4)
@pytest.mark.parametrize("hearing", HEARING)
def test_scripts_hear_of_an_element_that_is_scrolled_to(hearing: str, env: WebEnv) -> None:
    run(env, FAR)
    run(env, hearing)
    (ref,) = re.findall(r'button "Far" \[ref=(e\d+)\]', env.step("hover e7")[0]["aria"])
    assert env.step(f"click {ref}")[0]["error"] == ""
    assert run(env, "() => window.heard") > 0


def test_what_nobody_hears_of_is_not_drawn(env: WebEnv, frames: list[int]) -> None:
    run(env, FAR)
    env.step("scroll bottom")
    assert run(env, "() => scrollY > 0")
    assert frames == []


def test_an_endless_animation_is_drawn_a_few_times_and_no_more(env: WebEnv, frames: list[int]) -> None:
    run(env, "() => { const again = () => { requestAnimationFrame(again); }; again(); }")
    assert env.step("hover e7")[4]["infra_error"] is None
    page: Any = env.runner.page
    assert page._tab.page.frames.is_manual is env.runtime.tuning.manual_frames
    assert len(frames) == 4


def test_native_frames_give_the_same_observations_and_pixels_as_manual_ones(
    runtimes: dict[str, Runtime], solve: Callable[[WebEnv], list[Any]]
) -> None:
    played = []
    for name in ("manual", "native", "native"):
        env = WebEnv("Shop-Checkout-v0", observation="aria+pixels", runtime=runtimes[name])
        first, _ = env.reset(seed=1)
        played.append([first, *(step[0] for step in solve(env))])
        env.close()
    for manual, *natives in zip(*played, strict=True):
        for native in natives:
            assert native["aria"] == manual["aria"]
            assert np.array_equal(native["pixels"], manual["pixels"])


LEAVING = """() => {
  const leave = () => requestAnimationFrame(() => { location.href = "/cart"; });
  addEventListener("mousemove", leave, { once: true });
}"""


@pytest.mark.parametrize("name", ["manual", "native"])
def test_a_page_that_goes_elsewhere_while_it_draws_settles_on_the_next(
    name: str, runtimes: dict[str, Runtime]
) -> None:
    env = WebEnv("Shop-Checkout-v0", runtime=runtimes[name])
    env.reset(seed=1)
    run(env, LEAVING)
    observation, *_, info = env.step("hover e7")
    assert info["infra_error"] is None
    assert observation["url"].endswith("/cart")
    env.close()


LAZY = """() => {
  const below = document.createElement("div"), image = document.querySelector("img").cloneNode();
  below.style.height = "9000px";
  image.loading = "lazy";
  image.src += "&again";
  document.body.append(below, image);
}"""
SHOWN = (
    "() => { const image = [...document.images].at(-1); return image.complete && image.naturalWidth > 0; }"
)


def test_a_picture_that_was_scrolled_to_is_on_the_screenshot(runtime: Runtime) -> None:
    env = WebEnv("Shop-Checkout-v0", observation="aria+pixels", runtime=runtime)
    env.reset(seed=1)
    run(env, LAZY)
    env.step("hover e4")
    assert not run(env, SHOWN)
    env.step("scroll bottom")
    assert run(env, SHOWN)
    env.close()


def test_a_page_that_never_finishes_a_frame_is_lost_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gristmill.envs.engines.chromium.cdp.begin_frame.FRAME_DEADLINE_S", 1.0)
    hung, other = WebEnv("Shop-Checkout-v0"), WebEnv("Shop-Checkout-v0")
    for each in (hung, other):
        each.reset(seed=1)
    run(hung, "() => { requestAnimationFrame(() => { for (;;); }); }")
    run(other, "() => requestAnimationFrame(() => { document.title = 'drawn'; })")
    assert hung.step("hover e7")[4]["infra_error"] is not None
    assert other.step("hover e7")[4]["infra_error"] is None
    assert run(other, "() => document.title") == "drawn"
    hung.reset(seed=1)
    assert hung.step("goto /cart")[4]["infra_error"] is None
    for each in (hung, other):
        each.close()


def test_a_page_that_cannot_draw_gives_way_as_soon_as_another_wants_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only a page that draws last has the whole deadline.
    monkeypatch.setattr("gristmill.envs.engines.chromium.cdp.begin_frame.FRAME_DEADLINE_S", ALONE_S)
    monkeypatch.setattr("gristmill.envs.engines.chromium.cdp.begin_frame.SHARED_FRAME_DEADLINE_S", 0.5)
    hung, other = [WebEnv("Shop-Checkout-v0") for _ in range(2)], WebEnv("Shop-Checkout-v0")
    for each in (*hung, other):
        each.reset(seed=1)
    for each in hung:
        run(each, "() => { requestAnimationFrame(() => { for (;;); }); }")
    run(other, "() => requestAnimationFrame(() => { document.title = 'drawn'; })")
    with ThreadPoolExecutor() as pool:
        lost = [pool.submit(each.step, "hover e7") for each in hung]
        begun = monotonic()
        fine = other.step("hover e7")[4]["infra_error"]
        waited_s = monotonic() - begun
        faults = [step.result()[4]["infra_error"] for step in lost]
    assert fine is None
    assert waited_s < ALONE_S
    assert all("did not draw a frame" in fault for fault in faults)
    for each in (*hung, other):
        each.close()
