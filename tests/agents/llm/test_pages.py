"""Observations as a model receives them."""

import numpy as np

from gristmill.agents.llm.pages import Page, in_parts


def page(aria: str | None, *, part_tokens: int = 100, **more: object) -> Page:
    observation = {"goal": "", "url": "http://shop.test/", "title": "Shop", "error": "", **more}
    if aria is not None:
        observation["aria"] = aria
    return Page(observation, part_tokens=part_tokens, max_edge=100)


def test_parts_are_whole_lines_and_together_the_text() -> None:
    text = "\n".join(f"- line {number}" for number in range(100))
    parts = list(in_parts(text, 100))
    assert all(len(part) <= 100 for part in parts)
    assert "\n".join(parts) == text


def test_a_line_that_is_longer_than_a_part_is_split_and_nothing_is_lost() -> None:
    parts = list(in_parts("a" * 250 + "\nb", 100))
    assert "".join(parts).replace("\n", "") == "a" * 250 + "b"
    assert all(len(part) <= 100 for part in parts)


def test_an_empty_text_has_one_part() -> None:
    assert list(in_parts("", 10)) == [""]
    assert page("").full().endswith("URL: http://shop.test/\n\n")


def test_a_page_begins_with_why_the_last_action_was_refused() -> None:
    assert page(None, error="There is no element e9.").full() == (
        "Result of your last action: There is no element e9.\nPage: Shop\nURL: http://shop.test/"
    )


def test_a_large_screenshot_is_scaled_down_and_points_are_scaled_back() -> None:
    wide = page(None, pixels=np.zeros((150, 300, 3), np.uint8))
    assert (wide.view, wide.image_size) == ((300, 150), (100, 50))
    assert wide.to_viewport(50, 25) == (150, 75)
    small = page(None, pixels=np.zeros((50, 80, 3), np.uint8))
    assert small.view == small.image_size == (80, 50)
    assert small.to_viewport(7, 9) == (7, 9)


def test_the_text_of_a_page_is_what_a_reader_sees() -> None:
    assert (
        page('- main [ref=e1]:\n  - heading "Cart" [ref=e2]\n  - text: Two lamps').text() == "Cart\nTwo lamps"
    )
