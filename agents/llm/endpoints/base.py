"""What the protocols of endpoints have in common."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from gristmill.agents.llm.conversation import Conversation, Reply, Result, Turn
from gristmill.agents.llm.options import LlmOptions
from gristmill.agents.llm.pages import Page, Sight
from gristmill.agents.llm.tools.functions import Performer

Json = dict[str, Any]
NO_KEY = "none"  # what servers of one's own get, most of which ask for no key


class Dialect(Protocol):
    """One protocol, spoken through its vendor's SDK. Holds no state of episodes."""

    def connect(self) -> Any:
        """Make a client, whose `close` is awaited by who asked for it. It repeats no request by itself."""

    def performers(self, first: Page) -> Mapping[str, Performer]:
        """Who performs calls in an episode that begins with this page, by the calls' kind."""

    def request(self, conversation: Conversation, tools: Sequence[Json]) -> Json:
        """The arguments of the SDK's method that ask for the next answer."""

    def tools(self, first: Page, performers: Mapping[str, Performer]) -> Sequence[Json]:
        """The tools of an episode that begins with this page, in the protocol's format."""

    async def send(self, client: Any, request: Json) -> Reply:
        """Ask for an answer. Raises what the SDK raises, and `UnusableReplyError` for half an answer."""


def client_arguments(options: LlmOptions) -> Json:
    """The arguments that the clients of both SDKs share; the key is read from the environment."""
    key = os.environ.get(options.key_variable)
    if options.base_url is None:
        return {"api_key": key, "max_retries": 0, "timeout": options.timeout_s}
    return {
        "api_key": key or NO_KEY,
        "base_url": options.base_url,
        "max_retries": 0,
        "timeout": options.timeout_s,
    }


def page_text(page: Sight, *, in_full: bool) -> str:
    """A page as text: in full if it is one of the latest, else one line."""
    return page.full() if in_full else page.brief()


def result_text(result: Result, full: frozenset[int]) -> str:
    """A result as text, with its page."""
    texts = [result.text] if result.text else []
    if result.page is not None:
        texts.append(page_text(result.page, in_full=id(result.page) in full))
    return "\n\n".join(texts) or "Done."


def remark_text(turn: Turn, full: frozenset[int]) -> str:
    """What is said to an answer without calls."""
    texts = [turn.remark] if turn.remark else []
    if turn.page is not None:
        texts.append(page_text(turn.page, in_full=id(turn.page) in full))
    return "\n\n".join(texts)


def opening_text(conversation: Conversation, full: frozenset[int]) -> str:
    """The goal, with the first page if that is sent."""
    goal = f"Task: {conversation.goal}"
    if not conversation.opens_with_page:
        return goal
    first = conversation.first
    return f"{goal}\n\n{page_text(first, in_full=id(first) in full)}"


def images(pages: Sequence[Sight | None], full: frozenset[int]) -> list[str]:
    """The screenshots of those pages that are sent in full, as PNG in base64."""
    return [page.image for page in pages if page is not None and id(page) in full and page.image is not None]


def data_url(image: str) -> str:
    """A screenshot as an address."""
    return f"data:image/png;base64,{image}"
