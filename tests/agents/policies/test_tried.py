"""A greedy policy does not repeat itself for ever."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from gristmill.agents.policies.agent import PolicyAgent  # noqa: E402 - needs torch
from gristmill.agents.policies.batches import collate  # noqa: E402
from gristmill.agents.policies.choices import Choice, choices_of  # noqa: E402
from gristmill.agents.policies.distribution import decide  # noqa: E402
from gristmill.agents.policies.features import Features, features_of  # noqa: E402
from gristmill.agents.policies.memory import Memory  # noqa: E402
from gristmill.agents.policies.network import PagePolicy, PolicyConfig  # noqa: E402
from gristmill.agents.policies.texts import Piece, Place  # noqa: E402
from gristmill.agents.policies.tried import TriedChoices  # noqa: E402
from gristmill.agents.policies.writer import END  # noqa: E402
from gristmill.agents.training.cloning import new_policy  # noqa: E402

PAGE = '- searchbox "Search" [ref=e1]\n- button "Go" [ref=e2]\n- link "Home" [ref=e3]'


def observation(aria: str = PAGE) -> dict[str, Any]:
    return {"goal": "find a pan", "url": "http://shop.test/", "title": "Shop", "error": "", "aria": aria}


def features(aria: str = PAGE, *, past: tuple[str, ...] = ()) -> Features:
    return features_of(observation(aria), Memory(actions=past))


@pytest.fixture(scope="module")
def policy() -> PagePolicy:
    torch.set_num_threads(1)
    return new_policy(PolicyConfig(width=16, heads=2), 1).eval()  # one that does not like to wait


def only(state: Features, line: str) -> Choice:
    return choices_of(state, line)[0]


def test_a_choice_is_exhausted_after_it_was_made_twice_on_pages_that_read_alike() -> None:
    tried = TriedChoices(2)
    first, second = features(), features(PAGE.replace("e2", "e9"), past=("click Home",))
    tried.add(first, only(first, "click e2"))
    assert tried.exhausted(second) == []
    tried.add(second, only(second, "click e9"))
    assert tried.exhausted(first) == [only(first, "click e2")]
    assert tried.exhausted(features(PAGE.replace("Home", "Start"))) == []


def test_a_text_is_exhausted_wherever_it_stands_and_another_one_is_not() -> None:
    page = f"{PAGE}\n- paragraph [ref=e4]: the pan is here"
    tried, state = TriedChoices(1), features(page)
    tried.add(state, only(state, 'fill e1 "pan"'))
    again = features(page, past=("fill Search pan",))
    assert tried.exhausted(again) == choices_of(again, 'fill e1 "pan"')
    assert len(tried.exhausted(again)[0].pieces[0].places) == 2
    assert only(again, 'fill e1 "find"') not in tried.exhausted(again)


def test_a_text_is_exhausted_in_all_places_however_many() -> None:
    state = features(PAGE + "".join(f'\n- link "Pan {i}" [ref=e{i}]' for i in range(10, 30)))
    tried = TriedChoices(1)
    tried.add(state, only(state, 'fill e1 "pan"'))
    assert sum(len(each.pieces[0].places) for each in tried.exhausted(state)) == 21


def test_of_a_text_in_pieces_the_first_one_is_exhausted(policy: PagePolicy) -> None:
    tried, state = TriedChoices(1), features()
    written = only(state, 'fill e1 "find: a pan"')
    tried.add(state, written)
    (first,) = tried.exhausted(state)
    assert (first.token, first.pieces) == (written.token, written.pieces[:1])
    empty = TriedChoices(1)
    empty.add(state, only(state, 'fill e1 ""'))
    assert empty.exhausted(state) == [Choice(written.token)]


def test_waiting_is_never_exhausted() -> None:
    tried, state = TriedChoices(1), features()
    tried.add(state, only(state, "wait"))
    assert tried.exhausted(state) == []


def test_an_excluded_choice_is_not_made_and_the_next_likeliest_is(policy: PagePolicy) -> None:
    state = features()
    made: list[Choice] = []
    for _ in range(4):
        made.append(decide(policy, [state], [None], {0: made})[0].choice)
    assert len(set(made)) == len(made)
    assert made[0].token == int(policy(collate([state])).log_probs[0].argmax())


def test_where_every_text_is_excluded_the_likeliest_is_written_all_the_same(policy: PagePolicy) -> None:
    state = features()
    rest = [Choice(token) for token, is_text in enumerate(state.takes_text) if not is_text]
    texts = [
        Choice(token, pieces)
        for token, is_text in enumerate(state.takes_text)
        if is_text
        for pieces in [
            (),
            *((Piece(number),) for number in range(END)),
            *((Piece(places=(Place(first, first),)),) for first in range(len(state.words))),
        ]
    ]
    some, none = (decide(policy, [state], [None], {0: given})[0].choice for given in (rest, rest + texts))
    assert state.takes_text[some.token]
    assert none == some


def test_a_greedy_agent_leaves_a_page_that_does_not_change(policy: PagePolicy) -> None:
    def actions(max_repeats: int) -> list[str]:
        agent = PolicyAgent(policy, max_repeats=max_repeats)
        agent.begin(None, 0)  # type: ignore[arg-type] - a policy does not look at the environment
        return [agent.act(observation()) for _ in range(9)]

    free, bound = actions(99), actions(2)
    assert max(map(free.count, free)) > 2
    assert max(bound.count(action) for action in bound if not action.startswith("wait")) == 2
