"""Customers with their addresses and cards; gift cards, coupons and pick-up points."""

from datetime import date, timedelta

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import CouponKind
from gristmill.apps.shop.seed import places
from gristmill.apps.world.choice import WorldSize
from gristmill.apps.world.models import Person

JOINED_DAYS_AGO = {
    WorldSize.SMALL: (400, 1500),
    WorldSize.STANDARD: (400, 1500),
    WorldSize.LARGE: (1500, 2600),
}
NETWORKS = ("Corvid", "Halden", "Tesserine")
LABELS = ("Work", "Parents", "Studio", "Cabin", "Neighbour", "Workshop", "Beach House", "Sister")
COUPON_WORDS = (
    "HEARTH", "MEADOW", "LANTERN", "HARBOUR", "THIMBLE", "ORCHARD", "COMPASS", "MARBLE", "KETTLE", "PEBBLE",
    "WILLOW", "SATURDAY", "CORNER", "POSTBOX",
)  # fmt: skip
CODE_LETTERS = "ACDEFHJKLMNPQRTUVWXY3479"

Rows = list[dict[str, object]]


def customer_rows(sampler: Sampler, people: list[Person], size: WorldSize, today: date) -> Rows:
    """One customer per person, with the person's id; all joined before the oldest order."""
    return [
        {
            "id": person.id,
            "person_id": person.id,
            "joined_on": today - timedelta(days=sampler.between(*JOINED_DAYS_AGO[size])),
            "coupon_code": None,
        }
        for person in people
    ]


def address_rows(sampler: Sampler, people: list[Person]) -> Rows:
    """Two to four addresses per person, the first labelled Home; a random one is the default."""
    rows: Rows = []
    for person in people:
        labels = ["Home", *sampler.some(LABELS, sampler.between(1, 3))]
        default = "Home" if sampler.chance(75) else sampler.pick(labels)
        for label in labels:
            rows.append(
                {
                    "id": len(rows) + 1,
                    "customer_id": person.id,
                    "label": label,
                    "full_name": person.name,
                    **places.address(sampler, is_work=label == "Work"),
                    "is_default": label == default,
                }
            )
    return rows


def card_rows(sampler: Sampler, people: list[Person], today: date) -> Rows:
    """Two or three cards per person: the default is valid, of the others one in six has expired."""
    rows: Rows = []
    for person in people:
        count = sampler.between(2, 3)
        default = sampler.between(0, count - 1)
        for place, last4 in enumerate(sampler.some(range(1000, 10000), count)):
            is_expired = place != default and sampler.chance(17)
            year = today.year - sampler.between(1, 2) if is_expired else today.year + sampler.between(1, 5)
            rows.append(
                {
                    "id": len(rows) + 1,
                    "customer_id": person.id,
                    "network": sampler.pick(NETWORKS),
                    "holder": person.name,
                    "last4": str(last4),
                    "expiry_month": sampler.between(1, 12),
                    "expiry_year": year,
                    "is_default": place == default,
                }
            )
    return rows


def gift_card_rows(sampler: Sampler) -> Rows:
    """Twenty-four gift cards, two of them spent."""
    balances = [0, 0, *(sampler.between(2, 40) * 500 for _ in range(22))]
    return [
        {"id": number, "code": f"GC-{_code(sampler)}-{_code(sampler)}", "balance_cents": balance}
        for number, balance in enumerate(sampler.shuffled(balances), start=1)
    ]


def _code(sampler: Sampler) -> str:
    return "".join(sampler.pick(CODE_LETTERS) for _ in range(4))


def coupon_rows(sampler: Sampler, today: date, departments: int) -> Rows:
    """Eleven coupons: all kinds, with and without a minimum, two bound to a department, two expired."""
    percent, amount, free = CouponKind.PERCENT, CouponKind.AMOUNT, CouponKind.FREE_DELIVERY
    bound = sampler.some(range(1, departments + 1), 2)
    terms: list[tuple[CouponKind, int, int, int | None, bool]] = [
        (percent, 10, 0, None, False),
        (percent, 15, 4000, None, False),
        (percent, 20, 10000, None, False),
        (amount, 500, 2500, None, False),
        (amount, 1500, 7500, None, False),
        (percent, 25, 0, bound[0], False),
        (amount, 1000, 3000, bound[1], False),
        (free, 0, 0, None, False),
        (free, 0, 2000, None, False),
        (percent, 30, 0, None, True),
        (amount, 2000, 5000, None, True),
    ]
    words = sampler.some(COUPON_WORDS, len(terms))
    return [
        {
            "id": number,
            "code": f"{word}{value // 100 if kind is amount else value or 'SHIP'}",
            "kind": kind,
            "value": value,
            "minimum_cents": minimum,
            "department_id": department,
            "expires_on": today
            + timedelta(days=-sampler.between(3, 60) if is_expired else sampler.between(20, 200)),
        }
        for number, (word, (kind, value, minimum, department, is_expired)) in enumerate(
            zip(words, terms, strict=True), start=1
        )
    ]


def pickup_point_rows(sampler: Sampler) -> Rows:
    """Ten pick-up points with their opening hours."""
    return [
        {"id": number, "name": name, **places.shopfront(sampler), "hours": sampler.pick(places.HOURS)}
        for number, name in enumerate(sampler.some(places.POINTS, 10), start=1)
    ]
