"""Features of many observations as padded tensors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from gristmill.agents.policies.features import CHANNELS, Features


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """B observations, padded to T tokens, L words of goal and notes. See `Features`.

    Attributes:
        matches: (B, `CHANNELS`, T, L), 1 where words are equal.
        present: (B, T); `goal_present` (B, L).
        features: what it was made of.
    """

    kinds: Tensor
    roles: Tensor
    landmarks: Tensor
    bags: Tensor
    numbers: Tensor
    matches: Tensor
    goal: Tensor
    goal_shapes: Tensor
    covered: Tensor
    is_note: Tensor
    present: Tensor
    goal_present: Tensor
    usable: Tensor
    takes_text: Tensor
    features: tuple[Features, ...]

    def __len__(self) -> int:
        return len(self.features)


def collate(items: Sequence[Features]) -> Batch:
    """Pad and stack."""
    width, length = max(len(x.kinds) for x in items), max(len(x.goal) for x in items)
    matches = np.zeros((len(items), CHANNELS, width, length), np.float32)
    for row, x in enumerate(items):
        bag, token, place = x.matches.T
        matches[row, bag, token, place] = 1.0
    goal_sizes = np.array([x.goal_size for x in items])[:, None]
    return Batch(
        kinds=padded([x.kinds for x in items], width),
        roles=padded([x.roles for x in items], width),
        landmarks=padded([x.landmarks for x in items], width),
        bags=padded([x.bags for x in items], width).long(),
        numbers=padded([x.numbers for x in items], width),
        matches=torch.from_numpy(matches),
        goal=padded([x.goal for x in items], length).long(),
        goal_shapes=padded([x.goal_shapes for x in items], length),
        covered=padded([x.covered for x in items], length),
        is_note=torch.from_numpy((np.arange(length)[None] >= goal_sizes).astype(np.int64)),
        present=padded([np.ones(len(x.kinds), bool) for x in items], width),
        goal_present=padded([np.ones(len(x.goal), bool) for x in items], length),
        usable=padded([x.usable for x in items], width),
        takes_text=padded([x.takes_text for x in items], width),
        features=tuple(items),
    )


def padded(arrays: Sequence[NDArray[Any]], size: int) -> Tensor:
    """Stack arrays that are filled up with zeros to a size in their first dimension."""
    first = arrays[0]
    stacked = np.zeros((len(arrays), size, *first.shape[1:]), first.dtype)
    for row, array in enumerate(arrays):
        stacked[row, : len(array)] = array
    return torch.from_numpy(stacked)
