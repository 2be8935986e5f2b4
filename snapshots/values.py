"""SQLite cell values: type-aware equality, ordering and JSON encoding."""

import math
from collections.abc import Mapping
from typing import TypeAlias

SqlValue: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = Mapping[str, SqlValue]
JsonValue: TypeAlias = int | float | str | dict[str, str] | None


def same(a: SqlValue, b: SqlValue) -> bool:
    """Whether two values have the same type and are equal (1, 1.0 and '1' all differ)."""
    return type(a) is type(b) and a == b


def sort_key(value: SqlValue) -> tuple[int, float | str | bytes]:
    """A sort key for values of mixed types in SQLite's order: NULL, numbers, text, blobs."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (2, value)
    return (3, value) if isinstance(value, bytes) else (1, value)


def to_json(value: SqlValue) -> JsonValue:
    """Encode a value as JSON: blobs and infinities become objects, as JSON has neither."""
    if isinstance(value, bytes):
        return {"blob": value.hex()}
    if isinstance(value, float) and math.isinf(value):
        return {"real": str(value)}
    return value


def from_json(value: JsonValue) -> SqlValue:
    """Decode what `to_json` encoded."""
    if not isinstance(value, dict):
        return value
    return bytes.fromhex(value["blob"]) if "blob" in value else float(value["real"])
