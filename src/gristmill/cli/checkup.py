"""The examinations behind `gristmill doctor`, one function each."""

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
    """The outcome of one examination.

    Attributes:
        healthy: whether all is well; None for what one may do without.
        detail: what was found.
        remedy: what to do about it, or empty.
    """

    name: str
    healthy: bool | None
    detail: str
    remedy: str = ""


def python() -> Finding:
    """The interpreter and the system. Never unhealthy: pip refuses what is too old."""
    detail = f"{platform.python_version()} at {sys.executable}, {platform.platform()}"
    return Finding(name="Python", healthy=True, detail=detail)


def libraries() -> Finding:
    """Gristmill and what it stands on."""
    listed = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return Finding(name="gristmill", healthy=True, detail=f"{__version__} with {listed}")


def extras() -> Iterator[Finding]:
    """Libraries that some parts need and most people do not."""
    for name, extra in EXTRAS.items():
        try:
            yield Finding(name=name, healthy=True, detail=version(name))
        except PackageNotFoundError:
            yield Finding(
                name=name, healthy=None, detail="not installed", remedy=f"pip install 'gristmill[{extra}]'"
            )


def plugins() -> Iterator[Finding]:
    """Every app clone, loaded or broken."""
    catalogue = installed()
    for name, spec in catalogue.apps.items():
        detail = f"{spec.title}, version {spec.version}, {len(list(spec.tasks))} task families"
        yield Finding(name=f"app {name}", healthy=True, detail=detail)
    for name, reason in catalogue.broken.items():
        remedy = "Mend or uninstall the distribution that brings this app clone."
        yield Finding(name=f"app {name}", healthy=False, detail=reason, remedy=remedy)
    if not catalogue.apps:
        yield Finding(
            name="apps", healthy=False, detail="none", remedy="pip install --force-reinstall gristmill"
        )


def cache() -> Finding:
    """Whether worlds can be kept between runs."""
    folder = user_cache_path("gristmill")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(name="cache", healthy=True, detail=f"{folder} is writable")
    except OSError as error:
        remedy = "Make it writable, or point XDG_CACHE_HOME to a folder that is."
        return Finding(name="cache", healthy=False, detail=f"{folder}: {error.strerror}", remedy=remedy)


def browser() -> Finding:
    """Which browser would be used, and its version."""
    try:
        found = locate_browser()
    except GristmillError as error:
        what, _, remedy = str(error).partition(". ")
        return Finding(name="browser", healthy=False, detail=what, remedy=remedy)
    return Finding(
        name="browser", healthy=True, detail=f"{ask_version(str(found.path))}, {found.path} ({found.source})"
    )


def ask_version(path: str) -> str:
    """What an executable says to `--version`."""
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
    """Whether a page opens: of the first task if there is one, else an empty page."""
    first = next(iter(installed().families), None)
    try:
        detail = open_task(first) if first else open_empty_page()
    except GristmillError as error:
        what, _, remedy = str(error).partition(". Install ")  # where the message knows what is missing
        return Finding(name="launch", healthy=False, detail=what, remedy=remedy and f"Install {remedy}")
    return Finding(name="launch", healthy=True, detail=detail)


def open_task(task_id: str) -> str:
    """Reset an environment twice: with everything to be started, and once more."""
    env = gym.make(task_id, disable_env_checker=True)
    try:
        cold_ms, warm_ms = timed_ms(lambda: env.reset(seed=0)), timed_ms(lambda: env.reset(seed=1))
    finally:
        env.close()
    return f"{task_id} opened in {cold_ms:.0f} ms, browser and world included; again in {warm_ms:.0f} ms"


def open_empty_page() -> str:
    """Open a page of the engine alone."""
    engine, size = default_runtime().engine("chromium"), Viewport(width=800, height=600)
    spent_ms = timed_ms(lambda: engine.open(size, with_pixels=False).close())
    return f"an empty page opened in {spent_ms:.0f} ms, browser included"


def timed_ms(work: Callable[[], object]) -> float:
    """How long a piece of work takes, in milliseconds."""
    begun = perf_counter()
    work()
    return 1000 * (perf_counter() - begun)


def examine() -> Iterator[Finding]:
    """Every examination, in the order in which a person would look; slow ones last."""
    yield python()
    yield libraries()
    yield from extras()
    yield from plugins()
    yield cache()
    found = browser()
    yield found
    if found.healthy:
        yield launch()
