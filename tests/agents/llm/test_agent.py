"""The agent plays whole episodes against endpoints of each protocol, through the vendors' SDKs."""

import json
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from llm_endpoints import Answer, ChatProtocol, FakeClock, FakeEndpoint, Json, Protocol

from gristmill.agents.base import BatchAgent, ReportingAgent
from gristmill.agents.llm.factory import LlmFactory
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.envs.actions.grammar import parse
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.slow  # plays episodes against local endpoints

TASK, SEED = "Shop-AddToCart-v0", 3
DOM = {"engine": "dom", "size": "small"}
Factories = Callable[..., LlmFactory]


@pytest.fixture(scope="module")
def solution() -> list[tuple[str, Json]]:
    """The tool calls that solve the task."""
    env = WebEnv(TASK, **DOM)
    env.reset(seed=SEED)
    calls, is_over = [], False
    while not is_over:
        action = parse(env.oracle())
        calls.append((action.verb, {name: getattr(action, name) for name in action.__slots__}))
        _, _, terminated, truncated, _ = env.step(action)
        is_over = terminated or truncated
    env.close()
    return calls


def played(factory: LlmFactory, seeds: tuple[int, ...] = (SEED,), **options: Any) -> list[EpisodeResult]:
    return list(play_episodes(TASK, factory, seeds, options=DOM | options))


def test_a_model_that_calls_the_right_tools_succeeds(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, solution: list[tuple[str, Json]]
) -> None:
    endpoint.plays(*(protocol.calls(call) for call in solution))
    (result,) = played(new_factory(protocol))
    assert result.success
    assert [step.error for step in result.steps] == [""] * len(solution)
    assert endpoint.paths == [protocol.path] * len(solution)
    assert result.agent == "llm:m"


def test_each_request_holds_the_goal_the_newest_page_and_tools_that_the_engine_has(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, solution: list[tuple[str, Json]]
) -> None:
    endpoint.plays(*(protocol.calls(call) for call in solution))
    (result,) = played(new_factory(protocol))
    for request, step in zip(endpoint.requests[1:], result.steps, strict=False):
        assert step.url in protocol.last_texts(request)
        assert result.goal in str(request)
        assert "mouse_click" not in str(request["tools"])
    assert "[ref=e1]" in protocol.last_texts(endpoint.requests[0])


def test_older_pages_become_one_line(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, solution: list[tuple[str, Json]]
) -> None:
    endpoint.plays(*(protocol.calls(call) for call in solution))
    played(new_factory(protocol, history=1))
    assert [str(request).count("[ref=e1]") for request in endpoint.requests] == [1] * len(solution)
    assert str(endpoint.requests[-1]).count("An older page") == len(solution) - 1


