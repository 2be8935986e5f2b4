"""Algorithms by name, and how each begins."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import torch

from gristmill.agents.deployment.suggestions import SuggestConfig, Suggestions
from gristmill.agents.deployment.weeks import Deployment
from gristmill.agents.deployment.weeks_config import DeployConfig
from gristmill.agents.dreams.opening import checked_dream, is_dream, require_real
from gristmill.agents.policies.files import load_policy
from gristmill.agents.policies.network import PagePolicy, PolicyConfig
from gristmill.agents.training.cloning import Cloning, CloningConfig, new_policy
from gristmill.agents.training.dagger import Dagger, DaggerConfig
from gristmill.agents.training.demonstrations import load_demonstrations, save_demonstrations
from gristmill.agents.training.drawing import draw_demonstrations
from gristmill.agents.training.expert import Expert, ExpertConfig
from gristmill.agents.training.grpo import Grpo, GrpoConfig
from gristmill.agents.training.hints import demonstrated
from gristmill.agents.training.opsd import Opsd
from gristmill.agents.training.opsd_config import OpsdConfig
from gristmill.agents.training.ppo import Ppo, PpoConfig
from gristmill.agents.training.runs import Trainer
from gristmill.agents.training.samples import Samples, samples_of
from gristmill.errors import InvalidOptionError, UnknownNameError

STORE_FILE = "demonstrations.bin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to train.

    Attributes:
        folder: of the run.
        start: folder of the run whose policy is trained further; None for a new one.
        processes: that draw demonstrations.
        site: arguments of `gymnasium.make` of the tasks that are worked on, besides the engine.
    """

    task_ids: tuple[str, ...]
    folder: Path
    start: Path | None = None
    processes: int = 1
    site: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm's settings, how a trainer is made of them, and updates between saved states.

    Attributes:
        site: `Plan.site` for these settings.
    """

    config: type[Any]
    make: Callable[[Any, Plan], Trainer]
    save_every: int
    site: Callable[[Any], Mapping[str, str]] = lambda config: {}


def make_cloning(config: CloningConfig, plan: Plan) -> Cloning:
    """Draw the demonstrations unless the folder has them."""
    require_real(plan.task_ids)
    path = plan.folder / STORE_FILE
    if not path.exists():
        seeds = range(config.first_seed, config.first_seed + config.demonstrations)
        save_demonstrations(draw_demonstrations(plan.task_ids, seeds, processes=plan.processes), path)
    found = stored(plan.folder, config.note_words)
    return Cloning(config, found.samples, lost=len(found.lost))


def make_dagger(config: DaggerConfig, plan: Plan) -> Dagger:
    """Start from a policy and its demonstrations."""
    require_real(plan.task_ids)
    start = cloned("dagger", plan)
    policy = load_policy(start)
    samples = stored(start, policy.config.note_words).samples
    return Dagger(config, policy, plan.task_ids, samples)


def make_deployment(config: DeployConfig, plan: Plan) -> Deployment:
    """Start from a policy and its demonstrations."""
    require_real(plan.task_ids)
    require_tasks([config.adjacent] if config.adjacent else plan.task_ids)
    start = cloned("deploy", plan)
    return Deployment(config, load_policy(start), plan.task_ids, load_demonstrations(start / STORE_FILE))


def make_suggestions(config: SuggestConfig, plan: Plan) -> Suggestions:
    """Start from a policy and its demonstrations."""
    require_real(plan.task_ids)
    start = cloned("suggest", plan)
    policy = load_policy(start)
    samples = stored(start, policy.config.note_words).samples
    return Suggestions(config, policy, plan.task_ids, samples)


def make_opsd(config: OpsdConfig, plan: Plan) -> Opsd:
    """Start from a policy and its demonstrations, which are played again if their hints need that."""
    require_real(plan.task_ids)
    start = cloned("opsd", plan)
    policy = load_policy(start)
    states = demonstrated(
        load_demonstrations(start / STORE_FILE), config.hint, note_words=policy.config.note_words
    )
    return Opsd(config, policy, plan.task_ids, states)


def make_expert(config: ExpertConfig, plan: Plan) -> Expert:
    """Start from a policy and its demonstrations."""
    start = cloned("expert", plan)
    policy = load_policy(start)
    return Expert(config, policy, plan.task_ids, stored(start, policy.config.note_words).samples)


def cloned(name: str, plan: Plan) -> Path:
    """The run to begin with.

    Raises:
        InvalidOptionError: none is given.
    """
    if plan.start is None:
        raise InvalidOptionError(f"{name} needs a policy to begin with: --start DIR of a run of `clone`.")
    return plan.start


def stored(folder: Path, note_words: int) -> Samples:
    """The samples of a run's demonstrations."""
    return samples_of(load_demonstrations(folder / STORE_FILE), note_words=note_words)


