"""One session's browser in somebody else's hands: what it reaches, what it does not, and how it is judged."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import Result
from playwright.sync_api import Browser, Error, Page, sync_playwright

from gristmill.adapters.hand_off import handed_off
from gristmill.cli.hand_off import ending_of
from gristmill.envs.actions.types import Answer, Done, GiveUp
from gristmill.errors import ActionError, UnknownNameError

TASK = "Shop-AddToCart-v0"
PRODUCT, QUANTITY = "Deckle Bamboo Desk Organiser", "3"  # of seed 3
PATIENCE_MS = 60_000


@pytest.fixture
def served() -> Iterator[subprocess.Popen[str]]:
    """The command with a pipe as its input."""
    command = [sys.executable, "-m", "gristmill", "serve", "--cdp", TASK, "--seed", "3"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def address(served: subprocess.Popen[str]) -> str:
    """The debugger's address that it prints."""
    assert served.stdout is not None
    for line in served.stdout:
        if found := re.fullmatch(r"CDP +(http://127\.0\.0\.1:\d+)\n", line):
            return found[1]
    raise AssertionError("no address was printed")


def add_to_cart(page: Page) -> None:
    """What the oracle does, by roles and names as any agent would."""
    page.set_default_timeout(PATIENCE_MS)
    page.get_by_role("combobox", name="Search the store").fill(PRODUCT)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=PRODUCT).first.click()
    page.get_by_role("spinbutton", name="Quantity").fill(QUANTITY)
    page.get_by_role("button", name="Add to cart").click()
    page.wait_for_url("**/cart**")


def refusal(page: Page, url: str) -> str:
    """Why an address does not open."""
    with pytest.raises(Error) as caught:
        page.goto(url, timeout=PATIENCE_MS)
    return str(caught.value).splitlines()[0]


def require_shut_in(browser: Browser, debugger: str) -> None:
    """Nothing but the apps of the session opens, in a context of the agent's own either."""
    page = browser.new_context(locale="de-DE").new_page()
    response = page.goto("http://mail.test/", timeout=PATIENCE_MS)
    assert response is not None
    assert response.status == 404
    page.goto("http://shop.test/cart", timeout=PATIENCE_MS)
    assert PRODUCT in page.inner_text("main")
    script = "url => fetch(url, {mode: 'no-cors'}).then(() => 'reached', () => 'failed')"
    assert page.evaluate(script, f"{debugger}/json") == "failed"
    for url in (f"{debugger}/json", "http://localhost/", "https://example.com/"):
        assert "ERR_NAME_NOT_RESOLVED" in refusal(page, url)
    assert "ERR_ACCESS_DENIED" in refusal(page, "file:///etc/hostname")


@pytest.mark.slow
@pytest.mark.browser
def test_an_agent_that_connects_over_cdp_does_the_task_and_reaches_nothing_else(
    served: subprocess.Popen[str],
) -> None:
    debugger = address(served)
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(debugger, timeout=PATIENCE_MS)
        (context,) = browser.contexts
        (page,) = context.pages
        assert page.evaluate("[location.href, innerWidth, innerHeight]") == ["http://shop.test/", 1024, 768]
        add_to_cart(page)
        require_shut_in(browser, debugger)
        output, errors = served.communicate("\n\n", timeout=60)
    assert (served.returncode, errors) == (0, "")
    assert "Success, reward 1" in output
    result = json.loads(output.splitlines()[-1])
    assert (result["task"], result["seed"], result["success"], result["reward"]) == (TASK, 3, True, 1.0)
    assert all(check["passed"] for check in result["checks"])
    assert result["side_effects"] == []


def test_a_typed_line_is_an_answer_or_an_ending() -> None:
    assert ending_of("") == Done()
    assert ending_of("12 May") == Answer("12 May")
    assert ending_of('give_up "It is sold out"') == GiveUp("It is sold out")
    with pytest.raises(ActionError, match="quotes"):
        ending_of("give_up sold_out")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([TASK, "Shop-Checkout-v0"], "give one ID, not 2"),
        ([TASK, "--engine", "dom"], "leave out --engine"),
        ([TASK, "--host", "0.0.0.0"], "leave out --engine, --host"),
        ([TASK, "--skin", "neon"], "Unknown skin 'neon'"),
        (["No-Such-v0"], "No-Such-v0"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_before_anything_starts(
    run: Callable[..., Result], arguments: list[str], message: str
) -> None:
    result = run("serve", "--cdp", *arguments)
    assert result.exit_code != 0
    assert message in result.output


def test_options_of_the_hand_off_need_it(run: Callable[..., Result]) -> None:
    result = run("serve", "--mcp", TASK, "--answer", "42")
    assert result.exit_code != 0
    assert "for --cdp alone" in result.output


def test_an_unknown_task_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="No-Such-v0"), handed_off("No-Such-v0", seed=0):
        pass
