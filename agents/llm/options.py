"""Which model is asked, how, and what it may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any, Self, TypeVar

import msgspec

from gristmill.errors import InvalidOptionError, UnknownNameError

E = TypeVar("E", bound=StrEnum)

PREFIX = "llm:"


class Api(StrEnum):
    """A protocol of an endpoint."""

    RESPONSES = "responses"  # OpenAI's
    MESSAGES = "messages"  # Anthropic's
    CHAT = "chat"  # OpenAI's older one, which vLLM, Ollama and most other servers speak


class Tools(StrEnum):
    """What the model acts with."""

    FUNCTIONS = "functions"  # Gristmill's own actions
    COMPUTER = "computer"  # the vendor's tool for mouse, keyboard and screenshots
    BROWSER = "browser"  # Anthropic's browser toolset


class ToolChoice(StrEnum):
    """Whether the model may answer without a tool call."""

    AUTO = "auto"
    REQUIRED = "required"


VENDORS = {"openai": Api.RESPONSES, "anthropic": Api.MESSAGES}
SERVED = {
    Api.CHAT: {Tools.FUNCTIONS},
    Api.RESPONSES: {Tools.FUNCTIONS, Tools.COMPUTER},
    Api.MESSAGES: set(Tools),
}
KEYS = {Api.CHAT: "OPENAI_API_KEY", Api.RESPONSES: "OPENAI_API_KEY", Api.MESSAGES: "ANTHROPIC_API_KEY"}
POSITIVE = (
    "max_tokens",
    "timeout_s",
    "history",
    "observation_tokens",
    "max_image_edge",
    "concurrency",
    "max_steps",
    "budget_usd",
    "episode_budget_usd",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """US dollars for a million tokens of each kind."""

    input: float
    output: float
    cached: float
    cache_write: float

    @classmethod
    def parsed(cls, given: object) -> Self:
        """Read `INPUT,OUTPUT[,CACHED[,CACHE_WRITE]]`; cached tokens cost as much as others if left out.

        Raises:
            InvalidOptionError: these are not two to four numbers from 0 on.
        """
        try:
            numbers = [float(part) for part in str(given).split(",")]
        except ValueError:
            numbers = []
        if not 2 <= len(numbers) <= 4 or min(numbers) < 0:
            raise InvalidOptionError(
                "prices must be INPUT,OUTPUT[,CACHED[,CACHE_WRITE]] in dollars for a million tokens, such as "
                f"2,8, not {given!r}."
            )
        cached = numbers[2] if len(numbers) > 2 else numbers[0]
        return cls(
            input=numbers[0],
            output=numbers[1],
            cached=cached,
            cache_write=numbers[3] if len(numbers) > 3 else numbers[0],
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class LlmOptions:
    """A model and how it is asked. Picklable; holds no key.

    Attributes:
        model: its name at the endpoint.
        base_url: address of the endpoint; None for the vendor's.
        key_variable: the environment variable that holds the API key.
        max_tokens: most tokens of one answer.
        temperature: None leaves it to the endpoint; most models that reason refuse any.
        history: number of the latest observations that are sent in full; older ones become one line each.
        observation_tokens: most tokens of a page's text at once, estimated at four characters each.
        max_image_edge: screenshots whose longer edge has more pixels are scaled down to that.
        is_parallel: whether several calls of one answer are performed, in order; if not, only the first.
        max_steps: most actions of an episode; None for the environment's limit alone.
        prices: without them costs are unknown and budgets are refused.
        budget_usd: what all episodes of one process may cost; those after it are not played, and are faults.
        episode_budget_usd: what one episode may cost; it then ends as at its step limit.
        retries: how often a request is repeated after an error that can pass.
        timeout_s: for one request, from sending it to the end of its answer.
        concurrency: requests under way at once, per process.
        keeps_pages: whether transcripts hold the text of pages.
        extra_body: more fields of each request, such as `{"reasoning": {"effort": "low"}}`.
    """

    model: str
    api: Api
    tools: Tools = Tools.FUNCTIONS
    base_url: str | None = None
    key_variable: str = ""
    max_tokens: int = 4096
    temperature: float | None = None
    tool_choice: ToolChoice = ToolChoice.AUTO
    is_parallel: bool = False
    history: int = 2
    observation_tokens: int = 4000
    max_image_edge: int = 1568
    max_steps: int | None = None
    prices: Prices | None = None
    budget_usd: float | None = None
    episode_budget_usd: float | None = None
    retries: int = 6
    timeout_s: float = 180.0
    concurrency: int = 64
    keeps_pages: bool = False
    extra_body: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parsed(cls, spec: str, given: Mapping[str, Any]) -> Self:
        """Read a spec, such as `llm:openai/MODEL` or, with `base_url`, `llm:MODEL`, and options by name.

        Those that are None are left at their defaults.

        Raises:
            InvalidOptionError: there is no model, an option is invalid, or two exclude each other.
            UnknownNameError: there is no such option, or no such value of one.
        """
        options = {name: value for name, value in given.items() if value is not None}
        known = {each.name for each in fields(cls)} - {"model"}
        for name in options:
            if name not in known:
                raise UnknownNameError("option of an LLM agent", name, sorted(known))
        model, api = model_and_api(spec, options)
        for name, kind in (("tools", Tools), ("tool_choice", ToolChoice)):
            if name in options:
                options[name] = choice(kind, name, options[name])
        prices = options.pop("prices", None)
        options |= {"model": model, "api": api, "key_variable": options.get("key_variable") or KEYS[api]}
        try:
            made = msgspec.convert(options, cls)
        except msgspec.ValidationError as error:
            raise InvalidOptionError(f"An option of {spec} has the wrong type: {error}.") from error
        return replace(made, prices=None if prices is None else Prices.parsed(prices)).validated()

    def validated(self) -> Self:
        """Return these options; raises `InvalidOptionError` if they cannot be obeyed."""
        for name in POSITIVE:
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise InvalidOptionError(f"{name} must be more than 0, not {value}.")
        if self.retries < 0:
            raise InvalidOptionError(f"retries must be 0 or more, not {self.retries}.")
        if self.tools not in SERVED[self.api]:
            served = ", ".join(sorted(SERVED[self.api]))
            raise InvalidOptionError(
                f"tools={self.tools.value!r} does not exist with api={self.api.value!r}, which has: {served}."
            )
        if self.prices is None and (self.budget_usd or self.episode_budget_usd):
            raise InvalidOptionError(
                "A budget needs prices=INPUT,OUTPUT in dollars for a million tokens; Gristmill has no list."
            )
        return self

    @property
    def name(self) -> str:
        """The agent's name in results."""
        return f"{PREFIX}{self.model}"


def model_and_api(spec: str, options: Mapping[str, Any]) -> tuple[str, Api]:
    """The model that a spec names, and the protocol that it is asked in."""
    rest = spec.removeprefix(PREFIX)
    vendor, slash, name = rest.partition("/")
    if (
        "base_url" in options
    ):  # model names of such servers often begin with a vendor, such as openai/gpt-oss-20b
        model, api = rest, choice(Api, "api", options.get("api", Api.CHAT))
    elif slash and vendor in VENDORS:
        model, api = name, choice(Api, "api", options.get("api", VENDORS[vendor]))
    else:
        raise InvalidOptionError(
            f"{spec!r} names no endpoint: write {PREFIX}openai/MODEL or {PREFIX}anthropic/MODEL, or give the "
            "address of an OpenAI-compatible server as base_url, such as http://localhost:8000/v1."
        )
    if not model:
        raise InvalidOptionError(f"{spec!r} names no model, such as {PREFIX}{vendor}/MODEL.")
    return model, api


def choice(kind: type[E], name: str, value: object) -> E:
    """A value of a choice; raises `UnknownNameError` with those there are."""
    try:
        return kind(str(value))
    except ValueError:
        raise UnknownNameError(name, value, [each.value for each in kind]) from None
