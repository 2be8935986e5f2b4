"""What the browser does not do for a link or a form is said, at once, and the page stays."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Open = Callable[..., dict[str, Any]]
RefOf = Callable[..., str]
WINDOW = "That opens another window; there is only this one. Stayed on this page."
SCHEME = "That is an address of type '{}', which this browser cannot open; stayed on this page."
PAGE = "<!doctype html><title>Late</title><h1>Late</h1>"
ELSEWHERE = {
    '<a href="/" target="_blank">Go</a>': WINDOW,
    '<a href="/" target="help">Go</a>': WINDOW,
    '<base target="_blank"><a href="/">Go</a>': WINDOW,
    '<a href="/" onclick="window.open(this.href); return false">Go</a>': WINDOW,
    '<a href="mailto:a@b.test">Go</a>': SCHEME.format("mailto"),
    '<a href="tel:123">Go</a>': SCHEME.format("tel"),
    '<a href="about:blank">Go</a>': SCHEME.format("about"),
    """<a href="#" onclick="location.href = 'mailto:a@b.test'">Go</a>""": SCHEME.format("mailto"),
    '<form target="_blank" action="/"><button role="link">Go</button></form>': WINDOW,
    '<form action="/"><button role="link" formtarget="help">Go</button></form>': WINDOW,
    '<form action="mailto:a@b.test"><button role="link">Go</button></form>': SCHEME.format("mailto"),
    '<form id="f" target="_blank" action="/"></form><a href="#" onclick="f.submit()">Go</a>': WINDOW,
}
ORDINARY = [
    '<a href="/" target="_self">Go</a>',
    '<a href="/" target="_TOP">Go</a>',
    '<a href="/" target="_parent">Go</a>',
    '<base target="_blank"><a href="/" target="_self">Go</a>',
    '<form target="_self" action="/"><button role="link">Go</button></form>',
    """<form target="_blank" action="/"><button role="link" formtarget="_self">Go</button></form>""",
    """<a href="#" onclick="window.open('/', '_self')">Go</a>""",
]


@pytest.mark.parametrize("markup", ELSEWHERE)
def test_what_leads_to_another_window_or_program_is_refused_in_words(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, markup: str
) -> None:
    seen = open_late(html=PAGE + markup)
    now, _, _, truncated, info = late_env.step(f"click {ref_of(seen, 'link', 'Go')}")
    assert not truncated, info["infra_error"]
    assert now["error"] == ELSEWHERE[markup]
    assert now["url"].partition("#")[0] == seen["url"]
    assert late_env.step("scroll down")[0]["error"] == ""
    assert late_env.step("goto /")[0]["error"] == ""


@pytest.mark.parametrize("markup", ORDINARY)
def test_targets_of_the_page_itself_are_ordinary(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, markup: str
) -> None:
    seen = open_late(html=PAGE + markup)
    now = late_env.step(f"click {ref_of(seen, 'link', 'Go')}")[0]
    assert now["error"] == ""
    assert now["url"].rstrip("?") == "http://late.test/"


def test_keys_that_open_another_window_are_refused_as_well(
    open_late: Open, late_env: WebEnv, ref_of: RefOf
) -> None:
    open_late(html=f'{PAGE}<a href="/">Go</a>')
    late_env.step("press Tab")
    assert late_env.step("press Control+Enter")[0]["error"] == WINDOW


def test_what_a_page_handles_itself_is_no_matter_of_the_browser(
    open_late: Open, late_env: WebEnv, ref_of: RefOf
) -> None:
    seen = open_late(
        html=f"""{PAGE}<a href="mailto:a@b.test" target="_blank">Go</a><script>
        document.querySelector("a").addEventListener("click", (event) => event.preventDefault());</script>"""
    )
    assert late_env.step(f"click {ref_of(seen, 'link', 'Go')}")[0]["error"] == ""


NOT_SENT = "The form was not sent: "
INVALID = {
    '<label>Name <input required></label>': "Name is required.",
    '<input name="who" required>': "who is required.",
    '<input aria-label="Code" pattern="[0-9]+" value="x">': "Code is not in the requested format.",
    '<input aria-label="Mail" type="email" value="x">': "Mail is not in the requested format.",
    '<input aria-label="Count" type="number" max="3" value="4">': "Count is out of range.",
    '<input aria-label="Count" type="number" min="0" step="2" value="3">': "Count is out of range.",
    '<label>Ship <select required><option value="">Choose</option></select></label>': "Ship is required.",
    '<label><input type="checkbox" required> I agree</label>': "I agree is required.",
    """<input id="own" aria-label="Own"><script>own.setCustomValidity("Too cheap.")</script>""":
        "Own is not valid: Too cheap.",
}  # fmt: skip


@pytest.mark.parametrize("markup", INVALID)
def test_a_form_that_the_browser_does_not_send_is_told(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, markup: str
) -> None:
    seen = open_late(
        html=f'{PAGE}<form action="/">{markup}<input name="last" required><button>Send</button></form>'
    )
    send = f"click {ref_of(seen, 'button', 'Send')}"
    now = late_env.step(send)[0]
    assert (now["error"], now["url"]) == (NOT_SENT + INVALID[markup], seen["url"])
    assert late_env.step("scroll down")[0]["error"] == ""
    assert late_env.step(send)[0]["error"] == NOT_SENT + INVALID[markup]


def test_a_written_text_that_is_too_short_and_enter_without_a_button_are_told(
    open_late: Open, late_env: WebEnv, ref_of: RefOf
) -> None:
    seen = open_late(html=f'{PAGE}<form action="/"><input aria-label="Code" minlength="5"></form>')
    late_env.step(f'fill {ref_of(seen, "textbox", "Code")} "abc"')
    assert late_env.step("press Enter")[0]["error"] == f"{NOT_SENT}Code is too short."


@pytest.mark.parametrize("form", [
    '<form action="/" novalidate><input required><button>Send</button></form>',
    '<form action="/"><input required><button formnovalidate>Send</button></form>',
])  # fmt: skip
def test_a_form_that_is_not_checked_is_sent(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, form: str
) -> None:
    seen = open_late(html=PAGE + form)
    now = late_env.step(f"click {ref_of(seen, 'button', 'Send')}")[0]
    assert (now["error"], now["url"]) == ("", "http://late.test/?")


def test_a_page_that_checks_its_boxes_by_itself_sends_nothing(
    open_late: Open, late_env: WebEnv, ref_of: RefOf
) -> None:
    seen = open_late(
        html=f"""{PAGE}<form action="/"><input aria-label="Box" required></form><script>
        document.querySelector("input").oninput = (event) => event.target.form.checkValidity();</script>"""
    )
    assert late_env.step(f'fill {ref_of(seen, "textbox", "Box")} ""')[0]["error"] == ""
    late_env.step('type "a"')
    assert late_env.step("press Backspace")[0]["error"] == ""


@pytest.mark.parametrize(("script", "error", "focused"), [
    ("event.target.form.reportValidity()", NOT_SENT + "One is required.", "One"),
    ("event.target.form.elements.two.reportValidity()", NOT_SENT + "Two is required.", "Two"),
    ("event.target.form.checkValidity()", "", "Ask"),
    ("event.target.form.elements.one.oninvalid = () => false; event.target.form.reportValidity()",
     NOT_SENT + "One is required.", "Two"),
])  # fmt: skip
def test_a_script_that_reports_is_told_and_moves_the_focus(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, script: str, error: str, focused: str
) -> None:
    seen = open_late(
        html=f"""{PAGE}<form action="/"><input aria-label="One" name="one" required>
        <input aria-label="Two" name="two" required>
        <button type="button" onclick="{script}">Ask</button></form>"""
    )
    now = late_env.step(f"click {ref_of(seen, 'button', 'Ask')}")[0]
    assert now["error"] == error
    assert f'"{focused}" [active]' in now["aria"]


def test_no_bubble_that_comes_and_goes_is_drawn(open_late: Open, ref_of: RefOf) -> None:
    """The browser fades it in and out by the time of day."""
    env = WebEnv("Late-Pages-v0", observation="aria+pixels")
    html = f"""{PAGE}<form action="/"><input aria-label="One" required><input aria-label="Two" required>
        <button>Send</button></form>"""
    seen = open_late(html=html, env=env)
    send = ref_of(seen, "button", "Send")
    refused = [env.step(action)[0] for action in (f"click {send}", f"hover {send}", f"hover {send}")]
    seen = open_late(html=html, env=env)
    one, send = ref_of(seen, "textbox", "One"), ref_of(seen, "button", "Send")
    plain = [env.step(action)[0] for action in (f"click {one}", f"hover {send}")]
    env.close()
    assert '"One" [active]' in refused[0]["aria"]
    for each in refused:
        np.testing.assert_array_equal(each["pixels"], plain[-1]["pixels"])


SHADOW = """<div id="host"></div><script>
  const root = host.attachShadow({ mode: "open" });
  root.innerHTML = `<button>Press</button><input aria-label="Inner">
    <label><input type="checkbox"> Tick</label><slot></slot><p></p>`;
  const said = root.querySelector("p");
  root.querySelector("button").onclick = () => { said.textContent += " pressed"; };
  root.querySelector("button").onmouseenter = () => { said.textContent += " hovered"; };
  const inner = document.createElement("x-inner");
  inner.attachShadow({ mode: "open" }).innerHTML = "<button>Deep</button>";
  inner.shadowRoot.querySelector("button").onclick = () => { said.textContent += " deep"; };
  root.append(inner);
