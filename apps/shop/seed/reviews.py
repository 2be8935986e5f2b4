"""Reviews whose stars depend on a product's quality, and the ratings that aggregate them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue import opinions
from gristmill.apps.shop.seed.products import Draft
from gristmill.apps.shop.services.numbers import rating_tenths
from gristmill.apps.world.choice import WorldSize

UNREVIEWED_PERCENT = 9
OWN_PERCENT = 25  # of what a customer has bought
FEW = (80, 1, 5), (94, 6, 15), (99, 16, 50), (100, 61, 200)  # up to this percent: least, most
SPREAD = {
    WorldSize.SMALL: FEW,
    WorldSize.STANDARD: FEW,
    WorldSize.LARGE: ((75, 1, 6), (93, 6, 15), (99, 16, 50), (100, 61, 200)),
}
INITIALS = "ABCDEFGHIJKLMNOPRSTVWYZ"

# Ten equally likely star counts for each quality of product.
QUALITIES = (
    (5, 5, 5, 5, 5, 5, 4, 4, 4, 3),
    (5, 5, 5, 5, 4, 4, 4, 4, 3, 2),
    (5, 5, 5, 4, 4, 4, 4, 3, 3, 2),
    (5, 4, 4, 4, 3, 3, 3, 2, 2, 1),
    (4, 3, 3, 2, 2, 2, 1, 1, 1, 5),
)
QUALITY_ODDS = (0, 0, 0, 1, 1, 1, 2, 2, 3, 4)
FAVOURITE = (5, 5, 5, 5, 5, 4, 4, 4, 5, 4)

Rows = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bought:
    """A product that a customer has received."""

    customer_id: int
    product_id: int
    arrived_on: date


def counts(sampler: Sampler, draft: Draft, size: WorldSize) -> int:
    """How many reviews a product has: mostly a few, now and then a hundred or two."""
    if not draft.is_favourite and sampler.chance(UNREVIEWED_PERCENT):
        return 0
    roll = sampler.between(1, 100)
    low, high = next(bounds for share, *bounds in SPREAD[size] if roll <= share)
    return sampler.between(low, high)


def review_rows(sampler: Sampler, draft: Draft, size: WorldSize, today: date) -> Rows:
    """Reviews of one product by people from elsewhere, without ids."""
    stars = FAVOURITE if draft.is_favourite else QUALITIES[sampler.pick(QUALITY_ODDS)]
    return [
        review_row(sampler, draft, sampler.pick(stars), today - timedelta(days=sampler.between(2, 600)))
        | {"customer_id": None, "author": f"{sampler.pick(opinions.REVIEWERS)} {sampler.pick(INITIALS)}."}
        for _ in range(counts(sampler, draft, size))
    ]


def own_rows(sampler: Sampler, drafts: Mapping[int, Draft], bought: Iterable[Bought], today: date) -> Rows:
    """Reviews by customers of what has been delivered to them, without ids; one of each product at most."""
    stars = {number: FAVOURITE if draft.is_favourite else QUALITIES[1] for number, draft in drafts.items()}
    rows: Rows = []
    done: set[tuple[int, int]] = set()
    for each in bought:
        key = each.product_id, each.customer_id
        if key in done or not sampler.chance(OWN_PERCENT):
            continue
        done.add(key)
        day = min(each.arrived_on + timedelta(days=sampler.between(2, 40)), today - timedelta(days=1))
        row = review_row(sampler, drafts[each.product_id], sampler.pick(stars[each.product_id]), day)
        rows.append(row | {"customer_id": each.customer_id, "author": ""})
    return rows


def review_row(sampler: Sampler, draft: Draft, stars: int, written_on: date) -> dict[str, object]:
    """A review without its author."""
    words = {
        "it": draft.kind.name,
        "brand": draft.brand.name,
        "time": sampler.pick(opinions.TIMES),
        "relative": sampler.pick(opinions.RELATIVES),
        "relative_gift": sampler.pick(opinions.GIFTS),
    }
    return {
        "product_id": draft.id,
        "stars": stars,
        "title": sampler.pick(opinions.TITLES[stars]).format(**words),
        "body": _body(sampler, draft, stars).format(**words),
        "written_on": written_on,
        "helpful_count": sampler.between(1, 12) if sampler.chance(30) else 0,
    }


def _body(sampler: Sampler, draft: Draft, stars: int) -> str:
    department = draft.department
    middle = {
        5: sampler.some(department.praise, sampler.between(1, 2)),
        4: [sampler.pick(department.praise), *sampler.some(department.gripes, sampler.between(0, 1))],
        3: [sampler.pick(department.praise), sampler.pick(department.gripes)],
        2: sampler.some(department.gripes, sampler.between(1, 2)),
        1: sampler.some(department.gripes, sampler.between(1, 2)),
    }[stars]
    sentences = [sampler.pick(opinions.OPENERS[stars]), *middle, sampler.pick(opinions.ENDINGS[stars])]
    return " ".join(sentence for sentence in sentences if sentence)


def rating(reviews: Rows) -> dict[str, object]:
    """A product's rating columns, from its reviews."""
    stars = [int(str(review["stars"])) for review in reviews]
    return {"rating_tenths": rating_tenths(sum(stars), len(stars)), "review_count": len(stars)}
