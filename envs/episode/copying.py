"""Why an environment cannot be copied or pickled, and what to do instead."""

from typing import NoReturn


def refuse_copy(env: object, *, how: str = "checkpoint()") -> NoReturn:
    """Refuse to copy or pickle an environment.

    Raises:
        TypeError: always; the message names `checkpoint()`, as `how` says that it is called.
    """
    raise TypeError(
        f"A {type(env).__name__} cannot be copied or pickled: its page and its session belong to it alone. "
        f"Take its {how}, make another environment, and go on there with "
        'reset(options={"checkpoint": ...}). Across processes, send Checkpoint.to_bytes().'
    )
