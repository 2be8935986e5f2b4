"""The report in a real browser: what is unpacked, drawn, filtered and compared."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from gristmill.agents.bench import BenchEpisode, load_run
from gristmill.agents.bench.summary import summary_of
from gristmill.agents.local_pages.loopback import Loopback
from gristmill.agents.report.runs import write_run_report
from gristmill.agents.report.serving import ReportPages
from gristmill.envs.engines.chromium.browser.executable import find_browser

Make = Callable[..., BenchEpisode]
Store = Callable[..., Path]

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = find_browser(playwrights_own=playwright.chromium.executable_path).path
        with closing(playwright.chromium.launch(executable_path=str(path), args=["--no-sandbox"])) as browser:
            yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails the test for anything that a browser complains about or that is fetched."""
    complaints: list[str] = []
    with closing(browser.new_page(viewport={"width": 1280, "height": 900})) as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
    assert complaints == []


def test_a_reader_finds_numbers_an_episode_and_its_steps(
    page: Page, make_episode: Make, store: Store
) -> None:
    episodes = [make_episode(seed, success=seed % 3 > 0) for seed in range(30)]
    folder = store("run", [*episodes, make_episode(30, success=None)])
    page.goto(write_run_report(folder).as_uri())
    figures = page.locator(".figures")
    assert "66.7%" in figures.inner_text()
    low, high = summary_of(load_run(folder))["all"]["success_95"]
    assert f"95% interval {low:.0%}–{high:.0%}".replace("%–", "–") in figures.inner_text()
    page.get_by_role("link", name="one cart line").click()
    page.wait_for_selector(".rows li")
    assert page.locator(".rows li").count() == 10
    assert page.get_by_role("status").inner_text().startswith("10 episodes of 31: 0% succeeded")
    page.locator(".rows a").first.click()
    page.wait_for_selector(".moments")
    assert "0 instead of 1" in page.locator(".checks").inner_text()
    assert "There is no element e9" in page.locator(".moments").inner_text()
    assert "shop_cart_item 7 was added" in page.locator("main").inner_text()
    page.keyboard.press("j")
    page.wait_for_selector("text=2 of 10")
    page.keyboard.press("u")
    page.wait_for_selector(".rows li")
    assert page.title() == "smoke · oracle - Gristmill"


def test_a_search_narrows_the_list_and_a_fault_shows_its_traceback(
    page: Page, make_episode: Make, store: Store
) -> None:
    folder = store("run", [make_episode(seed, success=None if seed == 7 else True) for seed in range(12)])
    page.goto(write_run_report(folder).as_uri() + "#/episodes")
    page.wait_for_selector(".rows li")
    page.keyboard.press("/")
    page.keyboard.type("number 7")
    page.wait_for_selector(".rows li:only-child")
    page.locator(".rows a").click()
    page.wait_for_selector(".faulty")
    assert "Traceback: x" in page.locator(".faulty").inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_two_runs_stand_side_by_side_at_a_local_address(page: Page, make_episode: Make, store: Store) -> None:
    new = store("new", [make_episode(seed, success=seed > 0) for seed in range(4)])
    old = store("old", [make_episode(seed, success=seed < 2) for seed in range(4)])
    pages = ReportPages(load_run(new), load_run(old))
    with closing(Loopback(pages.answer)) as server:
        page.goto(server.url)
        page.wait_for_selector("text=Against the other run")
        text = page.locator("main").inner_text()
        assert "2 episodes succeeded here and not there" in text
        assert "1 episode failed here and succeeded there" in text
        page.goto(f"{server.url}#/episodes?change=lost")
        page.locator(".rows a").click()
        page.wait_for_selector(".columns.even")
        assert [each.inner_text() for each in page.locator(".columns.even .outcome").all()] == [
            "failure",
            "success",
        ]
