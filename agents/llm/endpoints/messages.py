"""Anthropic's messages: function tools, and the browser and computer toolsets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gristmill.agents.llm.conversation import Conversation, Reply, Result, ToolCall, Turn, Usage
from gristmill.agents.llm.endpoints.base import (
    Json,
    client_arguments,
    images,
    opening_text,
    remark_text,
    result_text,
)
from gristmill.agents.llm.endpoints.retries import UnusableReplyError
from gristmill.agents.llm.options import LlmOptions, ToolChoice, Tools
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.functions import (
    BESIDES_OWN_TOOLS,
    Functions,
    Performer,
    function_schemas,
)
from gristmill.errors import InvalidOptionError, MissingExtraError

if TYPE_CHECKING:
    from gristmill.agents.llm.tools.toolsets import ToolsetPerformer

CHOICES = {ToolChoice.AUTO: "auto", ToolChoice.REQUIRED: "any"}
CACHED = {"type": "ephemeral"}
SHORT = 200  # characters of an older toolset result's text that are kept whole
LEFT_OUT = "(Left out: an older page.)"


class Messages:
    """Speaks messages. What comes before the latest pages does not change, and is marked to be cached."""

    def __init__(self, options: LlmOptions) -> None:
        self._options = options

    def connect(self) -> Any:
        """See `Dialect.connect`.

        Raises:
            MissingExtraError: the SDK is not installed.
        """
        try:
            from anthropic import AsyncAnthropic
        except ImportError as error:
            raise MissingExtraError("anthropic", "llm") from error
        return AsyncAnthropic(**client_arguments(self._options))

    def performers(self, first: Page) -> Mapping[str, Performer]:
        """See `Dialect.performers`.

        Raises:
            InvalidOptionError: the computer toolset without screenshots.
        """
        kind = self._options.tools
        if kind is Tools.FUNCTIONS:
            return {"function": Functions()}
        if kind is Tools.COMPUTER and first.view is None:
            raise InvalidOptionError(
                "tools='computer' needs engine='chromium' and observation='pixels' or 'aria+pixels'."
            )
        from gristmill.agents.llm.tools.toolsets import ToolsetPerformer

        return {"function": Functions(), kind.value: ToolsetPerformer(kind.value, first)}

    def tools(self, first: Page, performers: Mapping[str, Performer]) -> Sequence[Json]:
        """See `Dialect.tools`."""
        kind = self._options.tools
        if kind is Tools.FUNCTIONS:
            return function_schemas(first)
        performer: ToolsetPerformer = performers[kind.value]  # type: ignore[assignment]
        return [dict(performer.toolset.to_dict()), *function_schemas(first, only=BESIDES_OWN_TOOLS)]

    def request(self, conversation: Conversation, tools: Sequence[Json]) -> Json:
        """See `Dialect.request`."""
        history = self._options.history
        full = conversation.latest(history)
        shorten_older(conversation, history)
        first = [conversation.first] if conversation.opens_with_page else []
        messages = [user_message(contents(opening_text(conversation, full), images(first, full)))]
        for turn in conversation.turns:
            messages.append(
                {"role": "assistant", "content": list(turn.reply.items) or [text_block("(Nothing.)")]}
            )
            messages.append(user_message(turn_contents(turn, full)))
        mark_cached(messages, history)
        return {
            "model": self._options.model,
            "system": [{"type": "text", "text": conversation.system, "cache_control": CACHED}],
            "messages": messages,
            "tools": tools,
            "tool_choice": {
                "type": CHOICES[self._options.tool_choice],
                "disable_parallel_tool_use": not self._options.is_parallel,
            },
            "max_tokens": self._options.max_tokens,
            "extra_body": {**self._temperature(), **self._options.extra_body} or None,
        }

    def _temperature(self) -> Json:
        """The SDK has no argument for what only older models take."""
        temperature = self._options.temperature
        return {} if temperature is None else {"temperature": temperature}

    async def send(self, client: Any, request: Json) -> Reply:
        """See `Dialect.send`."""
        async with client.beta.messages.stream(**request) as stream:
            message = await stream.get_final_message()
        if message.stop_reason is None:
            raise UnusableReplyError("The stream ended before the answer did.")
        return Reply(
            items=[block.to_dict(warnings=False) for block in message.content],
            text="\n".join(block.text for block in message.content if block.type == "text"),
            calls=[call_of(block) for block in message.content if block.type == "tool_use"],
            usage=Usage(
                input_tokens=message.usage.input_tokens or 0,
                output_tokens=message.usage.output_tokens or 0,
                cached_tokens=message.usage.cache_read_input_tokens or 0,
                cache_write_tokens=message.usage.cache_creation_input_tokens or 0,
            ),
            stop=message.stop_reason,
            request_id=message.id or "",
        )


def call_of(block: Any) -> ToolCall:
    """A call of a function, or of a member of a toolset."""
    kind = block.toolset_name or "function"
    return ToolCall(id=block.id, name=block.name, arguments=block.input, kind=kind, raw=block)


def user_message(content: list[Json]) -> Json:
    """A message to the model."""
    return {"role": "user", "content": content}


def text_block(text: str) -> Json:
    """A text as a block of content."""
    return {"type": "text", "text": text}


def contents(text: str, pictures: Sequence[str]) -> list[Json]:
    """Text and screenshots."""
    parts = [text_block(text)] if text else []
    source = {"type": "base64", "media_type": "image/png"}
    return parts + [{"type": "image", "source": source | {"data": picture}} for picture in pictures]


def turn_contents(turn: Turn, full: frozenset[int]) -> list[Json]:
    """The results of an answer's calls, first as the protocol demands, then what is said besides."""
    found = [result_block(result, full) for result in turn.results]
    return found + contents(remark_text(turn, full), images([turn.page], full)) or [text_block("(Nothing.)")]


def result_block(result: Result, full: frozenset[int]) -> Json:
    """The result of one call. One with a screenshot cannot be marked as an error; its text says so."""
    pictures = images([result.page], full)
    content: list[Any] = contents(result_text(result, full), pictures)
    if result.blocks is not None:
        content = list(result.blocks)
    block: Json = {"type": "tool_result", "tool_use_id": result.call.id, "content": content}
    if result.call.kind != "function":
        block["toolset_name"] = result.call.kind
    if result.is_error and not pictures:
        block["is_error"] = True
    return block


def shorten_older(conversation: Conversation, history: int) -> None:
    """Shorten the results of toolsets but for the latest, for good: screenshots take up megabytes."""
    places = [
        (turn, place)
        for turn in conversation.turns
        for place, result in enumerate(turn.results)
        if result.blocks is not None
    ]
    for turn, place in places[:-history]:
        result = turn.results[place]
        turn.results[place] = replace(result, blocks=shortened(result.blocks or ()))


def shortened(blocks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """An older result of a toolset: without pictures and long texts."""
    return [
        text_block(LEFT_OUT) if block["type"] == "image" or len(block.get("text", "")) > SHORT else block
        for block in blocks
    ]


def mark_cached(messages: Sequence[Json], history: int) -> None:
    """Mark the end of what later requests repeat: all but the messages with the latest pages."""
    users = [message for message in messages if message["role"] == "user"]
    if len(users) > history:
        users[-history - 1]["content"][-1]["cache_control"] = CACHED
