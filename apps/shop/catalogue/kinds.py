"""What a kind of product is: the shape of the data that the department modules hold."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """Sizes from small to large; each costs `step_percent` of the smallest's price more than the last.

    With `is_content`, a size says how much one gets, so that prices can be compared per unit.
    """

    sizes: tuple[str, ...]
    step_percent: int = 0
    is_content: bool = False


NO_SIZES = Scale(sizes=())
CLOTHES = Scale(sizes=("S", "M", "L", "XL"))
SHOES = Scale(sizes=("6", "7", "8", "9", "10", "11"))
LAYERS = Scale(sizes=("Small", "Medium", "Large"), step_percent=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of product and the words it is described with.

    Texts may use `{A}` and `{a}` (article and style: "A stoneware", "an enamel"), `{style}`,
    `{line}` (the product's line name) and `{brand}`.

    Attributes:
        name: lower case, singular, as in "desk lamp".
        shape: the name of its drawing.
        low_usd, high_usd: range of the smallest size's price.
        styles: materials or builds; one becomes part of the product's name; those at odd
            places are drawn in the second of the shape's two forms.
        colours: names its variants may have; without any, `tints` colour its picture alone.
    """

    name: str
    shape: str
    low_usd: int
    high_usd: int
    styles: tuple[str, ...]
    scale: Scale = NO_SIZES
    colours: tuple[str, ...] = ()
    tints: tuple[str, ...] = ("Slate", "Clay", "Sage", "Navy", "Oat")
    accents: tuple[str, ...] = ("Walnut", "Brass", "Cream", "Charcoal")
    patterns: tuple[str, ...] = ("plain",)
    openings: tuple[str, ...]
    details: tuple[str, ...]
    highlights: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DepartmentData:
    """A department, its kinds, and the words that all of them share.

    Attributes:
        closings: last sentences of descriptions.
        praise, gripes: sentences of reviews; `{it}` stands for the kind's name.
    """

    slug: str
    name: str
    blurb: str
    kinds: tuple[Kind, ...]
    closings: tuple[str, ...]
    praise: tuple[str, ...]
    gripes: tuple[str, ...]
