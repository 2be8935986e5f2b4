"""The error for copying or pickling an environment."""

from typing import NoReturn


def refuse_copy(env: object, *, how: str = "checkpoint()") -> NoReturn:
    """Raise the error for copying or pickling an environment.

    Raises:
        TypeError: always; the message recommends a checkpoint, taken by the call in `how`.
    """
    raise TypeError(
        f"A {type(env).__name__} cannot be copied or pickled: its page and its session belong to it alone. "
        f"Take its {how}, create another environment, and resume there with "
        'reset(options={"checkpoint": ...}). Across processes, send Checkpoint.to_bytes().'
    )