def test_a_long_page_comes_in_parts_that_are_read_without_a_step(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(
        protocol.calls(("read_more", {"part": 2})),
        protocol.calls(("read_more", {"part": 99})),
        protocol.calls(("read_more", {"part": "two"})),
        protocol.calls(("done", {})),
    )
    (result,) = played(new_factory(protocol, observation_tokens=500))
    assert [step.action for step in result.steps] == ["done"]
    first, second, third, fourth = map(protocol.last_texts, endpoint.requests)
    assert "read_more with part=2 goes on" in first
    assert "Part 2 of" in second
    assert "This page has the parts 1 to" in third
    assert "read_more takes one argument: part, a whole number." in fourth
    assert len(first) < 3500


def test_parts_of_an_older_page_are_left_out_with_it(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    reads = [protocol.calls(("read_more", {"part": part})) for part in (2, 3)]
    endpoint.plays(*reads, protocol.calls(("goto", {"url": "/cart"})), protocol.calls(("done", {})))
    played(new_factory(protocol, observation_tokens=300, history=1))
    before, after = map(str, endpoint.requests[2:])
    assert [before.count(f"(Part {part} of ") for part in (1, 2, 3)] == [1, 1, 1]
    assert "(Part 2 of an older page, left out" in after
    assert "(Part 3 of an older page, left out" in after


def test_requests_under_way_are_given_up_and_the_client_is_closed_with_the_run(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    endpoint.plays(Answer(hangs=True))
    agent, answers = new_factory(ChatProtocol())(), Answers()
    future = answers.ask(agent, {"goal": "g", "url": "", "title": "", "error": "", "aria": ""})
    assert isinstance(future, Future)
    assert endpoint.is_asked.wait(60)
    (link,) = agent._links._links.values()
    assert not link.client.is_closed()
    answers.close()
    assert future.cancelled()
    assert link.client.is_closed()


def test_a_model_that_only_reads_takes_a_step_after_a_while(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    protocol = ChatProtocol()
    endpoint.plays(*[protocol.calls(("read_more", {"part": 1}))] * 12, protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [step.action for step in result.steps] == ["wait", "done"]


def test_an_answer_without_a_call_costs_a_step_and_is_explained(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(protocol.text("I think we\nare done."), protocol.text(""), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [step.action for step in result.steps] == ["I think we are done.", "", "done"]
    assert result.infra_error is None
    said = protocol.last_texts(endpoint.requests[1])
    assert "You called no tool." in said
    assert "Unknown action 'I'" in said
    assert "The action is empty" in protocol.last_texts(endpoint.requests[2])


def test_an_answer_that_is_a_line_of_the_grammar_is_performed(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(protocol.text("goto /cart\n"), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [step.error for step in result.steps] == ["", ""]
    assert result.steps[0].url.endswith("/cart")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (("click", {"ref": 7}), "ref: 7 is not a ref such as e12"),
        (("click", {}), "'ref' is missing"),
        (("fly", {"to": "moon"}), "Unknown action 'fly'"),
        (("click", {"ref": "e9999"}), "There is no element e9999"),
    ],
)
def test_a_call_with_bad_arguments_costs_a_step_and_is_explained(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, call: tuple[str, Json], error: str
) -> None:
    endpoint.plays(protocol.calls(call), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [bool(step.error) for step in result.steps] == [True, False]
    assert error in protocol.last_texts(endpoint.requests[1])


def test_arguments_that_are_no_json_cost_a_step(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    protocol = ChatProtocol()
    broken = protocol.calls(("click", {"ref": "e1"}))
    broken = Answer(body=broken.body.replace(rb"{\"ref\": \"e1\"}", rb"{\"ref\": \"e1"))
    endpoint.plays(broken, protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert "is not JSON" in result.steps[0].error
    assert result.success is False


def test_of_several_calls_the_first_is_performed(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(protocol.calls(("goto", {"url": "/cart"}), ("done", {})), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [step.action for step in result.steps] == ["goto /cart", "done"]
    assert "Not performed: one action for each answer." in protocol.last_texts(endpoint.requests[1])


def test_several_calls_are_performed_in_order_up_to_a_refused_one_if_that_is_allowed(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(
        protocol.calls(("goto", {"url": "/cart"}), ("click", {"ref": "e9999"}), ("done", {})),
        protocol.calls(("done", {})),
    )
    (result,) = played(new_factory(protocol, is_parallel=True))
    assert [step.action for step in result.steps] == ["goto /cart", "click e9999", "done"]
    assert "an earlier action of this answer was refused" in protocol.last_texts(endpoint.requests[1])


@pytest.mark.slow
def test_episodes_wait_for_answers_side_by_side(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    protocol, number = ChatProtocol(), 64
    all_wait = threading.Barrier(number, timeout=150)

    def answer(request: Json) -> Answer:
        all_wait.wait()
        return protocol.calls(("done", {}))

    endpoint.answer = answer
    factory = new_factory(protocol, concurrency=number)
    results = list(play_episodes(TASK, factory, range(number), num_envs=number, options=DOM))
    assert [len(result.steps) for result in results] == [1] * number
    assert len(endpoint.requests) == number


def test_what_an_episode_cost_and_its_transcript_are_part_of_its_result(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(protocol.calls(("goto", {"url": "/cart"})), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol, prices="2,10,0.5"))
    usage, transcript = result.report["usage"], result.report["transcript"]
    assert usage["calls"] == 2
    assert (usage["input_tokens"], usage["output_tokens"], usage["cached_tokens"]) == (200, 20, 80)
    assert usage["cost_usd"] == pytest.approx((120 * 2 + 20 * 10 + 80 * 0.5) / 1e6)
    kinds = [event["event"] for event in transcript]
    assert kinds == ["prompt", "page", "reply", "action", "result", "reply", "action"]
    assert transcript[2]["calls"][0]["name"] == "goto"
    assert "aria" not in transcript[1]
    assert json.loads(json.dumps(result.report)) == result.report


def test_transcripts_hold_pages_if_wanted(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    protocol = ChatProtocol()
    endpoint.plays(protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol, keeps_pages=True))
    transcript: Any = result.report["transcript"]
    assert "[ref=e1]" in transcript[1]["aria"]


def test_without_prices_costs_are_unknown(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    endpoint.plays(ChatProtocol().calls(("done", {})))
    (result,) = played(new_factory(ChatProtocol()))
    assert result.report["usage"]["cost_usd"] is None


@pytest.mark.parametrize("budget", [{"max_steps": 1}, {"prices": "1000,1000", "episode_budget_usd": 0.01}])
def test_a_spent_budget_of_an_episode_ends_it_as_its_step_limit_does(
    endpoint: FakeEndpoint, new_factory: Factories, budget: Json
) -> None:
    protocol = ChatProtocol()
    endpoint.plays(*[protocol.calls(("goto", {"url": "/cart"}))] * 3)
    (result,) = played(new_factory(protocol, **budget))
    assert [step.action for step in result.steps] == ["goto /cart"]
    assert result.success is False
    assert result.infra_error is None
    transcript: Any = result.report["transcript"]
    assert transcript[-1]["event"] == "end"


def test_episodes_after_the_budget_of_the_process_is_spent_are_faults(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    endpoint.answer = lambda request: ChatProtocol().calls(("done", {}))
    results = played(new_factory(ChatProtocol(), prices="1000,1000", budget_usd=0.01), seeds=(1, 2, 3))
    assert [result.success for result in results] == [False, None, None]
    assert "budget of 0.01 dollars is spent" in (results[1].infra_error or "")
    assert len(endpoint.requests) == 1


def test_an_episode_begins_a_conversation_of_its_own(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    endpoint.answer = lambda request: ChatProtocol().calls(("done", {}))
    results = played(new_factory(ChatProtocol()), seeds=(1, 2))
    assert [len(request["messages"]) for request in endpoint.requests] == [2, 2]
    assert [result.report["usage"]["calls"] for result in results] == [1, 1]


def test_a_factory_is_pickled_as_its_options(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    made = new_factory(ChatProtocol(), temperature=0.5)
    copy = pickle.loads(pickle.dumps(made))
    assert copy.options == made.options
    endpoint.plays(ChatProtocol().calls(("done", {})))
    (result,) = played(copy)
    assert len(result.steps) == 1


def test_the_agent_reports_and_answers_for_itself(new_factory: Factories) -> None:
    agent = new_factory(ChatProtocol())()
    assert isinstance(agent, ReportingAgent)
    assert not isinstance(agent, BatchAgent)


def test_options_reach_the_request(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, clock: FakeClock
) -> None:
    endpoint.plays(protocol.calls(("done", {})))
    options = {"temperature": 0.25, "max_tokens": 77, "tool_choice": "required", "extra_body": {"seed": 9}}
    played(new_factory(protocol, **options))
    (request,) = endpoint.requests
    assert request["temperature"] == 0.25
    assert 77 in (request.get("max_tokens"), request.get("max_output_tokens"))
    assert request["seed"] == 9
    assert request["tool_choice"] in ("required", {"type": "any", "disable_parallel_tool_use": True})
    assert clock.waits == []
