"""The kiosk: items, one of which an event reprices; orders, which an event ships.

The items come from a data file, their number depends on the world's size; pages have three skins.
"""

import csv
from datetime import timedelta
from importlib.resources import files
from typing import Any

from flask import Flask, redirect, render_template_string
from numpy.random import Generator
from sqlalchemy import select

from gristmill import AppSpec, Evidence, Task, TaskFamily, TaskRegistry, Verdict, View, World, verdict
from gristmill.apps.kit import (
    OraclePage,
    Sampler,
    TargetGone,
    create_flask_app,
    current_person,
    db,
    inserts,
    nothing_else_changed,
    only_inserted,
    row_inserted,
    term,
    world,
)
from gristmill.apps.world.choice import WorldSize
from postal_world.models import Item, Order

TASKS = TaskRegistry("kiosk")
NUMBERS = {WorldSize.SMALL: 2, WorldSize.STANDARD: 3, WorldSize.LARGE: 7}
SHIPPED_AFTER_S = 60
PAGE = """<!doctype html><title>Kiosk</title><body class="{{ skin }}"><h1>Kiosk of {{ person.name }}</h1>
{% for item in items %}<form method=post action="/order/{{ item.id }}">{{ item.name }} {{ item.price_cents }}
<button>Order {{ item.name }}</button></form>{% endfor %}
{% for order in orders %}<p>Order {{ order.id }}: {{ order.status }}</p>
<form method=post action="/cancel/{{ order.id }}"><button>Cancel {{ order.id }}</button></form>{% endfor %}
<p><label>Note <input name=note></label></p>"""


def create_app() -> Flask:
    app = create_flask_app(__name__, "kiosk")
    app.add_url_rule("/", "home", home)
    app.add_url_rule("/order/<int:item_id>", "order", order, methods=["POST"])
    app.add_url_rule("/cancel/<int:order_id>", "cancel", cancel, methods=["POST"])
    return app


def home() -> str:
    items = db().scalars(select(Item).order_by(Item.id)).all()
    orders = db().scalars(select(Order).order_by(Order.id)).all()
    return render_template_string(
        PAGE, skin=world().skin, person=current_person(), items=items, orders=orders
    )


def order(item_id: int) -> Any:
    here = world()
    item = db().get_one(Item, item_id)
    placed = Order(
        id=here.next_number("order"), person_id=here.person.id, item_id=item.id,
        price_cents=item.price_cents, placed_at=here.now, status="placed",
    )  # fmt: skip
    db().add(placed)
    here.schedule("kiosk.ship", here.now + timedelta(seconds=SHIPPED_AFTER_S), {"order_id": placed.id})
    here.publish("kiosk.order_placed", {"person_id": here.person.id, "order_id": placed.id})
    return redirect("/", 303)


def cancel(order_id: int) -> Any:
    db().delete(db().get_one(Order, order_id))
    return redirect("/", 303)


def ship(world: World, payload: Any) -> None:
    placed = world.db.get(Order, payload["order_id"])
    if placed is None:
        raise TargetGone(f"order {payload['order_id']} was cancelled")
    placed.status = "shipped"
    world.publish("kiosk.shipped", {"person_id": placed.person_id, "order_id": placed.id})


def reprice(world: World, payload: Any) -> None:
    world.db.get_one(Item, payload["item_id"]).price_cents = payload["price_cents"]


def seed(world: World, rng: Generator) -> None:
    with (files("postal_world") / "goods.csv").open() as file:
        names = [row["name"] for row in csv.DictReader(file)][: NUMBERS[world.size]]
    prices = rng.integers(100, 900, size=len(names))
    world.db.add_all(
        Item(id=n, name=name, price_cents=int(prices[n - 1])) for n, name in enumerate(names, start=1)
    )
    world.schedule("kiosk.reprice", world.now + timedelta(seconds=90), {"item_id": 2, "price_cents": 50})


@TASKS.add("Kiosk-Order-v0", max_steps=20, apps=("kiosk", "post"))
class OrderItem(TaskFamily):
    """Order one item and touch nothing else."""

    def draw(self, world: World, rng: Generator, **asked: Any) -> Task:
        sampler = Sampler(rng)
        item = world.db.get_one(Item, sampler.between(1, NUMBERS[world.size]))
        person = sampler.pick(world.people)
        world.schedule("post.deliver", world.now, {"person_id": person.id, "subject": "Welcome"})
        return Task(
            family=self.id, **asked, goal=f"Order one {item.name}.",
            start_url="http://kiosk.test/", person_id=person.id,
            terms={"item_id": item.id, "name": item.name},
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        expected = {"item_id": task.terms["item_id"], "person_id": task.person_id, "status": "placed"}
        placed = only_inserted(evidence, "kiosk_order")
        price_changes = [
            change
            for change in evidence.world_changes
            if change.cause == "kiosk.reprice" and change.key[0] == expected["item_id"]
        ]
        before = evidence.before.get("kiosk_item", expected["item_id"])
        assert before is not None
        price = before["price_cents"]
        for change in price_changes:
            if placed and change.at <= placed.text("placed_at"):
                price = change.after["price_cents"]
        return verdict(
            *row_inserted(evidence, "kiosk_order", expected, name="order"),
            term("price at the time of the order", price, placed.get("price_cents")),
            nothing_else_changed(evidence, inserts("kiosk_order", at_most=1)),
        )

    def oracle(self, view: View) -> str:
        if view.db.scalar(select(Order.id)):
            return "done"
        order = OraclePage(view).click("button", f"Order {view.task.terms['name']}")
        return order or "goto http://kiosk.test/"


KIOSK = AppSpec(
    name="kiosk", title="Kiosk", version="1", create_app=create_app, seed=seed, tasks=TASKS,
    handlers={"kiosk.ship": ship, "kiosk.reprice": reprice}, skins=("default", "night", "poster"),
)  # fmt: skip
