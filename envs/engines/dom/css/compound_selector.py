"""Compound selectors: conditions on one element, and a summary of a whole selector."""

from dataclasses import dataclass

from gristmill.envs.engines.dom.css.simple_selectors import Test
from gristmill.envs.engines.dom.html.document import Element


@dataclass(frozen=True, slots=True)
class Key:
    """Necessary conditions of a selector, cheap to test; empty strings match anything."""

    tag: str = ""
    id: str = ""
    classes: frozenset[str] = frozenset()

    def fits(self, element: Element) -> bool:
        """Whether an element satisfies them."""
        if self.tag not in {"", element.tag} or self.id not in {"", element.attributes.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.attributes.get("class", "").split())


@dataclass(frozen=True, slots=True)
class Selector:
    """A compiled selector; `matches` tells whether it applies to an element (or its `pseudo`-element).

    `around` are keys that some ancestor must fit. With `is_path`, a match depends only on tags, ids and
    classes of the element and its ancestors; with `depends_on_checked`, also on what is checked or
    selected; with `never_matches`, on a mouse, which this engine does not have.
    """

    matches: Test
    specificity: tuple[int, int, int]
    pseudo: str
    key: Key
    around: tuple[Key, ...]
    is_path: bool
    depends_on_checked: bool
    never_matches: bool = False
    is_host: bool = False  # `:host`: matches the host of the shadow tree that holds the style sheet

    def could_match(self, element: Element) -> bool:
        """Whether all required ancestors exist."""
        above = list(element.up())[1:]
        return all(any(key.fits(other) for other in above) for key in self.around)


@dataclass(slots=True)
class Compound:
    """Simple selectors that must all match the same element."""

    tests: list[Test]
    weight: list[int]
    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    roots: int = 0  # tests of `:root`, which a path decides as well
    pseudo: str = ""
    never_matches: bool = False
    depends_on_checked: bool = False

    @property
    def key(self) -> Key:
        """Necessary conditions on an element."""
        return Key(self.tag, self.id, frozenset(self.classes))
