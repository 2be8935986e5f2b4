"""Reviews whose stars depend on a product's quality, and the ratings that aggregate them."""

from dataclasses import dataclass
from datetime import date, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue import opinions
from gristmill.apps.shop.seed.products import Draft
from gristmill.apps.shop.services.numbers import rating_tenths

UNREVIEWED_PERCENT = 9
MOST_REVIEWS = 8

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
class Reviewer:
    """The part of a customer that reviews depend on."""

    id: int
    joined_on: date


def reviewers(customers: Rows) -> list[Reviewer]:
    """Potential reviewers: all customers, in the given order."""
    found = []
    for row in customers:
        number, joined_on = row["id"], row["joined_on"]
        if isinstance(number, int) and isinstance(joined_on, date):
            found.append(Reviewer(id=number, joined_on=joined_on))
    return found


def review_rows(sampler: Sampler, draft: Draft, reviewers: list[Reviewer], today: date) -> Rows:
    """Reviews of one product, by different customers, without ids."""
    if draft.is_favourite:
        stars, count = FAVOURITE, sampler.between(2, MOST_REVIEWS)
    else:
        stars = QUALITIES[sampler.pick(QUALITY_ODDS)]
        count = 0 if sampler.chance(UNREVIEWED_PERCENT) else sampler.between(1, MOST_REVIEWS)
    return [
        _review_row(sampler, draft, reviewer, sampler.pick(stars), today)
        for reviewer in sampler.some(reviewers, count)
    ]


def _review_row(
    sampler: Sampler, draft: Draft, reviewer: Reviewer, stars: int, today: date
) -> dict[str, object]:
    words = {
        "it": draft.kind.name,
        "brand": draft.brand.name,
        "time": sampler.pick(opinions.TIMES),
        "relative": sampler.pick(opinions.RELATIVES),
        "relative_gift": sampler.pick(opinions.GIFTS),
    }
    age_days = sampler.between(2, (today - reviewer.joined_on).days - 1)
    return {
        "product_id": draft.id,
        "customer_id": reviewer.id,
        "stars": stars,
        "title": sampler.pick(opinions.TITLES[stars]).format(**words),
        "body": _body(sampler, draft, stars).format(**words),
        "written_on": today - timedelta(days=min(age_days, 600)),
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
