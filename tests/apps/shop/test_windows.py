"""The shop in windows of three sizes, in Chromium: nothing covers a control, nothing runs over the edge."""

from collections.abc import Callable, Iterator

import pytest

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv

pytestmark = pytest.mark.browser

Evaluate = Callable[..., object]
SIZES = ((390, 844), (1024, 768), (1280, 800))
NARROW = SIZES[0]
FAMILIES = ("Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0")
MOST_STEPS = 60
PAGES = (
    "/", "/departments", "/search?q=mug", "/search?q=mug&min=900", "/d/clothing", "/p/{slug}",
    "/p/{slug}/review", "/cart", "/orders", "/lists", "/compare", "/viewed", "/account", "/account/profile",
    "/account/addresses", "/account/cards", "/help/delivery", "/help/returns", "/help/contact", "/nowhere",
)  # fmt: skip


OTHER_SIZES = [pytest.param(size, marks=pytest.mark.sweep) for size in SIZES[1:]]


@pytest.fixture(scope="module", params=[NARROW, *OTHER_SIZES], ids="{0[0]}x{0[1]}".format)
def window(request: pytest.FixtureRequest) -> Iterator[WebEnv]:
    """The checkout's environment in a window of one of the sizes."""
    made = WebEnv("Shop-Checkout-v0", viewport=request.param)
    yield made
    made.close()


def first_product(env: WebEnv) -> str:
    """The slug of the first product that a search lists."""
    seen = env.step("goto /search?q=jacket")[0]
    links = [node.properties["url"] for node in parse_aria_snapshot(seen["aria"]).all("link")]
    return next(link for link in links if link.startswith("/p/")).removeprefix("/p/")


def test_every_control_can_be_reached_and_no_page_is_too_wide(
    window: WebEnv, layout_faults: Callable[[WebEnv], list[str]]
) -> None:
    window.reset(seed=3)
    slug = first_product(window)
    for page in PAGES:
        window.step(f"goto {page.format(slug=slug)}")
        assert layout_faults(window) == [], page


def test_the_checkout_can_be_walked_without_the_shops_search(
    window: WebEnv, layout_faults: Callable[[WebEnv], list[str]]
) -> None:
    window.reset(seed=3)
    for _ in range(MOST_STEPS):
        seen, _, terminated, truncated, info = window.step(window.oracle())
        if terminated or truncated:
            break
        if "/checkout/" in seen["url"]:
            assert layout_faults(window) == [], seen["url"]
            assert parse_aria_snapshot(seen["aria"]).find("search") is None
    assert info["success"] is True


def test_pick_up_points_are_shown_with_pick_up_alone(window: WebEnv) -> None:
    window.reset(seed=3)
    seen = window.step("goto /cart")[0]
    while not seen["url"].endswith("/checkout/delivery"):
        seen = window.step(window.oracle())[0]
    shown = []
    for method in ("Pick-up", "Express"):
        page = parse_aria_snapshot(seen["aria"])
        radio = next(node for node in page.all("radio") if node.name.startswith(method))
        seen = window.step(f"check {radio.ref}")[0]
        shown.append(parse_aria_snapshot(seen["aria"]).find("combobox", "Pick-up point") is not None)
    assert shown == [True, False]


def test_the_front_page_shows_products_before_one_scrolls(window: WebEnv, evaluate: Evaluate) -> None:
    window.reset(seed=3)
    first = "() => document.querySelector('.card').getBoundingClientRect().bottom <= innerHeight"
    assert evaluate(window, first)


@pytest.mark.parametrize(
    ("family", "seeds"),
    [(FAMILIES[1], 1), *(pytest.param(family, 2, marks=pytest.mark.sweep) for family in FAMILIES)],
)
def test_the_oracle_wins_in_a_narrow_window(family: str, seeds: int) -> None:
    env = WebEnv(family, viewport=NARROW)
    try:
        for seed in range(seeds):
            env.reset(seed=seed)
            for _ in range(MOST_STEPS):
                *_, terminated, truncated, info = env.step(env.oracle())
                if terminated or truncated:
                    break
            assert info["success"] is True, (seed, info)
    finally:
        env.close()


USES = (("button", "Increase quantity"), ("radio", "Plum"), ("button", "Show this choice"),
        ("button", "Decrease quantity"), ("spinbutton", "Quantity"))  # fmt: skip


@pytest.mark.parametrize("viewport", [NARROW, OTHER_SIZES[0]], ids=["narrow", "wide"])
def test_both_engines_use_stepper_and_options_alike(viewport: tuple[int, int]) -> None:
    envs = [WebEnv("Shop-Checkout-v0", engine=engine, viewport=viewport) for engine in ("chromium", "dom")]
    try:
        for env in envs:
            env.reset(seed=3)
        first, second = (env.step("goto /p/ghyll-waxed-jacket")[0] for env in envs)
        for role, name in USES:
            node = parse_aria_snapshot(first["aria"]).find(role, name)
            assert node is not None, name
            first, second = (env.step(f"click {node.ref}")[0] for env in envs)
            assert second == first, name
        assert "colour=Plum" in first["url"]
        first, second = (env.step("press Enter")[0] for env in envs)  # what Enter does in the quantity
        assert second == first
        assert "/cart?added=" in first["url"]
    finally:
        for env in envs:
            env.close()


@pytest.mark.parametrize(
    "pages", [PAGES[::4], pytest.param(PAGES, marks=pytest.mark.sweep)], ids=["some", "all"]
)
def test_both_engines_read_narrow_pages_alike(pages: tuple[str, ...]) -> None:
    envs = [WebEnv("Shop-Checkout-v0", engine=engine, viewport=NARROW) for engine in ("chromium", "dom")]
    try:
        first, second = (env.reset(seed=3)[0] for env in envs)
        assert second == first
        slugs = [first_product(env) for env in envs]
        for page in pages:
            first, second = (
                env.step(f"goto {page.format(slug=slug)}")[0] for env, slug in zip(envs, slugs, strict=True)
            )
            assert second == first, page
    finally:
        for env in envs:
            env.close()
