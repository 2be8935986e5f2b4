import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

from gristmill.agents.bench import BenchEpisode
from gristmill.agents.report.document import CHUNK, ReportRun, render
from gristmill.agents.report.episode import reason_of
from gristmill.agents.report.runs import of_bench

Make = Callable[..., BenchEpisode]
Unpack = Callable[[str], dict[str, Any]]
VOID = {"meta"}


class Outline(HTMLParser):
    """Insists that every element is closed, innermost first; keeps tags and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def page(*episodes: BenchEpisode) -> str:
    return render("Title", "", ReportRun(label="run", episodes=[of_bench(each) for each in episodes]))


def test_the_page_is_one_file_that_loads_nothing(make_episode: Make) -> None:
    html = page(make_episode())
    outline = Outline()
    outline.feed(html)
    assert outline.open == []
    assert outline.links == ["#main"]
    assert "url(" not in html
    assert "@import" not in html


def test_hostile_text_is_only_in_the_packed_data(make_episode: Make) -> None:
    html = page(make_episode(), make_episode(1))
    assert "owned" not in html
    assert html.count("<script") == len(re.findall(r'id="(index|chunk)-', html)) + 1
    assert "&lt;i&gt;" in render("<i>", "", ReportRun(label="", episodes=[]))


def test_the_policy_lets_the_pages_own_script_run_and_no_other(make_episode: Make) -> None:
    html = page(make_episode())
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in html
    assert "default-src &#39;none&#39;" in html


def test_details_are_packed_apart_so_that_few_are_unpacked(make_episode: Make, unpack: Unpack) -> None:
    shown = of_bench(make_episode())
    many = [replace(shown, seed=seed) for seed in range(2 * CHUNK + 1)]
    data = unpack(render("", "", ReportRun(label="", episodes=many)))
    assert [len(data[f"chunk-0-{number}"]) for number in range(3)] == [CHUNK, CHUNK, 1]
    assert len(data["chunk-0-2"][0]["steps"]) == 2
    assert data["index-0"]["rows"][0]["steps"] == 2


def test_equal_runs_give_equal_bytes(make_episode: Make) -> None:
    assert page(make_episode()) == page(make_episode())


def test_refusals_are_counted_by_reason_and_not_by_element() -> None:
    first, second = (f'There is no element {ref}. "Save" is there.' for ref in ("e9", "s2e10"))
    assert reason_of(first) == reason_of(second) == "There is no element …"
    assert len(reason_of("x" * 500)) < 100
