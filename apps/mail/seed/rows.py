"""Rows that are collected by table and written at once."""

from dataclasses import dataclass, field
from typing import Any

from gristmill.apps.world.models import Model

Row = dict[str, Any]


@dataclass(slots=True)
class Tables:
    """The rows of a world's mail, by table, in the order in which tables were first written to."""

    rows: dict[type[Model], list[Row]] = field(default_factory=dict)

    def add(self, model: type[Model], **row: Any) -> int:
        """Add a row with the next id; returns the id."""
        rows = self.rows.setdefault(model, [])
        rows.append({"id": len(rows) + 1, **row})
        return len(rows)

    def link(self, model: type[Model], **row: Any) -> None:
        """Add a row of a table that has no id of its own."""
        self.rows.setdefault(model, []).append(row)
