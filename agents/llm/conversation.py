"""What was asked and answered in an episode, in no endpoint's format."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gristmill.agents.llm.pages import Page, Sight


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """Tokens of one answer. Those read from or written to a cache are not part of `input_tokens`."""

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cache_write_tokens: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ToolCall:
    """One use of a tool by the model.

    Attributes:
        id: the endpoint's; the result names it.
        kind: `function`, `computer` or `browser`: who performs it.
        arguments: JSON text or an object, as the endpoint sent it.
        raw: the SDK's object, for kinds that it performs.
    """

    id: str
    name: str
    arguments: Any
    kind: str = "function"
    raw: Any = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """One answer of the model.

    Attributes:
        items: the answer in the endpoint's own format, which is sent back with the next request.
        stop: why it ended, in the endpoint's words.
    """

    items: Sequence[Any]
    text: str = ""
    calls: Sequence[ToolCall] = ()
    usage: Usage = Usage()
    stop: str = ""
    request_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of a call.

    Attributes:
        page: the page after it, if that is to be sent with it.
        blocks: content in the endpoint's own format instead, for toolsets that render their results.
    """

    call: ToolCall
    text: str = ""
    is_error: bool = False
    page: Sight | None = None
    blocks: Sequence[Mapping[str, Any]] | None = None


@dataclass(slots=True)
class Turn:
    """An answer and the results of its calls; for one without calls, a remark and the page after it."""

    reply: Reply
    results: list[Result] = field(default_factory=list)
    remark: str = ""
    page: Page | None = None


@dataclass(slots=True)
class Conversation:
    """One episode: the goal, the first page, and turns in order.

    Attributes:
        opens_with_page: whether the first request holds the first page; models with their own tools look.
    """

    system: str
    goal: str
    first: Page
    opens_with_page: bool = True
    turns: list[Turn] = field(default_factory=list)

    def pages(self) -> list[Sight]:
        """All pages and parts of pages that are sent, in order."""
        found: list[Sight] = [self.first] if self.opens_with_page else []
        for turn in self.turns:
            found += [result.page for result in turn.results if result.page is not None]
            found += [turn.page] if turn.page is not None else []
        return found

    def latest(self, number: int) -> frozenset[int]:
        """The `id` of each page that is sent in full: the latest `number`, with all their parts."""
        pages = self.pages()
        origins = list(dict.fromkeys(id(page.origin) for page in reversed(pages)))[:number]
        return frozenset(id(page) for page in pages if id(page.origin) in origins)

    def release_older(self, number: int) -> None:
        """Free what is kept of pages but the latest `number`, as only one line of each is sent any more."""
        latest = self.latest(number)
        for page in self.pages():
            if id(page) not in latest:
                page.origin.release()
