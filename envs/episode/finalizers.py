"""What is left behind when an owner is forgotten instead of closed."""

import os
import weakref
from collections.abc import Callable


def finalize_if_unclosed(owner: object, end: Callable[[], object]) -> "weakref.finalize[..., object]":
    """Call `end` once the owner is garbage; `detach()` what is returned when it has been closed properly.

    The garbage collector may call it in any thread, in the midst of anything: `end` must neither wait nor
    take a lock, nor hold on to the owner. A forked child leaves what is its parent's alone.
    """
    pid = os.getpid()

    def end_here() -> None:
        if os.getpid() == pid:
            end()

    finalizer = weakref.finalize(owner, end_here)
    finalizer.atexit = False
    return finalizer
