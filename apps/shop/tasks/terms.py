"""Terms of the shop's tasks, convertible to and from a task's JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from gristmill.apps.base import Json, Task

T = TypeVar("T", bound="Terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Base of terms: JSON scalars and lists of them."""

    customer_id: int

    def to_json(self) -> Mapping[str, Json]:
        """These terms as JSON, for `Task.terms`."""
        return asdict(self)

    @classmethod
    def of(cls: type[T], task: Task) -> T:
        """The terms of a task."""
        return cls(**task.terms)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True, slots=True)
class CartTerms(Terms):
    """The cart must hold this quantity of one variant."""

    variant_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SendTerms(Terms):
    """Where an order goes, how, and what pays; it is the first after `last_order_id`."""

    address_id: int
    delivery: str
    card_id: int
    last_order_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTerms(SendTerms):
    """An order of this quantity of one of `variant_ids`, with this address, delivery and card.

    Attributes:
        saved: variant and quantity of what is saved for later and stays so; None where the oracle need not
            see to it.
    """

    variant_ids: list[int]
    quantity: int
    saved: list[list[int]] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BasketTerms(SendTerms):
    """An order of these lines, each a variant's id and a quantity, with this coupon's code or none."""

    lines: list[list[int]]
    coupon: str | None = None

    @property
    def wanted(self) -> dict[int, int]:
        """Quantities by variant."""
        return {line[0]: line[1] for line in self.lines}


@dataclass(frozen=True, kw_only=True, slots=True)
class FindTerms(OrderTerms):
    """An order of a described product: the search and the sorting that list it first."""

    query: str
    sort: str
    is_rated_4: bool
