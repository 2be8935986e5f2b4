"""Products and their variants, made from the catalogue."""

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.catalogue import BRANDS, DEPARTMENTS
from gristmill.apps.shop.catalogue.brands import BrandData
from gristmill.apps.shop.catalogue.colours import BACKGROUNDS
from gristmill.apps.shop.catalogue.kinds import DepartmentData, Kind
from gristmill.apps.world.choice import WorldSize

PRODUCTS_PER_KIND = {
    WorldSize.SMALL: (2, 2, 2, 3),
    WorldSize.STANDARD: (10,),
    WorldSize.LARGE: (104,),  # or as many as there are names
}  # in turn
FAVOURITES_PER_BRAND = {WorldSize.SMALL: 2, WorldSize.STANDARD: 4, WorldSize.LARGE: 40}
SOLD_OUT_PERCENT = 5

Rows = list[dict[str, object]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A product before it becomes a row: the data that variants and reviews depend on."""

    id: int
    department: DepartmentData
    brand: BrandData
    kind: Kind
    line: str
    style: str
    sizes: tuple[str, ...]
    colours: tuple[str, ...]
    is_favourite: bool

    @property
    def name(self) -> str:
        """The product's name."""
        return " ".join((self.line, self.style, title(self.kind.name)))


def title(words: str) -> str:
    """Capitalise every word; letters after an apostrophe or hyphen are unchanged."""
    return " ".join(word[:1].upper() + word[1:] for word in words.split())


def drafts(sampler: Sampler, size: WorldSize) -> Iterator[Draft]:
    """Every product of a shop of this size, by department and kind, with ids from 1.

    The first products of each brand are its favourites: in stock, and rated well.
    """
    number = 0
    favourites: Counter[str] = Counter()
    kinds = [(department, kind) for department in DEPARTMENTS for kind in department.kinds]
    for (department, kind), count in zip(kinds, cycle(PRODUCTS_PER_KIND[size]), strict=False):
        styles: dict[str, list[str]] = {}  # that a line has left: no name twice
        for brand, line in _lines(sampler, department.slug, kind, count):
            number += 1
            favourites[brand.name] += 1
            draft = _draft(
                sampler, number, department, kind, brand, line, styles.setdefault(line, list(kind.styles)),
                is_favourite=favourites[brand.name] <= FAVOURITES_PER_BRAND[size],
            )  # fmt: skip
            styles[line].remove(draft.style)
            yield draft


def _lines(sampler: Sampler, department: str, kind: Kind, count: int) -> list[tuple[BrandData, str]]:
    """Brands and lines for `count` products of one kind: round-robin over the department's brands.

    When all lines are used, they repeat in the same order, for products in other styles, until each line has
    every style.
    """
    brands = sampler.shuffled([brand for brand in BRANDS if department in brand.departments])
    lines = {brand.name: sampler.shuffled(brand.lines) for brand in brands}
    rounds = [(brand, lines[brand.name][turn]) for turn in range(5) for brand in brands]
    return list(islice(cycle(rounds), min(count, len(rounds) * len(kind.styles))))


def _draft(
    sampler: Sampler, number: int, department: DepartmentData, kind: Kind, brand: BrandData, line: str,
    styles: list[str], *, is_favourite: bool,
) -> Draft:  # fmt: skip
    colours = sampler.some(kind.colours, sampler.between(2, 4)) if sampler.chance(88) else []
    return Draft(
        id=number,
        department=department,
        brand=brand,
        kind=kind,
        line=line,
        style=sampler.pick(styles),
        sizes=_sizes(sampler, kind),
        colours=tuple(colours),
        is_favourite=is_favourite,
    )


def _sizes(sampler: Sampler, kind: Kind) -> tuple[str, ...]:
    sizes = kind.scale.sizes
    if len(sizes) > 3 and sampler.chance(40):
        return sizes[1:] if sampler.chance(50) else sizes[:-1]
    if len(sizes) <= 3 and sampler.chance(12):
        return ()
    return sizes


def variant_rows(sampler: Sampler, draft: Draft) -> Rows:
    """A product's variants, one per combination of size and colour, without ids."""
    base = sampler.between(draft.kind.low_usd, draft.kind.high_usd)
    ending = sampler.pick((99, 99, 99, 50, 0))
    is_sold_out = not draft.is_favourite and sampler.chance(SOLD_OUT_PERCENT)
    rows: Rows = []
    for step, size in enumerate(draft.sizes or (None,)):
        price = base * (100 + step * draft.kind.scale.step_percent) // 100 * 100 + ending
        for colour in draft.colours or (None,):
            rows.append(
                {
                    "product_id": draft.id,
                    "sku": f"{draft.department.slug[:2].upper()}-{draft.id:04d}-{len(rows) + 1:02d}",
                    "size": size,
                    "colour": colour,
                    "price_cents": price,
                    "stock": 0 if is_sold_out else _stock(sampler),
                }
            )
    if draft.is_favourite and not any(row["stock"] for row in rows):
        rows[0]["stock"] = sampler.between(5, 30)
    return rows


def _stock(sampler: Sampler) -> int:
    roll = sampler.between(1, 100)
    if roll <= 7:
        return 0
    return sampler.between(1, 3) if roll <= 20 else sampler.between(4, 60)


def product_row(sampler: Sampler, draft: Draft, variants: Rows) -> dict[str, object]:
    """A product row without rating, department and brand."""
    return {
        "id": draft.id,
        "slug": slug(draft.name),
        "name": draft.name,
        "kind": draft.kind.name,
        "description": _description(sampler, draft),
        "highlights": sampler.some(draft.kind.highlights, sampler.between(3, 5)),
        "picture": _picture(sampler, draft),
        "from_cents": min(int(str(row["price_cents"])) for row in variants),
    }


def slug(name: str) -> str:
    """A name as used in URLs: lower-case ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(plain.lower().replace("'", "").split())


def _description(sampler: Sampler, draft: Draft) -> str:
    sentences = [
        sampler.pick(draft.kind.openings),
        *sampler.some(draft.kind.details, sampler.between(1, 2)),
        sampler.pick(draft.department.closings),
    ]
    style = draft.style if draft.style.isupper() else draft.style.lower()
    article = "an" if style[0].lower() in "aeiou" else "a"
    return " ".join(sentences).format(
        A=f"{article.capitalize()} {style}",
        a=f"{article} {style}",
        style=style,
        line=draft.line,
        brand=draft.brand.name,
    )


def _picture(sampler: Sampler, draft: Draft) -> dict[str, str]:
    base = draft.colours[0] if draft.colours else sampler.pick(draft.kind.tints)
    accents = [accent for accent in draft.kind.accents if accent != base]
    return {
        "shape": draft.kind.shape,
        "base": base,
        "accent": sampler.pick(accents),
        "pattern": sampler.pick(draft.kind.patterns),
        "form": "ab"[draft.kind.styles.index(draft.style) % 2],
        "background": sampler.pick(tuple(BACKGROUNDS)),
    }
