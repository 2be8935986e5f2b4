"""What is open in the browser is remembered, and opened again, in it and in the dom engine."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.checkpoints.page_state import HistoryEntry
from gristmill.envs.engines.base import ObservationMode
from gristmill.envs.engines.chromium.page_state import parted, places, visits
from gristmill.envs.env import WebEnv

STEPS = 20
TASK = "Shop-Checkout-v0"
SHOP = "http://shop.test"
Make = Callable[..., WebEnv]
Evaluate = Callable[..., Any]
Observation = dict[str, Any]


def history(*urls: str, is_open: list[bool], is_fetched: bool = False) -> list[int]:
    return [place.document for place in places(urls, is_open, is_fetched=is_fetched)]


def test_neighbours_that_are_shown_without_loading_have_one_number() -> None:
    urls = f"{SHOP}/a", f"{SHOP}/b", f"{SHOP}/b#end", "http://mail.test/", f"{SHOP}/c"
    assert history(*urls, is_open=[False] * 5) == [1, 2, 2, 3, 4]
    assert history(*urls[:3], is_open=[False, True, True]) == [1, 2, 2]
    assert history(*urls, is_open=[False] * 5, is_fetched=True) == [1, 1, 1, 2, 3]


def test_a_history_is_gone_through_by_documents_and_the_open_page_comes_last() -> None:
    told = [("/a", 1), ("/b", 1), ("/c", 2), ("/c#top", 2), ("/d", 3), ("/e", 3), ("/e#end", 3)]
    past = [HistoryEntry(url=f"{SHOP}{path}", document=number) for path, number in told]
    groups = visits(past)
    assert [len(group) for group in groups] == [2, 2, 3]
    assert parted(groups[-1]) == (past[4:5], past[5:])
    assert parted(groups[0]) == (past[:1], past[1:2])
    assert parted(past[:1]) == ([], past[:1])


def unlike(one: Observation, other: Observation) -> list[str]:
    return [key for key in one if not np.array_equal(one[key], other[key])]


def outcome(env: WebEnv, action: str) -> tuple[Observation, list[Any]]:
    seen, reward, terminated, truncated, info = env.step(action)
    return seen, [reward, terminated, truncated, info, env.state_digest()]


def name_an_address(env: WebEnv) -> None:
    seen, _ = env.reset(seed=3)
    while "/checkout" not in seen["url"]:
        seen = env.step(env.oracle())[0]
    seen = env.step("goto /checkout/address/new")[0]
    box = parse_aria_snapshot(seen["aria"]).all("textbox")[1].ref
    env.step(f'fill {box} "Ada Park"')


def half_filled(env: WebEnv) -> Observation:
    """An address half filled in, with letters selected, below the top, the mouse on a link."""
    name_an_address(env)
    env.step("press Shift+ArrowLeft")
    env.step("mouse_scroll 300 300 0 90")
    return env.step("mouse_move 60 20")[0]


def gone_back(env: WebEnv) -> Observation:
    """Back from a page that was left by a link, with a part opened and a refused action."""
    env.reset(seed=6)
    seen = env.step("goto /search?q=lamp")[0]
    env.step(f"check {parse_aria_snapshot(seen['aria']).all('checkbox')[0].ref}")
    env.step(f"click {parse_aria_snapshot(seen['aria']).all('link')[-1].ref}")
    env.step("goto /orders")
    env.step("back")
    env.step("back")
    env.step("mouse_click 100 95")
    return env.step("click e999")[0]


@pytest.mark.browser
@pytest.mark.parametrize("steps", [6, pytest.param(STEPS, marks=pytest.mark.sweep)])
@pytest.mark.parametrize("state", [half_filled, gone_back])
def test_a_restored_page_looks_and_goes_on_as_the_original(
    make: Make, state: Callable[[WebEnv], Observation], steps: int
) -> None:
    env, other = (make(TASK, observation="aria+pixels", viewport=(640, 480)) for _ in range(2))
    seen = state(env)
    kept = Checkpoint.from_bytes(env.checkpoint().to_bytes())
    shown, info = other.reset(options={"checkpoint": kept})
    assert unlike(seen, shown) == []
    assert info == env.runner.info()
    assert other.checkpoint() == kept
    agent = RandomAgent()
    agent.begin(env, 1)
    for _ in range(steps):
        action = agent.act(seen)
        (seen, told), (shown, others) = outcome(env, action), outcome(other, action)
        assert unlike(seen, shown) == [], action
        assert told == others
        if told[1]:
            return


@pytest.mark.browser
@pytest.mark.parametrize("steps", [6, pytest.param(STEPS, marks=pytest.mark.sweep)])
def test_a_checkpoint_goes_from_the_dom_engine_to_the_browser_and_back(make: Make, steps: int) -> None:
    dom, chromium, again = make(TASK, engine="dom"), make(TASK), make(TASK, engine="dom")
    half_filled_in_dom(dom)
    kept = dom.checkpoint()
    agent = RandomAgent()
    seen = dom.runner.observation()
    assert chromium.reset(options={"checkpoint": kept})[0] == seen
    assert again.reset(options={"checkpoint": chromium.checkpoint()})[0] == seen
    agent.begin(dom, 5)
    for _ in range(steps):
        action = agent.act(seen)
        told = [outcome(each, action) for each in (dom, chromium, again)]
        assert told[1] == told[0], action
        assert told[2] == told[0], action
        seen = told[0][0]
        if told[0][1][1]:
            return


def half_filled_in_dom(env: WebEnv) -> None:
    name_an_address(env)
    env.step("press ArrowLeft")


FURNISHED = """() => {
  document.body.innerHTML = `
    <pre>\n\nindented</pre><noscript><b>no scripts</b></noscript>
    <textarea>\n\nquoted</textarea>
    <p>some text to select</p><p>more of it</p>
    <div id="box" style="height: 50px; overflow: auto"><div style="height: 900px">tall</div></div>
    <button id="opener">Open</button>
    <div id="pop" popover>Popped <input id="within" minlength="5"></div>
    <dialog id="ask"><input type="number" id="count"><button>Fine</button></dialog>
    <select multiple><option>a<option selected>b<option>c</select>
    <details><summary>More</summary>here</details>`;
  document.querySelector("#box").scrollTop = 120;
  for (const option of document.querySelectorAll("option")) option.selected = !option.selected;
  document.querySelector("details").open = true;
  document.querySelector("#opener").focus();
  document.querySelector("#ask").showModal();
  document.querySelector("#pop").showPopover();
  document.cookie = "kept=1; path=/";
  localStorage.setItem("kept", "local");
  sessionStorage.setItem("kept", "session");
  window.heard = [];
}"""
WRITE = """() => {
  document.querySelector("#within").focus();
  document.execCommand("insertText", false, "abc");
  document.querySelector("#within").setSelectionRange(1, 2);
}"""
SELECT = """() => {
  document.activeElement.blur();
  const [one, two] = document.querySelectorAll("p");
  getSelection().setBaseAndExtent(one.firstChild, 5, two.firstChild, 4);
}"""
SEEN = """() => ({
  texts: [...document.querySelectorAll("pre, textarea, noscript")].map((e) => e.textContent),
  box: document.querySelector("#box").scrollTop,
  chosen: [...document.querySelectorAll("option")].map((o) => o.selected),
  isOpen: ["#pop:popover-open", "#ask:modal", "details[open]"].map((s) => document.querySelector(s) !== null),
  isTooShort: document.querySelector("#within").validity.tooShort,
  value: document.querySelector("#within").value,
  at: [document.querySelector("#within").selectionStart, document.querySelector("#within").selectionEnd],
  focused: document.activeElement.id,
  selected: String(getSelection()),
  stored: [document.cookie, localStorage.kept, sessionStorage.kept],
})"""
CLOSE = """() => {
  document.querySelector("#pop").hidePopover();
  document.querySelector("#ask").close();
  return document.activeElement.id;
}"""


@pytest.fixture(scope="module")
def twins() -> Iterator[list[WebEnv]]:
    made = [WebEnv("Shop-AddToCart-v0") for _ in range(2)]
    yield made
    for env in made:
        env.close()


@pytest.mark.browser
@pytest.mark.parametrize("touch", [WRITE, SELECT])
def test_widgets_writing_and_storage_come_back(twins: list[WebEnv], evaluate: Evaluate, touch: str) -> None:
    env, other = twins
    env.reset(seed=3)
    evaluate(env, FURNISHED)
    evaluate(env, touch)
    expected = evaluate(env, SEEN)
    assert expected["stored"] == ["kept=1", "local", "session"]
    assert all(expected["isOpen"])
    page: Any = env.runner.page
    page.read(ObservationMode.ARIA).result()  # numbers what was put into the page
    kept = env.checkpoint()
    assert evaluate(env, SEEN) == expected
    other.reset(options={"checkpoint": kept})
    assert evaluate(other, SEEN) == expected
    assert other.checkpoint().page == kept.page
    assert evaluate(other, CLOSE) == evaluate(env, CLOSE)
    other.reset(seed=3)
    assert evaluate(other, "() => [document.cookie, localStorage.length, sessionStorage.length]") == [
        "",
        0,
        0,
    ]


@pytest.mark.browser
def test_going_back_shows_a_page_from_its_top_with_nothing_filled_in(make: Make, evaluate: Evaluate) -> None:
    env = make(TASK)
    env.reset(seed=3)
    for by_link in (False, True):
        seen = env.step("goto /search?q=lamp")[0]
        orders = parse_aria_snapshot(seen["aria"]).find("link", "Track a parcel Your orders")
        assert orders is not None
        box = parse_aria_snapshot(seen["aria"]).all("checkbox")[0].ref
        env.step(f"check {box}")
        env.step("scroll bottom")
        env.step(f"click {orders.ref}" if by_link else "goto /orders")
        assert env.runner.observation()["url"] == f"{SHOP}/orders"
        seen = env.step("back")[0]
        assert "checked" not in parse_aria_snapshot(seen["aria"]).all("checkbox")[0]
        assert evaluate(env, "() => scrollY") == 0
