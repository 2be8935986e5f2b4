"""Reviews whose stars follow how good a product is, and the ratings that sum them up."""

from dataclasses import dataclass
from datetime import date, timedelta

from gristmill.apps.shop.catalogue import opinions
from gristmill.apps.shop.seed.dice import Dice
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
    """A customer as far as reviews are concerned."""

    id: int
    joined_on: date


def reviewers(customers: Rows) -> list[Reviewer]:
    """Those who may write reviews: every customer, in the order given."""
    found = []
    for row in customers:
        number, joined_on = row["id"], row["joined_on"]
        if isinstance(number, int) and isinstance(joined_on, date):
            found.append(Reviewer(id=number, joined_on=joined_on))
    return found


def review_rows(dice: Dice, draft: Draft, reviewers: list[Reviewer], today: date) -> Rows:
    """Reviews of one product, by different customers, without ids."""
    if draft.is_favourite:
        stars, count = FAVOURITE, dice.between(2, MOST_REVIEWS)
    else:
        stars = QUALITIES[dice.pick(QUALITY_ODDS)]
        count = 0 if dice.chance(UNREVIEWED_PERCENT) else dice.between(1, MOST_REVIEWS)
    return [
        _review_row(dice, draft, reviewer, dice.pick(stars), today)
        for reviewer in dice.some(reviewers, count)
    ]


def _review_row(dice: Dice, draft: Draft, reviewer: Reviewer, stars: int, today: date) -> dict[str, object]:
    words = {
        "it": draft.kind.name,
        "brand": draft.brand.name,
        "time": dice.pick(opinions.TIMES),
        "relative": dice.pick(opinions.RELATIVES),
        "relative_gift": dice.pick(opinions.GIFTS),
    }
    age_days = dice.between(2, (today - reviewer.joined_on).days - 1)
    return {
        "product_id": draft.id,
        "customer_id": reviewer.id,
        "stars": stars,
        "title": dice.pick(opinions.TITLES[stars]).format(**words),
        "body": _body(dice, draft, stars).format(**words),
        "written_on": today - timedelta(days=min(age_days, 600)),
    }


def _body(dice: Dice, draft: Draft, stars: int) -> str:
    department = draft.department
    middle = {
        5: dice.some(department.praise, dice.between(1, 2)),
        4: [dice.pick(department.praise), *dice.some(department.gripes, dice.between(0, 1))],
        3: [dice.pick(department.praise), dice.pick(department.gripes)],
        2: dice.some(department.gripes, dice.between(1, 2)),
        1: dice.some(department.gripes, dice.between(1, 2)),
    }[stars]
    sentences = [dice.pick(opinions.OPENERS[stars]), *middle, dice.pick(opinions.ENDINGS[stars])]
    return " ".join(sentence for sentence in sentences if sentence)


def rating(reviews: Rows) -> dict[str, object]:
    """A product's rating columns, from its reviews."""
    stars = [int(str(review["stars"])) for review in reviews]
    return {"rating_tenths": rating_tenths(sum(stars), len(stars)), "review_count": len(stars)}
