"""Finds a browser executable, and builds its command line and environment."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from gristmill.errors import BrowserNotFoundError

VARIABLE = "GRISTMILL_CHROMIUM"
COMMANDS = ("chromium-headless-shell", "chromium", "google-chrome")
HOW_TO_GET_ONE = (
    "Get one in any of these ways: `playwright install --with-deps chromium-headless-shell`; on Debian or "
    f"Ubuntu `apt-get install chromium-headless-shell`; or set {VARIABLE} to a Chromium executable."
)
# Only the last --disable-features flag counts, so this one repeats Playwright's list.
DISABLED_FEATURES = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DeferRendererTasksAfterInput",  # ours: without it a page that draws no frames waits after each click
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PartitionAllocLargeThreadCacheSize",  # ours: saves about 3 MB of freed memory per page
    "PreconnectToSearch",
    "TcpPortRandomizationWin",
    "ThirdPartyStoragePartitioning",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Browser:
    """A browser executable and where it was found."""

    path: Path
    source: str


def find_browser(explicit: str | None = None, *, playwrights_own: str | None = None) -> Browser:
    """Find the browser: an explicit path, `GRISTMILL_CHROMIUM`, Playwright's own, or one on the PATH.

    Args:
        explicit: a path that must exist if given.
        playwrights_own: the path of Playwright's browser, whether or not it is installed.

    Raises:
        BrowserNotFoundError: there is none, or a path that was given is not an executable.
    """
    for named, source in ((explicit, "argument"), (os.environ.get(VARIABLE), VARIABLE)):
        if named:
            return require(named, source)
    for path in own_paths(playwrights_own):
        if path.is_file():
            return Browser(path=path, source="Playwright")
    for command in COMMANDS:
        if found := shutil.which(command):
            return Browser(path=Path(found), source="PATH")
    raise BrowserNotFoundError(f"No Chromium was found on this machine. {HOW_TO_GET_ONE}")


def own_paths(chromium: str | None) -> list[Path]:
    """Paths of Playwright's headless shell and full Chromium, given the path of the latter."""
    if not chromium:
        return []
    full = Path(chromium)
    build, browsers = full.parents[1].name, full.parents[2]
    shells = browsers.glob(f"{build.replace('chromium', 'chromium_headless_shell')}/*/*headless*shell*")
    return [*sorted(shells), full]


def require(path: str, source: str) -> Browser:
    """The browser at a path that was given explicitly, absolute or as a command on the PATH."""
    found = shutil.which(path)
    if found is None:
        raise BrowserNotFoundError(f"{source} names {path!r}, which is not an executable. {HOW_TO_GET_ONE}")
    return Browser(path=Path(found), source=source)


def launch_flags(host_port: int) -> list[str]:
    """Flags for identical rendering on every machine, with only this process's apps reachable."""
    flags = [
        "--no-proxy-server",  # whatever the environment says: the apps are in this process
        f"--host-resolver-rules=MAP *.test:80 127.0.0.1:{host_port}, MAP * ~NOTFOUND",
        # Without it a restored document, which has no network address, may not load files from the host.
        f"--ip-address-space-overrides=127.0.0.1:{host_port}=public",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--disable-quic",
        "--disable-lcd-text",
        "--font-render-hinting=none",
        "--force-color-profile=srgb",
        "--disable-checker-imaging",
        "--disable-smooth-scrolling",
        "--disable-partial-raster",
        "--hide-scrollbars",
        f"--disable-features={','.join(DISABLED_FEATURES)}",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium's sandbox refuses to run as root
    return flags


def child_environment() -> dict[str, str | float | bool]:
    """This process's environment variables without proxies."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
