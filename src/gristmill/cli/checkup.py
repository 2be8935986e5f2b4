"""The checks of `gristmill doctor`, one function each."""

import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from time import perf_counter

import gymnasium as gym
from platformdirs import user_cache_path

from gristmill import __version__
from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.locate import locate_browser
from gristmill.envs.episode.runtime import default_runtime
from gristmill.errors import GristmillError
from gristmill.plugins import installed

LIBRARIES = ("gymnasium", "playwright", "flask", "sqlalchemy", "numpy", "faker", "waitress")
EXTRAS = {"torch": "learn", "ray": "ray"}
VERSION_TIMEOUT_S = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """The result of one check.

    Attributes:
        healthy: whether it passed; None for something optional that is missing.
        detail: what was found.
        remedy: how to fix it, or empty.
    """

    name: str
    healthy: bool | None
    detail: str
    remedy: str = ""


def python() -> Finding:
    """Interpreter and operating system. Always healthy: pip enforces the minimum version."""
    detail = f"{platform.python_version()} at {sys.executable}, {platform.platform()}"
    return Finding(name="Python", healthy=True, detail=detail)


def libraries() -> Finding:
    """Versions of Gristmill and its main dependencies."""
    listed = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return Finding(name="gristmill", healthy=True, detail=f"{__version__} with {listed}")


def extras() -> Iterator[Finding]:
    """Optional libraries."""
    for name, extra in EXTRAS.items():
        try:
            yield Finding(name=name, healthy=True, detail=version(name))
        except PackageNotFoundError:
            yield Finding(
                name=name, healthy=None, detail="not installed", remedy=f"pip install 'gristmill[{extra}]'"
            )


def plugins() -> Iterator[Finding]:
    """Every installed app clone, whether it loaded or failed."""
    catalogue = installed()
    for name, spec in catalogue.apps.items():
        detail = f"{spec.title}, version {spec.version}, {len(list(spec.tasks))} task families"
        yield Finding(name=f"app {name}", healthy=True, detail=detail)
    for name, reason in catalogue.broken.items():
        remedy = "Fix or uninstall the distribution that provides this app clone."
        yield Finding(name=f"app {name}", healthy=False, detail=reason, remedy=remedy)
    if not catalogue.apps:
        yield Finding(
            name="apps", healthy=False, detail="none", remedy="pip install --force-reinstall gristmill"
        )


def cache() -> Finding:
    """Whether the cache directory for worlds is writable."""
    folder = user_cache_path("gristmill")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(name="cache", healthy=True, detail=f"{folder} is writable")
    except OSError as error:
        remedy = "Make it writable, or set XDG_CACHE_HOME to a directory that is."
        return Finding(name="cache", healthy=False, detail=f"{folder}: {error.strerror}", remedy=remedy)


def browser() -> Finding:
    """The browser that would be used, and its version."""
    try:
        found = locate_browser()
    except GristmillError as error:
        what, _, remedy = str(error).partition(". ")
        return Finding(name="browser", healthy=False, detail=what, remedy=remedy)
    return Finding(
        name="browser", healthy=True, detail=f"{ask_version(str(found.path))}, {found.path} ({found.source})"
    )


def ask_version(path: str) -> str:
    """The output of an executable's `--version`."""
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, text=True, timeout=VERSION_TIMEOUT_S, check=True
        )
    except subprocess.CalledProcessError as error:
        printed = str(error.stderr).strip().splitlines() or [f"exit status {error.returncode}"]
        return f"unknown version ({printed[-1]})"
    except (OSError, subprocess.SubprocessError) as error:
        return f"unknown version ({type(error).__name__})"
    return done.stdout.strip() or "unknown version"


def launch() -> Finding:
    """Whether a page opens: the first task's, or an empty one if no task is installed."""
    first = next(iter(installed().families), None)
    try:
        detail = open_task(first) if first else open_empty_page()
    except GristmillError as error:
        what, _, remedy = str(error).partition(". Install ")  # present if the message names missing packages
        return Finding(name="launch", healthy=False, detail=what, remedy=remedy and f"Install {remedy}")
    return Finding(name="launch", healthy=True, detail=detail)


def open_task(task_id: str) -> str:
    """Reset an environment twice: cold, starting browser and world, and warm."""
    env = gym.make(task_id, disable_env_checker=True)
    try:
        cold_ms, warm_ms = timed_ms(lambda: env.reset(seed=0)), timed_ms(lambda: env.reset(seed=1))
    finally:
        env.close()
    return f"{task_id} opened in {cold_ms:.0f} ms including browser and world, then in {warm_ms:.0f} ms"


def open_empty_page() -> str:
    """Open an empty page in the chromium engine."""
    engine, size = default_runtime().engine("chromium"), Viewport(width=800, height=600)
    spent_ms = timed_ms(lambda: engine.open(size, with_pixels=False).close())
    return f"an empty page opened in {spent_ms:.0f} ms including the browser"


def timed_ms(work: Callable[[], object]) -> float:
    """Wall-clock duration of a call, in milliseconds."""
    started_at = perf_counter()
    work()
    return 1000 * (perf_counter() - started_at)


def examine() -> Iterator[Finding]:
    """Run every check, fast ones first."""
    yield python()
    yield libraries()
    yield from extras()
    yield from plugins()
    yield cache()
    found = browser()
    yield found
    if found.healthy:
        yield launch()
