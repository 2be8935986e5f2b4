"""OpenAI's chat completions, which vLLM, Ollama and most other servers speak too."""

from collections.abc import Mapping, Sequence
from typing import Any

from gristmill.agents.llm.conversation import Conversation, Reply, ToolCall, Turn, Usage
from gristmill.agents.llm.endpoints.base import (
    Json,
    client_arguments,
    data_url,
    images,
    opening_text,
    remark_text,
    result_text,
)
from gristmill.agents.llm.endpoints.retries import present
from gristmill.agents.llm.options import LlmOptions
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.functions import Functions, Performer, function_schemas
from gristmill.errors import MissingExtraError


def async_openai(options: LlmOptions) -> Any:
    """A client of OpenAI's SDK.

    Raises:
        MissingExtraError: the SDK is not installed.
    """
    try:
        from openai import AsyncOpenAI
    except ImportError as error:
        raise MissingExtraError("openai", "llm") from error
    return AsyncOpenAI(**client_arguments(options))


class ChatCompletions:
    """Speaks chat completions. Nothing is streamed: servers differ most in how they stream tool calls."""

    def __init__(self, options: LlmOptions) -> None:
        self._options = options
        # OpenAI's models that reason refuse the old name, which is the one that all servers know.
        self._limit = "max_tokens" if options.base_url else "max_completion_tokens"

    def connect(self) -> Any:
        """See `Dialect.connect`."""
        return async_openai(self._options)

    def performers(self, first: Page) -> Mapping[str, Performer]:
        """See `Dialect.performers`."""
        return {"function": Functions()}

    def tools(self, first: Page, performers: Mapping[str, Performer]) -> Sequence[Json]:
        """See `Dialect.tools`."""
        return [
            {
                "type": "function",
                "function": {
                    "name": schema["name"],
                    "description": schema["description"],
                    "parameters": schema["input_schema"],
                },
            }
            for schema in function_schemas(first)
        ]

    def request(self, conversation: Conversation, tools: Sequence[Json]) -> Json:
        """See `Dialect.request`."""
        full = conversation.latest(self._options.history)
        messages = [{"role": "system", "content": conversation.system}]
        first = [conversation.first] if conversation.opens_with_page else []
        messages += user_message(opening_text(conversation, full), images(first, full))
        for turn in conversation.turns:
            messages += turn_messages(turn, full)
        request = {
            "model": self._options.model,
            "messages": messages,
            "tools": tools,
            "tool_choice": self._options.tool_choice.value,
            "parallel_tool_calls": self._options.is_parallel,
            self._limit: self._options.max_tokens,
            "extra_body": dict(self._options.extra_body) or None,
        }
        if self._options.temperature is not None:
            request["temperature"] = self._options.temperature
        return request

    async def send(self, client: Any, request: Json) -> Reply:
        """See `Dialect.send`."""
        completion = await client.chat.completions.create(**request)
        choice = present(completion.choices, "choices")[0]
        message = present(choice.message, "message")
        calls = [call_of(call, place) for place, call in enumerate(message.tool_calls or [])]
        return Reply(
            items=[assistant_message(message.content, calls)],
            text=message.content or getattr(message, "refusal", None) or "",
            calls=calls,
            usage=usage_of(completion.usage),
            stop=present(choice.finish_reason, "finish_reason"),
            request_id=completion.id or "",
        )


def user_message(text: str, pictures: Sequence[str]) -> list[Json]:
    """A message with text and screenshots, as a list; empty without either."""
    if not pictures:
        return [{"role": "user", "content": text}] if text else []
    parts: list[Json] = [{"type": "text", "text": text}] if text else []
    parts += [{"type": "image_url", "image_url": {"url": data_url(picture)}} for picture in pictures]
    return [{"role": "user", "content": parts}]


def turn_messages(turn: Turn, full: frozenset[int]) -> list[Json]:
    """An answer and its results; screenshots follow in a user's message, as those of tools hold text only."""
    messages = [
        *turn.reply.items,
        *(
            {"role": "tool", "tool_call_id": result.call.id, "content": result_text(result, full)}
            for result in turn.results
        ),
    ]
    pictures = images([*(result.page for result in turn.results), turn.page], full)
    return messages + user_message(remark_text(turn, full), pictures)


def call_of(call: Any, place: int) -> ToolCall:
    """A tool call of the SDK; some servers leave out its id."""
    function = present(call.function, "function")
    return ToolCall(
        id=call.id or f"call_{place}",
        name=present(function.name, "name"),
        arguments=function.arguments or "{}",
    )


def assistant_message(text: str | None, calls: Sequence[ToolCall]) -> Json:
    """An answer as it is sent back."""
    message: Json = {"role": "assistant", "content": text or ""}
    if calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in calls
        ]
    return message


def usage_of(usage: Any) -> Usage:
    """The tokens of a completion; zeros if the server counts none."""
    if usage is None:
        return Usage()
    details = usage.prompt_tokens_details
    cached = getattr(details, "cached_tokens", None) or 0
    written = getattr(details, "cache_write_tokens", None) or 0
    return Usage(
        input_tokens=(usage.prompt_tokens or 0) - cached - written,
        output_tokens=usage.completion_tokens or 0,
        cached_tokens=cached,
        cache_write_tokens=written,
    )
