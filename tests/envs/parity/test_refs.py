"""Refs in both engines: kept by what stays on a page, never used again, refused once they are stale."""

import re
from collections.abc import Iterator

import pytest

from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser
STALE = "{} is stale: its element is no longer on the page. Use the refs shown now."


@pytest.fixture(scope="module")
def envs() -> Iterator[list[WebEnv]]:
    made = [WebEnv("Shop-AddToCart-v0", engine=engine) for engine in ("chromium", "dom")]
    yield made
    for env in made:
        env.close()


def refs(aria: str) -> set[str]:
    return set(re.findall(r"\[ref=(e\d+)\]", aria))


def ref(aria: str, what: str) -> str:
    found = re.search(rf"{what}.*?\[ref=(e\d+)\]", aria)
    assert found is not None, aria
    return found[1]


def test_a_walk_keeps_the_frame_and_never_uses_a_ref_again(envs: list[WebEnv]) -> None:
    walks = []
    for env in envs:
        walk = [env.reset(seed=1)[0]]
        box, home = ref(walk[0]["aria"], "combobox"), ref(walk[0]["aria"], "link")
        for action in (
            f'fill {box} "lamp"',
            "press Enter",
            f"click {home}",
            "back",
            f"click {home}",
            "goto /cart",
        ):
            walk.append(env.step(action)[0])
        walks.append(walk)
    assert walks[0] == walks[1]
    start, filled, found, at_home, back, refused, cart = walks[0]
    assert refs(filled["aria"]) == refs(start["aria"])
    box = ref(start["aria"], "combobox")
    assert ref(found["aria"], "combobox") == ref(at_home["aria"], "combobox") == box
    pages = [refs(seen["aria"]) for seen in (start, found, at_home)]
    assert all(one & other for one in pages for other in pages)  # the masthead
    assert not refs(back["aria"]) & set.union(*pages)
    assert refused["error"] == STALE.format(ref(start["aria"], "link"))
    assert refused["aria"] == back["aria"]
    assert not refs(cart["aria"]) & set.union(*pages, refs(back["aria"]))


def test_a_ref_in_an_exchanged_part_is_stale_after_it(envs: list[WebEnv]) -> None:
    told = []
    for env in envs:
        start = env.reset(seed=1)[0]["aria"]
        inside = ref(start.partition("- main")[2], "link")
        seen = env.step(f"click {ref(start, 'link .All departments')}\nclick {inside}")[0]
        later = env.step(f"click {inside}")[0]
        assert later["error"] == STALE.format(inside)
        told.append((seen, later))
    assert told[0] == told[1]
    assert told[0][0]["error"] == "1 of 2 actions were done: the last of them led to another page."


def test_checkpoints_carry_refs_into_either_engine(envs: list[WebEnv]) -> None:
    for taker in envs:
        start = taker.reset(seed=2)[0]["aria"]
        seen = taker.step(f"click {ref(start, 'link .All departments')}")[0]
        kept = type(kept_one := taker.checkpoint()).from_bytes(kept_one.to_bytes())
        inside = ref(seen["aria"].partition("- main")[2], "link")
        expected = [seen, *(taker.step(action)[0] for action in (f"hover {inside}", "goto /cart"))]
        for env in envs:
            resumed = env.reset(options={"checkpoint": kept})[0]
            assert [resumed, *(env.step(each)[0] for each in (f"hover {inside}", "goto /cart"))] == expected


def test_a_tab_that_is_returned_to_has_the_refs_that_it_had() -> None:
    told = []
    for engine in ("chromium", "dom"):
        env = WebEnv("Office-OrderAndTell-v0", engine=engine)
        first = env.reset(seed=1)[0]
        here, there = (
            first["url"].split("/")[2],
            next(a for a in env.family.apps if f"{a}.test" not in first["url"]),
        )
        away = env.step(f"switch_app {there}")[0]
        gone = env.step(f"hover {ref(first['aria'], 'link')}")[0]
        again = env.step(f"switch_app {here.removesuffix('.test')}")[0]
        further = env.step("goto /")[0]
        assert again["aria"] == first["aria"]
        assert gone["error"] == STALE.format(ref(first["aria"], "link"))
        assert not refs(away["aria"]) & refs(first["aria"])
        assert not refs(further["aria"]) & (refs(away["aria"]) | refs(first["aria"]))
        told.append((first, away, gone, again, further))
        env.close()
    assert told[0] == told[1]