def first_policy(plan: Plan, seed: int) -> PagePolicy:
    """The policy to begin with."""
    return new_policy(PolicyConfig(), seed) if plan.start is None else load_policy(plan.start)


ALGORITHMS: Mapping[str, Algorithm] = {
    "clone": Algorithm(CloningConfig, make_cloning, Cloning.save_every),
    "dagger": Algorithm(DaggerConfig, make_dagger, Dagger.save_every),
    "deploy": Algorithm(
        DeployConfig, make_deployment, Deployment.save_every, site=lambda config: config.site
    ),
    "expert": Algorithm(ExpertConfig, make_expert, Expert.save_every),
    "grpo": Algorithm(
        GrpoConfig, lambda c, plan: Grpo(c, first_policy(plan, c.seed), plan.task_ids), Grpo.save_every
    ),
    "opsd": Algorithm(OpsdConfig, make_opsd, Opsd.save_every),
    "ppo": Algorithm(
        PpoConfig, lambda c, plan: Ppo(c, first_policy(plan, c.seed), plan.task_ids), Ppo.save_every
    ),
    "suggest": Algorithm(
        SuggestConfig, make_suggestions, Suggestions.save_every, site=lambda config: config.site
    ),
}


def algorithm(name: str) -> Algorithm:
    """An algorithm by name; torch is set to one thread, so that runs repeat bit for bit.

    Raises:
        UnknownNameError: there is none; the message lists them.
    """
    if name not in ALGORITHMS:
        raise UnknownNameError("algorithm", name, ALGORITHMS)
    torch.set_num_threads(1)
    return ALGORITHMS[name]


def config_of(chosen: Algorithm, values: Mapping[str, Any]) -> Any:
    """Settings with these values in place of the defaults.

    Raises:
        UnknownNameError: there is no such setting.
        InvalidOptionError: a value has the wrong type, or is not positive where it must be.
    """
    known = {each.name: each for each in fields(chosen.config)}
    for name, value in values.items():
        if name not in known:
            raise UnknownNameError("setting", name, known)
        kind = type(known[name].default)
        accepted = (int, float) if kind is float else kind
        if not isinstance(value, accepted) or isinstance(value, bool) != (kind is bool):
            raise InvalidOptionError(f"The setting {name} must be of type {kind.__name__}, not {value!r}.")
        if isinstance(value, int | float) and value < 0:
            raise InvalidOptionError(f"The setting {name} must not be negative, but is {value!r}.")
    return chosen.config(**values)


def require_tasks(names: Sequence[str]) -> tuple[str, ...]:
    """Ids of task families and dreams, from arguments that may each hold several, separated by commas.

    Raises:
        InvalidOptionError: there are none.
        UnknownNameError: one does not exist.
        LearningFileError: a dream cannot be read.
    """
    from gristmill.plugins import installed

    ids = [task_id for name in names for task_id in name.split(",") if task_id]
    if not ids:
        raise InvalidOptionError("Name the task families to train on: --env Shop-Checkout-v0")
    return tuple(
        checked_dream(task_id) if is_dream(task_id) else installed().family(task_id).id
        for task_id in dict.fromkeys(ids)
    )
