"""Learning from deployment: an agent works weeks of tasks elsewhere, and what its user approved is learned.

The agent keeps notes of approved episodes and reads them in later ones. At the week's end what it did goes
into the weights: by imitation of the approved decisions, with old demonstrations among them against
forgetting (Rolnick et al. 2019), or by on-policy self-distillation with the notes as the teacher's context
(Snell et al. 2022; Zhao et al. 2026). A frozen agent and one with notes only are the controls.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import partial
from statistics import fmean
from typing import Any

from numpy.random import Generator, default_rng
from torch import Tensor

from gristmill.agents.deployment.experience import Experience
from gristmill.agents.deployment.feedback import judgement
from gristmill.agents.deployment.notes import Note, nearest, note_of_episode
from gristmill.agents.deployment.old_states import old_states
from gristmill.agents.deployment.weeks_config import DeployConfig, require_sound
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.demonstrations import Demonstration
from gristmill.agents.training.distillation import distilled
from gristmill.agents.training.divergences import bounded
from gristmill.agents.training.evaluation import HELD_OUT
from gristmill.agents.training.played import Job, Played
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import Sample, batches_of, dropped_words, imitation_loss
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser
from gristmill.envs.env import WebEnv
from gristmill.errors import TrainingError

FIRST_SEED = 750_000  # of the weeks' tasks; below are those of the algorithms that practise


class Deployment:
    """One update of lessons in the use of notes, then one for each week.

    Args:
        config: settings.
        policy: a trained one.
        task_ids: families of the weeks' tasks.
        demonstrations: that the policy was trained on.
        make_env: see `Players`.

    Raises:
        InvalidOptionError: a setting names nothing that there is.
        TrainingError: the policy can express no label of the demonstrations.
    """

    save_every = 1

    def __init__(
        self,
        config: DeployConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        demonstrations: Sequence[Demonstration],
        make_env: MakeEnv = WebEnv,
    ) -> None:
        require_sound(config)
        self._config, self.policy, self._task_ids = config, policy, list(task_ids)
        self._old_ids = sorted({each.task_id for each in demonstrations})
        self._old = old_states(demonstrations, policy.config.note_words)
        if not self._old:
            raise TrainingError("There is nothing to learn from: the policy can express no label.")
        self._optimiser = Optimiser(policy, learning_rate=config.learning_rate, warm_steps=config.warm_steps)
        self._deployed = Players(num_envs=config.num_envs, options=config.site, make_env=make_env)
        self._trained = Players(num_envs=config.num_envs, make_env=make_env)
        self._notes: tuple[Note, ...] = ()
        self._experience = Experience()
        self._env_steps = 0
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return self.updates_done / (self._config.weeks + 1)

    def update(self) -> Metrics:
        """The lessons, or a week. See `Trainer`."""
        rng = default_rng([self._config.seed, self.updates_done, 0xDE91])
        metrics = self._week(rng) if self.updates_done else self._lessons(rng)
        self.updates_done += 1
        return metrics | {"env_steps": self._env_steps, "notes": len(self._notes)} | self._measured()

    def _lessons(self, rng: Generator) -> Metrics:
        config = self._config
        losses = [self._step(self._imitation(config.batch_size, rng)) for _ in range(config.lesson_steps)]
        return {"loss": fmean(losses or [0.0])}

    def _week(self, rng: Generator) -> Metrics:
        config, notes = self._config, self._notes
        judged, approvals, steps, faults = list[Played](), list[bool](), 0, 0
        for day in range(config.days):
            played = self._day(day, notes, rng)
            found = [each for each in played if each.success is not None]
            thumbs = [judgement(bool(each.success), config.thumb_noise, rng) for each in found]
            faults += len(played) - len(found)
            steps += sum(len(each.steps) for each in found)
            judged, approvals = judged + found, approvals + thumbs
            if config.method != "frozen":
                good = [note_of_episode(each) for each, up in zip(found, thumbs, strict=True) if up]
                notes = (*notes, *good)[-config.note_limit :]
        if not judged:
            raise TrainingError("Every episode of the week ended with an infrastructure failure.")
        losses = list[float]()
        if config.method in {"replay", "distil"}:
            self._keep(judged, approvals)
            losses = self._learn(rng)
        self._notes, self._env_steps = notes, self._env_steps + steps
        return {
            "loss": fmean(losses or [0.0]),
            "success_in_training": sum(each.success is True for each in judged) / len(judged),
            "approved": sum(approvals) / len(judged),
            "states": len(self._experience),
            "faults": faults,
        }

    def _day(self, day: int, notes: Sequence[Note], rng: Generator) -> list[Played]:
        """A day's episodes, with choices drawn from the policy."""
        config = self._config
        done = ((self.updates_done - 1) * config.days + day) * config.episodes_per_day
        first = practice_seed(FIRST_SEED, config.seed) + done
        jobs = [
            Job(
                task_id=self._task_ids[(done + place) % len(self._task_ids)],
                seed=first + place,
                draw=int(rng.integers(1, 2**31)),
            )
            for place in range(config.episodes_per_day)
        ]
        return self._deployed.play(self.policy, jobs, notes=partial(nearest, notes))

    def _keep(self, judged: Sequence[Played], approvals: Sequence[bool]) -> None:
        """Keep what the week teaches: approved episodes, or all for which another one was approved."""
        notes = [note_of_episode(each) for each in judged]
        for place, (played, up) in enumerate(zip(judged, approvals, strict=True)):
            if self._config.method == "replay":
                if up:
                    self._experience.keep(played, ())
                continue
            others = [note for at, note in enumerate(notes) if approvals[at] and at != place and note.lines]
            if lines := nearest(others, notes[place].goal):
                self._experience.keep(played, lines)

    def _learn(self, rng: Generator) -> list[float]:
        """The gradient steps at a week's end, on all weeks so far; none before anything was approved."""
        config, losses = self._config, list[float]()
        kept = self._experience.samples()
        teacher = deepcopy(self.policy).eval() if config.method == "distil" else None
        while kept and len(losses) < config.steps_per_week:
            for batch in batches_of(kept, config.batch_size // 2, rng):
                self.policy.train()
                dropped = dropped_words(rng, config.word_dropout)
                if teacher is None:
                    new = imitation_loss(self.policy, batch, dropped)
                else:
                    new = self._distillation(teacher, batch, dropped)
                losses.append(self._step(new + self._imitation(len(batch), rng)))
                if len(losses) == config.steps_per_week:
                    break
        return losses

    def _distillation(self, teacher: PagePolicy, batch: Sequence[Sample], dropped: Tensor | None) -> Tensor:
        """Mean divergence from what the network did before the week's end when it reads notes."""
        states = collate([each.features for each in batch])
        read = collate([each.features for each in self._experience.taught(batch)])
        found = distilled(self.policy, teacher, states, read, dropped=dropped)
        return bounded(found.divergences, self._config.largest_divergence).mean()

    def _imitation(self, count: int, rng: Generator) -> Tensor:
        """Imitation of the old demonstrations, with and without notes: keeps old skills, and use of notes."""
        config = self._config
        drawn = [self._old[i] for i in rng.integers(len(self._old), size=count)]
        samples = [each.noted if rng.random() < config.notes_share else each.plain for each in drawn]
        self.policy.train()
        return imitation_loss(self.policy, samples, dropped_words(rng, config.word_dropout))

    def _step(self, loss: Tensor) -> float:
        self._optimiser.step(loss)
        return float(loss.detach())

    def _measured(self) -> Metrics:
        """Success on held-out tasks: deployed families, adjacent ones, and the old ones where they were."""
        adjacent = [task_id for task_id in self._config.adjacent.split(",") if task_id]
        found: Mapping[str, float | None] = {
            "held_out_deployed": self._success(self._deployed, self._task_ids),
            "held_out_adjacent": self._success(self._deployed, adjacent),
            "held_out_old": self._success(self._trained, self._old_ids),
        }
        return {name: value for name, value in found.items() if value is not None}

    def _success(self, players: Players, task_ids: Sequence[str]) -> float | None:
        """Greedy success on held-out seeds, of weights alone if these learn; None without a verdict."""
        seeds = range(HELD_OUT, HELD_OUT + self._config.held_out)
        jobs = [Job(task_id=task_id, seed=seed) for task_id in task_ids for seed in seeds]
        notes = self._notes if self._config.method == "notes" else ()
        played = players.play(self.policy, jobs, notes=partial(nearest, notes))
        judged = [each for each in played if each.success is not None]
        return sum(each.success is True for each in judged) / len(judged) if judged else None

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "optimiser": self._optimiser.state(),
            "updates_done": self.updates_done,
            "env_steps": self._env_steps,
            "notes": [[note.goal, list(note.lines)] for note in self._notes],
            "experience": self._experience.to_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._optimiser.restore(state["optimiser"])
        self.updates_done, self._env_steps = state["updates_done"], state["env_steps"]
        self._notes = tuple(Note(goal, tuple(lines)) for goal, lines in state["notes"])
        self._experience = Experience.from_state(state["experience"])

    def close(self) -> None:
        """See `Trainer`."""
        self._deployed.close()
        self._trained.close()
