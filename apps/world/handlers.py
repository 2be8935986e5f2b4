"""Event and signal handlers of a world's app clones."""

import inspect
import traceback
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from gristmill.errors import HandlerError

if TYPE_CHECKING:
    from gristmill.apps.base import AppSpec
    from gristmill.apps.world.world import World

Payload: TypeAlias = Mapping[str, Any]
"""JSON object with the arguments of an event or signal."""

Handler: TypeAlias = "Callable[[World, Payload], object]"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A signal handler and the name of its app."""

    app: str
    handler: Handler


@dataclass(frozen=True, kw_only=True, slots=True)
class Handlers:
    """The handlers of one world's apps.

    Attributes:
        apps: names of the apps.
        events: handlers by event kind.
        signals: handlers by signal kind, in the order in which they run: by app name.
        titles: the apps' titles by name, for links between them.
    """

    apps: frozenset[str] = frozenset()
    events: Mapping[str, Handler] = field(default_factory=dict)
    signals: Mapping[str, tuple[Subscriber, ...]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> Hashable:
        """A cache key, equal for the same handlers of the same apps within this process."""
        return self.apps, frozenset(self.events.items()), frozenset(self.signals.items())

    @classmethod
    def of(cls, specs: Iterable["AppSpec"]) -> "Handlers":
        """Collect the handlers of these apps."""
        by_name = sorted(specs, key=lambda spec: spec.name)
        signals: dict[str, tuple[Subscriber, ...]] = {}
        for spec in by_name:
            for kind, handler in spec.on.items():
                signals[kind] = (*signals.get(kind, ()), Subscriber(spec.name, handler))
        return cls(
            apps=frozenset(spec.name for spec in by_name),
            events={kind: handler for spec in by_name for kind, handler in sorted(spec.handlers.items())},
            signals=signals,
            titles={spec.name: spec.title for spec in by_name},
        )


NO_HANDLERS = Handlers()


def failure(what: str, handler: Handler, error: Exception) -> HandlerError:
    """The error for a failed handler: which one, why and where."""
    name = getattr(handler, "__qualname__", repr(handler))
    return HandlerError(
        f"The handler {name} of {what} failed: {type(error).__name__}: {error} ({location(handler, error)})"
    )


def location(handler: Handler, error: Exception) -> str:
    """File and line of an error: the innermost frame in the handler's file, else the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    try:
        own = inspect.getsourcefile(inspect.unwrap(handler))
    except TypeError:  # a callable object
        own = None
    frame = next((frame for frame in reversed(frames) if frame.filename == own), frames[-1])
    return f"{frame.filename}:{frame.lineno}"
