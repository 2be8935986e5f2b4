"""The parts of selectors: what has to hold for one element, and how a whole one is summed up."""

from dataclasses import dataclass

from gristmill.envs.engines.dom.css.simple_selectors import Test
from gristmill.envs.engines.dom.html.document import Element


@dataclass(frozen=True, slots=True)
class Key:
    """What an element must have for a selector to be worth a closer look; empty strings ask nothing."""

    tag: str = ""
    id: str = ""
    classes: frozenset[str] = frozenset()

    def fits(self, element: Element) -> bool:
        """Whether an element has it."""
        if self.tag not in {"", element.tag} or self.id not in {"", element.attributes.get("id", "")}:
            return False
        return not self.classes or self.classes <= set(element.attributes.get("class", "").split())


@dataclass(frozen=True, slots=True)
class Selector:
    """One selector: `matches` says whether it applies to an element (or its `pseudo`-element).

    `around` are keys of elements that must be somewhere around it. With `is_path`, a match depends on
    the tags, ids and classes of the element and those around it alone; with `depends_on_checked`, also on what
    is checked or chosen; with `never_matches`, on a mouse that this engine does not have.
    """

    matches: Test
    specificity: tuple[int, int, int]
    pseudo: str
    key: Key
    around: tuple[Key, ...]
    is_path: bool
    depends_on_checked: bool
    never_matches: bool = False

    def could_match(self, element: Element) -> bool:
        """Whether all that must be around an element is there."""
        above = list(element.up())[1:]
        return all(any(key.fits(other) for other in above) for key in self.around)


@dataclass(slots=True)
class Compound:
    """Simple selectors that all hold for the same element."""

    tests: list[Test]
    weight: list[int]
    tag: str = ""
    id: str = ""
    classes: tuple[str, ...] = ()
    pseudo: str = ""
    never_matches: bool = False
    depends_on_checked: bool = False

    @property
    def key(self) -> Key:
        """What an element must have at least."""
        return Key(self.tag, self.id, frozenset(self.classes))
