"""From states that somebody else left behind, the oracle still finds its way."""

from collections.abc import Iterator
from typing import Any

import gymnasium as gym
import pytest
from sqlalchemy import select

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.shop.models import Coupon, CouponKind, Customer, Delivery, GiftCard, Product, Variant
from gristmill.apps.shop.services.cart import add_to_cart
from gristmill.apps.shop.services.checkout import choose_address, choose_delivery, use_gift_card

pytestmark = pytest.mark.slow

FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")
RANDOM_ACTIONS = 8
PLENTY = 80


IN_CHROMIUM = pytest.param("chromium", marks=[pytest.mark.browser, pytest.mark.sweep])


@pytest.fixture(scope="module", params=["dom", IN_CHROMIUM])
def envs(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    options = {"engine": request.param, "disable_env_checker": True, "max_episode_steps": PLENTY}
    made = {name: gym.make(name, **options) for name in FAMILIES}
    yield made
    for env in made.values():
        env.close()


def finish(env: Any) -> tuple[bool, list[str]]:
    """Let the oracle play to the end; whether it succeeded, and what it did."""
    done: list[str] = []
    for _ in range(PLENTY):
        done.append(env.unwrapped.oracle())
        _, _, terminated, truncated, info = env.step(done[-1])
        if terminated or truncated:
            return info["success"] is True, done
    return False, done


def wanted(db: Any, terms: Any) -> Variant:
    return db.get_one(Variant, (terms.get("variant_ids") or [terms.get("variant_id")])[0])


def wrong_item(db: Any, customer: Customer, terms: Any) -> None:
    other = Variant.product_id != wanted(db, terms).product_id
    add_to_cart(db, customer, db.scalars(select(Variant).where(other, Variant.stock > 0)).first(), 1)


def wrong_quantity(db: Any, customer: Customer, terms: Any) -> None:
    variant = wanted(db, terms)
    variant.stock = max(variant.stock, 1)
    add_to_cart(db, customer, variant, 1 if terms["quantity"] > 1 else min(variant.stock, 2))


def coupon(db: Any, customer: Customer, terms: Any) -> None:
    percent = select(Coupon).where(Coupon.kind == CouponKind.PERCENT, Coupon.minimum_cents == 0)
    add_to_cart(db, customer, wanted(db, terms), 1)
    customer.coupon_code = db.scalars(percent.where(Coupon.department_id.is_(None))).first().code


def wrong_choices(db: Any, customer: Customer, terms: Any) -> None:
    add_to_cart(db, customer, wanted(db, terms), terms["quantity"])
    choose_address(db, customer, next(a.id for a in customer.addresses if a.id != terms["address_id"]))
    choose_delivery(db, customer, Delivery.EXPRESS, None)
    use_gift_card(db, customer, db.scalars(select(GiftCard).where(GiftCard.balance_cents > 0)).first().code)


STATES = {"a wrong item in the cart": wrong_item, "a wrong quantity": wrong_quantity, "a coupon": coupon,
          "wrong choices and a gift card": wrong_choices}  # fmt: skip


OF_A_CHECKOUT = {"a coupon", "wrong choices and a gift card"}
MENDED = [(f, s) for f in FAMILIES for s in STATES if "Cart" not in f or s not in OF_A_CHECKOUT]


@pytest.mark.parametrize(("family_id", "state"), MENDED)
def test_the_oracle_mends(family_id: str, state: str, envs: dict[str, Any]) -> None:
    env = envs[family_id]
    _, info = env.reset(seed=3)
    terms = info["task"].terms
    with env.unwrapped.runner.episode.session.orm_session() as db:
        STATES[state](db, db.get_one(Customer, terms["customer_id"]), terms)
        db.commit()
    success, done = finish(env)
    assert success, done


@pytest.mark.parametrize("path", ["/p/{slug}", "/nothing-here", "/search?q=mug"])
@pytest.mark.parametrize("family_id", FAMILIES)
def test_the_oracle_finds_back_from(family_id: str, path: str, envs: dict[str, Any]) -> None:
    env = envs[family_id]
    env.reset(seed=4)
    with env.unwrapped.runner.episode.session.orm_session() as db:
        slug = db.scalars(select(Product.slug).order_by(Product.id.desc())).first()
    env.step(f"goto {path.format(slug=slug)}")
    success, done = finish(env)
    assert success, done


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("family_id", FAMILIES)
def test_the_oracle_takes_over_from_random_actions(family_id: str, seed: int, envs: dict[str, Any]) -> None:
    env, agent = envs[family_id], RandomAgent()
    observation, _ = env.reset(seed=seed)
    agent.begin(env.unwrapped, seed)
    for _ in range(RANDOM_ACTIONS):
        action = agent.act(observation)
        if action == "done":
            continue
        observation, _, terminated, _, info = env.step(action)
        assert not terminated
    allowed = ("shop_cart_item", "shop_checkout", "shop_customer")
    changes = env.unwrapped.runner.episode.diff().changes
    if any(change.table not in allowed for change in changes):
        pytest.skip("what was done cannot be undone")
    success, done = finish(env)
    assert success, (info["task"].goal, done)
