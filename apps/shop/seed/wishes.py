"""Wish lists of customers."""

from datetime import datetime, timedelta

from gristmill.apps.kit.sampling import Sampler

NAMES = (
    "Birthday ideas", "New flat", "Presents", "Kitchen", "Garden", "Some day", "Winter", "For the office",
    "Holiday", "Workshop", "Nursery", "Hobby room",
)  # fmt: skip
FIRST = "Wish list"
NOTES = (
    "", "", "", "", "for the landing", "ask about the colour first", "when the old one breaks",
    "two of these", "measure the shelf", "not before June", "the one that Gran has",
    "compare with the cheaper one",
)  # fmt: skip

Row = dict[str, object]
Rows = list[Row]


def wish_rows(sampler: Sampler, customers: Rows, variants: Rows, now: datetime) -> tuple[Rows, Rows]:
    """One to three named lists for each customer, with up to five things each."""
    lists: Rows = []
    items: Rows = []
    for customer in customers:
        for name in [FIRST, *sampler.some(NAMES, sampler.pick((0, 1, 1, 2)))]:
            lists.append({"id": len(lists) + 1, "customer_id": customer["id"], "name": name})
            for variant in sampler.some(variants, sampler.between(0, 5)):
                age = timedelta(days=sampler.between(2, 200), minutes=sampler.between(0, 600))
                items.append(
                    {
                        "id": len(items) + 1, "list_id": lists[-1]["id"], "variant_id": variant["id"],
                        "note": sampler.pick(NOTES), "added_at": now - age,
                        "price_cents": price_then(sampler, variant),
                    }
                )  # fmt: skip
    return lists, items


def price_then(sampler: Sampler, variant: Row) -> int:
    """What a variant cost when it was wished for: before its sale, if it is on sale; at times more."""
    if variant["was_cents"] is not None:
        return int(str(variant["was_cents"]))
    now = int(str(variant["price_cents"]))
    return now + 100 * sampler.between(1, 6) if sampler.chance(12) else now
