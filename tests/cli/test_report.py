from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.summary import summarise
from gristmill.cli.report import AgentReport, render, write_report
from gristmill.verifiers.base import Check

HOSTILE = '<script>alert("1")</script> & <b>'
VOID = {"meta", "img"}
CHECKS = (
    Check(name="one order placed", passed=True),
    Check(name="quantity", passed=False, detail="2 instead of 1"),
)


class Outline(HTMLParser):
    """Insists that every element is closed, innermost first; keeps tags, texts and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def episode(**fields: Any) -> EpisodeResult:
    step = StepRecord(
        action=f'fill e3 "{HOSTILE}"',
        target=f'textbox "{HOSTILE}"',
        error=HOSTILE,
        reward=0.0,
        url="",
        wall_s=0.1,
    )
    known: dict[str, Any] = {
        "task_id": "Shop-Checkout-v0",
        "agent": "oracle",
        "seed": 7,
        "goal": f"Buy {HOSTILE}",
        "success": False,
        "steps": (step,),
        "checks": CHECKS,
        "reset_s": 0.1,
    }
    return EpisodeResult(**(known | fields))


def report(*results: EpisodeResult) -> AgentReport:
    return AgentReport(summarise("oracle", results, wall_s=1.0), results)


def read(html: str) -> Outline:
    outline = Outline()
    outline.feed(html)
    outline.close()
    assert outline.open == []
    return outline


def page(*results: EpisodeResult) -> Outline:
    return read(render(task_id="Shop-Checkout-v0", asks="Order a product.", reports=[report(*results)]))


def test_each_check_is_listed_with_outcome_and_detail() -> None:
    texts = page(episode()).texts
    for check in CHECKS:
        assert texts.count(check.name) == 1
    assert texts.count("passed") == 1
    assert texts.count("failed") == 1
    assert "2 instead of 1" in texts


def test_hostile_text_is_shown_and_never_becomes_markup() -> None:
    outline = page(episode())
    assert not {"script"} & set(outline.tags)
    assert f"Buy {HOSTILE}" in outline.texts
    assert f'fill e3 "{HOSTILE}"' in outline.texts
    assert outline.texts.count(HOSTILE) == 1


@pytest.mark.parametrize(("success", "word"), [(True, "success"), (False, "failure"), (None, "fault")])
def test_the_outcome_is_one_word(success: bool | None, word: str) -> None:
    assert word in page(episode(success=success)).texts


def test_a_fault_shows_the_infrastructure_failure() -> None:
    fault = episode(success=None, checks=(), goal="", infra_error="The page crashed.", steps=())
    texts = page(fault).texts
    assert "Infrastructure failure: The page crashed." in texts
    assert "(no page was reached)" in texts


@pytest.mark.parametrize(("frames", "style"), [((b"before", b"after"), "frames"), ((), "actions")])
def test_screenshots_lie_in_a_row_and_actions_alone_in_a_list(frames: tuple[bytes, ...], style: str) -> None:
    html = render(task_id="", asks="", reports=[report(episode(frames=frames))])
    assert f'<ol class="{style}">' in html


def test_pictures_lie_beside_the_page_and_nothing_is_fetched_from_elsewhere(tmp_path: Path) -> None:
    record_frames = episode(frames=(b"before", b"after"))
    written = write_report(
        tmp_path, task_id="Shop-Checkout-v0", asks="", reports=[report(record_frames, episode(seed=8))]
    )
    links = [link for link in read(written.read_text()).links if not link.startswith("#")]
    assert [(tmp_path / link).read_bytes() for link in links[::2]] == [b"before", b"after"]
    assert links[::2] == links[1::2]
    assert "url(" not in written.read_text()


def test_equal_pictures_are_stored_once(tmp_path: Path) -> None:
    write_report(tmp_path, task_id="", asks="", reports=[report(episode(frames=(b"same", b"same")))])
    assert len(list((tmp_path / "frames").iterdir())) == 1


def test_pictures_of_an_earlier_report_are_gone(tmp_path: Path) -> None:
    for frames in ((b"old", b"older"), (b"new", b"newer")):
        write_report(tmp_path, task_id="", asks="", reports=[report(episode(frames=frames))])
    assert {file.read_bytes() for file in (tmp_path / "frames").iterdir()} == {b"new", b"newer"}


def test_without_pictures_there_is_no_folder_for_them(tmp_path: Path) -> None:
    page = write_report(tmp_path / "new", task_id="", asks="", reports=[report(episode(frames=()))])
    assert list((tmp_path / "new").iterdir()) == [page]


def test_no_episodes_are_no_crash() -> None:
    assert "0 of 0 episodes succeeded" in page().texts


def test_of_very_many_episodes_the_first_are_shown() -> None:
    many = [report(*(episode(seed=seed) for seed in range(5)))]
    page = render(task_id="", asks="", reports=many, detailed=3)
    assert page.count('class="card episode"') == 3
    assert "The first 3 of 5 episodes" in page
    assert "The first" not in render(task_id="", asks="", reports=many)
