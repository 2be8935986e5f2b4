"""Stored results: one JSON row per line, the latest of each key."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
FOLDER = Path(__file__).parent / "results"


def load(name: str) -> list[Row]:
    """Load a benchmark's stored rows."""
    path = FOLDER / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def keep(name: str, rows: Iterable[Row], key: Sequence[str]) -> None:
    """Store rows, replacing those that are equal in all fields of `key`."""
    kept = {tuple(row[field] for field in key): row for row in [*load(name), *rows]}
    FOLDER.mkdir(exist_ok=True)
    text = "".join(json.dumps(rounded(row)) + "\n" for row in kept.values())
    (FOLDER / f"{name}.jsonl").write_text(text)


def rounded(value: Any) -> Any:
    """Round all numbers to four significant digits."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return value
