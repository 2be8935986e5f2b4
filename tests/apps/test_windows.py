"""Mail and chat in windows of three sizes, in Chromium: nothing covers a control or runs over an edge."""

from collections.abc import Callable, Iterator

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

LOOKS = ((390, 844, "night"), (1024, 768, "ember"), (1280, 800, "gazette"))
MAIL = (
    "/inbox", "/archive", "/search?q=has:attachment", "/labels", "/drafts", "/scheduled", "/compose",
    "/agenda", "/agenda/new", "/contacts", "/contacts/new", "/settings", "/settings/filters",
    "/settings/filters/new", "/settings/vacation", "/settings/blocked", "/settings/signatures",
    "/settings/canned/new", "/help/search", "/nowhere",
)  # fmt: skip
CHAT = (
    "/", "/threads", "/mentions", "/saved", "/drafts", "/reminders", "/people", "/people/3",
    "/channels", "/channels/new", "/directs", "/directs/new", "/me", "/search?q=from:me",
    "/help/search", "/help/formatting", "/c/1", "/c/1/about", "/c/1/members", "/c/1/invite",
    "/c/1/attach", "/c/1/poll", "/nowhere",
)  # fmt: skip
# The checkbox that folds something away: its opacity, and the outline of its label without and with focus.
SWITCH = """() => {
  const box = document.querySelector("main .side-switch, main .facets-toggle, main .show-menu");
  const outline = () => getComputedStyle(box.nextElementSibling).outlineStyle;
  const before = outline();
  box.focus({ focusVisible: true });
  return [getComputedStyle(box).opacity, before, outline()];
}"""


OTHER_LOOKS = [pytest.param(look, marks=pytest.mark.sweep) for look in LOOKS[1:]]


@pytest.fixture(scope="module", params=[LOOKS[0], *OTHER_LOOKS], ids="{0[0]}x{0[1]}-{0[2]}".format)
def window(request: pytest.FixtureRequest) -> Iterator[WebEnv]:
    """A world of three apps in a window of one of the sizes."""
    width, height, skin = request.param
    made = WebEnv("Office-OrderAndTell-v0", viewport=(width, height), skin=skin)
    made.reset(seed=3)
    yield made
    made.close()


@pytest.mark.parametrize(("host", "paths"), [("mail.test", MAIL), ("chat.test", CHAT)])
def test_every_control_can_be_reached_and_nothing_runs_over_an_edge(
    window: WebEnv, layout_faults: Callable[[WebEnv], list[str]], host: str, paths: tuple[str, ...]
) -> None:
    faults = []
    for path in paths:
        seen = window.step(f"goto http://{host}{path}")[0]
        assert seen["error"] == "", path
        faults += [f"{path}: {fault}" for fault in layout_faults(window)]
    assert faults == []


# The grounds and colours of all that the page shows.
COLOURS = """() => [...document.querySelectorAll("html, main, main *")].map((each) => {
  const style = getComputedStyle(each);
  return `${style.color} on ${style.backgroundColor}`;
})"""


def test_what_is_printed_is_black_on_white(window: WebEnv, evaluate: Callable[..., list[str]]) -> None:
    inbox = parse_aria_snapshot(window.step("goto http://mail.test/inbox")[0]["aria"])
    urls = [link.properties["url"].partition("?")[0] for link in inbox.all("link")]
    window.step(f"goto http://mail.test{next(url for url in urls if url.startswith('/threads/'))}/print")
    found = set(evaluate(window, COLOURS))
    assert found == {"rgb(0, 0, 0) on rgb(255, 255, 255)", "rgb(0, 0, 0) on rgba(0, 0, 0, 0)"}


# What an open disclosure shows beyond an edge of the window, with the side bar on either side.
OUTSIDE = """() => [true, false].flatMap((isRight) => {
  document.documentElement.classList.toggle("nav-right", isRight);
  return [...document.querySelectorAll("details[open] > :not(summary)")].filter((each) => {
    const box = each.getBoundingClientRect();
    return box.left < 0 || box.right > innerWidth;
  }).map((each) => `${isRight}: ${each.outerHTML.slice(0, 120)}`);
})"""
# The most lines that a person takes in the list of people to choose from.
LINES = """() => Math.round(Math.max(...[...document.querySelectorAll(".people span")].map(
  (each) => each.clientHeight / parseFloat(getComputedStyle(each).lineHeight)
)))"""


