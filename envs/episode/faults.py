"""Describes infrastructure failures for the log and `info["infra_error"]`."""

import logging
import sysconfig
import traceback
from pathlib import Path

from gristmill.errors import EngineFault, InfraError

LOGGER = logging.getLogger("gristmill")
LOGGER.addHandler(logging.NullHandler())
LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def reported(error: BaseException, *, url: str = "") -> InfraError:
    """Describe a failure, and log it with its traceback if it was not reported before.

    Args:
        error: the exception, with its causes chained.
        url: the page's address, used if no exception in the chain has a more specific one.
    """
    if isinstance(error, EngineFault) and error.detail is not None:
        return error.detail
    detail = detail_of(error, url=url)
    LOGGER.error(
        "%s (at %s, in %s:%d)", detail, detail.url or "no page", detail.file, detail.line, exc_info=error
    )
    if isinstance(error, EngineFault):
        error.detail = detail
    return detail


def detail_of(error: BaseException, *, url: str) -> InfraError:
    """Describe a failure by its root cause."""
    root = error
    while root.__cause__ is not None:
        url = getattr(root, "url", "") or url
        root = root.__cause__
    file, line = raised_at(root)
    message = str(error) if isinstance(error, EngineFault) else f"{type(error).__name__}: {error}"
    formatted = "".join(traceback.format_exception(error))
    return InfraError(
        message,
        kind=type(root).__name__,
        url=url,
        file=file,
        line=line,
        traceback=formatted,
        source=error.source if isinstance(error, EngineFault) else EngineFault.source,
    )


def raised_at(error: BaseException) -> tuple[str, int]:
    """File and line of the innermost frame outside installed libraries, else of the innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not is_library(frame.filename)] or frames
    return (own[-1].filename, own[-1].lineno or 0) if own else ("", 0)


def is_library(file: str) -> bool:
    """Whether a file belongs to the standard library or an installed package."""
    return file.startswith("<") or any(Path(file).is_relative_to(folder) for folder in LIBRARIES)
