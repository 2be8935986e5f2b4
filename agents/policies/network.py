"""The page policy: about 1.3 million parameters that choose a token of a page, and texts to type."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from gristmill.agents.policies.batches import Batch
from gristmill.agents.policies.features import BAGS, CHANNELS, COVERED, NUMBERS, PAIRS
from gristmill.agents.policies.words import BUCKETS, SHAPES
from gristmill.agents.policies.writer import Writer

NEVER = -1e9  # logit of what cannot be chosen


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyConfig:
    """Size of the network.

    Attributes:
        width: of all vectors; a multiple of `heads`, and even.
        heads: of attention.
        note_words: words of the notes of earlier pages that are kept; 0 for none.
    """

    width: int = 96
    heads: int = 4
    note_words: int = 64


@dataclass(frozen=True, slots=True, eq=False)
class Encoded:
    """What the network makes of a batch.

    Attributes:
        tokens: (B, T, width); `goal` (B, L, width).
        log_probs: (B, T) of choosing each token; `NEVER` or less for those that cannot be chosen.
        values: (B,) estimates of the return.
        dropped: words that were not read, or None.
    """

    tokens: Tensor
    goal: Tensor
    log_probs: Tensor
    values: Tensor
    dropped: Tensor | None = None


class Block(nn.Module):
    """Attention of tokens to each other or to the goal, then a layer of its own for each token."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key_value = nn.Linear(width, width), nn.Linear(width, 2 * width)
        self.out = nn.Linear(width, width)
        self.inner = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))

    def forward(self, tokens: Tensor, present: Tensor, others: Tensor | None = None) -> Tensor:
        """Attend to `others`, or to the tokens themselves, where `present` (B, K)."""
        queries = self.before(tokens)
        key, value = self.key_value(queries if others is None else others).chunk(2, -1)
        mixed = functional.scaled_dot_product_attention(
            self._divided(self.query(queries)),
            self._divided(key),
            self._divided(value),
            attn_mask=present[:, None, None, :],
        )
        tokens = tokens + self.out(mixed.transpose(1, 2).flatten(2))
        return tokens + self.inner(self.between(tokens))

    def _divided(self, vectors: Tensor) -> Tensor:
        return vectors.view(*vectors.shape[:-1], self.heads, -1).transpose(1, 2)


