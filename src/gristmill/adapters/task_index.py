"""The tasks that a server offers: numbered in each split, and chosen by number, seed or episode id."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from gristmill.envs.episode.worlds import require_split
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.plugins import installed

SPLITS = ("train", "test")
TASKS_OF_FAMILY = 1000  # in each split: a listing has to end somewhere, seeds do not
MAX_SEED = 2**31
MAX_NAME_LENGTH = 255


@dataclass(frozen=True, kw_only=True, slots=True)
class TaskChoice:
    """One task: everything that decides which one is drawn.

    Attributes:
        task_id: id of the task family.
        split: the split whose worlds it is drawn in.
        seed: the seed of `env.reset`.
    """

    task_id: str
    split: str
    seed: int


class TaskIndex:
    """The tasks of some families, dealt out round-robin: number n is seed `n // k` of family `n % k` of k.

    Args:
        task_ids: the families.
        split: the split where a client names none.
        fixed_seed: the seed of every task; None: clients choose.

    Raises:
        UnknownNameError: there is no such family or split.
        InvalidOptionError: there are no families.
    """

    def __init__(
        self, task_ids: Sequence[str], *, split: str = "train", fixed_seed: int | None = None
    ) -> None:
        if not task_ids:
            raise InvalidOptionError("Name at least one task family to serve; `gristmill list` prints them.")
        for task_id in task_ids:
            installed().family(task_id)
        require_split(split)
        self.task_ids, self.split, self.fixed_seed = tuple(task_ids), split, fixed_seed
        self._numbers = count()

    def __len__(self) -> int:
        """The number of tasks that are listed in each split."""
        return TASKS_OF_FAMILY * len(self.task_ids)

    def at(self, index: int, *, split: str | None = None) -> TaskChoice:
        """The task with this number. Numbers beyond the listed ones are tasks too.

        Raises:
            IndexError: the number is negative or too large to be a seed.
        """
        seed, position = divmod(index, len(self.task_ids))
        if index < 0 or seed >= MAX_SEED:
            raise IndexError(f"Tasks are numbered from 0, and seeds go up to {MAX_SEED - 1}, not {index}.")
        return TaskChoice(task_id=self.task_ids[position], split=self.checked_split(split), seed=seed)

    def choose(
        self,
        *,
        task: str | None = None,
        split: str | None = None,
        index: int | None = None,
        seed: int | None = None,
        episode_id: str | None = None,
    ) -> TaskChoice:
        """The task that a client asks for; equal arguments give equal tasks.

        `index` decides if it is given, then `seed`: of the named family, or as an index. Without both,
        `episode_id` is turned into a seed; without any, it is the next task that nobody had.

        Raises:
            UnknownNameError: there is no such split, or the family is not served.
            InvalidOptionError: a number is out of range.
        """
        if self.fixed_seed is not None:
            number = self.fixed_seed
        elif index is not None or seed is not None:
            number = checked_number(index if index is not None else seed)
        else:
            number = seed_of(checked_name(episode_id)) if episode_id else next(self._numbers)
        if task is None and self.fixed_seed is None:
            return self.at(number, split=split)
        chosen = self.task_ids[0] if task is None else checked_name(task)
        if chosen not in self.task_ids:
            raise UnknownNameError("task of this server", chosen, self.task_ids)
        return TaskChoice(task_id=chosen, split=self.checked_split(split), seed=number)

    def checked_split(self, split: str | None) -> str:
        """The named split, or the one for clients that name none.

        Raises:
            UnknownNameError: there is no such split.
        """
        if split is None:
            return self.split
        require_split(checked_name(split))
        return split

    def described(self, index: int, split: str) -> dict[str, Any]:
        """A listed task as JSON.

        Raises:
            IndexError: it is not listed.
            UnknownNameError: there is no such split.
        """
        if not 0 <= index < len(self):
            raise IndexError(f"There are tasks 0 to {len(self) - 1}, and no {index}.")
        choice = self.at(index, split=split)
        name = f"{choice.task_id}/{choice.split}/{choice.seed}"
        return {
            "id": name,
            "index": index,
            "task": choice.task_id,
            "split": choice.split,
            "seed": choice.seed,
        }


def checked_number(value: Any) -> int:
    """A seed or index that a client sent.

    Raises:
        InvalidOptionError: it is not a whole number from 0 to 2**31 - 1.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < MAX_SEED:
        raise InvalidOptionError(
            f"A seed or index is a whole number from 0 to {MAX_SEED - 1}, not {value!r}."
        )
    return value


def checked_name(value: Any) -> str:
    """A name that a client sent.

    Raises:
        InvalidOptionError: it is no text, or too long.
    """
    if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH:
        raise InvalidOptionError(f"A name is text of at most {MAX_NAME_LENGTH} characters.")
    return value


def seed_of(episode_id: str) -> int:
    """A seed from the name of an episode."""
    return int.from_bytes(hashlib.sha256(episode_id.encode(errors="surrogatepass")).digest()[:4]) % MAX_SEED
