"""Whether torch is installed, asked before the first module that imports it."""

from importlib.util import find_spec

from gristmill.errors import MissingExtraError


def require_torch() -> None:
    """Check that torch is installed.

    Raises:
        MissingExtraError: it is not.
    """
    if find_spec("torch") is None:
        raise MissingExtraError("torch", "learn")
