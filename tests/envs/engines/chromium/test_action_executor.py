"""Each action does what it says, and what a person could not do is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Evaluate = Callable[..., Any]
RefOf = Callable[..., str]
Do = Callable[[str], dict[str, Any]]

BENCH = """() => {
  document.body.innerHTML = `
    <button id="plain" onclick="window.log.push('plain')" ondblclick="log.push('double')">Plain</button>
    <button id="off" disabled onclick="window.log.push('off')">Off</button>
    <button id="aria-off" aria-disabled="true" onclick="window.log.push('aria-off')">Aria off</button>
    <fieldset disabled><button onclick="window.log.push('fieldset')">In a disabled set</button></fieldset>
    <input id="text" aria-label="Text" value="old text">
    <input id="fixed" aria-label="Fixed" value="as it is" readonly>
    <input id="number" type="number" aria-label="Number" value="1">
    <input id="date" type="date" aria-label="Date">
    <input id="mail" type="email" aria-label="Mail" value="a@b.test">
    <textarea id="area" aria-label="Area">old\\nlines</textarea>
    <div id="rich" role="textbox" aria-label="Rich" contenteditable>old rich</div>
    <select id="choice" aria-label="Choice"><option>One</option><option>Two</option>
      <option disabled>Three</option><option value="v4">  Four
      and more </option></select>
    <label><input id="box" type="checkbox"> Box</label>
    <label><input id="r1" type="radio" name="r"> First</label>
    <label><input id="r2" type="radio" name="r"> Second</label>
    <div id="hot" role="button" tabindex="0" onmouseenter="window.log.push('hovered')">Hot</div>
    <div id="pit" role="region" aria-label="Pit" tabindex="0"
      style="width:100px;height:60px;overflow:auto"><p style="height:900px">deep</p></div>
    <div id="slab" style="width:200px;height:80px;background:#eee" role="img" aria-label="Slab"></div>
    <div style="height:3000px"></div>
    <button id="deep" onclick="window.log.push('deep')">Deep</button>`;
  window.log = [];
  const slab = document.getElementById("slab");
  for (const kind of ["mousedown", "mouseup"])
    slab.addEventListener(kind, (e) => window.log.push(`${kind} ${e.offsetX},${e.offsetY}`));
  for (const kind of ["input", "change"])
    document.addEventListener(kind, (e) => window.log.push(`${kind} ${e.target.id}`));
  document.addEventListener("keydown", (e) => window.log.push(`key ${e.ctrlKey ? "Control+" : ""}${e.key}`));
}"""
VALUE = "(id) => document.getElementById(id).value ?? document.getElementById(id).innerText"
PLACE = """(id) => { const b = document.getElementById(id).getBoundingClientRect();
  return [Math.round(b.x + b.width / 2), Math.round(b.y + b.height / 2)]; }"""


@pytest.fixture(scope="module")
def visitor(lasting_env: WebEnv) -> WebEnv:
    lasting_env.reset(seed=3)
    return lasting_env


class Bench:
    """A page with one of each kind of control; it notes what happens to them."""

    def __init__(self, env: WebEnv, evaluate: Evaluate, ref_of: RefOf) -> None:
        self.env, self._evaluate, self._ref_of = env, evaluate, ref_of
        self.seen = self.do("goto /")
        evaluate(env, BENCH)
        self.look()
        assert set(self.log) <= {"hovered"}  # the mouse may rest there since the test before

    def do(self, action: object) -> dict[str, Any]:
        self.seen, _, terminated, truncated, info = self.env.step(action)
        assert not terminated
        assert not truncated, info["infra_error"]
        return self.seen

    def look(self) -> dict[str, Any]:
        return self.do("mouse_scroll 0 0 0 0")

    def on(self, role: str, name: str, verb: str, *rest: str) -> str:
        """Act on an element; what error came of it."""
        line = " ".join([verb, self._ref_of(self.seen, role, name), *rest])
        error: str = self.do(line)["error"]
        return error

    def run(self, script: str, argument: object = None) -> Any:
        return self._evaluate(self.env, script, argument)

    def value(self, element: str) -> Any:
        return self.run(VALUE, element)

    def place(self, element: str) -> str:
        x, y = self.run(PLACE, element)
        return f"{x} {y}"

    @property
    def log(self) -> list[str]:
        found: list[str] = self.run("() => window.log.splice(0)")
        return found


@pytest.fixture
def bench(visitor: WebEnv, evaluate: Evaluate, ref_of: RefOf) -> Bench:
    if visitor.runner.is_over:  # the test before broke it
        visitor.reset(seed=3)
    return Bench(visitor, evaluate, ref_of)


BOXES = {
    "a scrolled box": '<div style="height: 60px; width: 200px; overflow: auto">{0}</div>',
    "a box that only clips": '<div style="height: 60px; overflow: hidden">{0}</div>',
    "a box within another": '<div style="height: 90px; overflow: auto"><p style="height: 300px">a</p>'
    '<div style="height: 60px; overflow-y: scroll">{0}</div></div>',
    "a box in a shadow tree": "<x-a><template shadowrootmode=open>"
    "<div style='height: 60px; overflow: auto'><slot></slot></div></template>{0}</x-a>",
}


@pytest.mark.parametrize("box", BOXES.values(), ids=BOXES)
def test_an_element_that_a_box_has_scrolled_away_is_brought_into_view(
    box: str, visitor: WebEnv, evaluate: Evaluate, ref_of: RefOf
) -> None:
    rows = "".join(
        f"<p style='height: 40px'><button onclick='document.title = this.textContent'>Row {i}</button></p>"
        for i in range(9)
    )
    visitor.reset(seed=3)
    evaluate(visitor, "(html) => document.body.setHTMLUnsafe(html)", box.format(rows))
    for name in ("Row 8", "Row 0", "Row 4"):
        seen = visitor.step("scroll top")[0]
        seen = visitor.step(f"click {ref_of(seen, 'button', name)}")[0]
        assert (seen["error"], seen["title"]) == ("", name)


def test_an_element_whose_middle_lies_under_the_edge_of_its_box_is_brought_into_view(
    visitor: WebEnv, evaluate: Evaluate, ref_of: RefOf
) -> None:
    name = "onclick='document.title = this.textContent'"
    rows = "".join(f"<button style='display: block; height: 40px' {name}>Row {i}</button>" for i in range(9))
    style = "box-sizing: content-box; height: 95px; border: 10px solid; overflow: auto"
    box = f"<div style='{style}'>{rows}</div>"
    visitor.reset(seed=3)
    evaluate(visitor, "(html) => document.body.setHTMLUnsafe(html)", box)
    seen = visitor.step("scroll top")[0]
    seen = visitor.step(f"click {ref_of(seen, 'button', 'Row 2')}")[0]
    assert (seen["error"], seen["title"]) == ("", "Row 2")


def test_an_option_beyond_the_view_of_its_list_can_be_clicked(
    visitor: WebEnv, evaluate: Evaluate, ref_of: RefOf
) -> None:
    visitor.reset(seed=3)
    options = "".join(f"<option>Option {i}</option>" for i in range(9))
    evaluate(visitor, "(html) => document.body.setHTMLUnsafe(html)", f"<select size=3>{options}</select>")
    for name in ("Option 8", "Option 0", "Option 5"):
        seen = visitor.step("scroll top")[0]
        seen = visitor.step(f"click {ref_of(seen, 'option', name)}")[0]
        assert seen["error"] == ""
        assert f'option "{name}" [selected]' in seen["aria"]


def test_a_covered_element_in_a_scrolled_box_is_refused_and_nothing_moves(
    visitor: WebEnv, evaluate: Evaluate, ref_of: RefOf
) -> None:
    visitor.reset(seed=3)
    rows = "<p style='height: 400px'><button>Under</button></p>"
    cover = "<b style='position: fixed; inset: 0; background: red'>Over</b>"
    box = f"<div id=box style='height: 60px; overflow: auto'>{rows}</div>{cover}"
    evaluate(visitor, "(html) => document.body.setHTMLUnsafe(html)", box)
    seen = visitor.step("scroll top")[0]
    assert "is covered by" in visitor.step(f"click {ref_of(seen, 'button', 'Under')}")[0]["error"]
    assert evaluate(visitor, "() => [scrollY, document.getElementById('box').scrollTop]") == [0, 0]


def test_clicks_reach_their_element_wherever_it_lies(bench: Bench) -> None:
    assert bench.on("button", "Plain", "click") == ""
    assert bench.on("button", "Deep", "click") == ""
    assert bench.log == ["plain", "deep"]


@pytest.mark.parametrize("text", ["new", "", 'a "quoted" \\ word', "Grüße 漢字 \U0001f600"])
@pytest.mark.parametrize(("role", "name", "element"), [
    ("textbox", "Text", "text"), ("textbox", "Area", "area"), ("textbox", "Rich", "rich"),
])  # fmt: skip
def test_filling_replaces_what_a_box_holds(
    bench: Bench, role: str, name: str, element: str, text: str
) -> None:
    quoted = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    assert bench.on(role, name, "fill", quoted) == ""
    assert bench.value(element).strip("\n") == text
    if name != "Rich":  # whose text snapshots leave out
        node = parse_aria_snapshot(bench.seen["aria"]).find(role, name)
        assert node is not None
        assert node.value == text
    assert f"input {element}" in bench.log


def test_filling_takes_what_special_boxes_take(bench: Bench) -> None:
    assert bench.on("spinbutton", "Number", "fill", '"12"') == ""
    assert bench.on("textbox", "Date", "fill", '"2026-03-05"') == ""
    assert bench.on("textbox", "Mail", "fill", '"x@y.test"') == ""
    assert [bench.value(name) for name in ("number", "date", "mail")] == ["12", "2026-03-05", "x@y.test"]
    assert bench.on("textbox", "Area", "fill", r'"a\nb"') == ""
    assert bench.value("area") == "a\nb"


def test_what_a_box_does_not_take_is_refused_and_changes_nothing(bench: Bench) -> None:
    assert "takes a number" in bench.on("spinbutton", "Number", "fill", '"ten"')
    assert "does not take 'soon'" in bench.on("textbox", "Date", "fill", '"soon"')
    assert "takes no text" in bench.on("textbox", "Fixed", "fill", '"x"')
    assert "takes no text" in bench.on("button", "Plain", "fill", '"x"')
    assert "takes no text" in bench.on("checkbox", "Box", "fill", '"x"')
    assert "takes no text" in bench.on("combobox", "Choice", "fill", '"Two"')
    assert [bench.value(name) for name in ("number", "date", "fixed", "choice")] == [
        "1",
        "",
        "as it is",
        "One",
    ]
    assert bench.log == []


def test_options_are_chosen_by_their_text_or_value(bench: Bench) -> None:
    assert bench.on("combobox", "Choice", "select", '"Two"') == ""
    assert bench.value("choice") == "Two"
    assert bench.log == ["input choice", "change choice"]
    assert bench.on("combobox", "Choice", "select", '"Two"') == ""
    assert bench.log == []
    assert bench.on("combobox", "Choice", "select", '"Four and more"') == ""
    assert bench.value("choice") == "v4"


def test_an_option_that_is_not_there_is_refused_with_those_that_are(bench: Bench) -> None:
    assert 'has no option "Five"; it has: "One", "Two"' in bench.on("combobox", "Choice", "select", '"Five"')
    assert "disabled" in bench.on("combobox", "Choice", "select", '"Three"')
    assert "not a drop-down list" in bench.on("textbox", "Text", "select", '"One"')
    assert bench.log == []


def test_boxes_are_switched_on_and_off_and_stay_as_they_are(bench: Bench) -> None:
    for verb, checked in (("check", True), ("check", True), ("uncheck", False), ("uncheck", False)):
        assert bench.on("checkbox", "Box", verb) == ""
        assert bench.run("() => document.getElementById('box').checked") is checked
    assert bench.on("radio", "Second", "check") == ""
    node = parse_aria_snapshot(bench.seen["aria"]).find("radio", "Second")
    assert node is not None
    assert "checked" in node
    assert "choose another one" in bench.on("radio", "Second", "uncheck")
    assert "not a checkbox" in bench.on("button", "Plain", "check")


def test_hovering_moves_the_mouse_onto_the_element(bench: Bench) -> None:
    assert bench.on("button", "Hot", "hover") == ""
    assert bench.log == ["hovered"]


@pytest.mark.parametrize(
    ("name", "why"),
    [("Off", "is disabled"), ("Aria off", "is disabled"), ("In a disabled set", "is disabled")],
)
def test_disabled_buttons_are_refused(bench: Bench, name: str, why: str) -> None:
    assert why in bench.on("button", name, "click")
    assert bench.log == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("e => e.style.display = 'none'", "is hidden"),
        ("e => e.style.visibility = 'hidden'", "is hidden"),
        ("e => e.disabled = true", "is disabled"),
        ("e => e.remove()", "is no longer on the page"),
        ("e => e.style.position = 'fixed', e => e.style.left = '-500px'", ""),
    ],
)
def test_what_changed_after_it_was_seen_is_judged_as_it_is_now(bench: Bench, change: str, why: str) -> None:
    bench.run(f"() => [{change}].forEach(f => f(document.getElementById('plain')))")
    error = bench.on("button", "Plain", "click")
    assert error
    assert why in error
    assert bench.log == []


@pytest.mark.parametrize("inset", ["inset:0", "left:{x}px;top:{y}px;width:{w}px;height:{h}px"])
def test_what_is_covered_is_refused_with_what_covers_it(bench: Bench, inset: str) -> None:
    bench.run(
        """(inset) => { const b = document.getElementById('plain').getBoundingClientRect();
        const veil = document.createElement('div'); veil.setAttribute('aria-label', 'Veil');
        for (const [k, v] of [['x', b.x], ['y', b.y], ['w', b.width], ['h', b.height]])
          inset = inset.replace(`{${k}}`, v);
        veil.style.cssText = `position:fixed;z-index:9;${inset}`; document.body.append(veil); }""",
        inset,
    )
    assert 'is covered by div "Veil"' in bench.on("button", "Plain", "click")
    assert bench.log == []


def test_a_link_that_goes_on_in_the_next_line_can_be_used(bench: Bench) -> None:
    bench.run("""() => {
        const row = document.createElement('div');
        const before = '<i style="display: inline-block; width: 230px">Yes</i>';
        row.innerHTML = `${before} <a href="#">To the message</a>`;
        row.style.width = '300px';
        row.lastChild.onclick = () => window.log.push('wrapped');
        document.body.prepend(row); }""")
    bench.look()
    assert bench.on("link", "To the message", "click") == ""
    assert "wrapped" in bench.log


def test_an_element_that_moved_is_used_where_it_is_now(bench: Bench) -> None:
    bench.run("() => { document.getElementById('plain').style.marginTop = '300px'; }")
    assert bench.on("button", "Plain", "click") == ""
    assert bench.log == ["plain"]


def test_refs_that_were_never_given_are_refused(bench: Bench) -> None:
    assert bench.do("click e9999")["error"] == "There is no element e9999 on this page."


def test_keys_go_where_the_focus_is(bench: Bench) -> None:
    bench.on("textbox", "Text", "click")
    bench.do("press Control+a")
    bench.do('type "typed"')
    assert bench.value("text") == "typed"
    bench.do("press Backspace")
    bench.do("press é")
    assert "not a character" in bench.seen["error"]
    assert bench.value("text") == "type"
    bench.do("press Tab")
    assert bench.run("() => document.activeElement.id") == "fixed"
    assert [entry for entry in bench.log if entry.startswith("key")] == [
        "key Control+Control", "key Control+a", "key Backspace", "key Tab",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "key", ["Enter", "Space", "Home", "PageDown", "ArrowUp", "Delete", "Escape", "+", '"', "Shift+a"]
)
def test_every_kind_of_key_can_be_pressed(bench: Bench, key: str) -> None:
    bench.on("textbox", "Area", "click")
    assert bench.do({"name": "press", "arguments": {"key": key}})["error"] == ""
    assert any(entry.startswith("key") for entry in bench.log)


def test_scrolling_moves_by_most_of_a_screen_and_to_both_ends(bench: Bench) -> None:
    tops = []
    for direction in ("down", "down", "up", "bottom", "top"):
        assert bench.do(f"scroll {direction}")["error"] == ""
        tops.append(bench.run("() => Math.round(scrollY)"))
    assert tops[0] == round(768 * 0.8)
    assert tops[1] == pytest.approx(2 * tops[0], abs=1)
    assert tops[2] == pytest.approx(tops[0], abs=1)
    assert tops[3] > tops[1]
    assert tops[4] == 0


def test_the_mouse_clicks_doubles_and_drags_at_its_point(bench: Bench) -> None:
    bench.do(f"mouse_click {bench.place('plain')}")
    bench.do(f"mouse_double_click {bench.place('plain')}")
    assert bench.log == ["plain", "plain", "plain", "double"]
    bench.run("() => document.getElementById('slab').scrollIntoView()")
    x, y = map(int, bench.place("slab").split())
    bench.do(f"mouse_drag {x - 50} {y - 20} {x + 50} {y + 20}")
    down, up = bench.log
    assert down.startswith("mousedown")
    assert up.startswith("mouseup")
    assert down != up
    bench.run("() => scrollTo(0, 0)")
    bench.do(f"mouse_move {bench.place('hot')}")
    assert "hovered" in bench.log


def test_the_wheel_scrolls_what_lies_under_the_point(bench: Bench) -> None:
    bench.do(f"mouse_scroll {bench.place('pit')} 0 200")
    assert bench.run("() => document.getElementById('pit').scrollTop") == 200
    assert bench.run("() => scrollY") == 0
    bench.do("mouse_scroll 1000 10 0 150")
    assert bench.run("() => scrollY") == 150


@pytest.mark.parametrize(
    "action", ["mouse_click 1024 0", "mouse_click 0 768", "mouse_drag 1 1 5000 1", "mouse_move 1024 768"]
)
def test_points_outside_the_viewport_are_refused(bench: Bench, action: str) -> None:
    assert "lies outside the viewport of 1024x768" in bench.do(action)["error"]


def test_enter_submits_a_form_and_back_leads_back(bench: Bench, ref_of: RefOf) -> None:
    start = bench.do("goto /")
    bench.do(f'fill {ref_of(start, "combobox", "Search the store")} "lamp"')
    found = bench.do("press Enter")
    assert found["url"] == "http://shop.test/search?q=lamp"
    assert bench.do("back")["url"] == "http://shop.test/"
    assert bench.do("goto /cart")["url"] == "http://shop.test/cart"
    assert bench.do("switch_app shop")["url"] == "http://shop.test/"


@pytest.mark.parametrize(
    "action",
    [
        "goto http://evil.test/", "goto https://shop.test/", "goto file:///etc/passwd", "goto chrome://settings",
        "goto javascript:alert(1)", "goto view-source:http://shop.test/", "goto data:text/html,x",
        "goto about:blank",
        "goto http://shop.test@evil.test/", "goto //evil.test/", "goto http://127.0.0.1/", "switch_app mail",
        "click", "hop e1", "", "click e1 e2", 'fill e1 "', "mouse_click x y",
    ],
)  # fmt: skip
def test_refused_actions_leave_page_and_rows_as_they_are(bench: Bench, action: str) -> None:
    before, digest = bench.seen, bench.env.state_digest()
    after = bench.do(action)
    assert after["error"]
    assert after | {"error": ""} == before | {"error": ""}
    assert bench.env.state_digest() == digest


@pytest.mark.parametrize(
    "href",
    [
        "http://evil.test/",
        "https://shop.test/",
        "file:///etc/passwd",
        "chrome://version",
        "about:blank",
        "http://mail.test/",
    ],
)
def test_a_link_that_leads_out_ends_where_it_began_and_the_episode_goes_on(bench: Bench, href: str) -> None:
    bench.run("(href) => { document.body.innerHTML = `<a href='${href}'>Out</a>`; }", href)
    bench.look()
    bench.on("link", "Out", "click")
    assert bench.seen["url"] == "http://shop.test/"
    assert bench.do("goto /cart")["error"] == ""


def test_a_link_for_a_new_window_opens_none(bench: Bench) -> None:
    bench.run("() => { document.body.innerHTML = `<a href='/cart' target='_blank'>New</a>`; }")
    bench.look()
    bench.on("link", "New", "click")
    assert bench.seen["url"] == "http://shop.test/"
    assert bench.do("goto /cart")["url"] == "http://shop.test/cart"
    page: Any = bench.env.runner.page
    asked = range(100)  # the window may take as many round trips to go
    assert any(len(page._run(lambda: open_pages(page._tab.page))) == 1 for _ in asked)


async def open_pages(page: Any) -> list[dict[str, Any]]:
    """What is open in a page's context."""
    targets = (await page._wire.send("Target.getTargets"))["targetInfos"]
    return [each for each in targets if each.get("browserContextId") == page._context]


@pytest.mark.parametrize("script", ["alert(1)", "confirm(1)", "prompt(1)"])
def test_a_dialog_of_the_page_does_not_hold_up_the_episode(bench: Bench, script: str) -> None:
    bench.run("(s) => { document.body.innerHTML = `<button onclick='${s}'>Ask</button>`; }", script)
    bench.look()
    assert bench.on("button", "Ask", "click") == ""


@pytest.mark.parametrize(
    "path", ["/" + "é" * 1_200, "/search?q=" + "x" * 3_900, "/%00", "/%ff", "/p/%2e%2e", "/nothing"]
)
def test_any_address_of_the_app_makes_an_observation_of_the_space(bench: Bench, path: str) -> None:
    assert bench.do(f"goto {path}") in bench.env.observation_space
