"""Texts by grammar: slots, their values, and what a pool cannot give."""

import re

import pytest
from numpy.random import default_rng

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.stories import grammar
from gristmill.apps.stories.grammar import Grammar
from gristmill.apps.stories.pools import sections
from gristmill.errors import PluginError

POOL = {
    "ask": ("{Thing} or {thing.2}? | {thing}",),
    "thing": ("tea", "{fruit} juice"),
    "fruit": ("pear", "plum"),
    "lost": ("{nowhere}",),
}
POOLS = ("earlier_chat", "earlier_letters", "earlier_mail")


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Grammar:
    monkeypatch.setattr(grammar, "sections", lambda _: POOL)
    return Grammar("drinks", Sampler(default_rng(1)))


def test_a_slot_has_one_value_in_a_line_and_a_numbered_one_another(pool: Grammar) -> None:
    for _ in range(4):
        found = re.fullmatch(r"(.+) or (.+)\? \| (.+)", pool.line("ask"))
        assert found
        first, second, answer = found.groups()
        assert first == answer[0].upper() + answer[1:]
        assert second != answer


def test_no_line_is_written_twice_and_an_exhausted_pool_says_so(pool: Grammar) -> None:
    lines = {pool.line("thing") for _ in range(3)}

    assert lines == {"tea", "pear juice", "plum juice"}
    with pytest.raises(PluginError, match="no more new lines of 'thing'"):
        pool.line("thing")


def test_a_slot_without_a_section_is_named(pool: Grammar) -> None:
    with pytest.raises(PluginError, match="no section 'nowhere'"):
        pool.line("lost")


@pytest.mark.parametrize("name", POOLS)
def test_every_slot_of_a_pool_is_one_of_its_sections(name: str) -> None:
    found = sections(name)
    slots = {
        slot["section"] for lines in found.values() for line in lines for slot in grammar.SLOT.finditer(line)
    }

    assert {slot for slot in slots if slot not in found and slot[0].lower() + slot[1:] not in found} == set()
