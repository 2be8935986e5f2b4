"""A lamp whose price falls for two days, and coupons of which not all still hold."""

from datetime import datetime, time, timedelta

from gristmill.apps.stories.company import Staff
from gristmill.apps.stories.firms import MARLOWICK, MARLOWICK_CODES, notice
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, money
from gristmill.apps.world.chronicle import CouponFact, FoundProduct

FRIDAY = 4
SMALL_TALK = (
    "Of the weather we only say that lamps are selling well.",
    "Three of our readers asked how to wash a rug. In the bath, we have found, with the door closed.",
    "This week's question came from a man who owns eleven clocks and is never on time. We have no answer.",
    "A reader from the coast sends her regards to whoever packed her teapot in her own scarf's weight of paper.",
    "Our buyers have been to a fair and came home with a stool that nobody could fold. It is not on sale.",
    "The cat of the warehouse is well. She sleeps among the blankets, which are sold new.",
    "You told us that our boxes are good for forts. We have passed it on to the makers of boxes.",
    "Spring is when people buy picture frames, and nobody knows why. We have stacked them by the door.",
)


@story("price-drop", needs={"mail", "shop"})
def price_drop(s: StoryWriter) -> Acts:
    """A lamp is cheaper until Thursday; one letter's code has ended, another one's holds."""
    desk = s.desk
    lamp = s.goods("lamp", "floor lamp", colours=2, least_cents=6900)
    drop = s.between(2, 5) * 500
    bought = s.order(
        "bought",
        desk,
        "-10d 19:40",
        ("floor lamp", 1),
        goods="lamp",
        ship_to="Home",
        dearer_cents=drop,
        status="delivered",
    )
    yield
    if lamp.found is None or bought.placed is None:
        return
    general = [each for each in s.coupons if each.department is None and each.kind == "percent"]
    today = s.start.date()
    valid = s.pick([each for each in general if each.expires_on >= today])
    ended = next(each for each in general if each.expires_on < today)
    bound = s.pick([each for each in s.coupons if each.department and each.expires_on >= today])
    s.fact("answer", valid.code)
    s.fact("lure", ended.code)
    s.fact("bound code", bound.code)
    s.fact("order", bought.placed.number)
    wished(s, desk, lamp.found, drop)
    dropped(s, desk, lamp.found, drop)
    letters(s, desk, ended, bound, valid)


def wished(s: StoryWriter, desk: Staff, lamp: FoundProduct, drop: int) -> None:
    """The lamp went on the wish list."""
    seen = lamp.variants[0]
    then = s.fact("price before", money(seen.price_cents + drop), until="-1d 08:00")
    notice(
        s, MARLOWICK, [desk], "-18d 21:12", f"On your wish list: {lamp.name}",
        f"You have put the {lamp.name} on your wish list, at {then}. We write to you when its price falls, or when it is about to sell out.",
        key="wished",
    )  # fmt: skip


def dropped(s: StoryWriter, desk: Staff, lamp: FoundProduct, drop: int) -> None:
    """Its price fell yesterday; in a few minutes the colour that was seen rises again."""
    seen, until = lamp.variants[0], s.fact("until", day_text(s.at("+2d").date()))
    now = s.fact("price", money(seen.price_cents), since="-1d 08:00", until="+5m")
    colours = " and ".join(lamp.colours[:2]) or "every colour"
    s.fact("colours", colours)
    notice(
        s, MARLOWICK, [desk], "-1d 08:00", f"Now {now}: {lamp.name}",
        f"Good news about something on your wish list. The {lamp.name} costs {now} until {until}, in {colours}, instead of {money(seen.price_cents + drop)}.\n\n"
        "Prices may change sooner if a colour runs low. Orders that were placed at the old price keep it.",
        key="dropped",
    )  # fmt: skip
    s.event(
        "+5m", "shop.change_price", {"variant_id": seen.variant_id, "price_cents": seen.price_cents + drop}
    )


def letters(s: StoryWriter, desk: Staff, ended: CouponFact, bound: CouponFact, valid: CouponFact) -> None:
    """Three letters of the shop, each with a code of its own."""
    issue(s, desk, friday_before(ended), ended, "ended")
    issue(s, desk, s.at("-11d 16:00"), bound, "bound")
    issue(s, desk, s.at("-4d 16:00"), valid, "valid")


def friday_before(coupon: CouponFact) -> datetime:
    """Friday afternoon, a week or so before a coupon ends."""
    day = coupon.expires_on - timedelta(days=5)
    return datetime.combine(day - timedelta(days=(day.weekday() - FRIDAY) % 7), time(16))


def issue(s: StoryWriter, desk: Staff, at: datetime, coupon: CouponFact, key: str) -> None:
    """One letter, which comes besides the weekly ones."""
    where = f" on everything from {coupon.department}" if coupon.department else ""
    least = f" Your basket should hold {money(coupon.minimum_cents)} or more." if coupon.minimum_cents else ""
    amount = f"{coupon.value} %" if coupon.kind == "percent" else money(coupon.value)
    opening, closing = s.words("small talk", SMALL_TALK), s.words("small talk", SMALL_TALK)
    notice(
        s, MARLOWICK_CODES, [desk], at, s.words("title", (
            "A code for you: lamps and longer evenings", "A code for you: what the post brought",
            "A code for you: things with handles", "A code for you: it is inside", "A code for you: from the warehouse",
            "A code for you: small repairs", "A code for you: before the weekend",
        )),
        f"{opening}\n\nFor readers only: the code {coupon.code} takes off {amount}{where}, until {day_text(coupon.expires_on)}.{least} "
        f"One code an order, as ever.\n\n{closing}\n\nTo stop these letters, follow the link at the foot of this letter.",
        kind="letter", key=key,
    )  # fmt: skip
