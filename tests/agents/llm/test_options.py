"""Specs and options of agents that ask a language model."""

from typing import Any

import pytest

from gristmill.agents.llm import LlmOptions, factory
from gristmill.agents.llm.factory import SDKS
from gristmill.agents.llm.options import Api, Prices, Tools
from gristmill.errors import InvalidOptionError, MissingExtraError, UnknownNameError

URL = "http://127.0.0.1:1/v1"


@pytest.mark.parametrize(
    ("spec", "given", "model", "api"),
    [
        ("llm:openai/gpt-6-sol", {}, "gpt-6-sol", Api.RESPONSES),
        ("llm:openai/gpt-4.1", {"api": "chat"}, "gpt-4.1", Api.CHAT),
        ("llm:anthropic/claude-opus-5", {}, "claude-opus-5", Api.MESSAGES),
        ("llm:qwen3", {"base_url": URL}, "qwen3", Api.CHAT),
        ("llm:openai/gpt-oss-20b", {"base_url": URL}, "openai/gpt-oss-20b", Api.CHAT),
        ("llm:claude", {"base_url": URL, "api": "messages"}, "claude", Api.MESSAGES),
    ],
)
def test_a_spec_names_model_and_protocol(spec: str, given: dict[str, Any], model: str, api: Api) -> None:
    options = LlmOptions.parsed(spec, given)
    assert (options.model, options.api, options.name) == (model, api, f"llm:{model}")


@pytest.mark.parametrize(
    ("spec", "given", "message"),
    [
        ("llm:gpt-6", {}, "names no endpoint"),
        ("llm:mistral/large", {}, "names no endpoint"),
        ("llm:openai/", {}, "names no model"),
        (
            "llm:x",
            {"base_url": URL, "tools": "computer"},
            "does not exist with api='chat', which has: functions",
        ),
        ("llm:openai/x", {"tools": "browser"}, "which has: computer, functions"),
        ("llm:openai/x", {"history": 0}, "history must be more than 0"),
        ("llm:openai/x", {"history": "two"}, "Expected `int`, got `str`"),
        ("llm:openai/x", {"is_parallel": 1}, "Expected `bool`, got `int`"),
        ("llm:openai/x", {"extra_body": "x"}, "Expected `object`, got `str`"),
        ("llm:openai/x", {"retries": -1}, "retries must be 0 or more"),
        ("llm:openai/x", {"budget_usd": 5}, "needs prices"),
        ("llm:openai/x", {"prices": "free"}, "prices must be"),
        ("llm:openai/x", {"prices": "1"}, "prices must be"),
        ("llm:openai/x", {"prices": "1,-1"}, "prices must be"),
    ],
)
def test_what_cannot_be_obeyed_is_refused(spec: str, given: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidOptionError, match=message):
        LlmOptions.parsed(spec, given)


@pytest.mark.parametrize(
    "given", [{"temprature": 1}, {"tools": "mouse"}, {"api": "soap"}, {"tool_choice": "no"}]
)
def test_unknown_names_are_refused_with_those_there_are(given: dict[str, Any]) -> None:
    with pytest.raises(UnknownNameError, match="Available: "):
        LlmOptions.parsed("llm:openai/x", given)


def test_options_that_are_none_are_left_at_their_defaults() -> None:
    options = LlmOptions.parsed("llm:anthropic/x", {"history": None, "base_url": None, "tools": "browser"})
    assert options == LlmOptions(
        model="x", api=Api.MESSAGES, tools=Tools.BROWSER, key_variable="ANTHROPIC_API_KEY"
    )


def test_cached_tokens_cost_as_much_as_others_unless_a_price_is_given() -> None:
    assert Prices.parsed("2, 8") == Prices(input=2, output=8, cached=2, cache_write=2)
    assert Prices.parsed("2,8,0.2,2.5") == Prices(input=2, output=8, cached=0.2, cache_write=2.5)


def test_a_key_that_is_not_set_is_named_before_anything_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(InvalidOptionError, match="OPENAI_API_KEY is not set"):
        factory("llm:openai/x")
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert factory("llm:openai/x")().name == "llm:x"


def test_a_missing_sdk_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SDKS, Api.CHAT, "no_such_sdk")
    with pytest.raises(MissingExtraError, match=r"no_such_sdk.*gristmill\[llm\]"):
        factory("llm:x", {"base_url": URL})
