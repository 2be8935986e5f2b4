"""Which parts an audit has, and on how many of the tasks each is tried."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from gristmill.agents.audit.adversaries.idle import idle
from gristmill.agents.audit.adversaries.obeying import obeyer
from gristmill.agents.audit.adversaries.passing_by import passer_by
from gristmill.agents.audit.adversaries.substitution import substitution
from gristmill.agents.audit.adversaries.tampering import tamperer
from gristmill.agents.audit.adversaries.wandering import overdoer, random_walk
from gristmill.agents.audit.replanning import replanning
from gristmill.agents.audit.scene import Scene
from gristmill.agents.audit.trials import Trial
from gristmill.agents.audit.ways.detours import detours
from gristmill.agents.audit.ways.keyboard import keyboard_only
from gristmill.errors import UnknownNameError

SHORT, LONG = 5, 20  # random actions before the oracle plans anew


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """A part of an audit that is tried on every n-th task, the first included."""

    name: str
    every: int
    play: Callable[[Scene], Iterator[Trial]]


PARTS = (
    Part(name="idle", every=1, play=idle),
    Part(name="substitution", every=1, play=substitution),
    Part(name="obeyer", every=1, play=obeyer),
    Part(name="over-doer", every=2, play=overdoer),
    Part(name="replanning", every=4, play=partial(replanning, steps=SHORT)),
    Part(name="detours", every=5, play=detours),
    Part(name="tamperer", every=5, play=tamperer),
    Part(name="random", every=5, play=random_walk),
    Part(name="replanning-late", every=8, play=partial(replanning, steps=LONG)),
    Part(name="passer-by", every=10, play=passer_by),
    Part(name="keyboard", every=25, play=keyboard_only),
)
MUTANTS, AXES = "mutants", "axes"
NAMES = (*(part.name for part in PARTS), MUTANTS, AXES)
AXES_EVERY = 10
ALL_MUTANTS = 2  # on so many first tasks every mutant is judged
SAMPLED_MUTANTS = 40
MOST_MUTANTS = 1000


def require_parts(only: tuple[str, ...]) -> None:
    """Check the names of parts.

    Raises:
        UnknownNameError: one does not exist.
    """
    for name in only:
        if name not in NAMES:
            raise UnknownNameError("part of an audit", name, NAMES)
