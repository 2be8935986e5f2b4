"""A learned model of what an action leads to: reward, end, and the pattern of the next page.

Its inputs are the features of the page policy and the token that is chosen; the network is a small page
policy with other heads. It does not write pages: `learned.py` retrieves them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from numpy.random import default_rng
from torch import Tensor, nn
from torch.nn import functional

from gristmill.agents.dreams.cases import Case
from gristmill.agents.dreams.observing import observed
from gristmill.agents.dreams.recovery import Recovered
from gristmill.agents.dreams.simulator import State
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.choices import Choice, choices_of
from gristmill.agents.policies.features import Features, features_of
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.network import PagePolicy, PolicyConfig
from gristmill.agents.training.updates import Optimiser, warm_cosine
from gristmill.errors import ActionError, TrainingError

STAYS = "stays"  # on its page, which is changed by rule
NOTHING_KEPT = Memory(max_words=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelConfig:
    """Settings of the model and its training.

    Attributes:
        width: of the network.
        updates: number of them.
        batch_size: steps of an update; rewarded ones are drawn as often as all others together.
        learning_rate: largest one; it falls by a half cosine.
        seed: of weights and order.
    """

    width: int = 32
    updates: int = 250
    batch_size: int = 32
    learning_rate: float = 2e-3
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the model expects.

    Attributes:
        reward, end: probabilities of success and of an end.
        pattern: the likeliest pattern of the next page, or `STAYS`.
    """

    reward: float
    end: float
    pattern: str


@dataclass(frozen=True, slots=True)
class Example:
    """A logged step to learn from."""

    features: Features
    choice: Choice
    reward: bool
    end: bool
    pattern: int


class OutcomeModel(nn.Module):
    """Reward, end and next pattern of a page and a chosen token."""

    def __init__(self, width: int, patterns: Sequence[str]) -> None:
        super().__init__()
        self.patterns = tuple(patterns)
        self.width = width
        self.encoder = PagePolicy(PolicyConfig(width=width, heads=2, note_words=0))
        self.heads = nn.Sequential(
            nn.Linear(3 * width, width), nn.GELU(), nn.Linear(width, 2 + len(self.patterns))
        )

    def forward(self, states: Sequence[Features], choices: Sequence[Choice]) -> Tensor:
        """Logits (B, 2 + patterns) of reward, end and pattern."""
        batch = collate(states)
        tokens = self.encoder(batch).tokens
        chosen = tokens[torch.arange(len(states)), [choice.token for choice in choices]]
        is_there = batch.present.unsqueeze(-1)
        mean = (tokens * is_there).sum(1) / is_there.sum(1)
        largest = tokens.masked_fill(~is_there, -1e9).amax(1)
        logits: Tensor = self.heads(torch.cat([chosen, mean, largest], -1))
        return logits

    @torch.no_grad()
    def outcome(self, state: Features, choice: Choice) -> Outcome:
        """What is expected of one step; about 2 ms."""
        logits = self([state], [choice])[0]
        reward, end = logits[:2].sigmoid().tolist()
        return Outcome(reward, end, self.patterns[int(logits[2:].argmax())])


def features_at(state: State) -> Features:
    """The features of a state, without what an agent remembers."""
    return features_of(observed(state.goal, state.scene), NOTHING_KEPT)


def choice_at(features: Features, line: str) -> Choice | None:
    """The token that an action stands for; None if the policy could not choose it."""
    try:
        found = choices_of(features, line)
    except ActionError:
        return None
    return found[0] if found else None


def pattern_after(case: Case, found: Recovered) -> str:
    """The label of a step: where it led to, unless that was its own page."""
    before, after = (found.patterns.of(url) for url in (case.before.url, case.after.url))
    is_edit = case.grounded is not None and case.grounded.kind in found.edits
    return STAYS if before == after and (is_edit or case.before.page == case.after.page) else after


def examples_of(
    states: Iterable[tuple[State, Case]], lines: Sequence[str], found: Recovered, patterns: Sequence[str]
) -> list[Example]:
    """What logged steps teach; those that the policy could not choose are left out."""
    places = {pattern: place for place, pattern in enumerate(patterns)}
    examples = []
    for state, case in states:
        features = features_at(state)
        choice = choice_at(features, lines[case.step])
        if choice is not None:
            label = places[pattern_after(case, found)]
            examples.append(Example(features, choice, case.is_over and case.reward > 0, case.is_over, label))
    return examples


def trained(examples: Sequence[Example], patterns: Sequence[str], config: ModelConfig) -> OutcomeModel:
    """A model of these steps; about 30 CPU seconds by default.

    Raises:
        TrainingError: there are no steps, or the loss is no number.
    """
    if not examples:
        raise TrainingError("There is no logged step that the page policy could take: nothing to learn from.")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)
        model = OutcomeModel(config.width, patterns)
    optimiser, rng = Optimiser(model, learning_rate=config.learning_rate), default_rng(config.seed)
    ends = [place for place, example in enumerate(examples) if example.end]
    for update in range(config.updates):
        some = rng.integers(len(examples), size=config.batch_size)
        if ends:  # ends are rare, and what matters is which of them are rewarded
            some[: config.batch_size // 2] = rng.choice(ends, size=config.batch_size // 2)
        loss = loss_of(model, [examples[place] for place in some])
        factor = warm_cosine(update, config.updates, warm=20)
        optimiser.step(loss, learning_rate=factor * config.learning_rate)
    return model.eval()


def loss_of(model: OutcomeModel, batch: Sequence[Example]) -> Tensor:
    """Cross-entropies of reward, end and pattern, added."""
    logits = model([example.features for example in batch], [example.choice for example in batch])
    flags = torch.tensor([[example.reward, example.end] for example in batch], dtype=torch.float32)
    patterns = torch.tensor([example.pattern for example in batch])
    both = functional.binary_cross_entropy_with_logits(logits[:, :2], flags, reduction="none").sum(-1).mean()
    return both + functional.cross_entropy(logits[:, 2:], patterns)
