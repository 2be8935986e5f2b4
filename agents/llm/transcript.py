"""What was asked and answered in an episode, as JSON for reports."""

from collections.abc import Mapping
from dataclasses import asdict

from gristmill.agents.llm.conversation import Conversation, Reply, Result
from gristmill.agents.llm.endpoints.retries import described
from gristmill.agents.llm.pages import Page, Sight
from gristmill.apps.base import Json

Event = dict[str, Json]


class Transcript:
    """Collects the events of an episode.

    Args:
        keeps_pages: whether the text of pages is kept, a few kilobytes for each step. Screenshots never are.
    """

    def __init__(self, *, keeps_pages: bool) -> None:
        self._keeps_pages = keeps_pages
        self.events: list[Event] = []

    def began(self, conversation: Conversation) -> None:
        """The first request."""
        self.events.append({"event": "prompt", "system": conversation.system, "goal": conversation.goal})
        self.events.append({"event": "page", **self._page(conversation.first)})

    def replied(self, reply: Reply, *, seconds: float, cost_usd: float | None) -> None:
        """An answer."""
        self.events.append(
            {
                "event": "reply",
                "text": reply.text,
                "calls": [{"name": call.name, "arguments": plain(call.arguments)} for call in reply.calls],
                "stop": reply.stop,
                "request_id": reply.request_id,
                "seconds": round(seconds, 3),
                "cost_usd": cost_usd,
                **asdict(reply.usage),
            }
        )

    def acted(self, action: str) -> None:
        """An action that the environment is asked to perform."""
        self.events.append({"event": "action", "action": action})

    def answered(self, result: Result) -> None:
        """The result of a call."""
        page = self._page(result.page) if result.page is not None else {}
        self.events.append(
            {
                "event": "result",
                "call": result.call.name,
                "text": result.text,
                "is_error": result.is_error,
                **page,
            }
        )

    def remarked(self, remark: str, page: Page) -> None:
        """What was said to an answer without calls."""
        self.events.append({"event": "remark", "text": remark, **self._page(page)})

    def retried(self, error: BaseException, wait_s: float) -> None:
        """A request failed and is repeated after a wait."""
        self.events.append({"event": "retry", "error": described(error), "wait_s": round(wait_s, 3)})

    def failed(self, error: BaseException) -> None:
        """The endpoint failed for good, or the budget is spent."""
        self.events.append({"event": "end", "error": described(error)})

    def _page(self, page: Sight) -> Event:
        size = list(page.image_size) if page.image_size is not None else None
        event: Event = {"url": page.url, "title": page.title, "error": page.error, "image_size": size}
        if self._keeps_pages:
            event["aria"] = page.aria
        return event


def plain(value: object) -> Json:
    """A value as JSON; what JSON has no form for as text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return str(value)
