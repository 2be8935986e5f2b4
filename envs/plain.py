"""Values as plain JSON data, and back with every type checked."""

from collections.abc import Hashable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")

MAX_DEPTH = 50
MAX_NUMBER = 1e15
UNIONS = (UnionType, Union)


def plain(value: object) -> Any:
    """A value as what JSON knows: data classes and mappings become objects, tuples and lists arrays."""
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def typed(kind: type[T], data: object) -> T:
    """The value of this data class that `plain` made `data` of.

    Raises:
        ValueError: it is of none; the message names the place.
    """
    return cast("T", _typed(kind, data, kind.__name__))


def _typed(kind: Any, data: object, place: str) -> object:
    if isinstance(kind, type) and is_dataclass(kind):
        return _instance(kind, data, place)
    origin, inner = get_origin(kind), get_args(kind)
    if origin in UNIONS and NoneType in inner and len(inner) == 2:
        return None if data is None else _typed(next(k for k in inner if k is not NoneType), data, place)
    if origin is tuple and isinstance(data, list):
        return tuple(_typed(inner[0], each, f"{place}[{at}]") for at, each in enumerate(data))
    if origin is Mapping and isinstance(data, dict):
        return {key: _typed(inner[1], each, f"{place}.{key}") for key, each in data.items()}
    if kind is float and is_number(data):
        return float(cast("float", data))
    if kind in {str, int, bool} and type(data) is kind:
        return data
    if origin in UNIONS and is_json(data):  # whatever JSON knows
        return data
    raise ValueError(f"{place} is not what it should be")


def _instance(kind: type[Any], data: object, place: str) -> object:
    hints = hints_of(cast("Hashable", kind))
    if not isinstance(data, dict) or set(data) != set(hints):
        raise ValueError(f"{place} does not have the parts it should")
    return kind(**{name: _typed(hint, data[name], f"{place}.{name}") for name, hint in hints.items()})


@cache
def hints_of(kind: Hashable) -> Mapping[str, Any]:
    """The types of a data class's fields."""
    return get_type_hints(kind)


def is_number(data: object) -> bool:
    """Whether data is a number that a float can hold."""
    return type(data) in {int, float} and abs(cast("float", data)) < MAX_NUMBER


def is_json(data: object, depth: int = 0) -> bool:
    """Whether data is plain, and not nested past reason."""
    if depth > MAX_DEPTH:
        return False
    if isinstance(data, dict):
        return all(isinstance(key, str) and is_json(each, depth + 1) for key, each in data.items())
    if isinstance(data, list):
        return all(is_json(each, depth + 1) for each in data)
    return data is None or isinstance(data, str | int | float | bool)
