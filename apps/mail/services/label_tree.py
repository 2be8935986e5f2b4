"""Labels in their tree: parents before children, sorted by name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gristmill.apps.mail.models import Label


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelNode:
    """A label with its full name (`Siskin/March`) and how deep it is nested, 0 at the top."""

    id: int
    name: str
    path: str
    colour: str
    depth: int
    parent_id: int | None


def label_tree(labels: Iterable[Label]) -> list[LabelNode]:
    """All labels, each below its parent."""
    children: dict[int | None, list[Label]] = {}
    for label in sorted(labels, key=lambda each: (each.name.casefold(), each.id)):
        children.setdefault(label.parent_id, []).append(label)
    return list(_below(None, "", 0, children))


def _below(
    parent_id: int | None, prefix: str, depth: int, children: dict[int | None, list[Label]]
) -> Iterator[LabelNode]:
    for label in children.get(parent_id, ()):
        path = f"{prefix}{label.name}"
        yield LabelNode(
            id=label.id, name=label.name, path=path, colour=label.colour, depth=depth, parent_id=parent_id
        )
        yield from _below(label.id, f"{path}/", depth + 1, children)
