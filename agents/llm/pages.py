"""Observations as a model receives them: text within a budget, and a screenshot of the declared size."""

import base64
import io
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from PIL import Image

from gristmill.agents.base import Observation
from gristmill.apps.kit.aria import AriaNode, parse_aria_snapshot
from gristmill.envs.wrappers.candidates import USED

CHARACTERS_PER_TOKEN = 4  # an estimate: each model counts differently
MATCHES = 20
WORD = re.compile(r"\w+")
Size = tuple[int, int]


class Page:
    """One observation.

    Args:
        part_tokens: most tokens of the text at once; a longer page has several parts.
        max_edge: most pixels of the longer edge of a screenshot; a larger one is scaled down.

    Attributes:
        view: width and height of the viewport in CSS pixels; None without a screenshot.
    """

    def __init__(self, observation: Observation, *, part_tokens: int, max_edge: int) -> None:
        self.url, self.title = observation["url"], observation["title"]
        self.error = observation["error"]
        self.aria: str | None = observation.get("aria")
        self._pixels = observation.get("pixels")
        self.view: Size | None = None if self._pixels is None else self._pixels.shape[1::-1]
        self._part_characters = part_tokens * CHARACTERS_PER_TOKEN
        self._max_edge = max_edge

    @property
    def origin(self) -> "Page":
        """The page that is left out or sent: this one."""
        return self

    @property
    def image_size(self) -> Size | None:
        """Width and height of the screenshot as it is sent; None without one."""
        if self.view is None:
            return None
        scale = min(1.0, self._max_edge / max(self.view))
        return round(self.view[0] * scale), round(self.view[1] * scale)

    def to_viewport(self, x: float, y: float) -> Size:
        """The point of the viewport under a point of the screenshot as it was sent."""
        if self.view is None or self.image_size is None:
            return round(x), round(y)
        (width, height), (sent_width, sent_height) = self.view, self.image_size
        return round(x * width / sent_width), round(y * height / sent_height)

    def release(self) -> None:
        """Drop screenshot and text, megabytes, of a page of which only one line is sent any more."""
        self._pixels, self.aria = None, None
        for name in ("image", "parts", "outline"):
            self.__dict__.pop(name, None)

    @cached_property
    def image(self) -> str | None:
        """The screenshot as it is sent: PNG in base64."""
        return None if self._pixels is None else self._encoded(Image.fromarray(self._pixels), self.image_size)

    def region(self, left: float, top: float, right: float, bottom: float) -> str | None:
        """A part of the screenshot, scaled up to its full size: PNG in base64; None if it is empty."""
        if self._pixels is None or self.view is None:
            return None
        box = (*self.to_viewport(left, top), *self.to_viewport(right, bottom))
        box = (max(0, box[0]), max(0, box[1]), min(self.view[0], box[2]), min(self.view[1], box[3]))
        if box[0] >= box[2] or box[1] >= box[3]:
            return None
        cut = Image.fromarray(self._pixels).crop(box)
        scale = min(self.view[0] / cut.width, self.view[1] / cut.height)
        return self._encoded(cut, (max(1, round(cut.width * scale)), max(1, round(cut.height * scale))))

    @staticmethod
    def _encoded(image: Image.Image, size: Size | None) -> str:
        if size is not None and size != image.size:
            image = image.resize(size, Image.Resampling.LANCZOS)
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        return base64.b64encode(file.getvalue()).decode()

    @cached_property
    def parts(self) -> Sequence[str]:
        """The page's text in parts of whole lines; a line that is longer than a part is split."""
        return list(in_parts(self.aria or "", self._part_characters))

    def head(self) -> str:
        """Where this is, and what became of the last action, if not all went well."""
        where = f"Page: {self.title}\nURL: {self.url}"
        return f"Result of your last action: {self.error}\n{where}" if self.error else where

    def full(self) -> str:
        """The head and the first part of the text, which says where to read on."""
        return self.head() if self.aria is None else f"{self.head()}\n\n{self.part(1)}"

    def part(self, number: int) -> str:
        """One part of the text, counted from 1; out of range, which there are."""
        count = len(self.parts)
        if not 1 <= number <= count:
            return f"This page has the parts 1 to {count}."
        more = f"\n(Part {number} of {count}: read_more with part={number + 1} goes on.)" * (number < count)
        return self.parts[number - 1] + more

    def brief(self) -> str:
        """One line for a page that is not sent in full any more."""
        error = f" Result of the action: {self.error}" if self.error else ""
        return f"(An older page, left out: {self.title}, {self.url}.{error})"

    @cached_property
    def outline(self) -> AriaNode:
        """The page as nodes; without children if the observation has no text."""
        return parse_aria_snapshot(self.aria or "")

    def node(self, ref: str) -> AriaNode | None:
        """The element with this ref."""
        return next((node for node in self.outline.walk() if node.ref == ref), None)

    def found(self, query: str) -> str:
        """The elements that share most words with a description, best first, one a line; at most 20."""
        wanted = set(words(query))
        scored = [
            (len(wanted & set(words(f"{node.role} {node.name} {node.text}"))), node)
            for node in self.outline.walk()
            if node.ref
        ]
        best = sorted((pair for pair in scored if pair[0]), key=lambda pair: -pair[0])[:MATCHES]
        return "\n".join(one_line(node) for _, node in best) or "Nothing on this page matches."

    def usable(self) -> str:
        """The elements that can be acted on, one a line."""
        nodes = [node for node in self.outline.walk() if node.role in USED and node.ref]
        return "\n".join(one_line(node) for node in nodes) or "Nothing on this page can be acted on."

    def text(self) -> str:
        """What a reader sees, without refs and structure."""
        return "\n".join(
            value for node in self.outline.walk() if (value := node.text or node.name * (not node.children))
        )


class PagePart:
    """A part of a long page that the model has read besides; left out together with its page.

    Args:
        number: which part, counted from 1.
    """

    view = image_size = image = None
    error = ""

    def __init__(self, page: Page, number: int) -> None:
        self.origin, self._number = page, number
        self.url, self.title = page.url, page.title

    @property
    def aria(self) -> str:
        """The text of this part."""
        return self.origin.part(self._number)

    def full(self) -> str:
        """The text of this part."""
        return self.aria

    def brief(self) -> str:
        """One line for a page that is not sent in full any more."""
        return f"(Part {self._number} of an older page, left out: {self.title}, {self.url}.)"


Sight = Page | PagePart


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return WORD.findall(text.lower())


def one_line(node: AriaNode) -> str:
    """An element in the format of the page's text, without what it contains."""
    states = "".join(f" [{key}={value}]" if value else f" [{key}]" for key, value in node.attributes.items())
    name = f' "{node.name}"' if node.name else ""
    return f"- {node.role}{name}{states} [ref={node.ref}]" + (f": {node.text}" if node.text else "")


def in_parts(text: str, size: int) -> Iterator[str]:
    """Split a text into parts of at most `size` characters, at line ends if lines are shorter than that."""
    part, length = list[str](), 0
    for line in text.split("\n"):
        for start in range(0, max(1, len(line)), size):
            piece = line[start : start + size]
            if part and length + len(piece) + 1 > size:
                yield "\n".join(part)
                part, length = [], 0
            part.append(piece)
            length += len(piece) + 1
    yield "\n".join(part)
