"""What the shop's tasks ask for, as values that go into a task as JSON and come back."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeVar

from gristmill.apps.base import Json, Task

T = TypeVar("T", bound="Terms")


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """Base of the terms of a task: JSON scalars and lists of them."""

    customer_id: int

    def to_json(self) -> Mapping[str, Json]:
        """These terms as a task stores them."""
        return asdict(self)

    @classmethod
    def of(cls: type[T], task: Task) -> T:
        """The terms of a task of this family."""
        return cls(**task.terms)  # type: ignore[arg-type]


@dataclass(frozen=True, kw_only=True, slots=True)
class CartTerms(Terms):
    """So many of one variant are to be in the cart."""

    variant_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderTerms(Terms):
    """So many of one variant (any one of `variant_ids`) are to be ordered, sent and paid like this."""

    variant_ids: list[int]
    quantity: int
    address_id: int
    delivery: str
    card_id: int
    last_order_id: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FindTerms(OrderTerms):
    """An order whose product is described: what to search, how to sort, to see it first."""

    query: str
    sort: str
    is_rated_4: bool
