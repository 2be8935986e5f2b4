"""The numbers by which an agent names the elements of a tab's pages.

An element keeps its number as long as it is on the page; no number is given twice in an episode. The
`chromium` engine numbers nodes (`inject/refs.js`), so what htmx leaves in place when it exchanges `main`
keeps its numbers here too, although this engine loads the whole page.
"""

from collections.abc import Mapping, Sequence

from gristmill.envs.actions.errors import no_element, stale
from gristmill.envs.engines.dom.html.document import Document, Element

UNNUMBERED = 0


class Refs:
    """The numbers of one tab.

    Attributes:
        issued: the highest number given in this episode.
    """

    def __init__(self, document: Document) -> None:
        self.issued = 0
        self._numbers: list[int] = []  # by index of the element
        self.enter(document, None)

    def enter(self, document: Document, left: Document | None) -> None:
        """Forget the elements of the page that was left, but for those that another page keeps.

        Args:
            document: the page that is open now.
            left: the page whose `main` was exchanged; None if the whole page was loaded.
        """
        numbers = [UNNUMBERED] * len(document.elements)
        if left is not None and document.frame_tags and left.frame_tags == document.frame_tags:
            (start, end), (first, last) = left.main_span, document.main_span
            frame = self._numbers[:start] + self._numbers[end:]
            numbers[:first], numbers[last:] = frame[:first], frame[first:]
        self._document, self._numbers = document, numbers
        self._last: tuple[Sequence[int], list[int]] = (), []

    def of(self, indexes: Sequence[int]) -> list[int]:
        """The numbers of the elements at these indexes of the page; new ones are numbered in this order."""
        if self._last[0] is indexes:
            return self._last[1]
        known = self._numbers
        given = [known[at] for at in indexes]
        issued = self.issued
        if not any(given):
            self.issued = issued + len(given)
            given = list(range(issued + 1, self.issued + 1))
            for at, number in zip(indexes, given, strict=True):
                known[at] = number
        elif UNNUMBERED in given:
            for place, at in enumerate(indexes):
                if not given[place]:
                    given[place] = known[at] = issued = issued + 1
            self.issued = issued
        self._last = indexes, given
        return given

    def element(self, ref: str) -> Element:
        """The element of a ref.

        Raises:
            ActionError: there is none any more, or there never was.
        """
        number, (indexes, read) = int(ref[1:]), self._last
        if number in read:  # the last reading is shorter than the page
            return self._document.elements[indexes[read.index(number)]]
        if number in self._numbers:
            return self._document.elements[self._numbers.index(number)]
        raise stale(ref) if number <= self.issued else no_element(ref)

    def capture(self) -> dict[str, tuple[int, ...]]:
        """The numbers by tag, in document order; 0 for an element without one."""
        pairs = zip(self._document.elements, self._numbers, strict=True)
        return {tag: self._of_tag(tag) for tag in sorted({each.tag for each, number in pairs if number})}

    def _of_tag(self, tag: str) -> tuple[int, ...]:
        given = [self._numbers[element.index] for element in self._document.numbered(tag)]
        while given and not given[-1]:
            given.pop()
        return tuple(given)

    def restore(self, saved: Mapping[str, Sequence[int]], issued: int) -> None:
        """Apply captured numbers to the page that is open."""
        self.issued = issued
        for tag, given in saved.items():
            for element, number in zip(self._document.numbered(tag), given, strict=False):
                self._numbers[element.index] = number
