"""The filters of a listing, and their encoding in the URL's query string."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from gristmill.apps.kit.current_skin import formats
from gristmill.apps.kit.forms import one_of

SORTS = {
    "relevance": "Relevance",
    "price-asc": "Price: low to high",
    "price-desc": "Price: high to low",
    "rating": "Customer rating",
    "name": "Name",
}
RATINGS = {"": (0, "Any rating"), "3": (30, "3 stars and up"), "4": (40, "4 stars and up"),
           "4.5": (45, "4.5 stars and up")}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Filters:
    """Listing filters. Department and brands are slugs; price bounds are inclusive, in cents."""

    query: str = ""
    department: str = ""
    brands: tuple[str, ...] = ()
    min_cents: int | None = None
    max_cents: int | None = None
    rating: str = ""
    in_stock: bool = False
    sort: str = "relevance"

    @property
    def rating_tenths(self) -> int:
        """The minimum rating, in tenths of a star."""
        return RATINGS[self.rating][0]

    def query_string(self, page: int = 1) -> str:
        """The query string for these filters and a page."""
        pairs = {
            "q": self.query,
            "department": self.department,
            "brand": self.brands,
            "min": formats().typed(self.min_cents),
            "max": formats().typed(self.max_cents),
            "rating": self.rating,
            "in_stock": "1" if self.in_stock else "",
            "sort": "" if self.sort == "relevance" else self.sort,
            "page": str(page) if page > 1 else "",
        }
        return urlencode({key: value for key, value in pairs.items() if value}, doseq=True)

    def without(self, name: str) -> "Filters":
        """A copy with one filter reset."""
        defaults = {field.name: field.default for field in fields(Filters)}
        return replace(self, **{name: defaults[name]})  # type: ignore[arg-type]

    def without_brand(self, slug: str) -> "Filters":
        """A copy without one brand."""
        return replace(self, brands=tuple(brand for brand in self.brands if brand != slug))

    @property
    def cleared(self) -> "Filters":
        """A copy with the query only."""
        return Filters(query=self.query, sort=self.sort)


def parse(args: MultiDict[str, str]) -> tuple[Filters, dict[str, str]]:
    """Parse filters from a query string; returns errors by field, and ignores invalid fields."""
    errors: dict[str, str] = {}
    low, high = (parse_price(args.get(name, ""), name, errors) for name in ("min", "max"))
    if low is not None and high is not None and low > high:
        errors["max"] = "The highest price must not be below the lowest price."
        high = None
    return Filters(
        query=" ".join(args.get("q", "").split())[:80],
        department=args.get("department", ""),
        brands=tuple(dict.fromkeys(args.getlist("brand"))),
        min_cents=low,
        max_cents=high,
        rating=one_of(RATINGS, args.get("rating", ""), ""),
        in_stock=args.get("in_stock") == "1",
        sort=one_of(SORTS, args.get("sort", ""), "relevance"),
    ), errors


def parse_price(typed: str, name: str, errors: dict[str, str]) -> int | None:
    """Parse dollars to cents; None if the text is empty or invalid, which is added to `errors`."""
    try:
        return formats().parse_cents(typed)
    except ValueError as refused:
        errors[name] = str(refused)
        return None


def labels(filters: Filters, names: Mapping[str, str]) -> Sequence[tuple[str, Filters]]:
    """Each active filter as text, and the filters that remain without it.

    `names` maps slugs of departments and brands to names; unknown slugs are left out.
    """
    found = [(names[slug], filters.without_brand(slug)) for slug in filters.brands if slug in names]
    if filters.department in names:
        found.insert(0, (names[filters.department], filters.without("department")))
    if filters.min_cents is not None:
        found.append((f"from {formats().short_money(filters.min_cents)}", filters.without("min_cents")))
    if filters.max_cents is not None:
        found.append((f"up to {formats().short_money(filters.max_cents)}", filters.without("max_cents")))
    if filters.rating:
        found.append((RATINGS[filters.rating][1], filters.without("rating")))
    if filters.in_stock:
        found.append(("In stock", filters.without("in_stock")))
    return found
