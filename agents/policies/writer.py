"""Writes a text piece by piece: each is a copy, a literal, or the end."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from gristmill.agents.policies.texts import CASES, LITERALS, MAX_SPAN

END = len(LITERALS)  # number of the end among the literals
LITERAL_BIAS, END_BIAS, EMPTY_BIAS, WORD_BIAS = -4.0, 3.0, -6.0, -0.1
"""Of fresh weights: there are more literals than words on a page, most texts are one copy and not empty, and
each word more makes a copy less likely."""


class Writer(nn.Module):
    """A recurrent pointer-generator (See et al. 2017), whose copies are runs of words.

    It starts from the box that is filled, and reads each piece that was written by its words, wherever they
    were copied from. So the places of equal copies can be counted together.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.goal_key, self.page_key = nn.Linear(width, width), nn.Linear(2 * width, width)
        self.start, self.cell = nn.Linear(width, width), nn.GRUCell(width, width)
        self.look, self.mix = nn.Linear(width, width), nn.Linear(2 * width, width)
        self.begin, self.end, self.onward = (nn.Linear(width, width) for _ in range(3))
        self.distance = nn.Parameter(WORD_BIAS * torch.arange(MAX_SPAN))
        self.case = nn.Linear(2 * width, len(CASES))
        self.copied = nn.Parameter(torch.zeros(width))
        self.literals, self.literal = nn.Embedding(END, width), nn.Linear(width, END + 1)
        with torch.no_grad():
            self.literal.bias.fill_(LITERAL_BIAS)
            self.literal.bias[END] = END_BIAS
        self.empty = nn.Parameter(torch.tensor(EMPTY_BIAS))

    def opening(self, boxes: Tensor) -> Tensor:
        """States (N, width) before anything is written into boxes (N, width)."""
        opened: Tensor = self.start(boxes).tanh()
        return opened

    def onwards(self, state: Tensor, pieces: Tensor) -> Tensor:
        """States (N, width) after pieces, given by their embeddings (N, width)."""
        following: Tensor = self.cell(pieces, state)
        return following

    def sight(self, keys: Tensor, present: Tensor, state: Tensor) -> Tensor:
        """States (N, width) that have looked at the words (N, W, width) that are present (N, W)."""
        weights = scores(keys, self.look(state)).masked_fill(~present, -1e9).softmax(-1)
        context = torch.matmul(weights.unsqueeze(1), keys).squeeze(1)
        return state + functional.gelu(self.mix(torch.cat([state, context], -1)))

    def nexts(self, keys: Tensor, sight: Tensor, is_empty: Tensor) -> Tensor:
        """Logits (N, W + `END` + 1): a copy that begins at each word, each literal, and the end.

        `is_empty` (N,) is 1 where nothing was written yet.
        """
        literals = self.literal(sight)
        literals = torch.cat([literals[:, :END], literals[:, END:] + self.empty * is_empty.unsqueeze(-1)], -1)
        return torch.cat([scores(keys, self.begin(sight)), literals], -1)

    def lasts(self, keys: Tensor, sight: Tensor, first: Tensor, distance: Tensor) -> Tensor:
        """Logits (N, W) of a copy's last word, given its first one's key (N, width) and distance (N, W)."""
        return scores(keys, self.end(sight) + self.onward(first)) + self.nearness(distance)

    def nearness(self, distance: Tensor) -> Tensor:
        """What a distance in words adds to a logit; of those outside of 0 to `MAX_SPAN` it has no meaning."""
        near: Tensor = self.distance[distance.clamp(0, MAX_SPAN - 1)]
        return near

    def cases(self, sight: Tensor, first: Tensor) -> Tensor:
        """Logits (N, 3) of how words are copied."""
        logits: Tensor = self.case(torch.cat([sight, first], -1))
        return logits


def scores(keys: Tensor, queries: Tensor) -> Tensor:
    """Scaled products (N, W) of keys (N, W, width) with a query each (N, width)."""
    return torch.matmul(keys, queries.unsqueeze(-1)).squeeze(-1) * keys.shape[-1] ** -0.5
