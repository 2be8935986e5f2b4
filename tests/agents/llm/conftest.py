"""Endpoints on this machine that speak the protocols of models. All is skipped without the vendors' SDKs."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.llm import LlmOptions
from gristmill.agents.llm.agent import LlmAgent
from gristmill.agents.llm.factory import LlmFactory

sys.path.insert(0, str(Path(__file__).parent))

from llm_endpoints import (
    ChatProtocol,
    FakeClock,
    FakeEndpoint,
    MessagesProtocol,
    Protocol,
    ResponsesProtocol,
)


@pytest.fixture(autouse=True)
def sdks() -> None:
    """Skip all tests here without the SDKs."""
    for sdk in ("openai", "anthropic"):
        pytest.importorskip(
            sdk, reason="needs the extra llm: pip install 'gristmill[llm]'", exc_type=ImportError
        )


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    made = FakeEndpoint()
    yield made
    made.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(params=[ChatProtocol, ResponsesProtocol, MessagesProtocol], ids=lambda made: made.api)
def protocol(request: pytest.FixtureRequest) -> Protocol:
    """Each protocol in turn."""
    made: Protocol = request.param()
    return made


@pytest.fixture
def new_factory(endpoint: FakeEndpoint, clock: FakeClock) -> Callable[..., LlmFactory]:
    """Makes factories of agents that ask the endpoint; waits between requests take no time."""

    def make(protocol: Protocol, **options: Any) -> LlmFactory:
        given = {"base_url": protocol.base_url(endpoint), "api": protocol.api} | options
        return LlmFactory(LlmOptions.parsed("llm:m", given), clock=clock)

    return make


@pytest.fixture
def new_agent(new_factory: Callable[..., LlmFactory]) -> Callable[..., LlmAgent]:
    """Makes agents that ask the endpoint."""

    def make(protocol: Protocol, **options: Any) -> LlmAgent:
        return new_factory(protocol, **options)()

    return make
