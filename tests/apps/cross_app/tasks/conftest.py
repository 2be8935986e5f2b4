"""What agents can do wrong across apps, done through the apps' services in the person's name."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.apps.chat.models import Channel
from gristmill.apps.chat.services import posting
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.mail.models import Account, Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.shop.models import Customer, Delivery, Order, Variant
from gristmill.apps.shop.services.cart import add_to_cart
from gristmill.apps.shop.services.checkout import basket, choose_address, choose_card, choose_delivery
from gristmill.apps.shop.services.orders import place_order
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable


class Agent:
    """Acts in the name of an episode's person."""

    def __init__(self, episode: Any) -> None:
        self.play = episode
        self.episode = episode.env.runner.episode
        self.task, self.terms = self.episode.task, self.episode.task.terms

    @contextmanager
    def world(self) -> Iterator[World]:
        """The world; what is changed is committed."""
        with self.episode.session.orm_session() as db:
            yield World(db)
            db.commit()

    def mail(self, to: str, text: str, *, cc: str = "", subject: str = "Hello", answers: int = 0) -> None:
        """Send a mail that cannot be taken back."""
        with self.world() as world:
            account = world.db.get_one(Account, self.task.person_id)
            sender = Mailbox(name=account.name, email=account.addresses[0].email)
            to_all = tuple(Mailbox(name="", email=each) for each in to.split(","))
            copies = (Mailbox(name="", email=cc),) if cc else ()
            mailing = Mailing(sender=sender, to=to_all, cc=copies, subject=subject, body=text)
            deliver(world, mailing.answering(world.db.get_one(Mail, answers)) if answers else mailing)

    def mail_id(self, world: World, message_id: str) -> int:
        """The id of a mail by its message id."""
        return world.db.scalars(select(Mail.id).where(Mail.message_id == message_id)).one()

    def post(self, channel_id: int, text: str, root_id: int | None = None) -> int:
        """Post something; returns the message's id."""
        with self.world() as world:
            channel = world.db.get_one(Channel, channel_id)
            return posting.post(world, channel, self.task.person_id, Words(text=text, root_id=root_id)).id

    def order(self, terms: OrderTerms) -> str:
        """Place an order; returns its number."""
        with self.world() as world:
            customer = world.db.get_one(Customer, terms.customer_id)
            add_to_cart(world.db, customer, world.db.get_one(Variant, terms.variant_ids[0]), terms.quantity)
            choose_address(world.db, customer, terms.address_id)
            choose_delivery(world.db, customer, Delivery(terms.delivery), None)
            choose_card(world.db, customer, terms.card_id, world.now.date())
            total = basket(world.db, customer, world.now.date()).price.total_cents
            return place_order(world.db, customer, world, agreed_cents=total).number

    def numbers(self) -> list[str]:
        """The numbers of the person's orders, oldest first."""
        with self.world() as world:
            own = select(Order.number).join(Customer, Customer.id == Order.customer_id)
            return list(
                world.db.scalars(own.where(Customer.person_id == self.task.person_id).order_by(Order.id))
            )


@pytest.fixture
def agent() -> Callable[[Any], Agent]:
    return Agent


def found(play: Callable[..., Any], task: str, fits: Callable[[Any], bool], *, start: int = 0) -> Any:
    """The first episode whose terms fit."""
    for seed in range(start, start + 60):
        episode = play(task, seed)
        if fits(episode.terms):
            return episode
    raise AssertionError(f"No seed of {task} fits.")


@pytest.fixture
def seek() -> Callable[..., Any]:
    return found


@pytest.fixture
def replan(play: Callable[..., Any]) -> Callable[..., bool]:
    """Take random actions, then let the oracle go on: whether it succeeds, or says that nothing helps."""

    def run(task: str, seed: int, actions: int = 10) -> bool:
        env = play(task, seed).env
        seen, info, wanderer = env.runner.observation(), {"success": False}, RandomAgent()
        wanderer.begin(env, seed)
        for _ in range(actions):
            action = wanderer.act(seen)
            seen, *_ = env.step("scroll down" if action == "done" else action)
        over = False
        while not over:
            try:
                seen, _, is_done, is_cut, info = env.step(env.oracle())
            except Unwinnable:
                return True
            over = is_done or is_cut
        return bool(info["success"])

    return run
