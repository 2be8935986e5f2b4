"""Makes agents for a model, in this process or another."""

import os
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.util import find_spec
from typing import Any

from gristmill.agents.llm.agent import LlmAgent
from gristmill.agents.llm.costs import Purse
from gristmill.agents.llm.endpoints.base import Dialect
from gristmill.agents.llm.endpoints.chat import ChatCompletions
from gristmill.agents.llm.endpoints.links import Links
from gristmill.agents.llm.endpoints.messages import Messages
from gristmill.agents.llm.endpoints.responses import Responses
from gristmill.agents.llm.endpoints.retries import Clock
from gristmill.agents.llm.options import Api, LlmOptions
from gristmill.errors import InvalidOptionError, MissingExtraError

DIALECTS: Mapping[Api, Callable[[LlmOptions], Dialect]] = {
    Api.CHAT: ChatCompletions,
    Api.RESPONSES: Responses,
    Api.MESSAGES: Messages,
}
SDKS = {Api.CHAT: "openai", Api.RESPONSES: "openai", Api.MESSAGES: "anthropic"}


class LlmFactory:
    """Makes one agent for each environment; those of one process share a client, its limits and a budget.

    Pickles as its options: the copy in another process has a client and a budget of its own.

    Args:
        clock: what waits between requests; by default the event loop's. Not pickled.
    """

    def __init__(self, options: LlmOptions, *, clock: Clock | None = None) -> None:
        self.options, self._clock = options, clock
        self._dialect = DIALECTS[options.api](options)
        self._purse = Purse(options)

    def __call__(self) -> LlmAgent:
        """Make an agent."""
        return LlmAgent(self.options, dialect=self._dialect, links=self._links, purse=self._purse)

    @cached_property
    def _links(self) -> Links:
        return Links(self._dialect, self.options, self._clock)

    def __reduce__(self) -> tuple[type["LlmFactory"], tuple[LlmOptions]]:
        """Pickle support: the options alone."""
        return type(self), (self.options,)


def factory(spec: str, options: Mapping[str, Any] | None = None) -> LlmFactory:
    """A maker of agents for a spec such as `llm:openai/MODEL`; see `LlmOptions` for the options by name.

    Raises:
        InvalidOptionError: no endpoint or model is named, an option has an invalid value, or the environment
            variable with the API key is not set.
        UnknownNameError: there is no such option, or no such value of one.
        MissingExtraError: the vendor's SDK is not installed.
    """
    parsed = LlmOptions.parsed(spec, options or {})
    sdk = SDKS[parsed.api]
    if find_spec(sdk) is None:
        raise MissingExtraError(sdk, "llm")
    if parsed.base_url is None and not os.environ.get(parsed.key_variable):
        raise InvalidOptionError(
            f"The environment variable {parsed.key_variable} is not set; it holds the API key for {spec}."
        )
    return LlmFactory(parsed)