@pytest.mark.parametrize("name", ["Label", "Snooze", "More"])
def test_menus_of_a_list_open_within_the_window(
    window: WebEnv, evaluate: Callable[..., list[str]], name: str
) -> None:
    menu = parse_aria_snapshot(window.step("goto http://mail.test/inbox")[0]["aria"]).find("generic", name)
    assert menu is not None
    assert window.step(f"click {menu.ref}")[0]["error"] == ""
    assert evaluate(window, OUTSIDE) == []


@pytest.mark.parametrize("path", ["/compose", "/agenda/new"])
def test_people_to_choose_from_stand_on_a_line_each_except_on_a_phone(
    window: WebEnv, evaluate: Callable[..., int], path: str
) -> None:
    page = parse_aria_snapshot(window.step(f"goto http://mail.test{path}")[0]["aria"])
    choose = page.find("generic", "Choose people")
    assert choose is not None
    window.step(f"click {choose.ref}")
    assert evaluate(window, LINES) == (2 if evaluate(window, "() => innerWidth") < 761 else 1)


FOLDED = {
    "http://mail.test/inbox": ("Show folders", ("navigation", "Folders")),
    "http://shop.test/d/clothing": ("Show filters", ("form", "Filters")),
    "http://chat.test/": ("Menu", ("navigation", "Conversations")),
}


@pytest.fixture(scope="module")
def phone() -> Iterator[WebEnv]:
    """A world of three apps in the window of a phone."""
    made = WebEnv("Office-OrderAndTell-v0", viewport=LOOKS[0][:2])
    made.reset(seed=3)
    yield made
    made.close()


LONG = "word" * 15
WRITTEN = {
    "http://mail.test/compose": (("Subject", "Text"), "Preview"),
    "http://mail.test/agenda/new": (("Title", "Or another place", "Notes"), "Create and invite"),
    "http://mail.test/contacts/new": (("Name", "Addresses", "Company", "Notes"), "Save contact"),
    "http://chat.test/c/1/poll": (("Question", "Option 1", "Option 2"), "Post poll"),
    "http://chat.test/reminders": (("What about?",), "Set reminder"),
}


@pytest.mark.parametrize("url", WRITTEN)
def test_a_long_word_is_broken_in_a_narrow_window(
    phone: WebEnv, layout_faults: Callable[[WebEnv], list[str]], url: str
) -> None:
    boxes, button = WRITTEN[url]
    page = parse_aria_snapshot(phone.step(f"goto {url}")[0]["aria"])
    for number, name in enumerate(boxes):
        box = page.find("textbox", name)
        assert box is not None, [node.name for node in page.all("textbox")]
        phone.step(f'fill {box.ref} "{LONG}{number}{"@post.test" * (name == "Addresses")}"')
    press = page.find("button", button)
    assert press is not None, [node.name for node in page.all("button")]
    seen = phone.step(f"click {press.ref}")[0]
    assert LONG in seen["aria"]
    assert parse_aria_snapshot(seen["aria"]).find("alert") is None
    assert layout_faults(phone) == []


@pytest.mark.parametrize("url", FOLDED)
def test_what_a_narrow_window_folds_away_opens_by_pointer_and_by_keyboard(phone: WebEnv, url: str) -> None:
    name, inside = FOLDED[url]

    def shows(aria: str) -> bool:
        return parse_aria_snapshot(aria).find(*inside) is not None

    page = phone.step(f"goto {url}")[0]["aria"]
    switch = parse_aria_snapshot(page).find("checkbox", name)
    assert switch is not None
    opened = phone.step(f"click {switch.ref}")[0]["aria"]
    closed = phone.step("press Space")[0]["aria"]
    assert [shows(page), shows(opened), shows(closed)] == [False, True, False]


@pytest.mark.parametrize("url", FOLDED)
def test_the_switch_looks_like_a_button_and_shows_the_focus(
    phone: WebEnv, evaluate: Callable[..., list[str]], url: str
) -> None:
    phone.step(f"goto {url}")
    assert evaluate(phone, SWITCH) == ["0", "none", "solid"]
