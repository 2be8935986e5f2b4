"""Each page has a clipboard of its own, empty at the start of an episode."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

BOXES = """() => {
  document.querySelector("main").innerHTML = `<input id="a" value="oak table"><textarea id="b"></textarea>
    <input id="p" type="password" value="secret"><input id="r" value="fixed" readonly>
    <p id="t">plain text</p><div id="e" contenteditable>rich</div>`;
  window.heard = [];
  for (const name of ["copy", "cut", "paste", "beforeinput", "input"])
    document.addEventListener(name, (event) => heard.push([name, event.inputType ?? null, event.isTrusted]));
}"""
FOCUS = """(id) => { const box = document.getElementById(id); box.focus(); box.select?.(); }"""
VALUE = "(id) => { const box = document.getElementById(id); return box.value ?? box.textContent; }"
HEARD = "() => window.heard.splice(0)"


@pytest.fixture(scope="module")
def envs() -> Iterator[Callable[[], WebEnv]]:
    made: list[WebEnv] = []

    def make() -> WebEnv:
        made.append(WebEnv("Shop-Checkout-v0"))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="module")
def env(envs: Callable[[], WebEnv]) -> WebEnv:
    return envs()


def run(env: WebEnv, script: str, argument: Any = None) -> Any:
    page: Any = env.runner.page
    return page._run(lambda: page._tab.page.evaluate(script, argument))


def start(env: WebEnv) -> None:
    env.reset(seed=1)
    run(env, BOXES)


def press(env: WebEnv, key: str, *, at: str) -> None:
    run(env, FOCUS, at)
    seen, *_, info = env.step(f"press {key}")
    assert (seen["error"], info["infra_error"]) == ("", None)


def test_what_was_copied_is_pasted(env: WebEnv) -> None:
    start(env)
    press(env, "Control+c", at="a")
    assert run(env, HEARD) == [["copy", None, True]]
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "oak table"
    assert run(env, HEARD) == [
        ["paste", None, True],
        ["beforeinput", "insertFromPaste", False],
        ["input", "insertFromPaste", True],
    ]


def test_what_is_cut_is_gone_until_it_is_pasted_or_undone(env: WebEnv) -> None:
    start(env)
    press(env, "Control+x", at="a")
    assert run(env, VALUE, "a") == ""
    assert run(env, HEARD)[-1] == ["input", "deleteByCut", True]
    press(env, "Control+v", at="e")
    assert "oak table" in run(env, VALUE, "e")
    press(env, "Control+z", at="a")
    run(env, "() => document.getElementById('a').focus()")
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "oak table"


def test_text_of_the_page_is_copied_and_secrets_are_not(env: WebEnv) -> None:
    start(env)
    run(env, "() => getSelection().selectAllChildren(document.getElementById('t'))")
    env.step("press Control+c")
    press(env, "Control+c", at="p")
    press(env, "Control+x", at="r")
    assert run(env, VALUE, "r") == "fixed"
    press(env, "Control+v", at="r")
    assert run(env, VALUE, "r") == "fixed"
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "plain text"


def test_line_breaks_become_spaces_in_a_box_of_one_line(env: WebEnv) -> None:
    start(env)
    run(env, "() => { document.getElementById('b').value = 'one\\ntwo'; }")
    press(env, "Control+c", at="b")
    press(env, "Control+v", at="a")
    assert run(env, VALUE, "a") == "one two"


def test_a_copied_text_outlives_pages_but_not_the_episode(env: WebEnv) -> None:
    start(env)
    press(env, "Control+c", at="a")
    env.step("goto /cart")
    run(env, BOXES)
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "oak table"
    start(env)
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == ""


def test_a_copied_text_is_that_pages_alone(env: WebEnv, envs: Callable[[], WebEnv]) -> None:
    other = envs()
    for each in (env, other):
        start(each)
    press(env, "Control+c", at="a")
    press(other, "Control+v", at="b")
    assert run(other, VALUE, "b") == ""
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "oak table"


def test_scripts_fill_and_read_the_pages_clipboard(env: WebEnv) -> None:
    start(env)
    run(
        env,
        """() => {
      document.addEventListener("copy", (event) => {
        event.clipboardData.setData("text/plain", "SAVE10");
        event.preventDefault();
      });
      document.addEventListener("paste", (event) => { window.read = event.clipboardData.getData("text"); });
      document.execCommand("copy");
    }""",
    )
    press(env, "Control+v", at="b")
    assert run(env, VALUE, "b") == "SAVE10"
    assert run(env, "() => window.read") == "SAVE10"


def test_a_checkpoint_holds_the_clipboard(env: WebEnv, envs: Callable[[], WebEnv]) -> None:
    start(env)
    press(env, "Control+c", at="a")
    checkpoint = Checkpoint.from_bytes(env.checkpoint().to_bytes())
    other = envs()
    other.reset(options={"checkpoint": checkpoint})
    press(other, "Control+v", at="b")
    assert run(other, VALUE, "b") == "oak table"


def test_a_frame_shares_the_clipboard_of_its_page(env: WebEnv) -> None:
    start(env)
    run(
        env,
        """() => new Promise((resolve) => {
      const frame = document.createElement("iframe");
      frame.srcdoc = '<input id="i">';
      frame.onload = resolve;
      document.querySelector("main").append(frame);
    })""",
    )
    press(env, "Control+c", at="a")
    inner = "document.querySelector('iframe').contentDocument.getElementById('i')"
    run(env, f"() => {inner}.focus()")
    env.step("press Control+v")
    assert run(env, f"() => {inner}.value") == "oak table"
