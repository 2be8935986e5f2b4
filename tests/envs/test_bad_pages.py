"""Pages that cannot be shown: both engines give the same error and stay, and the episode goes on."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from gristmill.apps.server.navigation_policy import MAX_BODY_BYTES, MAX_REDIRECTS, MAX_TAGS
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

ENGINES = ("chromium", "dom")
START = "http://bad.test/"
TOO_LARGE = f"That page is larger than {MAX_BODY_BYTES} bytes; stayed on this one."
TOO_MANY = f"That page has more than {MAX_TAGS} tags; stayed on this one."
CIRCLES = f"That page redirects more than {MAX_REDIRECTS} times; stayed on this one."
NOT_A_PAGE = "That is a file of type {}, not a page; stayed on this one."
REFUSED = {
    "/big?bytes=5000000": TOO_LARGE,
    "/big?bytes=50000000": TOO_LARGE,
    "/endless": TOO_LARGE,
    "/dribble": TOO_LARGE,
    "/controls": TOO_MANY,
    "/deep?n=10000": TOO_MANY,
    "/circle": CIRCLES,
    "/far": "That leads to http://example.com/far, outside the apps of this task; stayed on this page.",
    "/pdf": NOT_A_PAGE.format("application/pdf"),
    "/picture": NOT_A_PAGE.format("image/png"),
    "/broken": NOT_A_PAGE.format("unknown"),
    "/untyped": NOT_A_PAGE.format("unknown"),
    "/file": "That is a file to download, not a page; stayed on this one.",
    "/nothing": "",
}
Envs = Callable[[str], WebEnv]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_that_cannot_be_shown_is_an_error_and_the_tab_stays(bad_envs: Envs, engine: str) -> None:
    env = bad_envs(engine)
    seen, *_ = env.step('fill e2 "Ada"')
    for path, error in REFUSED.items():
        now, reward, terminated, truncated, info = env.step(f"goto {path}")
        assert now == seen | {"error": error}, path
        assert (reward, terminated, truncated, info["infra_error"]) == (0.0, False, False, None)
    assert env.step("back")[0]["error"] == "There is no page before this one."
    assert env.step("goto /plain")[0]["error"] == ""


def refs(aria: str, sign: str) -> list[tuple[str, str]]:
    """The names and refs of the links or buttons whose names begin like this."""
    return re.findall(rf'(?:link|button) "({sign}[^"]*)".*?\[ref=(e\d+)\]', aria)


def test_links_and_forms_that_lead_nowhere_are_refused_alike(bad_envs: Envs) -> None:
    chromium, dom = (bad_envs(engine) for engine in ENGINES)
    for env in (chromium, dom):
        env.step('fill e2 "Ada"')
    aria = dom.step("scroll down")[0]["aria"]
    assert chromium.step("scroll down")[0]["aria"] == aria
    targets = [*refs(aria, "to "), *refs(aria, "get "), *refs(aria, "post "), *refs(aria, "save")]
    assert len(targets) == 16
    for name, ref in targets:
        seen = chromium.step(f"click {ref}")[0]
        assert dom.step(f"click {ref}")[0] == seen, name
        assert seen["url"] == START, name
        assert ("stayed on this" in seen["error"]) == (name != "save"), name


@pytest.mark.parametrize("engine", ENGINES)
def test_large_pages_within_the_limits_are_shown(bad_envs: Envs, engine: str) -> None:
    env = bad_envs(engine)
    for path in (f"/big?bytes={MAX_BODY_BYTES - 1000}", f"/tags?n={MAX_TAGS // 2 - 10}", "/deep?n=5000"):
        seen, _, _, truncated, _ = env.step(f"goto {path}")
        assert (seen["url"], seen["error"], truncated) == (f"{START[:-1]}{path}", "", False)
        assert seen in env.observation_space


@pytest.mark.parametrize("engine", ENGINES)
def test_parts_of_a_page_that_are_too_large_are_left_out(bad_envs: Envs, engine: str) -> None:
    seen, *_ = bad_envs(engine).step("goto /large_parts")
    assert (seen["url"], seen["error"]) == (f"{START}large_parts", "")
    assert "fine" in seen["aria"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_page_never_refreshes_by_itself(bad_envs: Envs, engine: str) -> None:
    env = bad_envs(engine)
    seen, *_ = env.step("goto /refresh")
    assert env.step("scroll down")[0] == seen
    assert "stays" in seen["aria"]


def test_an_endless_answer_is_closed(bad_envs: Envs, bad_app: Any) -> None:
    closed = bad_app.closed
    bad_envs("dom").step("goto /endless?again")
    assert bad_app.closed == closed + 1
