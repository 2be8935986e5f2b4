"""OpenAI's responses: function tools, and the computer tool."""

from collections.abc import Mapping, Sequence
from typing import Any

from gristmill.agents.llm.conversation import Conversation, Reply, Result, ToolCall, Turn, Usage
from gristmill.agents.llm.endpoints.base import (
    Json,
    data_url,
    images,
    opening_text,
    remark_text,
    result_text,
)
from gristmill.agents.llm.endpoints.chat import async_openai
from gristmill.agents.llm.endpoints.retries import UnusableReplyError, present
from gristmill.agents.llm.options import LlmOptions, Tools
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.tools.computer import Computer
from gristmill.agents.llm.tools.functions import (
    BESIDES_OWN_TOOLS,
    Functions,
    Performer,
    function_schemas,
)
from gristmill.errors import InvalidOptionError

ENDS = frozenset({"response.completed", "response.incomplete", "response.failed", "error"})
MAX_ACTIONS = 5  # of an earlier computer call, that are named


class Responses:
    """Speaks responses. Nothing is stored at the endpoint: each request holds the whole conversation."""

    def __init__(self, options: LlmOptions) -> None:
        self._options = options

    def connect(self) -> Any:
        """See `Dialect.connect`."""
        return async_openai(self._options)

    def performers(self, first: Page) -> Mapping[str, Performer]:
        """See `Dialect.performers`."""
        return {"function": Functions(), "computer": Computer()}

    def tools(self, first: Page, performers: Mapping[str, Performer]) -> Sequence[Json]:
        """See `Dialect.tools`.

        Raises:
            InvalidOptionError: the computer tool without screenshots.
        """
        if self._options.tools is Tools.FUNCTIONS:
            return [function_tool(schema) for schema in function_schemas(first)]
        if first.view is None:
            raise InvalidOptionError(
                "tools='computer' needs engine='chromium' and observation='pixels' or 'aria+pixels'."
            )
        functions = function_schemas(first, only=BESIDES_OWN_TOOLS)
        return [{"type": "computer"}, *(function_tool(schema) for schema in functions)]

    def request(self, conversation: Conversation, tools: Sequence[Json]) -> Json:
        """See `Dialect.request`."""
        full = conversation.latest(self._options.history)
        first = [conversation.first] if conversation.opens_with_page else []
        items = [user_item(opening_text(conversation, full), images(first, full))]
        for turn in conversation.turns:
            items += turn_items(turn, full)
        request = {
            "model": self._options.model,
            "instructions": conversation.system,
            "input": items,
            "tools": tools,
            "tool_choice": self._options.tool_choice.value,
            "parallel_tool_calls": self._options.is_parallel,
            "max_output_tokens": self._options.max_tokens,
            "store": False,
            "include": ["reasoning.encrypted_content"],
            "stream": True,
            "extra_body": dict(self._options.extra_body) or None,
        }
        if self._options.temperature is not None:
            request["temperature"] = self._options.temperature
        return request

    async def send(self, client: Any, request: Json) -> Reply:
        """See `Dialect.send`."""
        end = None
        async with await client.responses.create(**request) as stream:
            async for event in stream:  # to its end: what is left unread would be closed by another thread
                if end is None and event.type in ENDS:
                    end = event
        if end is None:
            raise UnusableReplyError("The stream ended before the answer did.")
        if end.type == "error":
            raise UnusableReplyError(f"The stream ended with an error: {end.message}")
        return reply_of(end.response)


def function_tool(schema: Mapping[str, Any]) -> Json:
    """A function tool. Not strict: strict schemas have no optional arguments."""
    return {
        "type": "function",
        "name": schema["name"],
        "description": schema["description"],
        "parameters": schema["input_schema"],
        "strict": False,
    }


def user_item(text: str, pictures: Sequence[str]) -> Json:
    """A message with text and screenshots."""
    return {"role": "user", "content": contents(text, pictures)}


def contents(text: str, pictures: Sequence[str]) -> list[Json]:
    """Text and screenshots, which keep their size."""
    parts: list[Json] = [{"type": "input_text", "text": text}] if text else []
    parts += [
        {"type": "input_image", "image_url": data_url(picture), "detail": "original"} for picture in pictures
    ]
    return parts


