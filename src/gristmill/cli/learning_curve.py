"""Success on held-out tasks while `gristmill train` runs."""

import json
from collections.abc import Callable
from itertools import product

from gristmill.agents.dreams.opening import measured_on
from gristmill.agents.training.algorithms import Plan
from gristmill.agents.training.curves import CURVE_FILE
from gristmill.agents.training.evaluation import Evaluation, evaluate
from gristmill.agents.training.logs import METRICS_FILE, read_metrics
from gristmill.agents.training.runs import Metrics, Trainer


class LearningCurve:
    """Success on held-out tasks during and after a training, in `curve.jsonl`, with what it has cost so far.

    Args:
        every: updates between evaluations; 0 for none before `latest`.
    """

    def __init__(
        self, trainer: Trainer, plan: Plan, seeds: range, engines: tuple[str, ...], *, every: int
    ) -> None:
        self._trainer, self._plan, self._seeds, self._engines = trainer, plan, seeds, engines
        self._every, self._path = every, plan.folder / CURVE_FILE
        self._costs: Metrics = (read_metrics(plan.folder / METRICS_FILE) or [{}])[-1]
        self._found: tuple[int, list[Evaluation]] = (-1, [])

    def latest(self, on_found: Callable[[Evaluation], None] = lambda found: None) -> list[Evaluation]:
        """Success of the policy as it is, in each engine greedily and sampled.

        On tasks of the real environment, whatever was practised in. `on_found` is called with each as soon as
        it is known: many families take minutes.
        """
        update = self._trainer.updates_done
        if self._found[0] == update:
            for each in self._found[1]:
                on_found(each)
            return self._found[1]
        found = []
        for engine, greedy in product(dict.fromkeys(self._engines), (True, False)):
            for task_id in measured_on(self._plan.task_ids):
                options = {"engine": engine, **self._plan.site}
                found += evaluate(
                    self._trainer.policy, [task_id], self._seeds, is_greedy=greedy, options=options
                )
                on_found(found[-1])
        self._found = update, found
        return found

    def add(self, metrics: Metrics) -> None:
        """Take the metrics of an update, and evaluate if it is time to."""
        self._costs = metrics
        if self._every and self._seeds and self._trainer.updates_done % self._every == 0:
            self.write()

    def write(self) -> None:
        """Write the latest success; lines of later updates, from before a stop, are removed."""
        update, costs = self._trainer.updates_done, self._costs
        new = [{"update": update, **each.to_json(), "training": costs} for each in self.latest()]
        lines = self._path.read_text(encoding="utf-8").splitlines() if self._path.exists() else []
        kept = [line for line in lines if json.loads(line)["update"] < update]
        self._path.write_text("\n".join([*kept, *map(json.dumps, new)]) + "\n", encoding="utf-8")
