"""Declarative shadow trees are read, styled and used alike in both engines."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def host(shadow: str, light: str = "", *, tag: str = "x-host", mode: str = "open") -> str:
    return f"<{tag}><template shadowrootmode={mode}>{shadow}</template>{light}</{tag}>"


READ = {
    "text and elements in the nameless slot": host(
        "<p>in</p><slot></slot><button>B</button>", "light <b>bold</b>"
    ),
    "the name of a button by a slot": host("<button><slot></slot></button>", "Send"),
    "what a slot holds if nothing is for it": host("<button><slot>Fallback</slot></button>"),
    "slots by name": host(
        "<h2><slot name=t></slot></h2><slot></slot>", "<span slot=t>Title</span><p>Body</p>", tag="div"
    ),
    "what no slot takes": host("<p>only</p>", "lost <b>too</b><button>three</button>"),
    "a closed tree": host("<p>only</p>", "lost <b>too</b>", mode="closed"),
    "a second template": host("<p>one</p>", "<template shadowrootmode=open><p>two</p></template>"),
    "not on a list item": f"<ul>{host('<p>no</p>', 'item', tag='li')}</ul>",
    "a tree within a tree": host(f"{host('<h3><slot></slot></h3>', '<slot></slot>')}<i>after</i>", "Twice"),
    "a host in a button": f"<button>Around {host('<b><slot></slot></b>', 'it')}</button>",
    "only the text of its host": f"<p>a {host('<slot></slot>', 'b')} c</p>",
    "its own label": host(
        "<label for=a>Name</label><input id=a><b id=l>Q</b><input aria-labelledby=l>", "<i id=l>no</i>"
    ),
    "a hidden slot": host(
        "<div style='display: none'><slot></slot></div><slot name=x></slot>", "<button>No</button>"
    ),
    "a hidden host": f"<div hidden>{host('<button>No</button>')}</div>",
}
STYLES = {
    "of the document stay outside": "<style>button { display: none }</style><button>Out</button>"
    + host("<button>In</button>"),
    "of a tree stay inside": host("<style>p { display: none }</style><p>no</p><slot></slot>", "<p>y</p>")
    + "<p>z</p>",
    "of the host": f"{host('<style>:host { display: none }</style><p>no</p>')}<p>z</p>",
    "of a host like this": host("<style>:host(.x) { display: none }</style><p>yes</p>"),
    "of the document win over those of the host": f"<style>x-host {{ display: block }}</style>"
    f"{host('<style>:host { display: none }</style><p>yes</p>')}",
    "by ancestors of its own tree": f"<style>div p {{ display: none }} x-host > p {{ display: none }}</style>"
    f"<div>{host('<section><p>in</p><slot></slot></section>', '<b>x</b><p>out</p>')}</div>",
    "by position in its own tree": "<style>b:first-child, i + b { display: none }</style>"
    + host("<i>0</i><slot name=z></slot><b>1</b><slot></slot>", "<b>2</b><i>3</i><b>4</b><b slot=z>5</b>"),
    "that are inherited": "<style>.v { visibility: hidden }</style>"
    f"<div class=v>{host('<button>no</button>')}</div>",
}


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_shadow_trees_are_read(on: Any, body: str) -> None:
    on.open(body)


@pytest.mark.parametrize("body", STYLES.values(), ids=STYLES)
def test_styles(on: Any, body: str) -> None:
    on.open(body)


FORM = "<form action=/echo><input name=a value=1 aria-label=A><button name=b value=2>Send</button></form>"


def test_a_form_in_a_shadow_tree_is_sent_by_its_button(both: Any) -> None:
    both.open(host(FORM))
    both.use("fill", "textbox", "A", '"7"')
    assert "a=7&b=2" in both.use("click", "button", "Send")["aria"]


def test_a_form_around_a_host_has_no_controls_in_the_shadow_tree(both: Any) -> None:
    inner = host(
        "<input name=i value=no aria-label=I><button>Inner</button><slot></slot>",
        "<button name=o>Outer</button>",
    )
    both.open(f"<form action=/echo><input name=a value=1>{inner}</form>")
    assert "Inner" in both.use("click", "button", "Inner")["aria"]
    seen = both.use("click", "button", "Outer")["aria"]
    assert "a=1" in seen
    assert "i=no" not in seen


def test_a_link_and_widgets_in_a_shadow_tree(both: Any) -> None:
    both.open(
        host(
            "<details><summary>More</summary><p>inside</p></details>"
            "<button popovertarget=p>Menu</button><div id=p popover>popped</div>"
            "<label><input type=checkbox> Tick</label><select aria-label=S><option>a<option>b</select>"
            "<a href=/echo?x=1>Go</a>"
        )
    )
    assert "inside" in both.press("Tab", "Enter")["aria"]
    assert "popped" in both.use("click", "button", "Menu")["aria"]
    assert "[checked]" in both.use("check", "checkbox", "Tick")["aria"]
    both.use("select", "combobox", "S", '"b"')
    assert "x=1" in both.use("click", "link", "Go")["aria"]


def test_radio_buttons_of_two_trees_are_two_groups(both: Any) -> None:
    radios = "<input type=radio name=g aria-label={0}1 checked><input type=radio name=g aria-label={0}2>"
    both.open(radios.format("a") + host(radios.format("b")))
    assert both.use("check", "radio", "b2")["aria"].count("[checked]") == 2


def test_a_disabled_fieldset_around_a_host_disables_nothing_in_its_shadow_tree(both: Any) -> None:
    both.open(
        f"<fieldset disabled>{host('<button>In</button><slot></slot>', '<button>Out</button>')}</fieldset>"
    )


def test_tab_goes_through_shadow_trees_and_their_host_is_active(both: Any) -> None:
    both.open(
        "<input aria-label=before>"
        + host(
            "<input aria-label=one><slot></slot><button>two</button>",
            "<input aria-label=light>",
            tag="section",
        )
        + "<input aria-label=after>"
    )
    both.press(*["Tab"] * 6)
    both.press(*["Shift+Tab"] * 3, "x")


def test_controls_are_sent_in_the_order_of_their_tree_not_of_the_slots(both: Any) -> None:
    light = "<input name=a value=1><input name=b value=2 slot=first><button>Send</button>"
    both.open(f"<form action=/echo>{host('<slot name=first></slot><slot></slot>', light, tag='div')}</form>")
    assert "a=1&b=2" in both.use("click", "button", "Send")["aria"]


@pytest.mark.parametrize("source", [0, 1])
@pytest.mark.parametrize("target", [0, 1])
def test_a_checkpoint_holds_shadow_trees_and_what_was_done_in_them(
    both: Any, source: int, target: int
) -> None:
    inner = host("<input aria-label=deep><textarea aria-label=note>\n\nx</textarea>")
    outer = host(f"<input aria-label=in><slot></slot>{inner}", "<input aria-label=light>")
    both.open(f"<input aria-label=out>{outer}")
    for name in ("light", "deep", "in"):
        both.use("fill", "textbox", name, f'"{name}!"')
    before = both.do("press End")
    restored, _ = both.envs[target].reset(options={"checkpoint": both.envs[source].checkpoint()})
    assert restored["aria"] == before["aria"]
    assert both.envs[target].step("press x")[0]["aria"] == before["aria"].replace("in!", "in!x")
