"""A task: one instance of a family, and what it and its family can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from gristmill.apps.world.choice import DEFAULT_WORLD, WorldChoice

# Nested values are `Any`: msgspec, which decodes tasks from checkpoints, does not support recursive types.
Json = str | int | float | bool | None | list[Any] | dict[str, Any]


class TaskKind(StrEnum):
    """What a family asks for: a change, an answer, a refusal, a recovery from a failure, or a long chore."""

    CHANGE = "change"
    ANSWER = "answer"
    REFUSE = "refuse"
    RECOVER = "recover"
    LONG = "long"


class Level(StrEnum):
    """About how many steps the oracle takes: up to 6, 15, 40, or more."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"
    EXTREME = "extreme"


class Brief(StrEnum):
    """Where the details of a task stand: in its goal, or in a mail or message that the goal refers to."""

    EXPLICIT = "explicit"
    TICKET = "ticket"


class News(StrEnum):
    """Whether something arrives during the episode that changes one term of the task."""

    NONE = "none"
    MIDWAY = "midway"


class EndsWith(StrEnum):
    """The action that a task's episode has to end with."""

    DONE = "done"
    ANSWER = "answer"
    GIVE_UP = "give_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """One instance of a task family: goal, person, start address, and terms.

    `split` is the set of worlds that it was sampled from, `world` the one that it is in (families leave it
    out; the code that samples the task sets it). `wordings` is the set of goal wordings that was used, so
    agents can be evaluated on new wordings in a known world and vice versa. `terms` is everything that
    verifier and oracle need, as JSON, so that a stored episode can be scored again. It is the answer key:
    never show it to an agent; neither is `ends_with`, the action that the episode has to end with: `give_up`
    for a task that cannot or must not be done. `brief` and `news` are the environment's options, and
    `briefing` what came of them; the code that samples the task sets all three.
    """

    family: str
    seed: int
    split: str
    wordings: str
    goal: str
    start_url: str
    person_id: int
    terms: Mapping[str, Json]
    ends_with: EndsWith = EndsWith.DONE
    brief: Brief = Brief.EXPLICIT
    news: News = News.NONE
    briefing: Mapping[str, Json] = field(default_factory=dict)
    world: WorldChoice = DEFAULT_WORLD

    def to_json(self) -> dict[str, Json]:
        """This task as JSON, including its terms, the answer key."""
        parts = {each.name: getattr(self, each.name) for each in fields(self)}
        plain = {"terms": dict(self.terms), "briefing": dict(self.briefing)}
        return parts | plain | {"world": self.world.to_json()}
