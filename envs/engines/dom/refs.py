"""The numbers by which an agent names the elements of a tab's pages.

An element keeps its number as long as it is on the page; no number is given twice in an episode. The
`chromium` engine numbers nodes (`inject/settle.js`), so what htmx leaves in place when it exchanges `main`
keeps its numbers here too, although this engine loads the whole page.
"""

from collections.abc import Mapping, Sequence

from gristmill.envs.actions.errors import no_element, stale
from gristmill.envs.engines.dom.html.document import Document, Element


class Refs:
    """The numbers of one tab.

    Attributes:
        issued: the highest number given in this episode.
    """

    def __init__(self) -> None:
        self.issued = 0
        self._numbers: dict[Element, int] = {}

    def restart(self, issued: int = 0) -> None:
        """Forget all elements; numbering continues after this number."""
        self.issued, self._numbers = issued, {}

    def enter(self, document: Document, left: Document | None) -> None:
        """Forget the elements of the page that was left, but for those that another page keeps.

        Args:
            document: the page that is open now.
            left: the page whose `main` was exchanged; None if the whole page was loaded.
        """
        before, self._numbers = self._numbers, {}
        if left is None or left.frame_tags != document.frame_tags:
            return
        self._numbers = {
            kept: before[element]
            for element, kept in zip(left.frame, document.frame, strict=True)
            if element in before
        }

    def of(self, elements: Sequence[Element]) -> list[int]:
        """The numbers of these elements; new ones are numbered in this order."""
        known = self._numbers
        if not known:
            first, self.issued = self.issued + 1, self.issued + len(elements)
            given = list(range(first, self.issued + 1))
            self._numbers = dict(zip(elements, given, strict=True))
            return given
        given = []
        for element in elements:
            number = known.get(element)
            if number is None:
                number = self.issued = known[element] = self.issued + 1
            given.append(number)
        return given

    def element(self, ref: str) -> Element:
        """The element of a ref.

        Raises:
            ActionError: there is none any more, or there never was.
        """
        number = int(ref[1:])
        for element, known in self._numbers.items():
            if known == number:
                return element
        raise stale(ref) if number <= self.issued else no_element(ref)

    def capture(self, document: Document) -> dict[str, tuple[int, ...]]:
        """The numbers by tag, in document order; 0 for an element without one."""
        tags = {element.tag for element in self._numbers}
        return {tag: self._of_tag(document, tag) for tag in sorted(tags)}

    def _of_tag(self, document: Document, tag: str) -> tuple[int, ...]:
        given = [self._numbers.get(element, 0) for element in document.numbered(tag)]
        while not given[-1]:
            given.pop()
        return tuple(given)

    def restore(self, document: Document, saved: Mapping[str, Sequence[int]], issued: int) -> None:
        """Apply captured numbers to a page."""
        self.restart(issued)
        for tag, given in saved.items():
            for element, number in zip(document.numbered(tag), given, strict=False):
                if number:
                    self._numbers[element] = number