class PagePolicy(nn.Module):
    """Encodes pages and goals; see `Encoded`. `Writer` finds the pieces of a text."""

    def __init__(self, config: PolicyConfig) -> None:
        super().__init__()
        width = config.width
        self.config = config
        self.words = nn.Embedding(BUCKETS, width, padding_idx=0)
        self.shapes = nn.Linear(SHAPES, width)
        self.notes = nn.Embedding(2, width)
        self.covered = nn.Linear(COVERED, width)
        self.reader = Reader(width)
        self.roles, self.kinds, self.landmarks = (nn.Embedding(n, 16) for n in (64, 8, 16))
        self.token = nn.Linear((len(BAGS) + 1 + CHANNELS) * width + NUMBERS + 48, width)
        self.first, self.cross, self.last = (Block(width, config.heads) for _ in range(3))
        self.norm = nn.LayerNorm(width)
        self.logit, self.value = nn.Linear(width, 1), nn.Linear(2 * width, 1)
        self.writer = Writer(width)
        nn.init.normal_(self.words.weight, std=0.3)
        with torch.no_grad():
            self.words.weight[0] = 0.0
        for head in (self.logit, self.value):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)

    def forward(self, batch: Batch, dropped: Tensor | None = None) -> Encoded:
        """Encode a batch; `dropped` (`BUCKETS`,) marks words that are not read, apart from equality."""
        goal = self._read_goal(batch, dropped)
        tokens = self._embed(batch, goal, dropped)
        tokens = self.first(tokens, batch.present)
        tokens = self.cross(tokens, batch.goal_present, goal)
        tokens = self.norm(self.last(tokens, batch.present))
        log_probs = self.logit(tokens).squeeze(-1).masked_fill(~batch.usable, NEVER).log_softmax(-1)
        return Encoded(tokens, goal, log_probs, self.value_of(tokens, batch.present), dropped)

    def value_of(self, tokens: Tensor, present: Tensor) -> Tensor:
        """Estimates (B,) of the return from encoded tokens (B, T, width)."""
        is_there = present.unsqueeze(-1)
        mean = (tokens * is_there).sum(1) / is_there.sum(1)
        largest = tokens.masked_fill(~is_there, NEVER).amax(1)
        values: Tensor = self.value(torch.cat([mean, largest], -1)).squeeze(-1)
        return values

    def _read_goal(self, batch: Batch, dropped: Tensor | None) -> Tensor:
        """Read goal and notes apart: a goal's word learns of the notes no more than whether they have it."""
        words = self.words(kept(batch.goal, dropped)) + self.shapes(batch.goal_shapes)
        words = words + self.notes(batch.is_note) + self.covered(batch.covered)
        read: Tensor = self.reader(words, (1 + batch.is_note) * batch.goal_present)
        return read

    def read_page(
        self, words: Tensor, shapes: Tensor, parts: Tensor, dropped: Tensor | None = None
    ) -> Tensor:
        """Encode words (N, W) of texts of the page, each with its neighbours; part 0 is not read."""
        known = self.shapes(shapes.to(self.shapes.weight.dtype))
        read: Tensor = self.reader(self.words(kept(words, dropped)) + known, parts)
        return read

    def _embed(self, batch: Batch, goal: Tensor, dropped: Tensor | None) -> Tensor:
        size, width = batch.kinds.shape
        bags, parts, first = kept(batch.bags, dropped), [], 0
        for length in (*(size for _, size in BAGS), PAIRS):
            ids = bags[:, :, first : first + length].reshape(size * width, length)
            mean = functional.embedding_bag(ids, self.words.weight, mode="mean", padding_idx=0)
            parts.append(mean.view(size, width, -1))
            first += length
        aligned = torch.matmul(batch.matches, goal.unsqueeze(1))  # sums: a mean would hide one right word
        parts += list(aligned.unbind(1))
        parts += [self.roles(batch.roles), self.kinds(batch.kinds), self.landmarks(batch.landmarks)]
        embedded: Tensor = self.token(torch.cat([*parts, batch.numbers], -1))
        return embedded


class Reader(nn.Module):
    """Encodes each word of a text with those around it, `LAYERS` times `REACH` on either side.

    What a `3` means is said by its neighbours: `3 x` is a quantity, `Size 3` is not.
    """

    REACH, LAYERS = 2, 2

    def __init__(self, width: int) -> None:
        super().__init__()
        sizes = [(2 * self.REACH + 1) * width] * self.LAYERS
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in sizes)
        self.layers = nn.ModuleList(nn.Linear(size, width) for size in sizes)
        self.last = nn.LayerNorm(width)

    def forward(self, words: Tensor, parts: Tensor) -> Tensor:
        """Encode words (B, L, width). Those of different `parts` (B, L) are kept apart; part 0 is padding."""
        for norm, layer in zip(self.norms, self.layers, strict=True):
            words = words + functional.gelu(layer(self._windows(norm(words), parts)))
        encoded: Tensor = self.last(words)
        return encoded * (parts > 0).unsqueeze(-1)

    def _windows(self, words: Tensor, parts: Tensor) -> Tensor:
        """Each word with those around it (B, L, window * width), and zeros where another part begins."""
        length, reach = words.shape[1], self.REACH
        around = functional.pad(words, (0, 0, reach, reach))
        parts_around = functional.pad(parts, (reach, reach))
        shifted = [
            around[:, place : place + length]
            * (parts_around[:, place : place + length] == parts).unsqueeze(-1)
            for place in range(2 * reach + 1)
        ]
        return torch.cat(shifted, -1)


def kept(ids: Tensor, dropped: Tensor | None) -> Tensor:
    """The words with those that are dropped replaced by padding."""
    return ids if dropped is None else ids.masked_fill(dropped[ids], 0)
