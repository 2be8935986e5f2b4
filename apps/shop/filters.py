"""The shop's Jinja filters, in addition to the kit's."""

from urllib.parse import urlencode
from zlib import crc32

from flask import Flask
from markupsafe import Markup

from gristmill.apps.kit.jinja_filters import moment
from gristmill.apps.shop.catalogue.colours import COLOURS
from gristmill.apps.shop.models import Product
from gristmill.apps.shop.services.browsing import CardProduct
from gristmill.apps.shop.services.cart import MAX_PER_LINE
from gristmill.apps.shop.services.forms import NETWORKS
from gristmill.apps.shop.services.numbers import (
    DELIVERY_CENTS,
    DELIVERY_DAYS,
    FREE_STANDARD_FROM_CENTS,
    RETURN_DAYS,
    WRAP_CENTS,
)

# Terms shown on pages, taken from the code that applies them.
TERMS = {
    "delivery_cents": DELIVERY_CENTS,
    "delivery_days": DELIVERY_DAYS,
    "free_from_cents": FREE_STANDARD_FROM_CENTS,
    "max_per_line": MAX_PER_LINE,
    "networks": list(NETWORKS.values()),
    "return_days": RETURN_DAYS,
    "wrap_cents": WRAP_CENTS,
}


def stars(rating_tenths: int) -> Markup:
    """A row of five stars filled to the rating, with the rating as its accessible name."""
    rating = f"{rating_tenths / 10:.1f}".removesuffix(".0")
    return Markup(
        f'<span class="stars" role="img" aria-label="{rating} out of 5 stars">'
        f'<span style="width:{rating_tenths * 2}%"></span></span>'
    )


def picture_url(product: Product | CardProduct, colour: str | None = None, view: str = "front") -> str:
    """The URL of a product's picture; includes a version, so that it can be cached forever."""
    version = f"{crc32(f'{product.kind} {product.picture}'.encode()):08x}"
    query = {"colour": colour, "view": view if view != "front" else None, "v": version}
    query = {key: value for key, value in query.items() if value}
    return f"/pictures/{product.slug}.svg?{urlencode(query)}"


def install(app: Flask) -> None:
    """Register the shop's filters and terms with the app's templates."""
    app.jinja_env.filters.update(moment=moment, stars=stars, picture_url=picture_url)
    app.jinja_env.globals.update(colour_codes=COLOURS, terms=TERMS)
