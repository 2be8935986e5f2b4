"""Requests that fail are repeated, within bounds; then that episode alone is a fault, and never a score."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from llm_endpoints import (
    Answer,
    ChatProtocol,
    FakeClock,
    FakeEndpoint,
    Json,
    MessagesProtocol,
    Protocol,
    ResponsesProtocol,
    events,
    garbage,
    half,
    problem,
)

from gristmill.agents.llm.factory import LlmFactory
from gristmill.agents.rollouts.results import EpisodeResult
from gristmill.agents.rollouts.runner import play_episodes

pytestmark = pytest.mark.slow  # plays episodes against local endpoints

TASK = "Shop-AddToCart-v0"
DOM = {"engine": "dom", "size": "small"}
Factories = Callable[..., LlmFactory]
NOTHING = Answer(sends=0, body=b"never sent")
FAILURES: dict[str, Callable[[Answer], Answer]] = {
    "429": lambda right: problem(429),
    "500": lambda right: problem(500),
    "529": lambda right: problem(529),
    "garbage": lambda right: garbage(),
    "no JSON": lambda right: Answer(body=b'{"id": '),
    "another JSON": lambda right: Answer(body=b'{"hello": "world"}'),
    "half": half,
    "nothing": lambda right: NOTHING,
    "empty": lambda right: Answer(headers=right.headers),
}


def played(factory: LlmFactory, number: int = 1, **options: Any) -> list[EpisodeResult]:
    return list(play_episodes(TASK, factory, range(number), options=DOM, **options))


@pytest.fixture(params=FAILURES)
def failure(request: pytest.FixtureRequest) -> Callable[[Answer], Answer]:
    return FAILURES[request.param]


def test_a_failure_that_passes_is_not_noticed_by_the_episode(
    endpoint: FakeEndpoint,
    protocol: Protocol,
    new_factory: Factories,
    clock: FakeClock,
    failure: Callable[[Answer], Answer],
) -> None:
    right = protocol.calls(("done", {}))
    endpoint.plays(failure(right), failure(right), right)
    (result,) = played(new_factory(protocol))
    assert result.infra_error is None
    assert [step.action for step in result.steps] == ["done"]
    assert result.report["usage"]["retries"] == 2
    assert len(clock.waits) == 2
    assert 0.75 <= clock.waits[0] <= 1.0 < clock.waits[1] <= 2.0


@pytest.mark.parametrize("failure", [FAILURES[name] for name in ("429", "garbage", "half")])
def test_a_failure_that_stays_is_a_fault_of_that_episode_alone(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, failure: Callable[[Answer], Answer]
) -> None:
    right = protocol.calls(("done", {}))
    endpoint.plays(*[failure(right)] * 3, right)
    failed, other = played(new_factory(protocol, retries=2), 2)
    assert failed.success is None
    assert failed.checks == ()
    assert failed.steps == ()
    assert failed.infra_error is not None
    assert failed.infra_error.startswith("3 requests to m at http://127.0.0.1")
    assert failed.retries == 0  # the agent has tried again; the episode is not played again
    assert other.infra_error is None
    assert other.success is False
    transcript: Any = failed.report["transcript"]
    assert [event["event"] for event in transcript[2:]] == ["retry", "retry", "end"]


def test_an_endpoint_that_never_answers_is_given_up_after_the_timeout(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories
) -> None:
    endpoint.plays(Answer(hangs=True), Answer(hangs=True))
    (failed,) = played(new_factory(protocol, retries=1, timeout_s=0.2))
    assert failed.infra_error is not None
    assert len(endpoint.requests) <= 2  # under load, a request may be given up before it is read


@pytest.mark.parametrize("status", [400, 401])
def test_an_error_that_cannot_pass_is_not_repeated(
    endpoint: FakeEndpoint, protocol: Protocol, new_factory: Factories, clock: FakeClock, status: int
) -> None:
    endpoint.plays(problem(status))
    (result,) = played(new_factory(protocol))
    assert len(endpoint.requests) == 1
    assert clock.waits == []
    assert result.infra_error is not None
    assert "There is trouble." in result.infra_error


@pytest.mark.parametrize(
    ("header", "value", "seconds"), [("retry-after", "7", 7.0), ("retry-after-ms", "1500", 1.5)]
)
def test_an_endpoint_that_asks_for_time_gets_it(
    endpoint: FakeEndpoint,
    protocol: Protocol,
    new_factory: Factories,
    clock: FakeClock,
    header: str,
    value: str,
    seconds: float,
) -> None:
    endpoint.plays(problem(429, **{header: value}), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert result.infra_error is None
    assert len(clock.waits) == 1
    assert seconds <= clock.waits[0] <= seconds * 1.1


def test_nobody_asks_an_endpoint_that_wants_to_be_left_alone(
    endpoint: FakeEndpoint, new_factory: Factories, clock: FakeClock
) -> None:
    protocol, turns = ChatProtocol(), count()
    endpoint.answer = lambda request: (
        problem(429, **{"retry-after": "100"}) if next(turns) == 0 else protocol.calls(("done", {}))
    )
    results = played(new_factory(protocol, concurrency=1), 8, num_envs=8)
    assert all(result.infra_error is None for result in results)
    assert len(endpoint.requests) == 9
    assert sum(clock.waits) >= 100


def test_an_endpoint_that_wants_to_be_left_alone_for_an_hour_has_failed(
    endpoint: FakeEndpoint, new_factory: Factories, clock: FakeClock
) -> None:
    endpoint.plays(problem(429, **{"retry-after": "3600"}))
    (result,) = played(new_factory(ChatProtocol()))
    assert result.infra_error is not None
    assert clock.waits == []


def test_an_endpoint_decides_itself_whether_to_be_asked_again(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    endpoint.plays(
        problem(500, **{"x-should-retry": "false"}),
        problem(409, **{"x-should-retry": "true"}),
        ChatProtocol().calls(("done", {})),
    )
    first, second = played(new_factory(ChatProtocol()), 2)
    assert first.infra_error is not None
    assert second.infra_error is None


def test_an_account_without_money_is_not_asked_again(endpoint: FakeEndpoint, new_factory: Factories) -> None:
    body = b'{"error": {"message": "You exceeded your quota.", "code": "insufficient_quota"}}'
    endpoint.plays(Answer(status=429, body=body))
    (result,) = played(new_factory(ChatProtocol()))
    assert result.infra_error is not None
    assert len(endpoint.requests) == 1


@pytest.fixture
def failed_response() -> Answer:
    error = {"code": "server_error", "message": "The model is overloaded."}
    response = {
        "id": "r1",
        "object": "response",
        "model": "m",
        "status": "failed",
        "output": [],
        "error": error,
    }
    return events({"type": "response.failed", "sequence_number": 0, "response": response})


def test_a_response_that_failed_at_the_endpoint_is_asked_for_again(
    endpoint: FakeEndpoint, new_factory: Factories, failed_response: Answer
) -> None:
    protocol = ResponsesProtocol()
    error: Json = {
        "type": "error",
        "sequence_number": 0,
        "message": "Overloaded.",
        "code": None,
        "param": None,
    }
    endpoint.plays(failed_response, events(error), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    transcript: Any = result.report["transcript"]
    errors = [event["error"] for event in transcript if event["event"] == "retry"]
    assert len(errors) == 2
    assert "The model is overloaded." in errors[0]
    assert "Overloaded." in errors[1]


def test_an_error_within_a_stream_of_messages_is_asked_for_again(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    protocol = MessagesProtocol()
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    endpoint.plays(events(error), protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert result.infra_error is None
    assert result.report["usage"]["retries"] == 1


def test_an_answer_that_was_cut_off_at_its_limit_costs_a_step(
    endpoint: FakeEndpoint, new_factory: Factories
) -> None:
    protocol = MessagesProtocol()
    cut_off = protocol.blocks({"type": "text", "text": "Let me think about"}, stop="max_tokens")
    endpoint.plays(cut_off, protocol.calls(("done", {})))
    (result,) = played(new_factory(protocol))
    assert [bool(step.error) for step in result.steps] == [True, False]
    assert result.report["usage"]["retries"] == 0
