"""What answers cost: tokens and dollars, of an episode and of a process."""

import threading
from dataclasses import asdict, dataclass, field

from gristmill.agents.llm.conversation import Usage
from gristmill.agents.llm.options import LlmOptions, Prices
from gristmill.apps.base import Json
from gristmill.errors import BudgetSpent, EndpointFault

MILLION = 1_000_000


def cost_usd(usage: Usage, prices: Prices | None) -> float | None:
    """What tokens cost; None if prices are unknown."""
    if prices is None:
        return None
    total = usage.input_tokens * prices.input + usage.output_tokens * prices.output
    total += usage.cached_tokens * prices.cached + usage.cache_write_tokens * prices.cache_write
    return total / MILLION


class Purse:
    """What all episodes of this process have cost so far; threads may share one."""

    def __init__(self, options: LlmOptions) -> None:
        self._budget_usd, self._spent_usd = options.budget_usd, 0.0
        self._lock = threading.Lock()

    def pay(self, usd: float | None) -> None:
        """Add what an answer cost."""
        with self._lock:
            self._spent_usd += usd or 0.0

    def require(self) -> None:
        """Raise `EndpointFault` if nothing is left; requests under way may exceed the budget."""
        if self._budget_usd is not None and self._spent_usd >= self._budget_usd:
            raise EndpointFault(
                f"The budget of {self._budget_usd:g} dollars is spent ({self._spent_usd:.4f}): this episode "
                "is not judged. Raise budget_usd and play it again."
            )


@dataclass(slots=True)
class Account:
    """What one episode has cost so far."""

    options: LlmOptions
    usage: Usage = field(default_factory=Usage)
    requests: int = 0
    retries: int = 0

    @property
    def cost_usd(self) -> float | None:
        """Dollars; None if prices are unknown."""
        return cost_usd(self.usage, self.options.prices)

    def add(self, usage: Usage) -> None:
        """Add an answer."""
        sums = {name: number + asdict(usage)[name] for name, number in asdict(self.usage).items()}
        self.usage, self.requests = Usage(**sums), self.requests + 1

    def require(self, *, steps: int) -> None:
        """Raise `BudgetSpent` if this episode may take no further step, or ask for no further answer."""
        budget, most = self.options.episode_budget_usd, self.options.max_steps
        if most is not None and steps >= most:
            raise BudgetSpent(f"This agent may take {most} steps in an episode.")
        if budget is not None and (self.cost_usd or 0.0) >= budget:
            raise BudgetSpent(f"The budget of {budget:g} dollars for an episode is spent.")

    def to_json(self) -> dict[str, Json]:
        """As JSON; here cached tokens are part of the input."""
        usage = self.usage
        return {
            "input_tokens": usage.input_tokens + usage.cached_tokens + usage.cache_write_tokens,
            "cached_tokens": usage.cached_tokens,
            "cache_write_tokens": usage.cache_write_tokens,
            "output_tokens": usage.output_tokens,
            "cost_usd": self.cost_usd,
            "calls": self.requests,
            "retries": self.retries,
        }
