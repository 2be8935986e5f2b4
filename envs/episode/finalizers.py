"""Finalizers for objects that are dropped without being closed."""

import os
import weakref
from collections.abc import Callable


def finalize_if_unclosed(owner: object, end: Callable[[], object]) -> "weakref.finalize[..., object]":
    """Call `end` when the owner is garbage-collected; `detach()` the result when it is closed properly.

    The garbage collector may run `end` in any thread at any point: it must not block, take a lock or
    refer to the owner. Does nothing in a forked child, which does not own the parent's resources.
    """
    pid = os.getpid()

    def end_here() -> None:
        if os.getpid() == pid:
            end()

    finalizer = weakref.finalize(owner, end_here)
    finalizer.atexit = False
    return finalizer
