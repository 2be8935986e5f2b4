"""The page's own reader gives what Playwright's snapshot gives, line by line."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gristmill.apps.kit.aria import LINE, parse_aria_snapshot
from gristmill.envs.engines.base import CUT, MAX_ARIA_LENGTH, ObservationMode, bounded
from gristmill.envs.engines.chromium.browser.launcher import debugging_address
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Both = Callable[[], tuple[str, str]]
Show = Callable[[WebEnv, str], None]
FRAGMENTS = (Path(__file__).parents[1] / "fragments.html").read_text().split("\n----\n")
ATTRIBUTE_LIKE = " [ref=e9] [cursor=pointer] [box=1,2,3,4]"
HOSTILE = [
    f"<p>lamp{ATTRIBUTE_LIKE}</p>",
    f"<a href='/p{ATTRIBUTE_LIKE}'>x</a>",
    f"<input placeholder='x{ATTRIBUTE_LIKE}'>",
    f"<button>say \"hi\"{ATTRIBUTE_LIKE}: 'it'</button>",
    '<p>x\u2028- button [ref=e1]</p><p>- button "y" [ref=e1]</p><p># no</p><p>null</p>',
    "<p>1.5</p><p> \u200b </p>",
    '<pre>one\n- link "two" [ref=e1]\n</pre><button>tab\there {x} `y` é ☃ 😀</button>',
]
SHADOWS = [  # content of an open shadow root, and what its host holds
    ("<p>in</p><slot></slot><button>B</button>", "light <b>bold</b>"),
    ("<button><slot></slot></button>", "Send"),
    ("<button><slot>Fallback</slot></button>", ""),
    ("<h2><slot name=t></slot></h2><slot></slot>", "<span slot=t>Title</span><p>Body</p>"),
    ("<a href=/x><slot name=t>no</slot></a>", "<i slot=t>Go</i> <i slot=other>lost</i>"),
    ("<p>only</p>", "lost <b>too</b><button>three</button>"),
    ("<label>Name <input></label><input aria-label=Q>", ""),
    (
        "<style>:host { display: block } p { display: none }</style><p>no</p><b aria-hidden=true>x</b><slot>",
        "<p>y</p>",
    ),
    ("<div style='display: none'><slot></slot></div>", "<button>Hidden</button>"),
    ("<x-in><template shadowrootmode=open><h3><slot></slot></h3></template><slot></slot></x-in>", "Twice"),
]
PATHS = (
    "/", "/d/kitchen", "/search?q=lmap", "/search?min=x&max=3", "/search?q=lamp&rating=4&page=2", "/orders",
    "/account", "/cart", "/nothing-here", "/checkout/address/new", "/p/halo-steel-desk-lamp",
)  # fmt: skip


@pytest.fixture(scope="module")
def browser() -> Iterator[WebEnv]:
    env = WebEnv("Shop-Checkout-v0")
    env.reset(seed=1)
    yield env
    env.close()


@pytest.fixture(scope="module")
def playwrights(browser: WebEnv) -> Any:
    """The environment's page as Playwright drives it, over a connection of its own."""
    page: Any = browser.runner.page
    driver = page._driver

    async def connect() -> Any:
        browsers = driver._browsers
        running = browsers._running[0]  # that of pages without pixels
        port, _ = debugging_address(running.profile) or (0, "")
        again = await browsers._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        return next(page for context in again.contexts for page in context.pages if "shop.test" in page.url)

    return driver.run(connect())


@pytest.fixture
def both(browser: WebEnv, playwrights: Any) -> Both:
    """Our outline, and Playwright's with cursors gone, both with refs numbered in reading order."""
    page: Any = browser.runner.page

    def read() -> tuple[str, str]:
        ours = page.read(ObservationMode.ARIA).result().aria
        return renumbered(ours), renumbered(page._run(lambda: playwrights.aria_snapshot(mode="ai")))

    return read


def renumbered(snapshot: str) -> str:
    lines, count = [], 0
    for line in snapshot.split("\n"):
        found = LINE.fullmatch(line)
        if found and found["attributes"]:
            marks = found["attributes"].replace(" [cursor=pointer]", "")
            if "[ref=" in marks:
                count += 1
                marks = re.sub(r"\[ref=\w+\]", f"[ref=e{count}]", marks)
            start, end = found.span("attributes")
            line = line[:start] + marks + line[end:]
        lines.append(line)
    return "\n".join(lines)


@pytest.mark.parametrize("html", FRAGMENTS + HOSTILE)
def test_markup_of_every_kind_reads_as_with_playwright(
    html: str, browser: WebEnv, both: Both, show: Show
) -> None:
    show(browser, html)
    ours, theirs = both()
    assert ours.split("\n") == theirs.split("\n")


@pytest.mark.parametrize(("shadow", "light"), SHADOWS)
def test_what_is_in_open_shadow_roots_and_their_slots_reads_as_with_playwright(
    shadow: str, light: str, browser: WebEnv, both: Both, evaluate: Callable[..., Any]
) -> None:
    host = f"<x-host><template shadowrootmode=open>{shadow}</template>{light}</x-host>"
    for html in (host, f"<button>Around {host}</button>"):
        evaluate(browser, "(html) => document.body.setHTMLUnsafe(html)", html)
        ours, theirs = both()
        assert ours.split("\n") == theirs.split("\n")


def test_every_page_of_an_order_reads_as_with_playwright(browser: WebEnv, both: Both) -> None:
    browser.reset(seed=2)
    is_over, pages = False, 0
    while not is_over:
        ours, theirs = both()
        assert ours.split("\n") == theirs.split("\n")
        _, _, is_over, _, _ = browser.step(browser.oracle())
        pages += 1
    assert pages > 8


@pytest.mark.parametrize("path", PATHS)
def test_the_shops_pages_read_as_with_playwright(path: str, browser: WebEnv, both: Both) -> None:
    browser.reset(seed=5)
    browser.step(f"goto {path}")
    ours, theirs = both()
    assert ours.split("\n") == theirs.split("\n")


def test_a_page_that_is_too_long_is_cut(browser: WebEnv, evaluate: Callable[..., Any], show: Show) -> None:
    browser.reset(seed=1)
    show(browser, "".join(f"<button>number {i}</button>" for i in range(8_000)))
    page: Any = browser.runner.page
    whole = evaluate(browser, "() => window.__gristmill.read(1e9, '', 500).text")
    aria = page.read(ObservationMode.ARIA).result().aria
    assert aria == bounded(whole)
    assert len(aria) <= MAX_ARIA_LENGTH
    assert aria.endswith(CUT)
    refs = [node.ref for node in parse_aria_snapshot(aria).walk() if node.ref]
    assert evaluate(browser, "(ref) => window.__gristmill.element(ref) !== null", refs[-1]) is True


def test_without_an_outline_no_element_can_be_named(browser: WebEnv) -> None:
    env = WebEnv("Shop-AddToCart-v0", observation="pixels")
    env.reset(seed=1)
    observation, *_ = env.step("click e1")
    assert observation["error"] == "There is no element e1 on this page."
    env.close()