def turn_items(turn: Turn, full: frozenset[int]) -> list[Json]:
    """An answer and its results.

    A computer call has to be answered by a screenshot: one whose page is not sent in full any more is
    retold in words.
    """
    if any(is_older_screenshot(result, full) for result in turn.results):
        return [{"role": "assistant", "content": retold(turn)}]
    items = [*turn.reply.items]
    notes: list[str] = []
    for result in turn.results:
        items.append(output_item(result, full))
        if result.call.kind == "computer":
            notes += [note for note in (result.text, problem_of(result)) if note]
    if turn.remark:
        notes.append(turn.remark)
    if turn.page is not None:
        notes.append(remark_text(Turn(turn.reply, page=turn.page), full))
    pictures = images([turn.page], full)
    return [*items, user_item("\n\n".join(notes), pictures)] if notes or pictures else items


def is_older_screenshot(result: Result, full: frozenset[int]) -> bool:
    """Whether this is a screenshot of a page that is left out."""
    return result.call.kind == "computer" and (result.page is None or id(result.page) not in full)


def problem_of(result: Result) -> str:
    """Why the environment refused a computer call, which the screenshot does not say."""
    error = result.page.error if result.page is not None and not result.text else ""
    return f"Result of your last action: {error}" if error else ""


def retold(turn: Turn) -> str:
    """An answer with computer calls in words."""
    lines = [turn.reply.text] if turn.reply.text else []
    for result in turn.results:
        actions = result.call.arguments if result.call.kind == "computer" else [result.call.name]
        written = [str(action) for action in actions[:MAX_ACTIONS]]
        lines.append(
            f"(Earlier: {'; '.join(written)}.{' Not all of it was done.' if result.is_error else ''})"
        )
    return "\n".join(lines)


def output_item(result: Result, full: frozenset[int]) -> Json:
    """A result in the format of its call."""
    if result.call.kind == "computer":
        assert result.page is not None
        return {
            "type": "computer_call_output",
            "call_id": result.call.id,
            "output": {"type": "computer_screenshot", "image_url": data_url(result.page.image or "")},
            "acknowledged_safety_checks": result.call.raw,
        }
    pictures = images([result.page], full)
    text = result_text(result, full)
    output = contents(text, pictures) if pictures else text
    return {"type": "function_call_output", "call_id": result.call.id, "output": output}


def reply_of(response: Any) -> Reply:
    """A complete response of the SDK.

    Raises:
        UnusableReplyError: it failed, or lacks its output.
    """
    if response.status == "failed":
        error = response.error
        raise UnusableReplyError(
            f"The response failed: {getattr(error, 'message', None) or 'no reason given'}"
        )
    output = present(response.output, "output")
    reason = getattr(response.incomplete_details, "reason", None)
    return Reply(
        items=[item.to_dict(warnings=False) for item in output],
        text="\n".join(text for item in output for text in texts_of(item)),
        calls=[call_of(item) for item in output if item.type in {"function_call", "computer_call"}],
        usage=usage_of(response.usage),
        stop=reason or response.status or "",
        request_id=response.id or "",
    )


def texts_of(item: Any) -> list[str]:
    """The texts of an output item, refusals among them."""
    if item.type != "message":
        return []
    texts = [getattr(part, "text", None) or getattr(part, "refusal", None) for part in item.content]
    return [text for text in texts if text]


def call_of(item: Any) -> ToolCall:
    """A call of a function or of the computer tool."""
    if item.type == "function_call":
        return ToolCall(id=item.call_id, name=item.name, arguments=item.arguments)
    actions = item.actions if item.actions is not None else [item.action]
    return ToolCall(
        id=item.call_id,
        name="computer",
        arguments=[action.to_dict(warnings=False) for action in actions if action is not None],
        kind="computer",
        raw=[check.to_dict(warnings=False) for check in item.pending_safety_checks or []],
    )


def usage_of(usage: Any) -> Usage:
    """The tokens of a response; zeros if the server counts none."""
    if usage is None:
        return Usage()
    details = usage.input_tokens_details
    cached = getattr(details, "cached_tokens", None) or 0
    written = getattr(details, "cache_write_tokens", None) or 0
    return Usage(
        input_tokens=usage.input_tokens - cached - written,
        output_tokens=usage.output_tokens,
        cached_tokens=cached,
        cache_write_tokens=written,
    )
