"""Skins: alternative looks of all app clones.

A skin is an entry here, and a file of CSS tokens (colours, radii, font), `static/skins/<name>.css`, in
each app's package; an app without such a file has the kit's. An app can have further skins of its own
(`AppSpec.skins`), which are a file of tokens alone. Which skin an episode has is a row of its world.
"""

from dataclasses import dataclass, field
from functools import cache

from gristmill.apps.kit.formats import CONTINENTAL, US, Formats
from gristmill.apps.world.choice import DEFAULT_SKIN

VARIED = "varied"
"""In place of a skin's name: each task has one of its split's skins, drawn from its seed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Skin:
    """How pages look, apart from what the file of tokens says. Rows, tasks and verdicts do not depend on it.

    Attributes:
        name: also the name of the file of tokens.
        split: the split whose tasks may have it under `skin="varied"`.
        is_compact: whether rows and controls are lower.
        has_nav_right: whether side bars and filters are on the right.
        is_dark: whether text is light on a dark ground.
        wording: which variant of each label is shown.
        formats: how numbers, money and days are written.
        has_notices: whether a newsletter dialog and a cookie notice are shown until dismissed.
    """

    name: str
    split: str = "train"
    is_compact: bool = False
    has_nav_right: bool = False
    is_dark: bool = False
    wording: int = 0
    formats: Formats = field(default=US)
    has_notices: bool = False

    @property
    def classes(self) -> str:
        """The classes of the page's root element, by which style sheets tell skins apart."""
        named = {"compact": self.is_compact, "nav-right": self.has_nav_right, "dark": self.is_dark}
        return " ".join(name for name, holds in named.items() if holds)


SKINS = {
    skin.name: skin
    for skin in (
        Skin(name=DEFAULT_SKIN),
        Skin(name="harbour", has_nav_right=True),
        Skin(name="ledger", is_compact=True, wording=1),
        Skin(name="night", is_dark=True),
        Skin(name="kiosk", has_notices=True, wording=1),
        Skin(name="continental", split="test", formats=CONTINENTAL, wording=1),
        Skin(name="ember", split="test", is_compact=True, has_nav_right=True, is_dark=True, wording=2),
        Skin(name="gazette", split="test", has_nav_right=True, has_notices=True, wording=2),
    )
}
"""The skins that every app clone has, by name."""


@cache
def skin_named(name: str) -> Skin:
    """The skin of this name; one that only apps know differs from the default in its tokens alone."""
    return SKINS.get(name) or Skin(name=name)


@cache
def skins_of(split: str) -> tuple[str, ...]:
    """The names of a split's skins, in the order in which they are listed."""
    return tuple(skin.name for skin in SKINS.values() if skin.split == split)
