"""What a SQLite cell can hold: its Python type, its order, its JSON form."""

import math
from collections.abc import Mapping
from typing import TypeAlias

SqlValue: TypeAlias = int | float | str | bytes | None
Row: TypeAlias = Mapping[str, SqlValue]
JsonValue: TypeAlias = int | float | str | dict[str, str] | None


def same(a: SqlValue, b: SqlValue) -> bool:
    """Whether two cells hold the same value of the same type (1, 1.0 and '1' all differ)."""
    return type(a) is type(b) and a == b


def sort_key(value: SqlValue) -> tuple[int, float | str | bytes]:
    """A key that orders values of mixed types as SQLite does: NULL, numbers, text, blobs."""
    if value is None:
        return (0, 0)
    if isinstance(value, str):
        return (2, value)
    return (3, value) if isinstance(value, bytes) else (1, value)


def to_json(value: SqlValue) -> JsonValue:
    """The value as JSON can carry it: blobs and infinities, which it lacks, become objects."""
    if isinstance(value, bytes):
        return {"blob": value.hex()}
    if isinstance(value, float) and math.isinf(value):
        return {"real": str(value)}
    return value


def from_json(value: JsonValue) -> SqlValue:
    """The value that `to_json` encoded."""
    if not isinstance(value, dict):
        return value
    return bytes.fromhex(value["blob"]) if "blob" in value else float(value["real"])