</script>"""


def test_what_is_in_open_shadow_roots_can_be_used(open_late: Open, late_env: WebEnv, ref_of: RefOf) -> None:
    seen = open_late(html=PAGE + SHADOW)
    for action, role, name, rest in [
        ("click", "button", "Deep", ""), ("hover", "button", "Press", ""), ("click", "button", "Press", ""),
        ("fill", "textbox", "Inner", ' "old"'), ("fill", "textbox", "Inner", ' "new"'),
        ("check", "checkbox", "Tick", ""),
    ]:  # fmt: skip
        seen = late_env.step(f"{action} {ref_of(seen, role, name)}{rest}")[0]
        assert seen["error"] == "", (action, name)
    assert "deep hovered pressed" in seen["aria"]
    assert 'textbox "Inner"' in seen["aria"]
    assert ": new" in seen["aria"]
    assert "[checked]" in seen["aria"]
    late_env.step(f"click {ref_of(seen, 'textbox', 'Inner')}")
    seen = late_env.step('type "er"')[0]
    assert seen["error"] == ""
    assert ": newer" in seen["aria"]


WRITE = "{} There is no text box in focus to type into: click one first, or fill it."


@pytest.mark.parametrize("leave", ["check", "click", "nothing"])
def test_typing_goes_nowhere_but_into_the_box_in_focus(
    open_late: Open, late_env: WebEnv, ref_of: RefOf, leave: str
) -> None:
    seen = open_late(
        html=f'{PAGE}<input aria-label="Box"><label><input type="radio"> Ring</label><h2>Plain</h2>'
    )
    seen = late_env.step(f'fill {ref_of(seen, "textbox", "Box")} "kept"')[0]
    if leave == "check":
        late_env.step(f"check {ref_of(seen, 'radio', 'Ring')}")
    if leave == "click":
        late_env.step(f"click {ref_of(seen, 'heading', 'Plain')}")
    now = late_env.step('type "more"')[0]
    assert now["error"] == ("" if leave == "nothing" else WRITE.format("").strip())
    assert (": keptmore" in now["aria"]) == (leave == "nothing")
    assert ": kept" in now["aria"]
