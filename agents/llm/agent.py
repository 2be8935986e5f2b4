"""The agent: from an observation to the model's next action."""

from collections import deque
from collections.abc import Mapping, Sequence
from time import perf_counter
from typing import Any

from numpy.random import default_rng

from gristmill.agents.base import Observation
from gristmill.agents.llm.conversation import Conversation, Reply, Result, ToolCall, Turn
from gristmill.agents.llm.costs import Account, Purse, cost_usd
from gristmill.agents.llm.endpoints.base import Dialect
from gristmill.agents.llm.endpoints.links import Links
from gristmill.agents.llm.options import LlmOptions
from gristmill.agents.llm.pages import Page
from gristmill.agents.llm.prompt import looks_first, system_prompt
from gristmill.agents.llm.tools.functions import Performer
from gristmill.agents.llm.transcript import Transcript
from gristmill.apps.base import Json
from gristmill.envs.actions.grammar import MAX_ACTIONS, parse, write
from gristmill.envs.actions.types import Wait
from gristmill.envs.env import WebEnv
from gristmill.errors import ActionError, BudgetSpent, EndpointFault

MAX_LOOKS = 12  # answers without an action before one step is taken
MAX_QUOTED = 200  # characters of an answer without a call that are sent as the action that it is not
NOT_DONE = "Not performed: an earlier action of this answer was refused."
ONE_AT_A_TIME = "Not performed: one action for each answer."
NO_CALL = (
    "You called no tool. Each answer has to call one: `done`, `answer` or `give_up` if you are finished."
)


class LlmAgent:
    """Asks a language model for each action, with a conversation that lasts for an episode.

    Many may play at once on one event loop. They share a client and a budget.

    Args:
        links: the clients of this process.
        purse: the budget of this process.
    """

    def __init__(self, options: LlmOptions, *, dialect: Dialect, links: Links, purse: Purse) -> None:
        self.name = options.name
        self._options, self._dialect, self._links, self._purse = options, dialect, links, purse
        self.begin(None, 0)

    def begin(self, env: WebEnv | None, seed: int) -> None:
        """See `Agent.begin`. The environment is not used; the seed spreads the waits between requests."""
        self._rng = default_rng([seed, 0x11F])
        self._account, self._transcript = (
            Account(self._options),
            Transcript(keeps_pages=self._options.keeps_pages),
        )
        self._conversation: Conversation | None = None
        self._performers: Mapping[str, Performer] = {}
        self._tools: Sequence[dict[str, Any]] = ()
        self._waiting: deque[ToolCall] = deque()
        self._call: ToolCall | None = None
        self._actions: deque[str] = deque()
        self._steps = 0

    def episode_report(self) -> dict[str, Json]:
        """What the episode cost, and its transcript; see `ReportingAgent`."""
        return {"usage": self._account.to_json(), "transcript": list(self._transcript.events)}

    async def act(self, observation: Observation) -> str:
        """See `Agent.act`.

        Raises:
            EndpointFault: the endpoint failed again and again, or the budget of the process is spent.
            BudgetSpent: the budget of this episode is spent.
        """
        page = Page(
            observation,
            part_tokens=self._options.observation_tokens,
            max_edge=self._options.max_image_edge,
        )
        try:
            self._account.require(steps=self._steps)
            action = await self._next_action(page, observation["goal"])
        except (EndpointFault, BudgetSpent) as error:
            self._transcript.failed(error)
            raise
        self._steps += 1
        self._transcript.acted(action)
        return action

    async def _next_action(self, page: Page, goal: str) -> str:
        conversation = self._continued(page, goal)
        for _ in range(MAX_LOOKS):
            action = self._planned(page, conversation)
            if action is not None:
                return action
            reply = await self._reply(conversation)
            conversation.turns.append(Turn(reply))
            if not reply.calls:
                return self._without_call(reply)
            self._waiting.extend(reply.calls)
        return self._planned(page, conversation) or write(Wait())

    def _continued(self, page: Page, goal: str) -> Conversation:
        """The conversation, in which what the last action led to has been noted."""
        if self._conversation is None:
            self._conversation = self._begun(page, goal)
            return self._conversation
        turn = self._conversation.turns[-1]
        if self._call is None and not turn.reply.calls:
            turn.remark, turn.page = NO_CALL, page if self._conversation.opens_with_page else None
            self._transcript.remarked(NO_CALL, page)
        elif self._call is not None and (page.error or not self._actions):
            self._settle(self._call, page, turn)
        return self._conversation

    def _begun(self, page: Page, goal: str) -> Conversation:
        self._performers = self._dialect.performers(page)
        self._tools = self._dialect.tools(page, self._performers)
        conversation = Conversation(
            system=system_prompt(self._options, page),
            goal=goal,
            first=page,
            opens_with_page=not looks_first(self._options),
        )
        self._transcript.began(conversation)
        return conversation

    def _settle(self, call: ToolCall, page: Page, turn: Turn) -> None:
        """Note the result of the call that has been performed; after a refusal none of its answer follow."""
        self._note(self._performer(call).result(call, page), turn)
        self._call = None
        self._actions.clear()
        if page.error:
            self._drop_waiting(NOT_DONE, turn)

    def _planned(self, page: Page, conversation: Conversation) -> str | None:
        """The next action of the calls that wait; None if there is none."""
        if self._actions:
            return self._next_step()
        while self._waiting:
            call = self._waiting.popleft()
            plan = self._performer(call).plan(call, page)
            if plan.result is not None:
                self._note(plan.result, conversation.turns[-1])
                continue
            self._call = call
            self._actions.extend(plan.actions)
            if not self._options.is_parallel:
                self._drop_waiting(ONE_AT_A_TIME, conversation.turns[-1])
            return self._next_step()
        return None

    def _next_step(self) -> str:
        """As many of the actions that wait as one step takes, one a line."""
        actions = [self._actions.popleft() for _ in range(min(MAX_ACTIONS, len(self._actions)))]
        self._steps += len(actions) - 1  # the last one is counted with the step
        return "\n".join(actions)

    def _drop_waiting(self, reason: str, turn: Turn) -> None:
        while self._waiting:
            call = self._waiting.popleft()
            page = turn.results[-1].page if call.kind == "computer" and turn.results else None
            self._note(Result(call=call, text=reason, is_error=True, page=page), turn)

    def _note(self, result: Result, turn: Turn) -> None:
        turn.results.append(result)
        self._transcript.answered(result)

    def _performer(self, call: ToolCall) -> Performer:
        return self._performers.get(call.kind) or self._performers["function"]

    def _without_call(self, reply: Reply) -> str:
        """An answer without calls: the action that it states, if it is one line of the grammar; else none."""
        text = reply.text.strip()
        try:
            return write(parse(text))
        except ActionError:
            return " ".join(text.split())[:MAX_QUOTED].lstrip("{")

    async def _reply(self, conversation: Conversation) -> Reply:
        self._purse.require()
        self._account.require(steps=self._steps)
        request = self._dialect.request(conversation, self._tools)
        conversation.release_older(self._options.history)
        link = await self._links.here()
        started_at = perf_counter()
        reply = await link.retries.get(
            lambda: self._dialect.send(link.client, request), rng=self._rng, on_retry=self._retried
        )
        cost = cost_usd(reply.usage, self._options.prices)
        self._purse.pay(cost)
        self._account.add(reply.usage)
        self._transcript.replied(reply, seconds=perf_counter() - started_at, cost_usd=cost)
        return reply

    def _retried(self, error: BaseException, wait_s: float) -> None:
        self._account.retries += 1
        self._transcript.retried(error, wait_s)
