"""The crawler finds nothing wrong with shop, mail and chat, and misses no kind of page."""

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from sqlalchemy import select, text

from gristmill.apps.shop.models import Customer, Variant
from gristmill.apps.shop.services.cart import add_to_cart
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.world import World
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed
from gristmill.testing.crawl.crawler import Crawl
from gristmill.testing.crawl.states import Report

APPS = [installed().app(name) for name in ("chat", "mail", "shop")]
ROWS = {
    "http://chat.test/m/{}/delete": (
        "SELECT id FROM chat_message WHERE author_id = {person} AND NOT is_automatic AND deleted_at IS NULL"
    ),
    "http://mail.test/snooze?thread={}": (
        "SELECT e.thread_id FROM mail_entry e JOIN mail_account a ON a.id = e.account_id"
        " WHERE a.person_id = {person}"
    ),
}
"""Addresses of pages that are rare, and the rows that they are about."""
NO_PAGES = {
    "static": "files",
    "assets.static": "files",
    "home.picture": "pictures, loaded with the pages that show them",
    "files.content": "downloads, which open no page",
    "site_notices.leave": "leads back to the home page",
    "leave_refused_form": "leads back to the form's page",
    "leave_refused_product": "leads back to the form's page",
    "files.show": "small worlds have no files",
    "actions.ask_to_delete": "only threads in the bin are deleted for ever",
    "outbox.show": "mails wait there after being sent",
    "rules.edit_filter": "nobody starts with a filter",
    "rules.ask_to_apply": "nobody starts with a filter",
    "returns.form": "an order has to have arrived",
    "returns.exchange_form": "an order has to have arrived",
    "checkout.start": "leads to the first step that is open",
}
"""Routes that show no page, or one that a small world does not lead to, by endpoint or its last part."""


def fill_the_cart(world: World) -> None:
    """Put something into the cart, without which there is no checkout."""
    customer = world.db.scalars(select(Customer).where(Customer.person_id == world.person.id)).one()
    variant = world.db.scalars(select(Variant).where(Variant.stock > 5).order_by(Variant.id)).first()
    assert variant is not None
    add_to_cart(world.db, customer, variant, 1)


@pytest.fixture
def crawled() -> Iterator[Callable[..., Report]]:
    with closing(Runtime()) as runtime:

        def crawled(
            skin: str, host: str, *, engines: tuple[str, ...] = ("dom",), url: str = "", within: str = ""
        ) -> Report:
            rare: list[str] = []

            def prepare(world: World) -> None:
                fill_the_cart(world)
                for address, query in ROWS.items():
                    found = world.db.execute(text(query.format(person=world.person.id) + " LIMIT 1")).scalar()
                    rare.append(address.format(found))

            choice = WorldChoice(seed=1, size=WorldSize.SMALL, skin=skin)
            walk = Crawl(
                runtime, APPS, choice, engines=engines, per_kind=1, has_odd_input=False, prepare=prepare
            )
            with closing(walk):
                starts = [f"http://{host}/", *(each for each in rare if host in each)]
                return walk.run(*([url] if url else starts), within=within or url or host)

        yield crawled


def kinds_of_pages() -> set[str]:
    """All routes that show a page."""
    return {
        f"{app.host} {rule.endpoint}"
        for app in APPS
        for rule in app.create_app().url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not {rule.endpoint, rule.endpoint.split(".")[-1]} & NO_PAGES.keys()
    }


@pytest.mark.one_in(2)
@pytest.mark.slow
@pytest.mark.parametrize("section", ["chat.test browse", "shop.test cart"])
def test_every_control_of_the_start_page_and_a_section_is_alive(
    section: str, crawled: Callable[..., Report]
) -> None:
    report = crawled("default", section.split()[0], within=section)
    assert list(report.problems) == []
    assert report.pressed.total() > 30
    assert any(kind.startswith(section) for kind in report.pages)


@pytest.mark.sweep
@pytest.mark.parametrize("host", [app.host for app in APPS])
def test_every_control_of_every_kind_of_page_is_alive(host: str, crawled: Callable[..., Report]) -> None:
    report = crawled("default", host)
    assert list(report.problems) == []
    assert report.pressed.total() > 300
    assert sorted({kind for kind in kinds_of_pages() if kind.startswith(host)} - report.pages.keys()) == []


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://chat.test/channels/new", marks=pytest.mark.sweep),
        pytest.param("http://mail.test/settings/vacation", marks=pytest.mark.sweep),
        "http://shop.test/account/profile",
    ],
)
def test_controls_do_the_same_in_both_engines(url: str, crawled: Callable[..., Report]) -> None:
    report = crawled("ember", "", engines=("dom", "chromium"), url=url)
    assert list(report.problems) == []
    assert report.pressed.total() > 10
    assert report.pages.total() == 1
