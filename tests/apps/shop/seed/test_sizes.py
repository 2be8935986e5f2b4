"""Small and large shops read like the standard one."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from gristmill.apps.shop import APP
from gristmill.apps.shop.catalogue import BRANDS, DEPARTMENTS
from gristmill.apps.world.builder import stream
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.world import World
from gristmill.envs.episode.runtime import default_runtime
from gristmill.plugins import installed
from gristmill.snapshots.image import restore

SIZES = {
    WorldSize.SMALL: (140, 160, 60),
    WorldSize.STANDARD: (650, 750, 60),
    WorldSize.LARGE: (7100, 7300, 100),
}
NAMES = "SELECT p.name, p.kind, b.name FROM shop_product p JOIN shop_brand b ON b.id = p.brand_id"


TAKES_LONG = pytest.param(WorldSize.LARGE, marks=pytest.mark.sweep)


@pytest.fixture(scope="module", params=[WorldSize.SMALL, WorldSize.STANDARD, TAKES_LONG])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[WorldSize, sqlite3.Connection]]:
    family = installed().family("Shop-AddToCart-v0")
    world = default_runtime().world(family, WorldChoice(size=request.param))
    with closing(restore(world.data)) as connection:
        yield request.param, connection


def test_each_size_has_its_number_of_products_and_people(shop: tuple[WorldSize, sqlite3.Connection]) -> None:
    size, rows = shop
    least, most, people = SIZES[size]
    (products,) = rows.execute("SELECT count(*) FROM shop_product").fetchone()
    assert least <= products <= most
    assert rows.execute("SELECT count(*) FROM world_person").fetchone() == (people,)
    assert rows.execute("SELECT count(*) FROM shop_customer").fetchone() == (people,)


def test_every_name_is_a_line_a_style_and_a_kind_and_comes_once(
    shop: tuple[WorldSize, sqlite3.Connection],
) -> None:
    _, rows = shop
    lines = {brand.name: brand.lines for brand in BRANDS}
    styles = {kind.name: kind.styles for department in DEPARTMENTS for kind in department.kinds}
    found = rows.execute(NAMES).fetchall()
    assert len({name for name, *_ in found}) == len(found)
    assert {kind for _, kind, _ in found} == set(styles)
    for name, kind, brand in found:
        parts = [(line, style) for line in lines[brand] for style in styles[kind]]
        assert any(name.lower() == f"{line} {style} {kind}".lower() for line, style in parts), name


def test_addresses_stock_numbers_and_references_hold(shop: tuple[WorldSize, sqlite3.Connection]) -> None:
    _, rows = shop
    slugs = [slug for (slug,) in rows.execute("SELECT slug FROM shop_product")]
    assert len(set(slugs)) == len(slugs)
    assert all(re.fullmatch(r"[a-z0-9-]+", slug) for slug in slugs)
    skus = [sku for (sku,) in rows.execute("SELECT sku FROM shop_variant")]
    assert len(set(skus)) == len(skus)
    assert rows.execute("PRAGMA foreign_key_check").fetchall() == []


@pytest.mark.sweep
@pytest.mark.parametrize("family_id", [family.id for family in APP.tasks])
@pytest.mark.parametrize("size", [WorldSize.SMALL, WorldSize.LARGE])
def test_every_family_draws_many_different_tasks(family_id: str, size: WorldSize) -> None:
    family, runtime = installed().family(family_id), default_runtime()
    world = runtime.world(family, WorldChoice(size=size)).data
    session = runtime.sessions.open(world, family.apps, handlers=Handlers.of(runtime.specs(family)))
    drawn = set()
    for seed in range(60):
        with session.orm_session() as db:
            rng = stream(seed, family_id, "train")
            task = family.draw(World(db), rng, seed=seed, split="train", wordings="train")
            drawn.add(json.dumps(task.to_json()["terms"], sort_keys=True))
    runtime.sessions.close(session)
    assert len(drawn) > 52
